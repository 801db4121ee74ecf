"""Tables of the Data Catalog, and their versions: every update makes one.

https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-tables.html
"""

from operator import attrgetter
from typing import Any

import re2

from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.kernel.store import Record, Table, replace
from emulator.resources import Listing, Parent, Resource, equal, page
from emulator.services.glue.common import BAD_TOKEN, detail, invalid, not_found, service
from emulator.services.glue.databases import Database

ATTRIBUTES = {"NAME": "Name", "TABLE_TYPE": "TableType"}
STORAGE = {
    "Columns": [], "Location": "", "InputFormat": "", "OutputFormat": "", "Compressed": False, "NumberOfBuckets": 0,
    "BucketColumns": [], "SortColumns": [], "Parameters": {}, "StoredAsSubDirectories": False,
}  # fmt: skip
ELSEWHERE = ("OpenTableFormatInput", "UpdateOpenTableFormatInput", "ViewUpdateAction", "TransactionId", "QueryAsOfTime")


class TableVersion(Record):
    """A table as it was from an update on; ``shown`` is what GetTable answered."""

    number: int
    shown: dict[str, Any]


table_versions = Table("glue.table_version", TableVersion, key=attrgetter("number"), ordered=True)


def matches(view: dict, expression: str) -> bool:
    try:
        return re2.fullmatch(expression, view["Name"], _SILENT) is not None
    except re2.error:
        raise invalid(f"Invalid expression: {expression}") from None


_SILENT = re2.Options()
_SILENT.log_errors = False

CatalogTable = Resource(
    "Table", service, id="Name", folded=True, arn="arn:{partition}:glue:{region}:{account}:table/{DatabaseName}/{Name}",
    create="CreateTable", read="GetTable", update="UpdateTable", delete="DeleteTable", parent=Parent(
        Database, "DatabaseName"),
    list=Listing("GetTables", {
        "CatalogId": equal("CatalogId"), "Expression": matches, "AuditContext": lambda view, given: True,
        "AttributesToGet": lambda view, given: True}, invalid_token=BAD_TOKEN),
    envelopes=("TableInput",), replaces=True, created="CreateTime", modified="UpdateTime",
    defaults={"Retention": 0, "PartitionKeys": []},
    missing=("EntityNotFoundException", "Table {Name} not found."),
    exists=("AlreadyExistsException", "Table already exists."),
    cloudformation="AWS::Glue::Table",
)  # fmt: skip


@CatalogTable.on_prepare
def prepared(ctx, document, before):
    """Raises InvalidInputException; what belongs to open table formats, views and governed tables is not there."""
    for name in ELSEWHERE:
        if name in document:
            raise NotImplementedByEmulator(f"glue {ctx.operation} with {name}")
    if not document.get("Name"):
        raise invalid("Table name is required.")
    if "StorageDescriptor" in document:
        document = {**document, "StorageDescriptor": {**STORAGE, **document["StorageDescriptor"]}}
    return {name: value for name, value in document.items() if name not in ("SkipArchive", "VersionId", "Force")}


@CatalogTable.on_create
def created(ctx, record):
    return _versioned(ctx, replace(record, private={"version": 0, "by": ctx.principal.arn}))


@CatalogTable.on_update
def updated(ctx, record, before):
    """Raises ConcurrentModificationException where another version is named than the newest."""
    newest = before.private["version"]
    if ctx.input.get("VersionId", str(newest)) != str(newest):
        raise AwsError("ConcurrentModificationException", "Update table failed due to concurrent modifications.")
    if ctx.input.get("SkipArchive"):
        _versions(ctx, record.id).delete(newest)
    return _versioned(ctx, replace(record, private={**before.private, "version": newest + 1}))


@CatalogTable.on_delete
def deleted(ctx, record):
    _versions(ctx, record.id).clear()


@CatalogTable.on_read
def shown(ctx, record):
    return {
        "CatalogId": record.arn.split(":")[4], "VersionId": str(record.private["version"]),
        "CreatedBy": record.private["by"], "IsRegisteredWithLakeFormation": False, "IsMultiDialectView": False,
    }  # fmt: skip


