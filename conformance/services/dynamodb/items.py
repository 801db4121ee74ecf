"""Items: reads and writes one by one, in batches, in transactions, by PartiQL, and what proves them."""

from conformance.services.declared import Error
from conformance.services.dynamodb.hints import ITEM, KEY, NEW, declared
from conformance.services.dynamodb.tables import absent


@declared.fixture("requests", None, absent, Error("ResourceNotFoundException", 400))
def requests(world):
    """What goes with several items at once, on the fixture's table."""
    name = world.fixture("table")["TableName"]
    writes = [{"PutRequest": {"Item": NEW}}, {"DeleteRequest": {"Key": KEY}}]
    statement = f"SELECT * FROM \"{name}\" WHERE pk = 'p' AND sk = '1'"
    return {
        "get": {name: {"Keys": [KEY, {"pk": {"S": "p"}, "sk": {"S": "missing"}}]}}, "write": {name: writes},
        "transact get": [{"Get": {"TableName": name, "Key": KEY}}],
        "transact write": [{"Put": {"TableName": name, "Item": NEW}}, {"Delete": {"TableName": name, "Key": KEY}}],
        "select": statement, "batch": [{"Statement": statement}],
    }


declared.before.update({operation: ("table",) for operation in ("GetItem", "Query", "Scan")})


def item(proof, given, key):
    return proof.read("GetItem", {"TableName": given["TableName"], "Key": key, "ConsistentRead": True}).get("Item")


#: What reads and writes of an item with all attributes tell of capacity, table and indexes apart.
BOTH = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
declared.looking.update({"BatchGetItem", "BatchExecuteStatement", "ExecuteStatement", "ExecuteTransaction",
                         "TransactGetItems"})


def told_capacity(proof, given, answer, indexes=(), units=()):
    """ConsumedCapacity is told when it is asked for, and only then; table and ``indexes`` apart for INDEXES alone.

    ``units``: what a transaction tells beside the sum.
    """
    asked = given.get("ReturnConsumedCapacity", "NONE")
    proof.equal("ConsumedCapacity told", asked != "NONE", "ConsumedCapacity" in answer)
    if asked != "NONE":
        found = answer["ConsumedCapacity"]
        wanted = {"TableName", "CapacityUnits", *units, *(("Table", *indexes) if asked == "INDEXES" else ())}
        for each in found if isinstance(found, list) else [found]:
            proof.equal("ConsumedCapacity", sorted(wanted), sorted(each))
            proof.true("ConsumedCapacity.CapacityUnits", each["CapacityUnits"] > 0, "above zero")


def told_metrics(proof, given, answer, key, table=None):
    """ItemCollectionMetrics of a table with a local index, when they are asked for; by ``table`` in batches."""
    found = answer.get("ItemCollectionMetrics")
    if given.get("ReturnItemCollectionMetrics") != "SIZE":
        proof.equal("ItemCollectionMetrics", None, found)
        return
    rows = found[table] if table else [found]
    proof.true("ItemCollectionMetrics", {"pk": key["pk"]} in [each["ItemCollectionKey"] for each in rows], "the key's")
    for each in rows:
        proof.equal("SizeEstimateRangeGB", 2, len(each["SizeEstimateRangeGB"]))


@declared.check("PutItem")
def item_put(proof, world, given, answer):
    key = {name: given["Item"][name] for name in KEY}
    proof.equal("Item", given["Item"], item(proof, given, key))
    old = ITEM if key == KEY and given.get("ReturnValues") == "ALL_OLD" else None
    proof.equal("Attributes", old, answer.get("Attributes"))
    told_capacity(proof, given, answer, BOTH if "a" in given["Item"] else ())
    told_metrics(proof, given, answer, given["Item"])


@declared.check("GetItem")
def item_told(proof, world, given, answer):
    names = [each.strip() for each in given["ProjectionExpression"].split(",")] if "ProjectionExpression" in given \
        else list(ITEM)
    proof.equal("Item", {name: ITEM[name] for name in names if name in ITEM}, answer.get("Item"))
    told_capacity(proof, given, answer)


