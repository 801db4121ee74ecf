"""Making a new table out of kept items: restored from a backup or a moment, or imported.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Backups.html
"""

from collections.abc import Iterable

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.dynamodb import definitions, features, vectors
from emulator.services.dynamodb.descriptions import describe
from emulator.services.dynamodb.errors import invalid_value
from emulator.services.dynamodb.lifecycle import encryption, store_passing
from emulator.services.dynamodb.store import bare_name, fill
from emulator.services.dynamodb.tables import DynamoTable, Index, Stored, VectorIndex, tables

features.descriptions["restored"] = lambda data: {
    "RestoreSummary": {**data, "RestoreInProgress": False},
}


def restore(ctx: Context, source: DynamoTable, items: Iterable[Stored], summary: dict) -> dict:
    """A new table like ``source`` with these items, changed as the operation's input wants; its description.

    Streams, time to live, tags, policies and recovery settings don't come along.
    Raises TableAlreadyExistsException, ValidationException.
    """
    given = ctx.input
    name = bare_name(given["TargetTableName"])
    if name in ctx.rows(tables):
        raise AwsError("TableAlreadyExistsException", f"Table already exists: {name}")
    billing, read, write = _billing(source, given)
    table = DynamoTable(
        name=name, id=ctx.ids.uuid(), account=ctx.account, region=ctx.region, hash=source.hash, range=source.range,
        types=source.types, created=ctx.now, billing=billing,
        billing_since=ctx.now if billing == "PAY_PER_REQUEST" else 0.0, read=read, write=write,
        on_demand=given.get("OnDemandThroughputOverride", source.on_demand), table_class=source.table_class,
        indexes=_indexes(source, given, billing), vectors=_vectors(source, given, billing),
        sse=encryption(ctx, given["SSESpecificationOverride"]) if "SSESpecificationOverride" in given else source.sse,
    )  # fmt: skip
    used = {name for name, _ in table.keys} | {name for index in table.indexes for name, _ in index.keys}
    used |= set(vectors.names_in(table.vectors))
    table = replace(table, types={name: kind for name, kind in table.types.items() if name in used})
    table = features.with_feature(table, "restored", {**summary, "SourceTableArn": source.arn})
    changing = [index.name for index in (*table.indexes, *table.vectors) if not getattr(index, "local", False)]
    told = store_passing(ctx, table, "CREATING", changing)
    fill(ctx, table, items)
    description = describe(ctx, told, new=True)
    description["RestoreSummary"]["RestoreInProgress"] = True
    return {"TableDescription": description}


def _billing(source: DynamoTable, given: dict) -> tuple[str, int, int]:
    mode = given.get("BillingModeOverride")
    if mode is None and "ProvisionedThroughputOverride" not in given:
        return source.billing, source.read, source.write
    read, write = definitions.throughput(mode, given.get("ProvisionedThroughputOverride"))
    return mode or "PROVISIONED", read, write


def _indexes(source: DynamoTable, given: dict, billing: str) -> tuple[Index, ...]:
    """The source's indexes, or those that the overrides choose among them."""
    kept = []
    for local, member in ((True, "LocalSecondaryIndexOverride"), (False, "GlobalSecondaryIndexOverride")):
        own = [index for index in source.indexes if index.local is local]
        if member not in given:
            kept += own
            continue
        for override in given[member]:
            index = next((each for each in own if each.name == override["IndexName"]), None)
            if index is None:
                raise invalid_value(f"Index to restore does not exist in the source: {override['IndexName']}")
            throughput = override.get("ProvisionedThroughput")
            if throughput is not None:
                read, write = definitions.throughput(billing or None, throughput, index.name)
                index = replace(index, read=read, write=write)
            kept.append(index)
    if billing == "PAY_PER_REQUEST":
        return tuple(replace(index, read=0, write=0) for index in kept)
    return tuple(kept)


def _vectors(source: DynamoTable, given: dict, billing: str) -> tuple[VectorIndex, ...]:
    """The source's vector indexes, or those that the override chooses among them."""
    kept = source.vectors
    if "VectorIndexOverride" in given:
        by_name = {index.name: index for index in source.vectors}
        for override in given["VectorIndexOverride"]:
            if override["IndexName"] not in by_name:
                raise invalid_value(f"Index to restore does not exist in the source: {override['IndexName']}")
        kept = tuple(by_name[override["IndexName"]] for override in given["VectorIndexOverride"])
    vectors.check_all(kept, billing, [])
    return kept
