"""Files that a distributed Map state iterates over, read into items.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
"""

import csv
import gzip
import io
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from emulator.engines import columnar
from emulator.engines.asl.failures import Failure
from emulator.engines.asl.texts import loads

DELIMITERS = {"COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t"}
LARGEST_HEADER = 10_240  # bytes of a CSV file's headers
GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"  # how compressed files begin


def failed(cause: str) -> Failure:
    return Failure("States.ItemReaderFailed", cause)


def read(content: bytes, config: dict[str, Any]) -> list[Any] | dict[str, Any]:
    """The items of a file by its ReaderConfig: a list, or an object whose pairs are the items. Raises Failure."""
    kind = config.get("InputType", "JSON")
    if kind not in READERS:
        raise failed(f"The InputType {kind} is not one of {', '.join(READERS)}.")
    try:
        return READERS[kind](_unpacked(content), config)
    except UnicodeDecodeError as error:
        raise failed(f"The {kind} file is not encoded in UTF-8: {error.reason}.") from None


def _unpacked(content: bytes) -> bytes:
    """A file that may be compressed from outside. Raises Failure."""
    try:
        if content.startswith(GZIP):
            return gzip.decompress(content)
        if content.startswith(ZSTD):
            from cramjam import zstd

            return bytes(zstd.decompress(content))
    except Exception as error:  # cramjam's own errors have no common base with zlib's
        raise failed(f"The file can't be decompressed: {error}") from None
    return content


def _json(content: bytes, config: dict[str, Any]) -> list[Any] | dict[str, Any]:
    text = content.decode()
    try:
        value = loads(text)
    except ValueError:
        raise failed("Attempting to map over non-iterable node.") from None
    return pointed(value, config.get("ItemsPointer", ""))


def pointed(value: Any, pointer: str) -> list[Any] | dict[str, Any]:
    """What a JSON Pointer (RFC 6901) leads to in a document. Raises Failure unless that is an array or an object."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list):
            value = value[int(name)] if name.isdecimal() and int(name) < len(value) else None
        else:
            value = value.get(name) if isinstance(value, dict) else None
    if not isinstance(value, list | dict):
        raise failed("Attempting to map over non-iterable node.")
    return value


def _lines(content: bytes, config: dict[str, Any]) -> list[Any]:
    lines = content.decode().split("\n")  # and at nothing else that texts may hold
    try:
        return [loads(line) for line in lines if line.strip()]
    except ValueError as error:
        raise failed(f"The JSONL file can't be read: {error}") from None


def _csv(content: bytes, config: dict[str, Any]) -> list[dict[str, str]]:
    """Rows by their headers: what a row lacks is empty, what it has beyond them is left out."""
    rows = table(content, config.get("CSVDelimiter", "COMMA"))
    if config.get("CSVHeaderLocation") == "GIVEN":
        headers = config.get("CSVHeaders", [])
    else:
        headers, rows = (rows[0], rows[1:]) if rows else ([], [])
    if sum(len(name.encode()) for name in headers) > LARGEST_HEADER:
        raise failed(f"The headers of the CSV file exceed {LARGEST_HEADER} bytes.")
    return [{name: row[index] if index < len(row) else "" for index, name in enumerate(headers)} for row in rows]


def table(content: bytes, delimiter: str = "COMMA") -> list[list[str]]:
    """The rows of a CSV file; empty ones are left out."""
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    return [row for row in csv.reader(text, delimiter=DELIMITERS[delimiter]) if row]


def _parquet(content: bytes, config: dict[str, Any]) -> list[dict[str, Any]]:
    if not columnar.available():
        raise failed("Parquet files can't be read by this emulator: pyarrow is not installed (paritylab[engines]).")
    try:
        rows = columnar.rows(content)
    except (ValueError, OSError) as error:
        raise failed(f"The Parquet file can't be read: {error}") from None
    return [_plain(row) for row in rows]


def _plain(value: Any) -> Any:
    """A column's value as JSON: moments in ISO 8601, decimals as texts, so that nothing of them is lost."""
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value.decode(errors="replace") if isinstance(value, bytes) else value


READERS: dict[str, Callable[[bytes, dict[str, Any]], list[Any] | dict[str, Any]]] = {
    "CSV": _csv, "JSON": _json, "JSONL": _lines, "PARQUET": _parquet,
}  # fmt: skip
