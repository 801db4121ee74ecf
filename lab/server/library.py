"""Recordings as a library: which recorded step answers a call, and what differs from the nearest when none does."""

from collections import defaultdict
from threading import Lock
from typing import Any, NamedTuple

from lab.cassette.decode import model
from lab.cassette.model import Cassette, Interaction
from lab.differ.compare import diff
from lab.report.result import Difference
from lab.report.text import sentence

#: Members that a client adds by its own version and settings; they don't say what is asked for.
VOLATILE = frozenset((
    "ChecksumAlgorithm", "ChecksumMode", "ChecksumType", "ContentLength", "ContentMD5", "ChecksumCRC32",
    "ChecksumCRC32C", "ChecksumCRC64NVME", "ChecksumSHA1", "ChecksumSHA256",
))  # fmt: skip

#: Differences and operations named in an explanation.
SHOWN = 6


class Entry(NamedTuple):
    """A step that can answer, and where it stands."""

    cassette: str
    index: int
    step: Interaction

    def __str__(self) -> str:
        return f"{self.cassette} step {self.index}"


class Miss(NamedTuple):
    """No step answers. ``nearest`` and its ``differences`` are None and empty where the operation was not recorded."""

    text: str
    nearest: Entry | None
    differences: list[Difference]


class Library:
    """The steps of cassettes, in order. A step answers its own input once; the last one that fits answers again.

    ``once``: it doesn't. Safe to use from several threads.
    """

    def __init__(self, cassettes: list[Cassette], once: bool = False):
        self.once = once
        self.lock = Lock()
        self.used: set[tuple[str, int]] = set()
        self.entries: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for cassette in cassettes:
            for index, step in enumerate(cassette.interactions):
                if step.service and step.operation and (step.response or step.output is not None or step.error):
                    self.entries[step.service, step.operation].append(Entry(cassette.id, index, step))

    def find(self, service: str, operation: str, given: Any) -> Entry | Miss:
        """The step for a call with this input (plain data, as in cassettes)."""
        wanted = essential(service, operation, given)
        with self.lock:
            fitting = [each for each in self.entries[service, operation]
                       if each.step.input is None or essential(service, operation, each.step.input) == wanted]
            fresh = [each for each in fitting if each[:2] not in self.used]
            if not fitting or (self.once and not fresh):
                return self.miss(service, operation, wanted, fitting)
            found = fresh[0] if fresh else fitting[-1]
            self.used.add(found[:2])
            return found

    def miss(self, service: str, operation: str, wanted: Any, fitting: list[Entry]) -> Miss:
        if fitting:
            text = f"{service} {operation} was recorded with this input, and all {len(fitting)} answers are given"
            return Miss(f"{text}: start again, or serve without --once", fitting[-1], [])
        entries = self.entries[service, operation]
        if not entries:
            others = sorted(name for owner, name in self.entries if owner == service and self.entries[owner, name])
            known = f"recorded of {service}: {', '.join(others)}" if others else f"nothing of {service} is recorded"
            return Miss(f"{service} {operation} was not recorded; {known}", None, [])
        compared = [(diff(essential(service, operation, each.step.input), wanted), each) for each in entries]
        differences, nearest = min(compared, key=lambda pair: (weight(pair[0]), pair[1][:2] in self.used))
        told = "; ".join(map(sentence, differences[:SHOWN]))
        more = f" and {len(differences) - SHOWN} more" if len(differences) > SHOWN else ""
        return Miss(f"no recording of {service} {operation} has this input. The nearest is {nearest}: {told}{more}",
                    nearest, differences)


def weight(differences: list[Difference]) -> int:
    """How far away an input is: a member that is there on both sides is nearer than one that is on one side only."""
    return sum(2 if each.kind in ("missing", "unexpected") else 1 for each in differences)


def essential(service: str, operation: str, given: Any) -> Any:
    """An input without idempotency tokens and what clients add by themselves."""
    if not isinstance(given, dict):
        return given or {}
    tokens = model(service).operation_model(operation).idempotent_members
    return {key: value for key, value in given.items() if key not in VOLATILE and key not in tokens}
