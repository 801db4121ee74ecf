"""The history as columns of a chart: one for each run, its counts stacked, in the coordinates of an SVG."""

from typing import NamedTuple

from lab.matrix.cells import Past

#: Size of the drawing in its own units, the room of a column, and how many runs are drawn: one alone is no history.
HEIGHT, STEP, BAR, LEAST, MOST = 120, 28, 20, 2, 40


class Segment(NamedTuple):
    """A part of a column. ``name`` is its verdict, ``y`` and ``height`` in units from the top."""

    name: str
    number: int
    y: float
    height: float


class Column(NamedTuple):
    past: Past
    x: int
    segments: list[Segment]


class Chart(NamedTuple):
    """``width`` in units; the columns from the oldest run to the newest; ``names`` that occur; ``top``: its scale."""

    width: int
    columns: list[Column]
    names: list[str]
    top: int


def chart(history: list[Past]) -> Chart | None:
    """The chart of a history, newest first as pages list it; None where there is nothing to draw."""
    drawn = [past for past in reversed(history[:MOST]) if any(past.counts.values())]
    if len(drawn) < LEAST:
        return None
    top = max(sum(past.counts.values()) for past in drawn)
    columns = []
    for index, past in enumerate(drawn):
        y, segments = float(HEIGHT), []
        for name, number in past.counts.items():
            if number:
                height = HEIGHT * number / top
                y -= height
                segments.append(Segment(name, number, round(y, 2), round(height, 2)))
        columns.append(Column(past, index * STEP + (STEP - BAR) // 2, segments))
    names = list(dict.fromkeys(segment.name for column in columns for segment in column.segments))
    return Chart(len(drawn) * STEP, columns, names, top)