def _versions(ctx, id: tuple[str, ...]):
    return ctx.rows(table_versions, *id)


def _versioned(ctx, record):
    told = CatalogTable.output(ctx, record, "GetTable")["Table"]
    _versions(ctx, record.id).put(TableVersion(record.private["version"], told))
    return record


_list = service.functions["get_tables"]


@service.operation
def get_tables(ctx, AttributesToGet=None, **given):
    """A page of a database's tables, or of the attributes asked for. Raises EntityNotFoundException."""
    answer = _list(ctx, **given)
    if AttributesToGet:
        wanted = [ATTRIBUTES[each] for each in AttributesToGet]
        answer["TableList"] = [{name: each[name] for name in wanted if name in each} for each in answer["TableList"]]
    return answer


def check_database(ctx) -> None:
    """Whatever a call does in a database, that is looked for first. Raises EntityNotFoundException."""
    if "DatabaseName" in ctx.input:
        Database.get(ctx, {"Name": ctx.input["DatabaseName"]})


service.before.append(check_database)


def find(ctx, database: str, name: str):
    """The record of a table. Raises EntityNotFoundException."""
    return CatalogTable.get(ctx, {"DatabaseName": database, "Name": name})


@service.operation
def batch_delete_table(ctx, DatabaseName, TablesToDelete, TransactionId=None):
    """Raises EntityNotFoundException for the database; what can't be deleted is told."""
    if TransactionId is not None:
        raise NotImplementedByEmulator("glue BatchDeleteTable with TransactionId")
    errors = []
    for name in TablesToDelete:
        try:
            CatalogTable.remove(ctx, find(ctx, DatabaseName, name))
        except AwsError as error:
            errors.append({"TableName": name, "ErrorDetail": detail(error)})
    return {"Errors": errors}


# Versions


def _version(ctx, record, wanted: str) -> TableVersion:
    found = _versions(ctx, record.id).get(int(wanted)) if wanted.isascii() and wanted.isdigit() else None
    if found is None:
        raise not_found(f"Version {wanted} of table {record.id[-1]} not found.")
    return found


def _told(version: TableVersion) -> dict:
    return {"Table": version.shown, "VersionId": str(version.number)}


@service.operation
def get_table_version(ctx, DatabaseName, TableName, VersionId=None):
    """A version, by default the newest. Raises EntityNotFoundException."""
    record = find(ctx, DatabaseName, TableName)
    return {"TableVersion": _told(_version(ctx, record, VersionId or str(record.private["version"])))}


@service.operation
def get_table_versions(ctx, DatabaseName, TableName, NextToken=None, MaxResults=100):
    """The versions that are kept, the newest first. Raises EntityNotFoundException, InvalidInputException."""
    record = find(ctx, DatabaseName, TableName)
    newest_first = sorted(_versions(ctx, record.id), key=lambda each: -each.number)
    found, token = page(ctx, newest_first, lambda each: -each.number, NextToken, MaxResults,
                        query=list(record.id), invalid=BAD_TOKEN)  # fmt: skip
    return {"TableVersions": [_told(each) for each in found], "NextToken": token}


@service.operation
def delete_table_version(ctx, DatabaseName, TableName, VersionId):
    """Raises EntityNotFoundException; InvalidInputException for the newest, which the table is."""
    record = find(ctx, DatabaseName, TableName)
    found = _version(ctx, record, VersionId)
    if found.number == record.private["version"]:
        raise invalid("The current version of a table can't be deleted.")
    _versions(ctx, record.id).delete(found.number)


@service.operation
def batch_delete_table_version(ctx, DatabaseName, TableName, VersionIds):
    """What can't be deleted is told. Raises EntityNotFoundException for the table."""
    find(ctx, DatabaseName, TableName)
    errors = []
    for each in VersionIds:
        try:
            delete_table_version(ctx, DatabaseName, TableName, each)
        except AwsError as error:
            errors.append({"TableName": TableName, "VersionId": each, "ErrorDetail": detail(error)})
    return {"Errors": errors}
