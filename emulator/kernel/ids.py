"""AWS-shaped identifiers, from one seedable source, so that a run can be repeated bit for bit."""

import base64
import os
import random
import string

HEX = "0123456789abcdef"
UPPER_ALPHANUMERIC = string.ascii_uppercase + string.digits
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
ALPHANUMERIC = string.ascii_letters + string.digits
UPPER_PAIRS = [first + second for first in UPPER_ALPHANUMERIC for second in UPPER_ALPHANUMERIC]


RANDOM = (1 << 128) - 1 - (0xF000 << 64) - (0xC000 << 48)  # the bits of a UUID that are random
VERSION_4 = (4 << 76) | (8 << 60)  # the others


def _uuid(bits: int) -> str:
    text = (bits & RANDOM | VERSION_4).to_bytes(16).hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class Ids:
    """Identifiers in the forms that AWS uses. Without a seed they can't be guessed from one another."""

    def __init__(self, seed: int | str | None = None):
        self.seed = seed
        self._parts: dict[str, Ids] = {}
        self._random = random.Random(os.urandom(32) if seed is None else seed)
        self._bits = self._random.getrandbits
        # Requests have a sequence of their own: how often a client asks must not change what is made.
        self._requests = random.Random(os.urandom(32) if seed is None else f"{seed}/requests")
        self._request_bits = self._requests.getrandbits

    def reseed(self) -> None:
        """Start the sequences anew, when there is a seed."""
        if self.seed is not None:
            self._random.seed(self.seed)
            self._requests.seed(f"{self.seed}/requests")
            self._parts.clear()

    def of(self, part: str) -> "Ids":
        """The sequence of one service: what another makes, sooner or later by the time it takes, must not change it."""
        found = self._parts.get(part)
        if found is None:
            found = self._parts[part] = Ids(None if self.seed is None else f"{self.seed}/{part}")
        return found

    def uuid(self) -> str:
        """A random UUID (version 4) in its canonical form."""
        return _uuid(self._bits(128))

    def request_id(self) -> str:
        """The id of an answer, as most services write it."""
        return _uuid(self._request_bits(128))

    def s3_request_id(self) -> str:
        """The id of an answer of S3."""
        return f"{self._request_bits(64):016X}"

    def hex(self, length: int) -> str:
        return f"{self._bits(length * 4):0{length}x}"

    def text(self, length: int, alphabet: str = ALPHANUMERIC) -> str:
        return "".join(self._random.choices(alphabet, k=length))

    def upper(self, length: int) -> str:
        """Capital letters and digits: access keys, S3 request ids, unique ids."""
        number, parts = self._bits(length * 6), []
        for _ in range(0, length, 2):  # two characters at a time: these stand in every answer of S3
            number, pair = divmod(number, 1296)
            parts.append(UPPER_PAIRS[pair])
        return "".join(parts)[:length]

    def bytes(self, length: int) -> bytes:
        return self._random.randbytes(length)

    def base64(self, length: int) -> str:
        """Standard base64 of ``length`` random bytes."""
        return base64.b64encode(self._random.randbytes(length)).decode()

    def base64url(self, length: int) -> str:
        return base64.urlsafe_b64encode(self._random.randbytes(length)).decode().rstrip("=")

    def below(self, limit: int) -> int:
        """A whole number from 0 up to, not including, ``limit``."""
        return self._random.randrange(limit)
