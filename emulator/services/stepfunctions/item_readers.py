"""What a distributed Map state's ItemReader reads from S3.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
"""

import csv
import gzip
import io
from collections.abc import Callable
from typing import Any

from emulator.engines.asl.failures import Failure
from emulator.engines.asl.resources import read
from emulator.engines.asl.texts import loads
from emulator.kernel.context import Context, Principal
from emulator.kernel.errors import AwsError

DELIMITERS = {"COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t"}
PAGE = 1000


def failed(cause: str) -> Failure:
    return Failure("States.ItemReaderFailed", cause)


async def items(ctx: Context, reader: dict[str, Any], principal: Principal) -> list[Any]:
    """The items. Raises Failure."""
    resource, config = read(reader["resource"]), reader["config"]
    if resource.action == "listObjectsV2":
        found = await _listed(ctx, reader["arguments"], principal)
    else:
        content = await content_of(ctx, reader["arguments"], principal)
        kind = config.get("InputType", "JSON")
        if kind == "MANIFEST":
            found = await _manifest(ctx, content, principal)
        elif kind in READERS:
            found = READERS[kind](content, config)
        else:
            raise failed(f"The InputType {kind} can't be read by this emulator.")
    most = config.get("MaxItems") or len(found)
    return found[:most]


async def content_of(ctx: Context, arguments: dict[str, Any], principal: Principal) -> bytes:
    """An object's bytes. Raises Failure."""
    wanted = {name: arguments[name] for name in ("Bucket", "Key", "VersionId") if name in arguments}
    answer = await _call(ctx, "GetObject", wanted, principal)
    body = answer.get("Body", b"")
    content = bytes(body) if isinstance(body, bytes | bytearray) else body.read()
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


async def _call(ctx: Context, operation: str, params: dict[str, Any], principal: Principal) -> dict[str, Any]:
    try:
        return await ctx.call_waiting("s3", operation, params, as_=principal)
    except AwsError as error:
        raise failed(error.message) from None


async def _listed(ctx: Context, arguments: dict[str, Any], principal: Principal) -> list[Any]:
    found: list[Any] = []
    wanted = {name: arguments[name] for name in ("Bucket", "Prefix", "Delimiter", "StartAfter") if name in arguments}
    while True:
        answer = await _call(ctx, "ListObjectsV2", {**wanted, "MaxKeys": PAGE}, principal)
        found += [
            {"Etag": each["ETag"], "Key": each["Key"], "LastModified": each["LastModified"], "Size": each["Size"],
             "StorageClass": each.get("StorageClass", "STANDARD")} for each in answer.get("Contents", ())
        ]  # fmt: skip
        if not answer.get("IsTruncated"):
            return found
        wanted["ContinuationToken"] = answer["NextContinuationToken"]


def _json(content: bytes, config: dict[str, Any]) -> list[Any]:
    try:
        value = loads(content.decode())
    except ValueError:
        raise failed("Attempting to map over non-iterable node.") from None
    for part in config.get("ItemsPointer", "").split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        value = value.get(name) if isinstance(value, dict) else None
    if not isinstance(value, list):
        raise failed("Attempting to map over non-iterable node.")
    return value


def _lines(content: bytes, config: dict[str, Any]) -> list[Any]:
    try:
        return [loads(line) for line in content.decode().splitlines() if line.strip()]
    except ValueError as error:
        raise failed(f"The JSONL file can't be read: {error}") from None


def _csv(content: bytes, config: dict[str, Any]) -> list[Any]:
    delimiter = DELIMITERS[config.get("CSVDelimiter", "COMMA")]
    rows = [row for row in csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter) if row]
    if config.get("CSVHeaderLocation") == "GIVEN":
        headers = config.get("CSVHeaders", [])
    else:
        headers, rows = (rows[0], rows[1:]) if rows else ([], [])
    return [
        {name: row[index] if index < len(row) else "" for index, name in enumerate(headers)} for row in rows
    ]  # fmt: skip


async def _manifest(ctx: Context, content: bytes, principal: Principal) -> list[Any]:
    """An inventory: its files are compressed CSV without headers."""
    try:
        manifest = loads(content.decode())
        bucket = manifest["destinationBucket"].rpartition(":")[2]
        headers = [name.strip() for name in manifest["fileSchema"].split(",")]
        files = [each["key"] for each in manifest["files"]]
    except (ValueError, KeyError, TypeError):
        raise failed("The manifest can't be read.") from None
    found: list[Any] = []
    for key in files:
        part = await content_of(ctx, {"Bucket": bucket, "Key": key}, principal)
        found += _csv(part, {"CSVHeaderLocation": "GIVEN", "CSVHeaders": headers})
    return found


READERS: dict[str, Callable[[bytes, dict[str, Any]], list[Any]]] = {"CSV": _csv, "JSON": _json, "JSONL": _lines}
