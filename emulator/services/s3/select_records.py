"""The records of an object for SelectObjectContent: CSV and JSON brought into one plain form that DuckDB reads.

The input's own delimiters, quotes, comments, compression and scan range end here. Nothing of this touches state: it
runs in a worker thread. https://docs.aws.amazon.com/AmazonS3/latest/API/API_InputSerialization.html
"""

import bz2
import csv
import io
import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import orjson

from emulator.engines import delimited
from emulator.kernel.errors import AwsError

LARGEST_RECORD = 1024 * 1024  # bytes


class Records(NamedTuple):
    """Rows in a file: ``names`` of a CSV's columns (None for JSON); ``processed`` bytes of plain input."""

    names: list[str] | None
    processed: int


def refused(code: str, message: str) -> AwsError:
    return AwsError(code, message, 400)


def decompressed(pieces: Iterable[bytes], compression: str) -> Iterator[bytes]:
    """The plain content. Raises InvalidCompressionFormat, TruncatedInput."""
    if compression == "NONE":
        yield from pieces
        return
    gzip = compression == "GZIP"
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 16) if gzip else bz2.BZ2Decompressor()
    try:
        for piece in pieces:
            while piece:
                yield decoder.decompress(piece)
                piece = decoder.unused_data  # a further member of the same file
                if decoder.eof:
                    decoder = zlib.decompressobj(zlib.MAX_WBITS | 16) if gzip else bz2.BZ2Decompressor()
                else:
                    piece = b""
    except (zlib.error, OSError):
        raise refused(
            "InvalidCompressionFormat", f"{compression} is not applicable to the queried object. Please correct the "
            "request and try again.",
        ) from None  # fmt: skip


def _refuse_long(length: int) -> None:
    if length > LARGEST_RECORD:
        raise refused("OverMaxRecordSize", "The length of a record in the input or result is greater than the "
                      "maxCharsPerRecord limit of 1 MB.")  # fmt: skip


def lines(pieces: Iterable[bytes], delimiter: bytes, quote: bytes = b"") -> Iterator[tuple[int, bytes]]:
    """(offset, record) by a delimiter; one within quotes does not count when ``quote`` is given."""
    offset, rest, held = 0, b"", b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(delimiter)
        for line in whole:
            line = held + line
            if quote and line.count(quote) % 2:
                held = line + delimiter
                continue
            held = b""
            _refuse_long(len(line))
            yield offset, line
            offset += len(line) + len(delimiter)
        _refuse_long(len(rest) + len(held))
    if held + rest:
        yield offset, held + rest


def in_range(found: Iterable[tuple[int, bytes]], bounds: tuple[int, int] | None) -> Iterator[bytes]:
    """The records that begin within a scan range."""
    for offset, line in found:
        if bounds is None or bounds[0] <= offset <= bounds[1]:
            yield line
        elif offset > bounds[1]:
            return


class Counted:
    """Pieces on their way, counted."""

    def __init__(self, pieces: Iterable[bytes]):
        self._pieces = pieces
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.size += len(piece)
            yield piece


# CSV


