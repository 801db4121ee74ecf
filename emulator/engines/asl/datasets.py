"""Files that a distributed Map state iterates over, read into items.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
"""

import gzip
import io
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from mmap import mmap
from typing import Any

from emulator.engines import columnar, delimited
from emulator.engines.asl.failures import Failure
from emulator.engines.asl.texts import loads

DELIMITERS = {"COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t"}
LARGEST_HEADER = 10_240  # bytes of a CSV file's headers
LARGEST = 256 * 2**20  # bytes of a file that is decompressed
DEEPEST = 250  # levels of a JSON text; every step of a workflow must be able to walk the values
GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"  # how compressed files begin


def failed(cause: str) -> Failure:
    return Failure("States.ItemReaderFailed", cause)


def read(content: bytes, config: dict[str, Any]) -> list[Any] | dict[str, Any]:
    """The items of a file by its ReaderConfig: a list, or an object whose pairs are the items. Raises Failure."""
    kind = config.get("InputType", "JSON")
    if kind not in READERS:
        raise failed(f"The InputType {kind} is not one of {', '.join(READERS)}.")
    return READERS[kind](_unpacked(content), config)


def _unpacked(content: bytes) -> bytes:
    """A file that may be compressed from outside. Raises Failure."""
    unpack = next((each for start, each in UNPACKERS.items() if content.startswith(start)), None)
    if unpack is None:
        return content
    try:
        return unpack(content)
    except Exception as error:  # cramjam's own errors have no common base with zlib's
        raise failed(f"The file can't be decompressed to at most {LARGEST} bytes: {error}") from None


def _gunzip(content: bytes) -> bytes:
    with gzip.open(io.BytesIO(content)) as packed:
        found = packed.read(LARGEST)
        if packed.read(1):
            raise ValueError("it is larger")
    return found


def _unzstd(content: bytes) -> bytes:
    from cramjam import zstd

    with mmap(-1, LARGEST) as room:  # takes memory only where it is written to
        return room[: zstd.decompress_into(content, room)]


UNPACKERS: dict[bytes, Callable[[bytes], bytes]] = {GZIP: _gunzip, ZSTD: _unzstd}


def _text(content: bytes, kind: str, encoding: str = "utf-8") -> str:
    """Raises Failure."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise failed(f"The {kind} file is not encoded in UTF-8: {error.reason}.") from None


def _parsed(text: str) -> Any:
    """Raises ValueError, for values that are nested too deeply, too."""
    value = loads(text)
    if text.count("[") + text.count("{") > DEEPEST:
        level = [value]
        for _ in range(DEEPEST):
            level = [each for holder in level if isinstance(holder, list | dict)
                     for each in (holder.values() if isinstance(holder, dict) else holder)]  # fmt: skip
        if any(isinstance(each, list | dict) for each in level):
            raise ValueError(f"It is nested in more than {DEEPEST} levels.")
    return value


def _json(content: bytes, config: dict[str, Any]) -> list[Any] | dict[str, Any]:
    text = _text(content, "JSON")
    try:
        value = _parsed(text)
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
    lines = _text(content, "JSONL").split("\n")  # and at nothing else that texts may hold
    try:
        return [_parsed(line) for line in lines if line.strip()]
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
    """The rows of a CSV file; empty ones are left out. Raises Failure."""
    text = io.StringIO(_text(content, "CSV", "utf-8-sig"), newline="")
    return [row for row in delimited.reader(text, delimiter=DELIMITERS[delimiter]) if row]


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
