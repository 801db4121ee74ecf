"""Exports of tables to S3: all of a moment, or what changed in a period, laid out as AWS lays them out.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
"""

import gzip
import hashlib
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.dynamodb import history, parameters, ranges
from emulator.services.dynamodb.errors import invalid
from emulator.services.dynamodb.expressions.key_conditions import key_conditions
from emulator.services.dynamodb.formats import WRITERS, Line
from emulator.services.dynamodb.reading import IN_QUERY as IN_FILTERS
from emulator.services.dynamodb.reading import refuse_keys
from emulator.services.dynamodb.service import service
from emulator.services.dynamodb.store import table_named
from emulator.services.dynamodb.streams import keys_of
from emulator.services.dynamodb.tables import DynamoTable, Stored, Transfer, exports
from emulator.services.dynamodb.values import Item, load

ITEMS_IN_FILE = 50_000
SHORTEST, LONGEST = 15 * 60, 24 * 3600  # seconds of an incremental export's period
NAMES = "abcdefghijklmnopqrstuvwxyz234567"
GIVEN = (
    "S3Bucket", "S3BucketOwner", "S3Prefix", "S3SseAlgorithm", "S3SseKmsKeyId", "ClientToken", "FilterSpecification",
)  # fmt: skip
INVALID_TOKEN = ("ValidationException", "Invalid NextToken")


@service.operation
def export_table_to_point_in_time(
    ctx, TableArn, S3Bucket, ExportTime=None, ClientToken=None, ExportFormat="DYNAMODB_JSON", ExportType="FULL_EXPORT",
    IncrementalExportSpecification=None, FilterSpecification=None,
):  # fmt: skip
    """Begin an export. Raises TableNotFoundException, PointInTimeRecoveryUnavailableException and its like."""
    table = history.backed_up(ctx, TableArn)
    if FilterSpecification:
        if ExportType == "INCREMENTAL_EXPORT":
            raise NotImplementedByEmulator("FilterSpecification of incremental exports")
        _filter(table, FilterSpecification)
    earliest, latest = history.window(ctx, table)
    known = next((each for each in ctx.rows(exports) if ClientToken and each.token == ClientToken), None)
    if known is not None:
        return {"ExportDescription": known.description}
    description = {
        "ExportArn": f"{table.arn}/export/{int(ctx.now * 1000):014d}-{ctx.ids.hex(8)}",
        "ExportStatus": "IN_PROGRESS", "StartTime": ctx.now, "TableArn": table.arn, "TableId": table.id,
        "S3SseAlgorithm": "AES256", "ExportFormat": ExportFormat, "ExportType": ExportType,
        **{name: ctx.input[name] for name in GIVEN if name in ctx.input},
    }  # fmt: skip
    if ExportType == "INCREMENTAL_EXPORT":
        period = _period(IncrementalExportSpecification or {}, earliest, latest)
        description["IncrementalExportSpecification"] = period
    else:
        moment = latest if ExportTime is None else ExportTime
        if not earliest <= moment <= latest:
            raise AwsError("InvalidExportTimeException", "The export time is outside of the recovery window")
        description["ExportTime"] = moment
    arn = description["ExportArn"]
    ctx.rows(exports).put(Transfer(arn, table.name, ClientToken or "", description))
    ctx.after(float(ctx.setting("dynamodb.table-seconds", 0)), "export", f"export-{arn}", arn=arn)
    return {"ExportDescription": description}


def _period(given: dict, earliest: float, latest: float) -> dict:
    """The whole IncrementalExportSpecification. Raises InvalidExportTimeException, ValidationException."""
    if "ExportFromTime" not in given:
        raise invalid("ExportFromTime must be specified for an incremental export")
    start, end = given["ExportFromTime"], given.get("ExportToTime", latest)
    if not earliest <= start <= end <= latest:
        raise AwsError("InvalidExportTimeException", "The export period is outside of the recovery window")
    if not SHORTEST <= end - start <= LONGEST:
        raise AwsError("InvalidExportTimeException", "The export period must be between 15 minutes and 24 hours long")
    view = given.get("ExportViewType", "NEW_AND_OLD_IMAGES")
    return {"ExportFromTime": start, "ExportToTime": end, "ExportViewType": view}


