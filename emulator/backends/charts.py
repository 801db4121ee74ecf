"""Charts of time series as PNG pictures, where matplotlib is installed."""

from datetime import UTC, datetime
from io import BytesIO
from typing import NamedTuple

from emulator.kernel.errors import NotImplementedByEmulator

DOTS = 100  # per inch: sizes are in pixels


class Chart(NamedTuple):
    """What to draw: lines as (label, points by time), horizontal ones as (label, value), bounds of times and values."""

    title: str
    width: int
    height: int
    view: str
    stacked: bool
    start: float
    end: float
    lines: list[tuple[str, dict[int, float]]]
    levels: list[tuple[str, float]]
    least: float | None = None
    most: float | None = None


def draw(chart: Chart) -> bytes:
    """The picture. Raises NotImplemented where matplotlib is not installed."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise NotImplementedByEmulator("A chart without matplotlib, which the extra charts installs,") from None
    figure = Figure(figsize=(chart.width / DOTS, chart.height / DOTS), dpi=DOTS, layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(chart.title)
    VIEWS.get(chart.view, _time_series)(axes, chart)
    out = BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()


def _time(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _time_series(axes, chart: Chart) -> None:
    if chart.stacked:
        times = sorted({at for _, points in chart.lines for at in points})
        heights = [[points.get(at, 0.0) for at in times] for _, points in chart.lines]
        if heights:
            axes.stackplot([_time(at) for at in times], *heights, labels=[label for label, _ in chart.lines])
    else:
        for label, points in chart.lines:
            axes.plot([_time(at) for at in points], list(points.values()), label=label, marker=".")
    for label, value in chart.levels:
        axes.axhline(value, linestyle="--", label=label or None)
    axes.set_xlim(_time(chart.start), _time(chart.end))
    if chart.least is not None or chart.most is not None:
        axes.set_ylim(bottom=chart.least, top=chart.most)
    axes.tick_params(axis="x", rotation=30)
    if chart.lines:
        axes.legend(loc="best", fontsize="small")


def _bar(axes, chart: Chart) -> None:
    axes.bar([label for label, _ in chart.lines], [_last(points) for _, points in chart.lines])


def _pie(axes, chart: Chart) -> None:
    parts = [(label, _last(points)) for label, points in chart.lines if _last(points) > 0]
    axes.pie([value for _, value in parts], labels=[label for label, _ in parts])


def _single_value(axes, chart: Chart) -> None:
    axes.axis("off")
    for number, (label, points) in enumerate(chart.lines):
        axes.text(0.5, 1 - (number + 0.5) / len(chart.lines), f"{_last(points):g}\n{label}", ha="center", va="center")


def _last(points: dict[int, float]) -> float:
    return points[max(points)] if points else 0.0


VIEWS = {"timeSeries": _time_series, "bar": _bar, "pie": _pie, "singleValue": _single_value, "gauge": _single_value}
