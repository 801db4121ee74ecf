"""Room on the disk: a reserve is kept, so that the journal can always write what was accepted.

Contents of any size are refused before they touch the reserve; so are new records, but not the removal of old ones,
by which room is made.
"""

import errno
import os
from pathlib import Path

RESERVE = 32 * 1024 * 1024  # bytes


class DiskFull(OSError):
    """There is no room for what a request wants to store."""

    def __init__(self, path: Path):
        super().__init__(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


def left(path: Path) -> int:
    """Bytes that may still be written to the file system of a path."""
    found = os.statvfs(path)
    return found.f_bavail * found.f_frsize


def require(path: Path, size: int = 0) -> None:
    """Raises DiskFull when ``size`` bytes more would touch the reserve."""
    if left(path) < RESERVE + size:
        raise DiskFull(path)
