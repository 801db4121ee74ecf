"""Lookup tables: CSV that queries enrich events with.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLookupTable.html
"""

import csv
import io

from emulator.engines import delimited
from emulator.kernel.store import replace
from emulator.resources import Listing, Resource, Tags, prefix
from emulator.services.logs.errors import BAD_TOKEN, exists, invalid, not_found
from emulator.services.logs.lookup import millis
from emulator.services.logs.service import service
from emulator.services.logs.tags import checked

LARGEST = 10 * 1024 * 1024  # bytes
MISSING = "The specified lookup table does not exist."

LookupTable = Resource(
    "LookupTable", service, id="lookupTableName",
    arn="arn:{partition}:logs:{region}:{account}:lookup-table:{lookupTableName}", arn_member="lookupTableArn",
    created="made", modified="changed", tags=Tags(member="tags"), list=Listing(
        "DescribeLookupTables", {"lookupTableNamePrefix": prefix("lookupTableName")}, limit=50,
        invalid_token=BAD_TOKEN),
)  # fmt: skip


def read(text: str) -> tuple[list[str], list[list[str]]]:
    """The columns and rows of CSV. Raises InvalidParameterException."""
    if len(text.encode()) > LARGEST:
        raise invalid("The table is larger than 10 MB.")
    try:
        columns, *rows = delimited.reader(io.StringIO(text), strict=True)
    except (csv.Error, ValueError):
        raise invalid("The table is not valid CSV with a header row.") from None
    if not all(columns) or len(set(columns)) < len(columns) or any(len(row) != len(columns) for row in rows):
        raise invalid("The table is not valid CSV with a header row.")
    return columns, rows


def named(ctx, name: str) -> tuple[list[str], list[list[str]]]:
    """The columns and rows of the table with a name. Raises ResourceNotFoundException."""
    found = LookupTable.find(ctx, {"lookupTableName": name})
    if found is None:
        raise not_found(MISSING)
    return read(found.document["tableBody"])


def _body(ctx, tableBody: str | None, queryId: str | None) -> dict:
    """What the table's text tells. Raises InvalidParameterException, ResourceNotFoundException."""
    if (tableBody is None) == (queryId is None):
        raise invalid("Exactly one of tableBody and queryId must be specified.")
    if queryId is not None:
        tableBody = _of_query(ctx, queryId)
    columns, rows = read(tableBody)
    return {"tableBody": tableBody, "tableFields": columns, "recordsCount": len(rows),
            "sizeBytes": len(tableBody.encode()), "lastUpdatedTime": millis(ctx)}  # fmt: skip


def _of_query(ctx, id: str) -> str:
    """The rows of a query as CSV."""
    answer = ctx.call("logs", "GetQueryResults", {"queryId": id})
    if answer["status"] != "Complete" or not answer["results"]:
        raise invalid("The query has no results.")
    rows = [{cell["field"]: cell["value"] for cell in row if cell["field"] != "@ptr"} for row in answer["results"]]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@service.operation
def create_lookup_table(ctx, lookupTableName, description=None, tableBody=None, queryId=None, kmsKeyId=None, tags=None):
    """Raises InvalidParameterException, ResourceAlreadyExistsException."""
    if LookupTable.find(ctx, {"lookupTableName": lookupTableName}) is not None:
        raise exists("The specified lookup table already exists.")
    given = {"lookupTableName": lookupTableName, "description": description, "kmsKeyId": kmsKeyId}
    document = {name: value for name, value in given.items() if value is not None} | _body(ctx, tableBody, queryId)
    made = LookupTable.make(ctx, document, checked({}, tags or {}))
    return {"lookupTableArn": made.arn, "createdAt": document["lastUpdatedTime"]}


def _find(ctx, arn: str):
    found = LookupTable.find_arn(ctx, arn)
    if found is None:
        raise not_found(MISSING)
    return found


@service.operation
def get_lookup_table(ctx, lookupTableArn):
    """Raises ResourceNotFoundException."""
    return LookupTable.output(ctx, _find(ctx, lookupTableArn), "GetLookupTable")


@service.operation
def update_lookup_table(ctx, lookupTableArn, description=None, tableBody=None, queryId=None, kmsKeyId=None):
    """Raises InvalidParameterException, ResourceNotFoundException."""
    found = _find(ctx, lookupTableArn)
    given = {"description": description, "kmsKeyId": kmsKeyId}
    changed = {name: value for name, value in given.items() if value is not None} | _body(ctx, tableBody, queryId)
    LookupTable.put(ctx, replace(found, document=found.document | changed, modified=ctx.now))
    return {"lookupTableArn": found.arn, "lastUpdatedTime": changed["lastUpdatedTime"]}


@service.operation
def delete_lookup_table(ctx, lookupTableArn):
    """Raises ResourceNotFoundException."""
    LookupTable.remove(ctx, _find(ctx, lookupTableArn))