def write_csv(pieces: Iterable[bytes], form: dict, bounds: tuple[int, int] | None, target: str) -> Records:
    """Rows as plain CSV, every field quoted, as many in a row as the first has."""
    delimiter = (form.get("RecordDelimiter") or "\n").encode()
    quote = form.get("QuoteCharacter", '"')
    counted = Counted(pieces)
    found = lines(counted, delimiter, quote.encode() if form.get("AllowQuotedRecordDelimiter") else b"")
    comment = (form.get("Comments") or "#").encode()
    found = ((offset, line) for offset, line in found if line and not line.startswith(comment))
    header = form.get("FileHeaderInfo") or "NONE"
    escape = form.get("QuoteEscapeCharacter") or quote
    dialect = {
        "delimiter": form.get("FieldDelimiter") or ",", "quotechar": quote or None, "doublequote": escape == quote,
        "escapechar": None if escape == quote else escape, "quoting": csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
    }  # fmt: skip

    def parsed(line: bytes) -> list[str]:
        try:
            text = line.decode()
        except UnicodeDecodeError:
            raise refused("InvalidTextEncoding", "Invalid encoding type. Only UTF-8 encoding is supported.") from None
        # What the csv module takes for the end of a row is part of a field here.
        shielded = text.replace("\r", "\ue000").replace("\n", "\ue001")
        row = next(delimited.reader([shielded], **dialect), [])
        return [field.replace("\ue000", "\r").replace("\ue001", "\n") for field in row]

    names = None
    if header != "NONE":
        first = next(found, None)
        names = [] if first is None else parsed(first[1].removeprefix(b"\xef\xbb\xbf"))
    width = len(names) if names is not None else 0
    with open(target, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for line in in_range(found, bounds):
            row = parsed(line)
            width = width or len(row)
            writer.writerow((row + [""] * (width - len(row)))[:width])
    if names is None or header == "IGNORE":
        names = [f"_{number}" for number in range(1, max(width, 1) + 1)]
    if names and "\r" in names[-1]:
        names[-1] = names[-1].rstrip("\r")
    return Records(names, counted.size)


# JSON


def write_json(
    pieces: Iterable[bytes], form: dict, path: tuple[str, ...], bounds: tuple[int, int] | None, target: str
) -> Records:
    """Each record that the path of the FROM clause reaches, on a line of its own."""
    counted = Counted(pieces)
    if form.get("Type") == "LINES":
        documents = (line for line in in_range(lines(counted, b"\n"), bounds) if line.strip())
    elif form.get("Type") == "DOCUMENT":
        documents = _values(b"".join(counted))
    else:
        raise refused("InvalidJsonType", "The JsonType is invalid. Only DOCUMENT and LINES are supported.")
    with open(target, "wb") as file:
        for document in documents:
            try:
                value = orjson.loads(document)
            except orjson.JSONDecodeError:
                raise refused("JSONParsingError", "Error parsing JSON file. Please check the file and try "
                              "again.") from None  # fmt: skip
            for record in _reached(value, path):
                record = record if isinstance(record, dict) else {"_1": record}
                file.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
    return Records(None, counted.size)


def _values(text: bytes) -> Iterator[bytes]:
    """The values of a document that may hold several, one after the other."""
    import json

    decoder, at = json.JSONDecoder(), 0
    try:
        content = text.decode("utf-8-sig")
        while (start := len(content) - len(content[at:].lstrip())) < len(content):
            _, at = decoder.raw_decode(content, start)
            yield content[start:at].encode()
    except ValueError:
        raise refused("JSONParsingError", "Error parsing JSON file. Please check the file and try again.") from None


def _reached(value, path: tuple[str, ...]) -> Iterator:
    """What lies at a path of names, ``[*]`` and ``[number]`` below a value."""
    if not path:
        yield value
        return
    step, rest = path[0], path[1:]
    if step == "[*]":
        for each in value if isinstance(value, list) else ():
            yield from _reached(each, rest)
    elif step.startswith("["):
        index = int(step[1:-1])
        if isinstance(value, list) and index < len(value):
            yield from _reached(value[index], rest)
    elif isinstance(value, dict) and step in value:
        yield from _reached(value[step], rest)


# Results


def csv_writer(form: dict):
    """A function from rows to bytes of CSV as the output serialization wants it."""
    quote = form.get("QuoteCharacter", '"')
    escape = form.get("QuoteEscapeCharacter") or quote
    delimiter, end = form.get("FieldDelimiter") or ",", form.get("RecordDelimiter") or "\n"
    special = {delimiter, end, quote, "\n"} - {""}
    always = form.get("QuoteFields") == "ALWAYS"

    def field(value) -> str:
        text = "" if value is None else plain(value)
        if quote and (always or any(each in text for each in special)):
            return f"{quote}{text.replace(quote, escape + quote)}{quote}"
        return text

    def write(_names, rows) -> bytes:
        out = io.StringIO()
        for row in rows:
            out.write(delimiter.join(map(field, row)) + end)
        return out.getvalue().encode()

    return write


def plain(value) -> str:
    """A value as text: JSON's words for truth, whole numbers without a fraction."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**63:
        return str(int(value))
    return value if isinstance(value, str) else str(value)
