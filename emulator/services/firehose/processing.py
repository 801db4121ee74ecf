"""Processors: what a stream does to its records before they go to the destination, in AWS's order.

https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
"""

import gzip
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterable

import orjson

from emulator.kernel.context import Context
from emulator.services.firehose import partitioning, transformation
from emulator.services.firehose.failures import Failed
from emulator.services.firehose.tables import DeliveryStream, Item

ORDER = (
    "Decompression", "CloudWatchLogProcessing", "RecordDeAggregation", "Lambda", "MetadataExtraction",
    "AppendDelimiterToRecord",
)  # fmt: skip
FAILED = "processing-failed"


def wanted(stream: DeliveryStream) -> list[tuple[str, dict[str, str]]]:
    """The processors that are switched on, with their parameters."""
    config = stream.destination.get("ProcessingConfiguration", {})
    if not config.get("Enabled", bool(config.get("Processors"))):
        return []
    found = {
        each["Type"]: {one["ParameterName"]: one["ParameterValue"] for one in each.get("Parameters", ())}
        for each in config.get("Processors", ())
    }
    return [(name, found[name]) for name in ORDER if name in found]


def waits(stream: DeliveryStream) -> bool:
    return any(name == "Lambda" for name, _ in wanted(stream))


async def run(ctx: Context, stream: DeliveryStream, items: Iterable[Item]) -> tuple[list[Item], list[Failed]]:
    """The records as the processors leave them, and those that they could not do."""
    current, failed = list(items), []
    for name, parameters in wanted(stream):
        if name == "Lambda":
            current, bad = await transformation.run(ctx, stream, parameters, current)
        else:
            current, bad = _each(PROCESSORS[name], parameters, current)
        failed += bad
    return current, failed


def _each(processor: Callable, parameters: dict, items: list[Item]) -> tuple[list[Item], list[Failed]]:
    done, failed = [], []
    for item in items:
        try:
            done += processor(parameters, item)
        except ValueError as error:
            failed.append(Failed(item, FAILED, f"{processor.__name__.strip('_')}Failed", str(error)))
    return done, failed


def _decompression(parameters: dict, item: Item) -> list[Item]:
    try:
        return [item._replace(data=gzip.decompress(item.data))]
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"The record is not GZIP: {error}") from None


def _extraction(parameters: dict, item: Item) -> list[Item]:
    """The messages of CloudWatch Logs' events, a line each; control messages are dropped."""
    document = orjson.loads(item.data)
    if parameters.get("DataMessageExtraction", "false").lower() != "true":
        return [item]
    if document.get("messageType") != "DATA_MESSAGE":
        return []
    lines = "".join(f"{event['message']}\n" for event in document["logEvents"])
    return [item._replace(data=lines.encode())]


def _deaggregation(parameters: dict, item: Item) -> list[Item]:
    """The JSON documents, or the delimited parts, of a record, as records of their own."""
    if parameters.get("SubRecordType", "JSON") == "DELIMITED":
        delimiter = b64decode(parameters["Delimiter"])
        parts = [part for part in item.data.split(delimiter) if part]
    else:
        parts = [orjson.dumps(each) for each in partitioning.documents(item.data.decode())]
    return [item._replace(data=part) for part in parts]


def _delimiter(parameters: dict, item: Item) -> list[Item]:
    text = parameters.get("Delimiter", "\\n")
    return [item._replace(data=item.data + text.encode().decode("unicode_escape").encode())]


PROCESSORS: dict[str, Callable[[dict, Item], list[Item]]] = {
    "Decompression": _decompression,
    "CloudWatchLogProcessing": _extraction,
    "RecordDeAggregation": _deaggregation,
    "MetadataExtraction": partitioning.extraction,
    "AppendDelimiterToRecord": _delimiter,
}
