"""Imports of new tables from S3.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.HowItWorks.html
"""

import zlib

from emulator.kernel.blobs import Body
from emulator.kernel.context import Context, arn
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.dynamodb import writes
from emulator.services.dynamodb.exports import INVALID_TOKEN
from emulator.services.dynamodb.formats import READERS, unpacked
from emulator.services.dynamodb.service import service
from emulator.services.dynamodb.store import fill, save_table, table_named
from emulator.services.dynamodb.tables import DynamoTable, Stored, Transfer, imports
from emulator.services.dynamodb.values import admit_item

LOG_GROUP = "log-group:/aws-dynamodb/imports:*"
SUMMARY = (
    "ImportArn", "ImportStatus", "TableArn", "S3BucketSource", "CloudWatchLogGroupArn", "InputFormat", "StartTime",
    "EndTime",
)  # fmt: skip


@service.operation
def import_table(
    ctx, S3BucketSource, InputFormat, TableCreationParameters, ClientToken=None, InputFormatOptions=None,
    InputCompressionType="NONE",
):  # fmt: skip
    """Begin an import into a new table. Raises ResourceInUseException, ValidationException."""
    known = next((each for each in ctx.rows(imports) if ClientToken and each.token == ClientToken), None)
    if known is not None:
        return {"ImportTableDescription": known.description}
    made = ctx.call("dynamodb", "CreateTable", TableCreationParameters)["TableDescription"]
    table = table_named(ctx, made["TableArn"])
    save_table(ctx, replace(table, status="CREATING"))
    description = {
        "ImportArn": f"{table.arn}/import/{int(ctx.now * 1000):014d}-{ctx.ids.hex(8)}",
        "ImportStatus": "IN_PROGRESS", "TableArn": table.arn, "TableId": table.id, "S3BucketSource": S3BucketSource,
        "ErrorCount": 0, "CloudWatchLogGroupArn": arn(ctx, "logs", LOG_GROUP), "InputFormat": InputFormat,
        "InputCompressionType": InputCompressionType, "TableCreationParameters": TableCreationParameters,
        "StartTime": ctx.now, "ProcessedSizeBytes": 0, "ProcessedItemCount": 0, "ImportedItemCount": 0,
    }  # fmt: skip
    if ClientToken:
        description["ClientToken"] = ClientToken
    if InputFormatOptions:
        description["InputFormatOptions"] = InputFormatOptions
    made = Transfer(description["ImportArn"], table.name, ClientToken or "", description)
    ctx.rows(imports).put(made)
    seconds = float(ctx.setting("dynamodb.table-seconds", 0))
    ctx.after(seconds, "read_import", f"import-{made.arn}", import_arn=made.arn)
    return {"ImportTableDescription": description}


@service.job
def read_import(ctx, import_arn):
    """Read the objects of an import into its table."""
    found = ctx.rows(imports).get(import_arn)
    description = found.description
    table = table_named(ctx, description["TableArn"])
    if table is None or table.id != description["TableId"]:
        done = {"ImportStatus": "FAILED", "FailureCode": "TableNotFound", "FailureMessage": "The table is gone."}
    else:
        done = _import(ctx, table, description)
        save_table(ctx, replace(table, status="ACTIVE"))
    ctx.rows(imports).put(replace(found, description={**description, **done, "EndTime": ctx.now}))


def _import(ctx: Context, table: DynamoTable, description: dict) -> dict:
    """Fill the table; what the description gains."""
    state: dict[bytes, Stored] = {}
    size = processed = imported = 0
    read, options = READERS[description["InputFormat"]], description.get("InputFormatOptions", {})
    try:
        source = description["S3BucketSource"]
        for each in listed(ctx, source):
            data = content_of(ctx, source, each["Key"])
            size += len(data)
            text = unpacked(data, description["InputCompressionType"])
            for item in read(text.decode(), options, table.types):
                processed += 1
                stored = _stored(table, item)
                if stored is not None:
                    state[stored.key] = stored
                    imported += 1
    except AwsError as error:
        return {"ImportStatus": "FAILED", "FailureCode": f"S3{error.code}", "FailureMessage": error.message}
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        return {"ImportStatus": "FAILED", "FailureCode": "ItemValidationError", "FailureMessage": str(error)}
    fill(ctx, table, state.values())
    return {
        "ImportStatus": "COMPLETED", "ErrorCount": processed - imported, "ProcessedSizeBytes": size,
        "ProcessedItemCount": processed, "ImportedItemCount": imported,
    }  # fmt: skip


def _stored(table: DynamoTable, item: dict | None) -> Stored | None:
    """An item as the table would keep it; None for one that it can't."""
    if item is None:
        return None
    try:
        admitted, size = admit_item(item)
        writes.check_size(size)
        return writes.put(table, table.name, admitted, size).make(None, {})
    except (AwsError, KeyError, TypeError, AttributeError):
        return None  # the last three: no values of DynamoDB at all


def listed(ctx: Context, source: dict) -> list[dict]:
    """The objects under a prefix, as S3 lists them. Raises S3's errors."""
    found, params = [], {"Bucket": source["S3Bucket"], "Prefix": source.get("S3KeyPrefix", ""), **_owner(source)}
    while True:
        answer = ctx.call("s3", "ListObjectsV2", params)
        found += answer.get("Contents") or ()
        if not answer.get("NextContinuationToken"):
            return found
        params["ContinuationToken"] = answer["NextContinuationToken"]


def content_of(ctx: Context, source: dict, key: str) -> bytes:
    """Raises S3's errors."""
    content = ctx.call("s3", "GetObject", {"Bucket": source["S3Bucket"], "Key": key, **_owner(source)})["Body"]
    if not isinstance(content, Body):
        return content
    data = content.read()
    content.close()
    return data


def _owner(source: dict) -> dict:
    return {"ExpectedBucketOwner": source["S3BucketOwner"]} if "S3BucketOwner" in source else {}


@service.operation
def describe_import(ctx, ImportArn):
    """Raises ImportNotFoundException."""
    found = ctx.rows(imports).get(ImportArn)
    if found is None:
        raise AwsError("ImportNotFoundException", f"Import not found: {ImportArn}")
    return {"ImportTableDescription": found.description}


@service.operation
def list_imports(ctx, TableArn=None, PageSize=25, NextToken=None):
    """The caller's imports, of one table or of all."""
    wanted = [each for each in ctx.rows(imports) if TableArn in (None, each.description["TableArn"])]
    found, token = page(ctx, wanted, lambda each: each.arn, NextToken, PageSize, query=TableArn, invalid=INVALID_TOKEN)
    summaries = [{name: each.description[name] for name in SUMMARY if name in each.description} for each in found]
    return {"ImportSummaryList": summaries} | ({"NextToken": token} if token else {})
