"""The one result model: what a replay found, step by step. The differ writes it; formats and matrix read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, Literal, get_args

import msgspec

Verdict = Literal["equal", "equivalent", "known", "different", "unreachable", "unsupported"]
Provenance = Literal["aws-live", "aws-imported", "aws-documented", "protocol-suite", "emulator"]
Kind = Literal["value", "type", "missing", "unexpected", "status", "code", "message", "order", "binding"]

#: Closed lists in the order in which every report prints them: best verdict first, strongest evidence first.
VERDICTS: tuple[str, ...] = get_args(Verdict)
PROVENANCES: tuple[str, ...] = get_args(Provenance)

#: What says something about AWS; a recording of an emulator is a regression record and no more.
EVIDENCE = frozenset(PROVENANCES) - {"emulator"}

#: What makes a run fail. A listed difference (`known`) does not; the differ turns one that is stale into `different`.
FAILING = frozenset({"different", "unreachable", "unsupported"})


class Difference(msgspec.Struct, omit_defaults=True):
    """One place where an answer departs from the recorded one. `path` is dotted, as in `Messages[0].Body`."""

    path: str
    kind: Kind
    expected: Any = None
    got: Any = None


class Row(msgspec.Struct, omit_defaults=True):
    """One replayed step: `step` counts from 0 in the cassette named by its id. `expected`/`got` are decoded answers.

    A conformance run has rows per operation, their cassette names the suite, their `title` what they count, and
    `counts` holds variants by verdict; a probes run has a row per probe, whose `title` is its sentence and whose
    `link` is the page that says so, and whose `cause` tells why no local system can have what it asks for; a stubs run
    has a row per stub and operation.
    """

    service: str
    operation: str
    verdict: Verdict
    provenance: Provenance
    cassette: str
    title: str
    step: int
    differences: list[Difference] = []
    normalizers: list[str] = []
    reason: str | None = None
    duration_ms: float | None = None
    expected: Any = None
    got: Any = None
    counts: dict[str, int] = {}
    link: str | None = None
    cause: str | None = None

    @property
    def failed(self) -> bool:
        return self.verdict in FAILING


class Run(msgspec.Struct):
    """One run of a suite against one endpoint. `started_at` is ISO 8601 in UTC; `versions` names what took part.

    `seconds` is how long it took. `problems`: what was left out because it could not be read, with file and place.
    """

    id: str
    suite: Literal["replay", "conformance", "probes", "stubs", "compare", "drift"]
    started_at: str
    endpoint: str
    versions: dict[str, str]
    rows: list[Row]
    seconds: float | None = None
    problems: list[str] = []

    def failed(self) -> list[Row]:
        return [row for row in self.rows if row.failed]

    def services(self) -> list[str]:
        return sorted({row.service for row in self.rows})

    def by_verdict(self) -> dict[str, int]:
        """Every verdict is a key, also with 0, in the closed order."""
        return count(self.rows, VERDICTS, lambda row: row.verdict)

    def by_provenance(self) -> dict[str, int]:
        return count(self.rows, PROVENANCES, lambda row: row.provenance)

    def by_service(self) -> dict[str, dict[str, int]]:
        """Verdict counts per service."""
        return {name: count([row for row in self.rows if row.service == name], VERDICTS, lambda row: row.verdict)
                for name in self.services()}


def count(rows: list[Row], keys: tuple[str, ...], key: Callable[[Row], str]) -> dict[str, int]:
    """How many rows carry each of `keys`, zeros kept, in the order of `keys`."""
    found = Counter(map(key, rows))
    return {name: found[name] for name in keys}
