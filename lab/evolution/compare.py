"""The same recordings against several endpoints: one run each, their rows aligned by cassette, step and title."""

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from lab.errors import LabError
from lab.report.result import EVIDENCE, VERDICTS, Row, Run, count

#: The name of this project's emulator among the endpoints: started when no URL is given for it.
OWN = "emulator"

AGREE = frozenset(("equal", "equivalent"))


class Target(NamedTuple):
    """An endpoint under a name. ``url`` None: an emulator of this project, started for it."""

    name: str
    url: str | None

    @classmethod
    def parse(cls, text: str) -> "Target":
        """``NAME=URL``, or ``emulator``. Raises LabError."""
        name, found, url = text.partition("=")
        if text == OWN:
            return cls(OWN, None)
        if not found or not name or "://" not in url:
            raise LabError(f"{text!r} is no endpoint: write NAME=URL, such as minio=http://127.0.0.1:9000, or {OWN!r}")
        return cls(name, url)


class Line(NamedTuple):
    """One judged step: its row at every endpoint, None where it has none. ``rows`` is by endpoint."""

    service: str
    operation: str
    cassette: str
    step: int
    title: str
    rows: dict[str, Row | None]

    @property
    def verdicts(self) -> dict[str, str]:
        return {name: row.verdict if row else "" for name, row in self.rows.items()}

    @property
    def split(self) -> bool:
        """Whether some endpoints agree with the recording here and others don't."""
        return len({verdict in AGREE for verdict in self.verdicts.values()}) > 1


def runs(play: Callable[[str | None], Run], targets: list[Target]) -> list[Run]:
    """One run for every target, under the target's name. ``play`` asks the endpoint at a URL (:mod:`.suites`)."""
    names = [target.name for target in targets]
    if len(targets) < 2 or len(set(names)) < len(names):
        raise LabError("name two or more endpoints, each with a name of its own: --endpoint A=URL --endpoint B=URL")
    found = []
    for target in targets:
        done = play(target.url)
        found.append(msgspec.structs.replace(done, id=f"{done.id}-{target.name}", suite="compare",
                                             endpoint=target.name))
    return found


def align(found: list[Run]) -> list[Line]:
    """A line for every judged step of any run, in the order in which the runs have them."""
    lines: dict[tuple, Line] = {}
    for run in found:
        for row in run.rows:
            key = row.cassette, row.step, row.title
            line = lines.setdefault(key, Line(row.service, row.operation, row.cassette, row.step, row.title,
                                              dict.fromkeys([each.endpoint for each in found])))
            line.rows[run.endpoint] = row
    return list(lines.values())


def scores(found: list[Run]) -> dict[str, dict[str, dict[str, int]]]:
    """Service to endpoint to verdict to number, with ``evidence``: the steps that AWS itself is evidence for."""
    services = sorted({service for run in found for service in run.services()})
    table: dict[str, dict[str, dict[str, int]]] = {}
    for service in services:
        for run in found:
            rows = [row for row in run.rows if row.service == service]
            numbers = count(rows, VERDICTS, lambda row: row.verdict)
            evidence = sum(row.provenance in EVIDENCE for row in rows)
            table.setdefault(service, {})[run.endpoint] = {**numbers, "evidence": evidence}
    return table
