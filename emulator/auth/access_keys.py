"""Access keys and unique ids as IAM and STS make them: the account is written into an access key.

The four letters of the prefix are followed by 16 characters of base32: a one, 40 bits of account number, 39 others.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
"""

import base64
import re
from hashlib import sha256

_KEY = re.compile(r"A[A-Z]{3}[Q-Z2-7][A-Z2-7]{15}")
_BITS_BELOW = 39


def _encode(account: str, below: int) -> str:
    number = 1 << 79 | int(account) << _BITS_BELOW | below
    return base64.b32encode(number.to_bytes(10, "big")).decode()


def access_key(ids, prefix: str, account: str) -> str:
    """A new access key: ``AKIA`` for a user's, ``ASIA`` for a session's."""
    return prefix + _encode(account, ids.below(1 << _BITS_BELOW))


def unique_id(prefix: str, account: str, arn: str) -> str:
    """The unique id (21 characters) of the resource with this ARN, always the same: ``AROA…`` for a role."""
    digest = int.from_bytes(sha256(arn.encode()).digest()[:6], "big")
    return f"{prefix}{_encode(account, digest >> 9)}{'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[digest & 31]}"


def account_of(key: str) -> str | None:
    """The account that is written into a key; None for keys of another form."""
    if not _KEY.fullmatch(key):
        return None
    number = int.from_bytes(base64.b32decode(key[4:]), "big")
    account = f"{(number >> _BITS_BELOW) & (1 << 40) - 1:012d}"
    return account if len(account) == 12 else None