@service.job
def export(ctx, arn):
    """Write the files of an export."""
    found = ctx.rows(exports).get(arn)
    description = found.description
    table = table_named(ctx, description["TableArn"])
    try:
        if table is None or table.id != description["TableId"] or "pitr" not in table.more:
            raise AwsError("TableNotFound", f"Table not found: {description['TableArn']}")
        done = _write(ctx, table, description)
    except AwsError as error:
        code = error.code if error.code.startswith("Table") else f"S3{error.code}"
        done = {"ExportStatus": "FAILED", "FailureCode": code, "FailureMessage": error.message}
    ctx.rows(exports).put(replace(found, description={**description, **done, "EndTime": ctx.now}))


def _write(ctx: Context, table: DynamoTable, description: dict) -> dict:
    """Put the files into the bucket; what the description gains. Raises S3's errors."""
    prefix = description.get("S3Prefix", "").strip("/")
    base = f"{prefix}/AWSDynamoDB" if prefix else "AWSDynamoDB"
    own = f"{base}/{description['ExportArn'].rpartition('/')[2]}"
    full = description["ExportType"] == "FULL_EXPORT"
    ending, written = WRITERS[description["ExportFormat"]]
    _put(ctx, description, f"{own}/_started", b"")
    lines = _items(ctx, table, description) if full else _changes(ctx, table, description)
    files, count, size = [], 0, 0
    for batch in _batches(lines):
        data = b"".join(map(written, batch))
        packed = gzip.compress(data, mtime=0)
        key = f"{own if full else base}/data/{ctx.ids.text(26, NAMES)}.{ending}.gz"
        etag = _put(ctx, description, key, packed)
        files.append({"itemCount": len(batch), "md5Checksum": _md5(packed), "etag": etag, "dataFileS3Key": key})
        count, size = count + len(batch), size + len(data)
    listing = "".join(json.dumps(each, separators=(",", ":")) + "\n" for each in files).encode()
    told = {"ExportManifest": f"{own}/manifest-summary.json", "BilledSizeBytes": size, "ItemCount": count}
    summary = _summary(description, f"{own}/manifest-files.json", told, ctx.now)
    for name, content in (("manifest-files", listing), ("manifest-summary", json.dumps(summary).encode())):
        _put(ctx, description, f"{own}/{name}.json", content)
        _put(ctx, description, f"{own}/{name}.md5", _md5(content).encode())
    return {"ExportStatus": "COMPLETED", **told}


def _items(ctx: Context, table: DynamoTable, description: dict) -> Iterator[Line]:
    filtered = _filter(table, description.get("FilterSpecification") or {})
    for stored in history.state_at(ctx, table, description["ExportTime"]).values():
        item = filtered(stored)
        if item is not None:
            yield {"Item": item}


def _filter(table: DynamoTable, given: dict) -> Callable[[Stored], Item | None]:
    """What a FilterSpecification leaves of an item, None for an item that it leaves out. Raises ValidationException."""
    expressions = parameters.read(given, IN_FILTERS, ()).compile()
    keys, test = expressions.get("KeyConditionExpression"), expressions.get("FilterExpression")
    projection, values, stretch = expressions.get("ProjectionExpression"), expressions.values, None
    if keys is not None:
        stretch = ranges.of_query(table, key_conditions(keys, values))
        if test is not None:
            refuse_keys(table, (test, values), "Filter Expression")

    def filtered(stored: Stored) -> Item | None:
        if stretch is not None and stored.key not in stretch:
            return None
        item = load(stored.body)
        if test is not None and not test.run(item, values):
            return None
        return item if projection is None else projection.run(item)

    return filtered


