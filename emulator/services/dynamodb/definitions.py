"""What a client writes of a table or an index, checked and turned into records.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
"""

from emulator.services.dynamodb.errors import invalid, invalid_value
from emulator.services.dynamodb.store import INVALID_NAME, TABLE_NAME
from emulator.services.dynamodb.tables import Index, KeyPart

MOST_LOCAL = 5
MOST_GLOBAL = 20
MOST_PARTS = 4  # attributes of either half of a global index's key


def check_name(name: str) -> None:
    if not TABLE_NAME.fullmatch(name):
        raise invalid(INVALID_NAME)


def types_of(definitions: list[dict] | None) -> dict[str, str]:
    """Attribute definitions as types by name. Raises ValidationException."""
    types = {}
    for each in definitions or ():
        name, kind = each["AttributeName"], each["AttributeType"]
        if types.setdefault(name, kind) != kind:
            raise invalid_value(f"Cannot redefine attribute: {name}")
    return types


Parts = tuple[KeyPart, ...]


def key_parts(schema: list[dict], types: dict[str, str], table: bool) -> tuple[Parts, Parts]:
    """Partition and sort key of a schema. Only a global index may have several attributes in each."""
    hashes = [each["AttributeName"] for each in schema if each["KeyType"] == "HASH"]
    ranges = [each["AttributeName"] for each in schema if each["KeyType"] == "RANGE"]
    if schema[0]["KeyType"] != "HASH":
        raise invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
    if table and len(schema) > 2:
        raise invalid(
            f"1 validation error detected: Value '{_shown(schema)}' at 'keySchema' failed to satisfy constraint: "
            "Member must have length less than or equal to 2"
        )
    if table and len(hashes) > 1:
        raise invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
    if len(set(hashes + ranges)) < len(schema):
        raise invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name")
    if any(name not in types for name in hashes + ranges):
        raise invalid_value(_undefined(hashes + ranges, types))
    return tuple((name, types[name]) for name in hashes), tuple((name, types[name]) for name in ranges)


def _undefined(names: list[str], types: dict[str, str]) -> str:
    return (
        "Some index key attributes are not defined in AttributeDefinitions. "
        f"Keys: [{', '.join(names)}], AttributeDefinitions: [{', '.join(types)}]"
    )


def _shown(schema: list[dict]) -> str:
    inner = [f"KeySchemaElement(attributeName={each['AttributeName']}, keyType={each['KeyType']})" for each in schema]
    return f"[{', '.join(inner)}]"


def throughput(billing: str | None, given: dict | None, index: str = "") -> tuple[int, int]:
    """Read and write units as they fit the billing mode. Raises ValidationException."""
    if billing == "PAY_PER_REQUEST":
        if given is not None:
            if index:
                raise invalid_value(
                    f"ProvisionedThroughput should not be specified for index: {index} when BillingMode is "
                    "PAY_PER_REQUEST"
                )
            raise invalid_value(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
            )
        return 0, 0
    if given is None:
        if index:
            raise invalid_value(f"ProvisionedThroughput must be specified for index: {index}")
        raise invalid_value(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
        )
    return given["ReadCapacityUnits"], given["WriteCapacityUnits"]


def global_index(given: dict, types: dict[str, str], billing: str | None) -> Index:
    """Raises ValidationException."""
    name = given["IndexName"]
    hashes, ranges = key_parts(given["KeySchema"], types, table=False)
    for parts, what in ((hashes, "hash"), (ranges, "range")):
        if len(parts) > MOST_PARTS:
            raise invalid_value(f"Number of {what} keys exceeds the limit of {MOST_PARTS} for index: {name}")
    projection, include = _projection(given["Projection"])
    read, write = throughput(billing, given.get("ProvisionedThroughput"), name)
    return Index(
        name=name, local=False, hash=hashes, range=ranges, projection=projection, include=include, read=read,
        write=write, on_demand=given.get("OnDemandThroughput"), warm=given.get("WarmThroughput"),
    )  # fmt: skip


def local_index(given: dict, types: dict[str, str], hashes: Parts) -> Index:
    """Raises ValidationException."""
    name = given["IndexName"]
    own, ranges = key_parts(given["KeySchema"], types, table=True)
    if not ranges:
        raise invalid_value(f"Index KeySchema does not have a range key for index: {name}")
    if own != hashes:
        raise invalid_value(
            f"Index KeySchema does not have the same leading hash key as table KeySchema for index: {name}. "
            f"index hash key: {own[0][0]}, table hash key: {hashes[0][0]}"
        )
    projection, include = _projection(given["Projection"])
    return Index(name=name, local=True, hash=own, range=ranges, projection=projection, include=include)


def _projection(given: dict) -> tuple[str, tuple[str, ...]]:
    kind, include = given.get("ProjectionType"), given.get("NonKeyAttributes")
    if kind is None:
        raise invalid_value("Unknown ProjectionType: null")
    if kind != "INCLUDE" and include is not None:
        raise invalid_value(f"ProjectionType is {kind}, but NonKeyAttributes is specified")
    if kind == "INCLUDE" and include is None:
        raise invalid_value("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
    return kind, tuple(include or ())


def indexes_of(given: dict, types: dict[str, str], hashes: Parts, ranges: Parts) -> tuple[Index, ...]:
    """The indexes of CreateTable. Raises ValidationException."""
    local, world = given.get("LocalSecondaryIndexes"), given.get("GlobalSecondaryIndexes")
    if local is not None and not local:
        raise invalid_value("List of LocalSecondaryIndexes is empty")
    if world is not None and not world:
        raise invalid_value("List of GlobalSecondaryIndexes is empty")
    if local and not ranges:
        raise invalid_value(
            "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"
        )
    found = [local_index(each, types, hashes) for each in local or ()]
    found += [global_index(each, types, given.get("BillingMode")) for each in world or ()]
    names = [index.name for index in found]
    repeated = next((name for number, name in enumerate(names) if name in names[:number]), None)
    if repeated is not None:
        raise invalid_value(f"Duplicate index name: {repeated}")
    if len(local or ()) > MOST_LOCAL:
        raise invalid_value(f"Number of LocalSecondaryIndexes exceeds per-table limit of {MOST_LOCAL}")
    if len(world or ()) > MOST_GLOBAL:
        raise invalid_value(f"GlobalSecondaryIndex count exceeds the per-table limit of {MOST_GLOBAL}")
    return tuple(found)


def check_all_used(types: dict[str, str], keys: Parts, indexes: tuple[Index, ...], searched: list[str]) -> None:
    """Every attribute definition belongs to some key or to a search schema. Raises ValidationException."""
    of_indexes = [name for index in indexes for name, _ in index.keys]
    used = list(dict.fromkeys([name for name, _ in keys] + of_indexes + searched))
    if len(used) == len(types):
        return
    if not indexes and not searched:
        raise invalid_value(
            "Number of attributes in KeySchema does not exactly match number of attributes defined in "
            "AttributeDefinitions"
        )
    raise invalid_value(
        f"Some AttributeDefinitions are not used. AttributeDefinitions: [{', '.join(types)}], "
        f"keys used: [{', '.join(used)}]"
    )
