"""Ciphertext blobs: they name the material that can open them and authenticate it, their kind and their context.

The layout is that of recorded blobs: a header, the material's id, a salt from which the key for this one blob is
derived, and a PKCS #7 EncryptedData with AES-256-GCM. https://docs.aws.amazon.com/kms/latest/cryptographic-details/
"""

import hmac
import os
from functools import lru_cache
from typing import NamedTuple

import orjson

from emulator.kernel.sealing import cipher

ENCRYPT, DATA_KEY = 2, 3  # kinds of blobs
_BEFORE = b"\x01\x02"
_AFTER = b"\x00\x78"
_ID, _SALT, _NONCE, _TAG = 32, 16, 12, 16
_PREFIX = len(_BEFORE) + 1 + len(_AFTER)
_HEAD = _PREFIX + _ID + 1 + _SALT  # bytes before the length of the EncryptedData
_FILL = bytes(11)  # AWS's sealed contents are 11 bytes longer than the plaintext

_ENCRYPTED_DATA = bytes.fromhex("06092a864886f70d010706")
_DATA = bytes.fromhex("06092a864886f70d010701")
_AES_256_GCM = bytes.fromhex("060960864801650304012e")
_VERSION = bytes.fromhex("020100")
_TAG_LENGTH = bytes.fromhex("020110")
_OVERHEAD = 96  # bytes: more than an EncryptedData adds to what it holds


class Blob(NamedTuple):
    """A blob taken apart. ``material`` is the id of the key's material."""

    material: str
    head: bytes
    salt: bytes
    nonce: bytes
    sealed: bytes


def seal(material: str, secret: bytes, plaintext: bytes, context: dict | None, kind: int) -> bytes:
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    head = _BEFORE + bytes((kind,)) + _AFTER + bytes.fromhex(material) + b"\x01" + salt
    sealed = cipher(_derived(secret, salt)).encrypt(nonce, _FILL + plaintext, _authenticated(head, context))
    before, after = _frame(len(sealed))
    data = before + nonce + after + sealed
    return head + len(data).to_bytes(4, "big") + data


def parse(blob: bytes) -> Blob | None:
    """None for bytes that are no blob of ours."""
    if len(blob) < _HEAD + 4 or not blob.startswith(_BEFORE) or blob[3:_PREFIX] != _AFTER:
        return None
    head, data = blob[:_HEAD], blob[_HEAD + 4 :]
    length = _sealed_length(len(data))
    if length is None or int.from_bytes(blob[_HEAD : _HEAD + 4], "big") != len(data):
        return None
    before, after = _frame(length)
    nonce = data[len(before) : len(before) + _NONCE]
    if data[:-length] != before + nonce + after:
        return None
    return Blob(head[_PREFIX : _PREFIX + _ID].hex(), head, head[-_SALT:], nonce, data[-length:])


def open(blob: Blob, secret: bytes, context: dict | None) -> bytes | None:
    """The plaintext; None when blob, context or material do not belong together."""
    from cryptography.exceptions import InvalidTag

    try:
        plain = cipher(_derived(secret, blob.salt)).decrypt(blob.nonce, blob.sealed, _authenticated(blob.head, context))
    except InvalidTag:
        return None
    return plain[len(_FILL) :]


def _derived(secret: bytes, salt: bytes) -> bytes:
    """A key for one blob: NIST SP 800-108 in counter mode with HMAC-SHA-256, one round."""
    return hmac.digest(secret, b"\x00\x00\x00\x01" + b"ciphertext" + b"\x00" + salt + b"\x00\x00\x01\x00", "sha256")


def _authenticated(head: bytes, context: dict | None) -> bytes:
    return head + orjson.dumps(context or {}, option=orjson.OPT_SORT_KEYS)


@lru_cache(maxsize=1024)
def _frame(length: int) -> tuple[bytes, bytes]:
    """What stands before the nonce, and between it and ``length`` sealed bytes, in an EncryptedData."""
    mark = b"\xff" * _NONCE
    algorithm = _der(0x30, _AES_256_GCM + _der(0x30, _der(0x04, mark) + _TAG_LENGTH))
    content = _der(0x30, _DATA + algorithm + _der(0x80, bytes(length)))
    whole = _der(0x30, _ENCRYPTED_DATA + _der(0xA0, _der(0x30, _VERSION + content)))
    before, _, after = whole[:-length].partition(mark)
    return before, after


@lru_cache(maxsize=1024)
def _sealed_length(length: int) -> int | None:
    """How many sealed bytes an EncryptedData of ``length`` bytes holds; None where it can't be one."""
    for sealed in range(max(_TAG + len(_FILL), length - _OVERHEAD), length):
        before, after = _frame(sealed)
        if len(before) + _NONCE + len(after) + sealed == length:
            return sealed
    return None


def _der(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content