def _changes(ctx: Context, table: DynamoTable, description: dict) -> Iterator[Line]:
    """Of every item that changed in the period what it was before and after; nothing of one that came and went."""
    period = description["IncrementalExportSpecification"]
    start, end = period["ExportFromTime"], period["ExportToTime"]
    first, last = {}, {}
    for past in history.changes_between(ctx, table, start, end):
        first.setdefault(past.key, past.before)
        last[past.key] = past.at
    state = history.state_at(ctx, table, end)
    for key, before in first.items():
        after = state.get(key)
        if before is None and after is None:
            continue
        line = {
            "Metadata": {"WriteTimestampMicros": {"N": str(int(last[key] * 1_000_000))}},
            "Keys": keys_of(table, after or before),
        }
        if before is not None and period["ExportViewType"] == "NEW_AND_OLD_IMAGES":
            line["OldImage"] = load(before.body)
        if after is not None:
            line["NewImage"] = load(after.body)
        yield line


def _batches(lines: Iterator[Line]) -> Iterator[list[Line]]:
    batch = []
    for line in lines:
        batch.append(line)
        if len(batch) == ITEMS_IN_FILE:
            yield batch
            batch = []
    if batch:
        yield batch


def _put(ctx: Context, description: dict, key: str, content: bytes) -> str:
    """Write one object; its entity tag. Raises S3's errors."""
    params = {"Bucket": description["S3Bucket"], "Key": key, "Body": content}
    if "S3BucketOwner" in description:
        params["ExpectedBucketOwner"] = description["S3BucketOwner"]
    if description["S3SseAlgorithm"] == "KMS":
        params["ServerSideEncryption"] = "aws:kms"
        if "S3SseKmsKeyId" in description:
            params["SSEKMSKeyId"] = description["S3SseKmsKeyId"]
    return ctx.call("s3", "PutObject", params)["ETag"].strip('"')


def _md5(content: bytes) -> str:
    return b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


def _summary(description: dict, files: str, told: dict, now: float) -> dict:
    out = {
        "version": "2020-06-30", "exportArn": description["ExportArn"], "startTime": _time(description["StartTime"]),
        "endTime": _time(now), "tableArn": description["TableArn"], "tableId": description["TableId"],
    }  # fmt: skip
    period = description.get("IncrementalExportSpecification")
    if period is None:
        out["exportTime"] = _time(description["ExportTime"])
    else:
        out["version"] = "2023-08-01"
        out |= {"exportFromTime": _time(period["ExportFromTime"]), "exportToTime": _time(period["ExportToTime"])}
    out |= {
        "s3Bucket": description["S3Bucket"], "s3Prefix": description.get("S3Prefix"),
        "s3SseAlgorithm": description["S3SseAlgorithm"], "s3SseKmsKeyId": description.get("S3SseKmsKeyId"),
        "manifestFilesS3Key": files, "billedSizeBytes": told["BilledSizeBytes"], "itemCount": told["ItemCount"],
        "outputFormat": description["ExportFormat"],
    }  # fmt: skip
    if period is not None:
        out |= {"outputView": period["ExportViewType"], "exportType": description["ExportType"]}
    return out


def _time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


@service.operation
def describe_export(ctx, ExportArn):
    """Raises ExportNotFoundException."""
    found = ctx.rows(exports).get(ExportArn)
    if found is None:
        raise AwsError("ExportNotFoundException", f"Export not found: {ExportArn}")
    return {"ExportDescription": found.description}


@service.operation
def list_exports(ctx, TableArn=None, MaxResults=25, NextToken=None):
    """The caller's exports, of one table or of all."""
    wanted = [each for each in ctx.rows(exports) if TableArn in (None, each.description["TableArn"])]
    found, token = page(
        ctx, wanted, lambda each: each.arn, NextToken, MaxResults, query=TableArn, invalid=INVALID_TOKEN
    )
    names = ("ExportArn", "ExportStatus", "ExportType")
    answer = {"ExportSummaries": [{name: each.description[name] for name in names} for each in found]}
    return answer | ({"NextToken": token} if token else {})
