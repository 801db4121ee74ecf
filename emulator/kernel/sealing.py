"""Content as it lies on disk: AES-256-GCM in chunks, each sealed by itself, so that any range can be read and checked.

A key seals one value only, so a chunk's number is its nonce: chunks can't be changed, swapped or moved between files
unnoticed; how many there must be follows from the size, which the record tells.
"""

import os
from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO

CHUNK = 64 * 1024  # bytes of content sealed together
TAG = 16  # bytes by which a sealed chunk is longer
RUN = 4  # chunks read at a time
KEY = 32
NONCE = 12


class Damaged(OSError):
    """What lies on disk is not what was written."""


def new_key() -> bytes:
    return os.urandom(KEY)


def cipher(key: bytes):
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # a native library: loaded when first wanted

    return AESGCM(key)


_often = lru_cache(maxsize=64)(cipher)  # for keys that seal other keys


def _nonce(number: int) -> bytes:
    return number.to_bytes(NONCE, "big")


def seal(key: bytes, data: bytes) -> bytes:
    """A whole value of one chunk."""
    return cipher(key).encrypt(_nonce(0), data, None)


def unseal(key: bytes, sealed: bytes) -> bytes:
    """What :func:`seal` sealed. Raises Damaged."""
    return _unseal(cipher(key), 0, sealed)


def _unseal(cipher, number: int, sealed) -> bytes:
    from cryptography.exceptions import InvalidTag

    try:
        return cipher.decrypt(_nonce(number), sealed, None)
    except InvalidTag:
        raise Damaged("stored content does not match its key or was changed") from None


class Sealer:
    """Seals a value that comes in pieces of any size."""

    def __init__(self, key: bytes):
        self._cipher = cipher(key)
        self._number = 0
        self._rest = bytearray()

    def feed(self, data: bytes) -> bytes:
        """What can be written now."""
        rest = self._rest
        rest += data
        whole = len(rest) // CHUNK * CHUNK
        if not whole:
            return b""
        with memoryview(rest) as view:
            sealed = b"".join(self._seal(view[at : at + CHUNK]) for at in range(0, whole, CHUNK))
        del rest[:whole]
        return sealed

    def finish(self) -> bytes:
        return self._seal(self._rest) if self._rest else b""

    def _seal(self, chunk) -> bytes:
        self._number += 1
        return self._cipher.encrypt(_nonce(self._number - 1), chunk, None)


def read(file: BinaryIO, key: bytes, start: int, length: int) -> Iterator[bytes]:
    """``length`` bytes of content from ``start`` out of a sealed file, some chunks at a time. Raises Damaged."""
    opener = cipher(key)
    number, skip = divmod(start, CHUNK)
    file.seek(number * (CHUNK + TAG))
    while length > 0:
        wanted = min(RUN, -(-(skip + length) // CHUNK))
        sealed = file.read(wanted * (CHUNK + TAG))
        if not sealed:
            raise Damaged("stored content is shorter than its record says")
        view = memoryview(sealed)
        run = b"".join(
            _unseal(opener, number + index, view[at : at + CHUNK + TAG])
            for index, at in enumerate(range(0, len(sealed), CHUNK + TAG))
        )
        number += wanted
        piece = run[skip : skip + length]
        skip = 0
        length -= len(piece)
        yield piece


# Keys under keys


def wrap(key: bytes, data_key: bytes) -> bytes:
    """A data key sealed under another key, which may seal any number of them."""
    nonce = os.urandom(NONCE)
    return nonce + _often(key).encrypt(nonce, data_key, None)


def unwrap(key: bytes, wrapped: bytes) -> bytes:
    """Raises Damaged."""
    from cryptography.exceptions import InvalidTag

    try:
        return _often(key).decrypt(wrapped[:NONCE], wrapped[NONCE:], None)
    except InvalidTag:
        raise Damaged("a data key does not belong to the key at hand") from None
