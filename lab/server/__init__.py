"""``lab serve``: an offline stub that answers clients from recordings."""
