"""GetMetricWidgetImage: the graph of a widget as a picture.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Metric-Widget-Structure.html
"""

import re
from datetime import datetime
from typing import Any

import orjson

from emulator.backends.charts import Chart, draw
from emulator.kernel.errors import NotImplementedByEmulator
from emulator.services.cloudwatch import queries
from emulator.services.cloudwatch.data import lines
from emulator.services.cloudwatch.errors import refused
from emulator.services.cloudwatch.queries import Window
from emulator.services.cloudwatch.service import service

WIDTH, HEIGHT, LARGEST = 600, 400, 2000
THREE_HOURS = 3 * 3600
_AGO = re.compile(r"(-?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


@service.operation
async def get_metric_widget_image(ctx, MetricWidget, OutputFormat="png"):
    """A PNG picture. Raises ValidationError; NotImplemented where nothing is installed that draws."""
    if OutputFormat != "png":
        raise NotImplementedByEmulator(f"GetMetricWidgetImage with the format {OutputFormat}")
    try:
        widget = orjson.loads(MetricWidget)
    except orjson.JSONDecodeError:
        widget = None
    if not isinstance(widget, dict) or not isinstance(widget.get("metrics"), list):
        raise refused("The MetricWidget parameter is not a valid widget: it must be a JSON object with metrics.")
    start, end = _moment(widget.get("start"), ctx.now, THREE_HOURS), _moment(widget.get("end"), ctx.now, 0)
    if start >= end:
        raise refused("The start of the MetricWidget must be before its end.")
    asked = _queries(widget)
    queries.check(asked, "metrics")
    found = lines(ctx, asked, Window(start, end))
    axis = (widget.get("yAxis") or {}).get("left") or {}
    marks = (widget.get("annotations") or {}).get("horizontal") or []
    chart = Chart(
        str(widget.get("title", "")), _size(widget, "width", WIDTH), _size(widget, "height", HEIGHT),
        widget.get("view", "timeSeries"), bool(widget.get("stacked")), start, end,
        [(line.label, line.series.points) for line in found],
        [(mark.get("label", ""), mark["value"]) for mark in marks if "value" in mark], axis.get("min"), axis.get("max"),
    )  # fmt: skip
    return {"MetricWidgetImage": await ctx.in_thread(draw, chart)}


def _size(widget: dict[str, Any], name: str, usual: int) -> int:
    size = widget.get(name, usual)
    if not isinstance(size, int) or not 1 <= size <= LARGEST:
        raise refused(f"The {name} of the MetricWidget must be between 1 and {LARGEST}.")
    return size


def _moment(text: str | None, now: float, ago: int) -> float:
    """A time: ``-PT3H`` before now, or in full."""
    if text is None:
        return now - ago
    if found := _AGO.fullmatch(text):
        weeks, days, hours, minutes, seconds = (int(each or 0) for each in found.groups()[1:])
        return now - ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds)
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        raise refused(f"The time {text} of the MetricWidget is not valid.") from None


def _queries(widget: dict[str, Any]) -> list[dict[str, Any]]:
    """The metrics of a widget as queries. ``.`` stands for what the row above has there, ``...`` for all before."""
    found, above = [], []
    for number, row in enumerate(widget["metrics"], 1):
        if not isinstance(row, list) or not row:
            raise refused("Each of the metrics of the MetricWidget must be an array.")
        options = row[-1] if isinstance(row[-1], dict) else {}
        names = row[: len(row) - bool(options)]
        if names[:1] == ["..."]:
            names = above[: len(above) - len(names) + 1] + names[1:]
        names = [above[place] if each == "." and place < len(above) else each for place, each in enumerate(names)]
        above = names or above
        common = {"Id": options.get("id", f"w{number}"), "ReturnData": options.get("visible", True)}
        if options.get("label"):
            common["Label"] = options["label"]
        period = options.get("period") or widget.get("period") or 300
        if options.get("expression"):
            found.append(common | {"Expression": options["expression"], "Period": period})
            continue
        if len(names) < 2 or len(names) % 2:
            raise refused("Each of the metrics of the MetricWidget must have a namespace, a name and dimensions.")
        dimensions = [{"Name": name, "Value": value} for name, value in zip(names[2::2], names[3::2])]
        metric = {"Namespace": names[0], "MetricName": names[1], "Dimensions": dimensions}
        stat = options.get("stat") or widget.get("stat") or "Average"
        found.append(common | {"MetricStat": {"Metric": metric, "Period": period, "Stat": stat}})
    return found
