"""Partitions of a table, by their values; filtered by conditions on the partition keys.

https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-partitions.html
"""

import zlib
from typing import Any

from emulator.engines import partition_filters
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.kernel.store import Record, Table
from emulator.resources import page
from emulator.services.glue.common import BAD_TOKEN, detail, invalid, not_found, service
from emulator.services.glue.tables import CatalogTable, find

LISTED = 1000


class Partition(Record):
    """``members`` are those of a PartitionInput."""

    values: tuple[str, ...]
    members: dict[str, Any]
    created: float


partitions = Table("glue.partition", Partition, key=lambda partition: partition.values, ordered=True)


def _rows(ctx, record):
    return ctx.rows(partitions, *record.id)


def _of(ctx, record, values: list[str]) -> Partition:
    found = _rows(ctx, record).get(tuple(values))
    if found is None:
        raise not_found("Cannot find partition.")
    return found


def _told(ctx, record, partition: Partition) -> dict:
    return {
        **partition.members, "Values": list(partition.values), "DatabaseName": record.id[0], "TableName": record.id[1],
        "CreationTime": partition.created, "CatalogId": ctx.account,
    }  # fmt: skip


def _checked(record, given: dict) -> tuple[str, ...]:
    """The values of a partition, as many as its table has keys. Raises InvalidInputException."""
    values = tuple(given.get("Values") or ())
    if len(values) != len(record.document["PartitionKeys"]):
        raise invalid("The number of partition keys do not match the number of partition values")
    return values


def _create(ctx, record, given: dict) -> None:
    values = _checked(record, given)
    if values in _rows(ctx, record):
        raise AwsError("AlreadyExistsException", "Partition already exists.")
    _rows(ctx, record).put(Partition(values, given, ctx.now))


def _update(ctx, record, values: list[str], given: dict) -> None:
    before = _of(ctx, record, values)
    given = {"Values": list(before.values), **given}
    following = _checked(record, given)
    if following != before.values:
        if following in _rows(ctx, record):
            raise AwsError("AlreadyExistsException", "Partition already exists.")
        _rows(ctx, record).delete(before.values)
    _rows(ctx, record).put(Partition(following, given, before.created))


def _delete(ctx, record, values: list[str]) -> None:
    _rows(ctx, record).delete(_of(ctx, record, values).values)


def _each(entries: list[dict], member: str, values, change) -> dict:
    """Carry out a batch; ``Errors`` tells of each that could not be, with its values under ``member``."""
    errors = []
    for each in entries:
        try:
            change(each)
        except AwsError as error:
            errors.append({member: list(values(each)), "ErrorDetail": detail(error)})
    return {"Errors": errors}


@CatalogTable.on_delete
def table_deleted(ctx, record):
    _rows(ctx, record).clear()


@service.operation
def create_partition(ctx, DatabaseName, TableName, PartitionInput):
    """Raises AlreadyExistsException, EntityNotFoundException, InvalidInputException."""
    _create(ctx, find(ctx, DatabaseName, TableName), PartitionInput)


@service.operation
def batch_create_partition(ctx, DatabaseName, TableName, PartitionInputList):
    """What can't be made is told. Raises EntityNotFoundException."""
    record = find(ctx, DatabaseName, TableName)
    return _each(PartitionInputList, "PartitionValues", lambda each: each.get("Values") or (),
                 lambda each: _create(ctx, record, each))  # fmt: skip


@service.operation
def get_partition(ctx, DatabaseName, TableName, PartitionValues):
    """Raises EntityNotFoundException."""
    record = find(ctx, DatabaseName, TableName)
    return {"Partition": _told(ctx, record, _of(ctx, record, PartitionValues))}


@service.operation
def batch_get_partition(ctx, DatabaseName, TableName, PartitionsToGet):
    """Those that are there. Raises EntityNotFoundException for the table."""
    record = find(ctx, DatabaseName, TableName)
    found = [_rows(ctx, record).get(tuple(each["Values"])) for each in PartitionsToGet]
    return {"Partitions": [_told(ctx, record, each) for each in found if each is not None], "UnprocessedKeys": []}


@service.operation
def get_partitions(
    ctx, DatabaseName, TableName, Expression=None, NextToken=None, Segment=None, MaxResults=LISTED,
    ExcludeColumnSchema=False, TransactionId=None, QueryAsOfTime=None,
):  # fmt: skip
    """A page of those that fit the expression. Raises EntityNotFoundException, InvalidInputException."""
    if TransactionId is not None or QueryAsOfTime is not None:
        raise NotImplementedByEmulator("glue GetPartitions of governed tables")
    record = find(ctx, DatabaseName, TableName)
    fits = _filter(record, Expression)
    share = _segment(Segment)
    wanted = (each for each in _rows(ctx, record) if share(each) and fits(each.values))
    found, token = page(ctx, wanted, lambda each: each.values, NextToken, min(MaxResults, LISTED),
                        query=[*record.id, Expression, Segment], invalid=BAD_TOKEN)  # fmt: skip
    told = [_told(ctx, record, each) for each in found]
    if ExcludeColumnSchema:
        told = [_without_columns(each) for each in told]
    return {"Partitions": told, "NextToken": token}


def _filter(record, expression: str | None):
    if not expression:
        return lambda values: True
    keys = {each["Name"]: each.get("Type", "string") for each in record.document["PartitionKeys"]}
    try:
        return partition_filters.compiled(expression, keys)
    except partition_filters.Unreadable as error:
        raise invalid(f"Unsupported expression '{expression}'. {error}") from None


def _segment(segment: dict | None):
    """The share of one reader among several, by a digest of the values."""
    if segment is None:
        return lambda partition: True
    number, total = segment["SegmentNumber"], segment["TotalSegments"]
    return lambda partition: zlib.crc32("\0".join(partition.values).encode()) % total == number


def _without_columns(told: dict) -> dict:
    if "StorageDescriptor" not in told:
        return told
    kept = {name: value for name, value in told["StorageDescriptor"].items() if name != "Columns"}
    return {**told, "StorageDescriptor": kept}


@service.operation
def update_partition(ctx, DatabaseName, TableName, PartitionValueList, PartitionInput):
    """Raises EntityNotFoundException, InvalidInputException."""
    _update(ctx, find(ctx, DatabaseName, TableName), PartitionValueList, PartitionInput)


@service.operation
def batch_update_partition(ctx, DatabaseName, TableName, Entries):
    """What can't be changed is told. Raises EntityNotFoundException."""
    record = find(ctx, DatabaseName, TableName)
    return _each(Entries, "PartitionValueList", lambda each: each["PartitionValueList"],
                 lambda each: _update(ctx, record, each["PartitionValueList"], each["PartitionInput"]))  # fmt: skip


@service.operation
def delete_partition(ctx, DatabaseName, TableName, PartitionValues):
    """Raises EntityNotFoundException."""
    _delete(ctx, find(ctx, DatabaseName, TableName), PartitionValues)


@service.operation
def batch_delete_partition(ctx, DatabaseName, TableName, PartitionsToDelete):
    """What can't be deleted is told. Raises EntityNotFoundException."""
    record = find(ctx, DatabaseName, TableName)
    return _each(PartitionsToDelete, "PartitionValues", lambda each: each["Values"],
                 lambda each: _delete(ctx, record, each["Values"]))  # fmt: skip
