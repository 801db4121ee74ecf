"""Flake detection: the same replays in another order, with other ids, at another time; what changes is flaky."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import NamedTuple

import msgspec

from lab.cassette.model import Cassette
from lab.errors import LabError
from lab.report.result import VERDICTS, Row, Run

#: Seconds by which the clock of a further replay is off: another second, hour, day, month, across a leap day.
OFFSETS = (0.0, 0.5, 3_601.25, 86_399.75, 31 * 86_400.5, 500 * 86_400.0)


class Variation(NamedTuple):
    """How one replay differs from the others. ``seed``: of the emulator's ids; ``offset``: of its clock, in seconds."""

    seed: int
    offset: float

    def order(self, cassettes: list[Cassette]) -> list[Cassette]:
        """The cassettes, shuffled; the first variation leaves them as they are."""
        return Random(self.seed).sample(cassettes, len(cassettes)) if self.seed else cassettes


def variations(number: int) -> list[Variation]:
    """So many, always the same ones."""
    return [Variation(seed, OFFSETS[seed % len(OFFSETS)]) for seed in range(number)]


def replay(cassettes: list[Cassette], number: int, execute: Callable[..., Run]) -> Run:
    """One run over ``number`` replays. ``execute(cassettes, variation)`` plays them once."""
    if number < 2:
        raise LabError("one replay alone shows no flake: --flakes takes 2 or more")
    return merged([execute(each.order(cassettes), each) for each in variations(number)])


def merged(runs: list[Run]) -> Run:
    """The first run, in which a step that came out otherwise in another has its worst row and says so."""
    found: dict[tuple, list[Row]] = {}
    for run in runs:
        for row in run.rows:
            found.setdefault((row.cassette, row.step, row.title, row.operation), []).append(row)
    rows = [told(each, len(runs)) for each in found.values()]
    return msgspec.structs.replace(runs[0], rows=rows, seconds=round(sum(run.seconds or 0 for run in runs), 1))


def told(rows: list[Row], number: int) -> Row:
    """One row for what all replays said of a step."""
    if len(rows) == number and len({outcome(row) for row in rows}) == 1:
        return rows[0]
    worst = max(rows, key=lambda row: VERDICTS.index(row.verdict))
    times = Counter(row.verdict for row in rows)
    parts = [f"{verdict} in {count}" for verdict, count in times.most_common()]
    parts += [f"missing in {number - len(rows)}"] if len(rows) < number else []
    reason = f"flaky: of {number} replays {', '.join(parts)}" + (f"; {worst.reason}" if worst.reason else "")
    return msgspec.structs.replace(worst, verdict=worst.verdict if worst.failed else "different", reason=reason)


def outcome(row: Row) -> tuple:
    """What has to be the same every time: agreement, or where and how a step differs."""
    return row.failed, tuple((each.path, each.kind) for each in row.differences)
