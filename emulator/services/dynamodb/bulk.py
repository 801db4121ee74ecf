"""Bulk puts from S3 into a table that stands: StartBulkPutItems and what tells of it.

Each object is read by a job of its own, so that a cancellation comes in between. Conditions of single items and the
report of items that failed are not known here: an operation that needs either fails and says so.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/BulkPutItems.html
"""

import zlib

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.dynamodb import writes
from emulator.services.dynamodb.errors import invalid, no_such_table, table_in_use
from emulator.services.dynamodb.formats import RECORDS, unpacked
from emulator.services.dynamodb.imports import content_of, listed
from emulator.services.dynamodb.service import service
from emulator.services.dynamodb.store import projected, table_named
from emulator.services.dynamodb.tables import DynamoTable, Transfer, bulks
from emulator.services.dynamodb.values import admit_item, item_size

PAGE = 10
REPEATABLE = 8 * 3600.0  # seconds that a token is known
LISTED = 90 * 86400.0  # seconds that an operation is listed
SUMMARY = ("BulkOperationArn", "BulkOperationStatus", "StartTime", "EndTime")
INVALID_TOKEN = ("ValidationException", "Invalid NextToken")


@service.operation
def start_bulk_put_items(
    ctx, TableName, InputS3Configuration, OutputS3Configuration, ClientToken=None, MaxWriteRequestUnits=None,
    PerformanceTier="STANDARD",
):  # fmt: skip
    """Begin to read. Raises ResourceNotFoundException, ResourceInUseException, IdempotentParameterMismatchException."""
    table = table_named(ctx, TableName)
    if table is None:
        raise no_such_table()
    if table.status not in ("ACTIVE", "UPDATING"):
        raise table_in_use(f"Attempt to change a resource which is still in use: Table: {table.name}")
    if "replicas" in table.more:
        raise invalid("Bulk operations are not supported on tables that are part of a global table")
    given = {
        "InputS3Configuration": {"InputCompressionType": "NONE", **InputS3Configuration},
        "OutputS3Configuration": OutputS3Configuration, "PerformanceTier": PerformanceTier,
        **({"MaxWriteRequestUnits": MaxWriteRequestUnits} if MaxWriteRequestUnits is not None else {}),
    }  # fmt: skip
    known = _repeated(ctx, ClientToken, table, given)
    if known is not None:
        return {"BulkOperationDescription": known.description}
    arn = f"{table.arn}/bulk-operation/{int(ctx.now * 1000):014d}-{ctx.ids.hex(8)}"
    description = {
        "BulkOperationArn": arn, "BulkOperationStatus": "IN_PROGRESS",
        "TableDetails": [{"TableName": table.arn, "TableId": table.id}], "StartTime": ctx.now, "ProcessedItemCount": 0,
        "ProcessedInputBytes": 0, "FailedItemCount": 0, "BulkOperationUsage": [_usage(table)], **given,
        **({"ClientToken": ClientToken} if ClientToken else {}),
    }  # fmt: skip
    ctx.rows(bulks).put(Transfer(arn, table.name, ClientToken or "", description))
    ctx.after(float(ctx.setting("dynamodb.table-seconds", 0)), "list_bulk", f"bulk-{arn}", arn=arn)
    return {"BulkOperationDescription": description}


def _repeated(ctx: Context, token: str | None, table: DynamoTable, given: dict) -> Transfer | None:
    """The operation that a token has begun. Raises IdempotentParameterMismatchException."""
    for each in ctx.rows(bulks) if token else ():
        if each.token == token and each.description["StartTime"] > ctx.now - REPEATABLE:
            if each.table == table.name and given.items() <= each.description.items():
                return each
            raise AwsError(
                "IdempotentParameterMismatchException",
                "The request uses the same client token as a previous, but non-identical request",
            )
    return None


def _usage(table: DynamoTable) -> dict:
    out = {"TableName": table.arn, "BulkPutBytes": 0, "Table": {"BulkPutBytes": 0}}
    for member, local in (("LocalSecondaryIndexes", True), ("GlobalSecondaryIndexes", False)):
        found = {index.name: {"BulkPutBytes": 0} for index in table.indexes if index.local is local}
        if found:
            out[member] = found
    return out


# The work


def _save(ctx: Context, found: Transfer, **changes) -> None:
    ctx.rows(bulks).put(replace(found, description={**found.description, **changes}))


def _end(ctx: Context, found: Transfer, status: str, code: str = "", message: str = "") -> None:
    why = {"FailureCode": code, "FailureMessage": message} if code else {}
    _save(ctx, found, BulkOperationStatus=status, EndTime=ctx.now, **why)


def _running(ctx: Context, arn: str) -> Transfer | None:
    """The operation, when it shall go on; a cancelled one ends here."""
    found = ctx.rows(bulks).get(arn)
    if found.description["BulkOperationStatus"] == "CANCELLING":
        _end(ctx, found, "CANCELLED", "UserCancelled", "The bulk operation was cancelled by the user.")
        return None
    return found


@service.job
def list_bulk(ctx, arn):
    """See which objects there are to read."""
    found = _running(ctx, arn)
    if found is None:
        return
    try:
        objects = listed(ctx, found.description["InputS3Configuration"])
    except AwsError as error:
        _end(ctx, found, "FAILED", f"S3{error.code}", error.message)
        return
    _save(ctx, found, TotalInputBytes=sum(each["Size"] for each in objects))
    ctx.after(0, "read_bulk", f"bulk-{arn}", arn=arn, keys=[each["Key"] for each in objects])


