"""The clock that everything follows: real, shifted, or frozen; it can be moved, and never goes back by itself."""

import time
from collections.abc import Callable


class Clock:
    """Time in epoch seconds (float). ``on_change`` callbacks run after every jump, so that due work happens at once."""

    def __init__(self, frozen_at: float | None = None):
        self._offset = 0.0
        self._frozen = frozen_at
        self.on_change: list[Callable[[], None]] = []

    def now(self) -> float:
        if self._frozen is not None:
            return self._frozen
        return time.time() + self._offset

    @property
    def frozen(self) -> bool:
        return self._frozen is not None

    @property
    def state(self) -> tuple[float, float | None]:
        """(seconds ahead of the machine's time, moment at which it is frozen or None)."""
        return self._offset, self._frozen

    def restore(self, offset: float, frozen: float | None) -> None:
        self._offset, self._frozen = offset, frozen
        self._changed()

    def freeze(self, at: float | None = None) -> None:
        """Stop time, here or at a given moment (epoch seconds)."""
        self._frozen = self.now() if at is None else at
        self._changed()

    def resume(self) -> None:
        """Let time run on from where it stands."""
        if self._frozen is not None:
            self._offset = self._frozen - time.time()
            self._frozen = None
            self._changed()

    def advance(self, seconds: float) -> None:
        """Move forward by ``seconds``; a frozen clock stays frozen, later. Raises ValueError for a negative number."""
        if seconds < 0:
            raise ValueError("the clock only advances")
        self.place(self.now() + seconds)

    def place(self, moment: float) -> None:
        """Stand at ``moment`` (epoch seconds), running or frozen as before."""
        if self._frozen is not None:
            self._frozen = moment
        else:
            self._offset = moment - time.time()
        self._changed()

    def real(self) -> None:
        """Back to the machine's time."""
        self._offset, self._frozen = 0.0, None
        self._changed()

    def _changed(self) -> None:
        for callback in self.on_change:
            callback()
