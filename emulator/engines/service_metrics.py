"""The metrics that services publish of themselves, such as AWS/SQS's NumberOfMessagesSent.

A service counts with :func:`measure`, which costs about a microsecond: notes gather in memory by the minute, and
CloudWatch takes them when it is asked for data, and every minute. What was counted since is lost with the process:
AWS publishes these metrics at its best effort, too.
"""

from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from emulator.kernel.context import Context

MINUTE = 60
MOST_NOTES = 1000  # that wait to be added up
MOST_VALUES = 100  # different values of a minute that are kept by themselves

Dimensions = tuple[tuple[str, str], ...]  # sorted by name
Values = tuple[tuple[str, float, str], ...]  # (metric, value, unit)


class Key(NamedTuple):
    """What is counted: a metric in a minute (its beginning, epoch seconds)."""

    namespace: str
    name: str
    dimensions: Dimensions
    unit: str
    at: int


class Note:
    """Values of a resource that are counted together, each as (metric, value, unit); the same note is one object."""

    __slots__ = ("dimensions", "namespace", "place", "values")

    def __init__(self, place: tuple[str, str], namespace: str, dimensions: Dimensions, values: Values):
        self.place, self.namespace, self.dimensions, self.values = place, namespace, dimensions, values


note_of = lru_cache(maxsize=10_000)(Note)


class Meter:
    """What was counted and not yet taken, by account and region: under each key how often each value came.

    Counting only keeps the note; equal ones are added up together, which costs a fraction of doing so one by one.
    """

    def __init__(self):
        self.at = 0  # the minute of the notes (epoch seconds)
        self.until = 0  # its end
        self.notes: list[Note] = []
        self.told: set[Note] = set()  # of which CloudWatch knows in this minute
        self._counts: dict[tuple[str, str], dict[Key, dict[float, float]]] = {}

    def turn(self, moment: float) -> None:
        """Another minute begins, or began before: the clock can be set."""
        self.add_up()
        self.told.clear()
        self.at = int(moment) // MINUTE * MINUTE
        self.until = self.at + MINUTE

    def add_up(self) -> None:
        for note, times in Counter(self.notes).items():
            counts = self._counts.setdefault(note.place, {})
            for name, value, unit in note.values:
                found = counts.setdefault(Key(note.namespace, name, note.dimensions, unit, self.at), {})
                found[value] = found.get(value, 0.0) + times
        self.notes.clear()

    def take(self, account: str, region: str) -> dict[Key, dict[float, float]]:
        self.add_up()
        return self._counts.pop((account, region), {})

    def close(self) -> None:
        self.notes.clear()
        self.told.clear()
        self._counts.clear()


def measure(ctx: Context, place: tuple[str, str], namespace: str, dimensions: Dimensions, values: Values) -> None:
    """Count values of a resource in ``place``: its account and region."""
    count(ctx, note_of(place, namespace, dimensions, values))


def count(ctx: Context, note: Note) -> None:
    """As :func:`measure`, for what is counted often: the caller keeps the notes (``lru_cache``)."""
    meter = ctx.backend(Meter)
    if not meter.at <= ctx.now < meter.until:
        meter.turn(ctx.now)
    meter.notes.append(note)
    if note not in meter.told:
        meter.told.add(note)
        ctx.hand("cloudwatch", "take_measured", *note.place, job_id="take_measured", due=meter.until)
    if len(meter.notes) >= MOST_NOTES:
        meter.add_up()
