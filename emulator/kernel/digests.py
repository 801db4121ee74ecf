"""Digests and checksums of bodies, incremental, under the names S3 uses in lower case.

``md5``, ``sha1``, ``sha256``, ``crc32``, ``crc32c``, ``crc64nvme``. Source:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
"""

import hashlib
import zlib
from functools import cache


class _Crc:
    """A CRC with hashlib's interface."""

    def __init__(self, function, size: int):
        self._function = function
        self._size = size
        self._value = 0

    def update(self, data: bytes) -> None:
        self._value = self._function(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(self._size, "big")


@cache
def _crt():
    from awscrt import checksums  # a native library: loaded when first wanted

    return checksums


def _crc32c():
    return _Crc(_crt().crc32c, 4)


def _crc64nvme():
    return _Crc(_crt().crc64nvme, 8)


_NEW = {
    "md5": lambda: hashlib.md5(usedforsecurity=False),
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": hashlib.sha256,
    "crc32": lambda: _Crc(zlib.crc32, 4),
    "crc32c": _crc32c,
    "crc64nvme": _crc64nvme,
}
NAMES = tuple(_NEW)


def new(name: str):
    """An object with ``update(bytes)`` and ``digest() -> bytes``. Raises KeyError for an unknown name."""
    return _NEW[name]()


# Of a whole value at once; small values are most of what S3 is given.
_AT_ONCE = {
    "md5": lambda data: hashlib.md5(data, usedforsecurity=False).digest(),
    "sha256": lambda data: hashlib.sha256(data).digest(),
    "crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "crc64nvme": lambda data: _crt().crc64nvme(data).to_bytes(8, "big"),
}


def digest(name: str, data: bytes) -> bytes:
    at_once = _AT_ONCE.get(name)
    if at_once is not None:
        return at_once(data)
    one = _NEW[name]()
    one.update(data)
    return one.digest()
