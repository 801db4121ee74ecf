"""Signature verification."""

from emulator.kernel.errors import NotImplementedByEmulator


def verify(request, identity, store, now: float) -> None:
    raise NotImplementedByEmulator("Signature verification")