@service.job
def read_bulk(ctx, arn, keys):
    """Put the items of one object, and leave the others to the next job."""
    found = _running(ctx, arn)
    if found is None:
        return
    if not keys:
        _end(ctx, found, "COMPLETED")
        return
    (detail,) = found.description["TableDetails"]
    table = table_named(ctx, detail["TableName"])
    if table is None or table.id != detail["TableId"]:
        _end(ctx, found, "FAILED", "TableNotFound", "The table is gone.")
        return
    try:
        data = content_of(ctx, found.description["InputS3Configuration"], keys[0])
        text = unpacked(data, found.description["InputS3Configuration"]["InputCompressionType"]).decode()
    except AwsError as error:
        _end(ctx, found, "FAILED", f"S3{error.code}", error.message)
        return
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        _end(ctx, found, "FAILED", "InputFormatError", str(error))
        return
    records = list(RECORDS[found.description["InputS3Configuration"]["InputFormat"]](text))
    if any(beside for _, beside in records):
        _end(ctx, found, "FAILED", "NotImplemented", "The emulator does not know how conditions of items are written")
        return
    done = _put_all(ctx, table, found.description, [item for item, _ in records])
    done["ProcessedInputBytes"] += len(data)
    _save(ctx, found, **done)
    found = ctx.rows(bulks).get(arn)
    if done["FailedItemCount"]:
        _end(ctx, found, "FAILED", "NotImplemented", "The emulator does not know how to report items that failed")
        return
    ctx.after(0, "read_bulk", f"bulk-{arn}", arn=arn, keys=keys[1:])


def _put_all(ctx: Context, table: DynamoTable, before: dict, items: list[dict | None]) -> dict:
    """Put items; the counts of the description after it."""
    done = {name: before[name] for name in ("ProcessedItemCount", "FailedItemCount", "ProcessedInputBytes")}
    (usage,) = before["BulkOperationUsage"]
    sizes = dict.fromkeys([None, *(index.name for index in table.indexes)], 0)
    for item in items:
        done["ProcessedItemCount"] += 1
        try:
            admitted, size = admit_item(item or {})
            writes.check_size(size)
            writes.perform(ctx, writes.put(table, table.name, admitted, size))
        except (AwsError, KeyError, TypeError, AttributeError):
            done["FailedItemCount"] += 1
            continue
        sizes[None] += size
        for index in table.indexes:
            if all(name in admitted for name, _ in index.keys):
                sizes[index.name] += item_size(projected(table, index, admitted))
    return done | {"BulkOperationUsage": [_added(usage, sizes)]}


def _added(usage: dict, sizes: dict[str | None, int]) -> dict:
    out = {**usage, "BulkPutBytes": usage["BulkPutBytes"] + sum(sizes.values()),
           "Table": {"BulkPutBytes": usage["Table"]["BulkPutBytes"] + sizes[None]}}  # fmt: skip
    for member in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        if member in usage:
            out[member] = {name: {"BulkPutBytes": each["BulkPutBytes"] + sizes.get(name, 0)}
                           for name, each in usage[member].items()}  # fmt: skip
    return out


# What is told of it


def _found(ctx: Context, arn: str) -> Transfer:
    found = ctx.rows(bulks).get(arn)
    if found is None:
        raise AwsError("ResourceNotFoundException", f"Requested resource not found: Bulk operation: {arn} not found")
    return found


@service.operation
def describe_bulk_operation(ctx, BulkOperationArn):
    """Raises ResourceNotFoundException."""
    return {"BulkOperationDescription": _found(ctx, BulkOperationArn).description}


@service.operation
def cancel_bulk_operation(ctx, BulkOperationArn):
    """Stop before the next object. Raises ResourceNotFoundException, ValidationException."""
    found = _found(ctx, BulkOperationArn)
    if found.description["BulkOperationStatus"] not in ("IN_PROGRESS", "CANCELLING"):
        raise invalid("Only a bulk operation that is in progress can be cancelled")
    _save(ctx, found, BulkOperationStatus="CANCELLING")
    return {"BulkOperationArn": BulkOperationArn, "BulkOperationStatus": "CANCELLING"}


@service.operation
def list_bulk_operations(ctx, MaxResults=PAGE, NextToken=None):
    """Those of the last 90 days, the newest first."""
    started = [each for each in ctx.rows(bulks) if each.description["StartTime"] > ctx.now - LISTED]
    newest = sorted(started, key=_newest_first)
    token = bytes.fromhex(NextToken).rstrip(b"\0").decode(errors="replace") if NextToken else None
    found, token = page(ctx, newest, _newest_first, token, MaxResults, invalid=INVALID_TOKEN)
    answer = {"BulkOperationsSummaryList": [
        {name: each.description[name] for name in SUMMARY if name in each.description} for each in found
    ]}  # fmt: skip
    return answer | ({"NextToken": _in_groups(token)} if token else {})


def _newest_first(each: Transfer) -> tuple[float, str]:
    return -each.description["StartTime"], each.arn


def _in_groups(token: str) -> str:
    """A token in hexadecimal digits, sixteen and sixteen, as the model wants it."""
    digits = token.encode().hex()
    return digits.ljust(-(-len(digits) // 16) * 16, "0")
