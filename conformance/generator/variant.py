"""One variant: an input to send, why, and what of the model it breaks."""

import hashlib
from typing import Any, NamedTuple

import msgspec

#: The strategies in the order of reports; positives first.
POSITIVE = ("minimal", "maximal", "without", "sample", "optional", "pair", "boundary", "enum", "union", "unicode",
            "empty", "value", "token", "unknown")
NEGATIVE = ("required", "length", "range", "member", "pattern", "type", "reference", "malformed", "signature")
#: The strategy of results that come from sequences of calls.
SEQUENCE = "sequence"


class Breach(NamedTuple):
    """The one constraint that a negative variant breaks: ``path`` names the place, ``value`` is what stands there.

    ``kind`` is required, length, range, enum, pattern, type, reference, malformed, signature or unknown.
    """

    kind: str
    path: tuple = ()
    value: Any = None


class Variant(msgspec.Struct, frozen=True):
    """``input`` may hold references and unique names, settled when it is sent. ``wire`` changes what was serialized.

    ``wire`` is None or a pair: ``("set", (path, value))`` puts a JSON value where the model has another type,
    ``("body", bytes)`` replaces the body, ``("sign", how)`` signs as no SDK would, ``("add", path)`` adds a member that
    the model lacks, ``("ask", name)`` a query parameter. ``protocol``: the one to speak; None is the service's first.
    """

    service: str
    operation: str
    strategy: str
    detail: str
    input: dict
    path: tuple = ()
    breach: Breach | None = None
    wire: tuple | None = None
    protocol: str | None = None

    @property
    def positive(self) -> bool:
        return self.breach is None

    @property
    def id(self) -> str:
        """Stable over runs and machines: a digest over operation, strategy and detail."""
        told = f"{self.service}.{self.operation}/{self.strategy}/{self.detail}"
        return hashlib.sha256(told.encode()).hexdigest()[:12]

    @property
    def title(self) -> str:
        return f"{self.strategy}: {self.detail}"
