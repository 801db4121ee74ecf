"""What the pinned models hold: every operation with its plane and why, and what changes when the pin moves."""
