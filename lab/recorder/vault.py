"""The secrets of one recording, each with the fake that stands for it everywhere. Lives in memory alone."""

import base64
import hashlib
import re
from urllib.parse import quote, unquote

from lab.recorder.patterns import ACCOUNTS, ENCODED, PLACEHOLDERS, found

#: A shorter value is replaced only where its name tells that it is secret; elsewhere it may be an ordinary word.
LITERAL = 12

#: Where a digest may stand, in hexadecimal, base64 or decimal.
DIGEST = re.compile(r"[A-Za-z0-9+/]{6,}={0,2}")


def account_of(key: str) -> str | None:
    """The account id that an access key id or a unique id carries in itself; None when there is none.

    The letters after the prefix are base32; the account is the 40 bits after the first.
    """
    if not re.fullmatch(r"A[A-Z]{3}[A-Z2-7]{16,17}", key):
        return None
    number = int.from_bytes(base64.b32decode(key[4:20])[:6]) >> 7 & ((1 << 40) - 1)
    return f"{number:012d}" if number < 10**12 else None


def fake(kind: str, value: str, number: int) -> str:
    """A stand-in of the same length and alphabet, which no pattern takes for a secret."""
    match kind:
        case "account id":
            return str(number) * 12 if number < 10 else f"{number:012d}"
        case "access key id" | "unique id":
            # 0 and 1 are no base32 digits: no real key looks like this.
            return value[:4] + f"{number:0{len(value) - 11}d}EXAMPLE"
        case "canonical user id" | "digest":
            return hashlib.sha256(f"{kind} {number}".encode()).hexdigest()[:len(value)]
        case "e-mail address":
            return f"user{number}@example.com"
        case "host name":
            return f"host{number}.example.com"
    padding = len(value) - len(value.rstrip("="))
    length = len(value) - padding
    text = f"REDACTED{number:04d}" if length >= LITERAL else f"R{number:0{max(length - 1, 1)}d}"
    return (text * (length // len(text) + 1))[:length] + "=" * padding


class Vault:
    """Learns secrets (``learn``, ``fake``) and replaces all that it knows in one pass over a text (``replace``)."""

    def __init__(self, literals: dict[str, re.Pattern[str]] | None = None):
        """``literals``: further patterns, by kind, that the caller wants replaced (e-mail addresses, host names)."""
        self.literals = literals or {}
        self.kept: frozenset[str] = frozenset()
        self.past = 0
        self.fakes: dict[str, str] = {}
        self.kinds: dict[str, str] = {}
        self.anywhere: dict[str, str] = {}
        self.digests: dict[str, str] = {}
        self.pattern: re.Pattern[str] | None = None

    @property
    def applied(self) -> list[str]:
        """The kinds of what was replaced, sorted."""
        return sorted(set(self.kinds.values()))

    def fake(self, kind: str, value: str) -> str:
        """The stand-in of ``value``, made at first sight and the same ever after."""
        if value in self.fakes or not value or value in self.kept or PLACEHOLDERS.search(value):
            return self.fakes.get(value, value)
        number = sum(each == kind for each in self.kinds.values()) + 1
        number += self.past if kind != "account id" else 0
        self.kinds[value] = kind
        self.fakes[value] = made = fake(kind, value, number)
        if len(value) >= LITERAL:
            # Wherever it stands, plain or percent-encoded.
            self.anywhere[value] = made
            self.anywhere[quote(value, safe="", errors="surrogateescape")] = quote(made, safe="")
            self.pattern = None
        account = account_of(value) if kind in ("access key id", "unique id") else None
        if account:
            self.fake("account id", account)
        return made

    def keep(self, account: str | None, steps: int) -> None:
        """Go on after a cassette of so many steps: its fake account stays itself, and new fakes differ from its own."""
        self.kept = frozenset(filter(None, (account,)))
        self.past = steps

    def learn(self, text: str) -> None:
        """Take up every secret and account id that ``text`` shows, also inside base64."""
        for kind, match in found(text):
            self.fake(kind, unquote(match["value"]))  # one secret, however it is encoded
        for match in ACCOUNTS.finditer(text):
            self.fake("account id", match[1])
        for kind, pattern in self.literals.items():
            for match in pattern.finditer(text):
                self.fake(kind, match[0])
        for inner in filter(None, map(decoded, ENCODED.findall(text))):
            self.learn(inner)

    def replace(self, text: str) -> str:
        """``text`` with every known secret replaced, also inside base64. Pure: learns nothing."""
        if self.digests:
            text = DIGEST.sub(lambda match: self.digests.get(match[0], match[0]), text)
        if not self.anywhere:
            return text
        if self.pattern is None:
            # One pass over all, longest first: a fake that equals another real value is not replaced again.
            words = sorted(self.anywhere, key=len, reverse=True)
            self.pattern = re.compile("|".join(
                rf"(?<!\d){word}(?!\d)" if word.isdigit() else re.escape(word) for word in words))
        replaced = self.pattern.sub(lambda match: self.anywhere[match[0]], text)
        return ENCODED.sub(lambda match: self.inside(match[0]), replaced)

    def inside(self, run: str) -> str:
        inner = decoded(run)
        replaced = self.replace(inner) if inner else inner
        return run if not replaced or replaced == inner else base64.b64encode(replaced.encode()).decode()


def decoded(run: str) -> str | None:
    """What a run of base64 says, when it is base64 of text; else None."""
    try:
        raw = base64.b64decode(run + "=" * (-len(run) % 4), validate=True)
    except ValueError:
        return None
    text = raw.decode("utf-8", "replace")
    return text if "\ufffd" not in text and "\0" not in text else None