@declared.check("DeleteItem")
def item_deleted(proof, world, given, answer):
    proof.equal("Item", None, item(proof, given, given["Key"]))
    proof.equal("Attributes", ITEM if given.get("ReturnValues") == "ALL_OLD" else None, answer.get("Attributes"))
    told_capacity(proof, given, answer, BOTH)
    told_metrics(proof, given, answer, given["Key"])


AFTER = {
    "REMOVE a": {name: value for name, value in ITEM.items() if name != "a"}, "REMOVE a, n": KEY,
    "SET b = a, c = if_not_exists(z, n)": {**ITEM, "b": ITEM["a"], "c": ITEM["n"]},
}


@declared.check("UpdateItem")
def item_updated(proof, world, given, answer):
    after = AFTER[given["UpdateExpression"]]
    proof.equal("Item", after, item(proof, given, given["Key"]))
    changed = {name for name in {**ITEM, **after} if ITEM.get(name) != after.get(name)}
    wanted = {
        "ALL_OLD": ITEM, "ALL_NEW": after,
        "UPDATED_OLD": {name: value for name, value in ITEM.items() if name in changed} or None,
        "UPDATED_NEW": {name: value for name, value in after.items() if name in changed} or None,
    }.get(given.get("ReturnValues"))
    proof.equal("Attributes", wanted, answer.get("Attributes"))
    told_capacity(proof, given, answer, BOTH)
    told_metrics(proof, given, answer, given["Key"])


@declared.check("Query", "Scan")
def items_found(proof, world, given, answer):
    """The table holds the one item; a start behind it or a filter against it finds nothing."""
    begun = "ExclusiveStartKey" in given
    kept = not begun and given.get("FilterExpression") != "attribute_not_exists(n)"
    proof.equal("Count", int(kept), answer["Count"])
    proof.equal("ScannedCount", int(not begun), answer["ScannedCount"])
    if given.get("Select") == "COUNT":
        proof.true("Items", "Items" not in answer, "not told", answer.get("Items"))
    else:
        names = [each.strip() for each in given["ProjectionExpression"].split(",")] if "ProjectionExpression" in given \
            else list(ITEM)
        proof.equal("Items", [{name: ITEM[name] for name in names if name in ITEM}] if kept else [], answer["Items"])
    more = given.get("Limit") == 1 and not begun
    proof.equal("LastEvaluatedKey told", more, "LastEvaluatedKey" in answer)
    told_capacity(proof, given, answer, ("LocalSecondaryIndexes",) if "IndexName" in given else ())


@declared.check("BatchGetItem")
def batch_told(proof, world, given, answer):
    proof.equal("Responses", {world.fixture("table")["TableName"]: [ITEM]}, answer["Responses"])
    proof.equal("UnprocessedKeys", {}, answer["UnprocessedKeys"])
    told_capacity(proof, given, answer)


@declared.check("BatchWriteItem", "TransactWriteItems")
def batch_written(proof, world, given, answer):
    name = {"TableName": world.fixture("table")["TableName"]}
    proof.equal("put", NEW, item(proof, name, NEW))
    proof.equal("deleted", None, item(proof, name, KEY))
    if "UnprocessedItems" in answer:
        proof.equal("UnprocessedItems", {}, answer["UnprocessedItems"])
    told_capacity(proof, given, answer, BOTH, () if "RequestItems" in given else ("WriteCapacityUnits",))
    told_metrics(proof, given, answer, KEY, name["TableName"])


declared.present["BatchWriteItem"] = ("UnprocessedItems",)


@declared.check("TransactGetItems")
def transaction_told(proof, world, given, answer):
    proof.equal("Responses", [{"Item": ITEM}], answer["Responses"])
    told_capacity(proof, given, answer, (), ("ReadCapacityUnits",))


@declared.check("ExecuteStatement")
def statement_told(proof, world, given, answer):
    proof.equal("Items", [ITEM], answer["Items"])
    proof.equal("LastEvaluatedKey told", given.get("Limit") == 1, "LastEvaluatedKey" in answer)
    told_capacity(proof, given, answer)


@declared.check("BatchExecuteStatement", "ExecuteTransaction")
def statements_told(proof, world, given, answer):
    proof.equal("Responses", [ITEM], [each["Item"] for each in answer["Responses"]])
    told_capacity(proof, given, answer, (), () if "Statements" in given else ("ReadCapacityUnits",))
