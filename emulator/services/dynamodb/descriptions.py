"""Tables and indexes as answers describe them.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
"""

from emulator.kernel.context import Context
from emulator.services.dynamodb import features, vectors
from emulator.services.dynamodb.store import entries_of, projected, rows_of
from emulator.services.dynamodb.tables import DynamoTable, Index, KeyPart
from emulator.services.dynamodb.values import item_size, load

# What an on-demand table can take at once, read and write.
WARM_ON_DEMAND = (12_000, 4_000)


def describe(ctx: Context, table: DynamoTable, new: bool = False) -> dict:
    """The TableDescription. ``new``: without what CreateTable does not tell yet."""
    rows = rows_of(ctx, table)
    out = {
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": kind} for name, kind in sorted(table.types.items())
        ],
        "TableName": table.name,
        "KeySchema": key_schema(table.hash, table.range),
        "TableStatus": table.status,
        "CreationDateTime": table.created,
        "ProvisionedThroughput": _throughput(table),
        "TableSizeBytes": sum(stored.size for stored in rows),
        "ItemCount": len(rows),
        "TableArn": table.arn,
        "TableId": table.id,
        "DeletionProtectionEnabled": table.deletion_protection,
    }
    if table.billing == "PAY_PER_REQUEST" or table.billing_since:
        out["BillingModeSummary"] = {"BillingMode": table.billing or "PROVISIONED"}
        if table.billing == "PAY_PER_REQUEST" and not new:
            out["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"] = table.billing_since
    for member, local in (("LocalSecondaryIndexes", True), ("GlobalSecondaryIndexes", False)):
        found = [_index(ctx, table, index, new) for index in table.indexes if index.local is local]
        if found:
            out[member] = found
    if table.vectors:
        out["VectorIndexes"] = [vectors.describe(ctx, table, index) for index in table.vectors]
    if table.stream:
        out["StreamSpecification"] = table.stream
    if table.stream_label:
        out["LatestStreamLabel"] = table.stream_label
        out["LatestStreamArn"] = f"{table.arn}/stream/{table.stream_label}"
    if table.sse:
        out["SSEDescription"] = table.sse
    if table.table_class:
        out["TableClassSummary"] = {"TableClass": table.table_class}
        if table.table_class_since:
            out["TableClassSummary"]["LastUpdateDateTime"] = table.table_class_since
    if table.on_demand:
        out["OnDemandThroughput"] = table.on_demand
    if not new:
        out["WarmThroughput"] = _warm(table, table)
    if table.more:
        out |= features.described(table)
    return out


def key_schema(hashes: tuple[KeyPart, ...], ranges: tuple[KeyPart, ...]) -> list[dict]:
    return [{"AttributeName": name, "KeyType": "HASH"} for name, _ in hashes] + [
        {"AttributeName": name, "KeyType": "RANGE"} for name, _ in ranges
    ]


def _throughput(table: DynamoTable) -> dict:
    out = {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": table.read, "WriteCapacityUnits": table.write}
    if table.increased:
        out["LastIncreaseDateTime"] = table.increased
    if table.decreased:
        out["LastDecreaseDateTime"] = table.decreased
    return out


def _warm(table: DynamoTable, of: DynamoTable | Index) -> dict:
    reads, writes = (of.read, of.write) if table.billing != "PAY_PER_REQUEST" else WARM_ON_DEMAND
    given = of.warm or {}
    return {
        "ReadUnitsPerSecond": given.get("ReadUnitsPerSecond", reads),
        "WriteUnitsPerSecond": given.get("WriteUnitsPerSecond", writes),
        "Status": "ACTIVE",
    }


def _index(ctx: Context, table: DynamoTable, index: Index, new: bool) -> dict:
    entries = entries_of(ctx, table, index)
    rows = rows_of(ctx, table)
    projection = {"ProjectionType": index.projection}
    if index.include:
        projection["NonKeyAttributes"] = list(index.include)
    if index.projection == "ALL":
        size = sum(rows[entry.item].size for entry in entries)
    else:
        size = sum(item_size(projected(table, index, load(rows[entry.item].body))) for entry in entries)
    out = {
        "IndexName": index.name,
        "KeySchema": key_schema(index.hash, index.range),
        "Projection": projection,
        "IndexSizeBytes": size,
        "ItemCount": len(entries),
        "IndexArn": f"{table.arn}/index/{index.name}",
    }
    if index.local:
        return out
    out["IndexStatus"] = index.status
    out["ProvisionedThroughput"] = {
        "NumberOfDecreasesToday": 0, "ReadCapacityUnits": index.read, "WriteCapacityUnits": index.write,
    }  # fmt: skip
    if index.status == "CREATING":
        out["Backfilling"] = False
    if index.on_demand:
        out["OnDemandThroughput"] = index.on_demand
    if not new:
        out["WarmThroughput"] = _warm(table, index)
    return out


def describe_deleted(table: DynamoTable) -> dict:
    """The few things that DeleteTable tells of a table."""
    return {
        "TableName": table.name,
        "TableStatus": "DELETING",
        "ProvisionedThroughput": _throughput(table),
        "TableSizeBytes": 0,
        "ItemCount": 0,
        "TableArn": table.arn,
        "TableId": table.id,
        "DeletionProtectionEnabled": table.deletion_protection,
    }
