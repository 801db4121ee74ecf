"""Query, Scan and indexes: order, pages, filters, projections."""

import time

from conformance.probes import probe
from conformance.probes.dynamodb.making import (
    API,
    GUIDE,
    INVALID,
    index,
    item,
    put,
    query,
    sort_keys,
    table,
    value,
    values,
)


@probe("dynamodb", "Query", "Items of one partition key come in the order of the bytes of their sort keys",
       API + "API_Query.html")
def strings_sort_by_bytes(trial):
    name, keys = table(trial), ["A", "B", "a", "b", "é", "日", "😀"]
    for key in reversed(keys):
        put(trial, name, sk=key)
    assert sort_keys(query(trial, name)) == keys
    assert sort_keys(query(trial, name, ScanIndexForward=False)) == keys[::-1]


@probe("dynamodb", "Query", "Numeric sort keys come in the order of numbers", API + "API_Query.html")
def numbers_sort_as_numbers(trial):
    name, keys = table(trial, "pk:S sk:N"), ["-10", "-9.5", "0", "0.001", "2", "10"]
    for key in reversed(keys):
        put(trial, name, sk={"N": key})
    assert sort_keys(query(trial, name)) == keys


@probe("dynamodb", "Query", "begins_with and BETWEEN choose a range of sort keys, both ends included",
       GUIDE + "Query.KeyConditionExpressions.html")
def key_conditions_choose_ranges(trial):
    name = table(trial)
    for key in ("a1", "a2", "b1", "c"):
        put(trial, name, sk=key)
    assert sort_keys(query(trial, name, "pk = :p AND begins_with(sk, :s)", {"p": "a", "s": "a"})) == ["a1", "a2"]
    between = query(trial, name, "pk = :p AND sk BETWEEN :x AND :y", {"p": "a", "x": "a2", "y": "c"})
    assert sort_keys(between) == ["a2", "b1", "c"]


@probe("dynamodb", "Query", "Limit counts items before the filter, so that a page can be empty and still go on",
       GUIDE + "Query.FilterExpression.html")
def limits_count_before_filters(trial):
    name = table(trial)
    for key in "123":
        put(trial, name, sk=key, x=key)
    found = query(trial, name, "pk = :p", {"p": "a", "x": "3"}, FilterExpression="x = :x", Limit=2)
    assert (found["Count"], found["ScannedCount"]) == (0, 2), found
    assert found["LastEvaluatedKey"] == item(sk="2"), found


@probe("dynamodb", "Query", "The filter of a query can't look at the key", GUIDE + "Query.FilterExpression.html")
def filters_leave_keys_alone(trial):
    trial.refused("Query", INVALID, 400,
                  "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk",
                  TableName=table(trial), KeyConditionExpression="pk = :p", FilterExpression="sk = :p",
                  ExpressionAttributeValues=values(p="a"))


@probe("dynamodb", "Query", "A page ends at 1 MB and goes on at its LastEvaluatedKey until all is read",
       GUIDE + "Query.Pagination.html")
def pages_end_at_a_megabyte(trial):
    name, seen, start = table(trial), [], {}
    for key in "1234":
        put(trial, name, sk=key, x="x" * 390_000)
    pages = 0
    while start is not None:
        found = query(trial, name, **start)
        seen += sort_keys(found)
        pages += 1
        start = {"ExclusiveStartKey": found["LastEvaluatedKey"]} if found.get("LastEvaluatedKey") else None
    assert (seen, pages) == (list("1234"), 2), (seen, pages)


@probe("dynamodb", "Query", "Select COUNT counts without the items", API + "API_Query.html#DDB-Query-request-Select")
def counts_come_without_items(trial):
    name = table(trial)
    put(trial, name)
    found = query(trial, name, Select="COUNT")
    assert found["Count"] == 1 and not found.get("Items"), found


@probe("dynamodb", "Query", "A global index holds only items that have its key, and can hold many under one key",
       GUIDE + "GSI.html")
def global_indexes_are_sparse(trial):
    name = table(trial, types="x:S", GlobalSecondaryIndexes=[index("by_x", "x:S")])
    put(trial, name, sk="1", x="k")
    put(trial, name, sk="2", x="k")
    put(trial, name, sk="3")
    assert sorted(sort_keys(_of_index(trial, name, 2))) == ["1", "2"]


def _of_index(trial, name: str, expected: int) -> dict:
    """What a global index holds under k, when it has come: it is eventually consistent."""
    for _ in range(20):
        found = query(trial, name, "x = :x", {"x": "k"}, IndexName="by_x")
        if found["Count"] == expected:
            break
        time.sleep(0.25)
    return found


@probe("dynamodb", "Query", "An index gives what is projected into it and the keys, no more",
       GUIDE + "GSI.html#GSI.Projections")
def indexes_give_what_they_hold(trial):
    by_x = index("by_x", "x:S", "INCLUDE", ("held",))
    name = table(trial, types="x:S", GlobalSecondaryIndexes=[by_x])
    put(trial, name, x="k", held="1", left="2")
    assert _of_index(trial, name, 1)["Items"] == [item(x="k", held="1")]


@probe("dynamodb", "Query", "A global index can't be read consistently", GUIDE + "HowItWorks.ReadConsistency.html")
def global_indexes_are_not_consistent(trial):
    name = table(trial, types="x:S", GlobalSecondaryIndexes=[index("by_x", "x:S")])
    trial.refused("Query", INVALID, 400, "Consistent reads are not supported on global secondary indexes",
                  TableName=name, IndexName="by_x", ConsistentRead=True, KeyConditionExpression="x = :x",
                  ExpressionAttributeValues=values(x="k"))


@probe("dynamodb", "Query", "A local index fetches from the table what it does not hold",
       GUIDE + "LSI.html#LSI.Projections")
def local_indexes_fetch(trial):
    name = table(trial, types="x:S", LocalSecondaryIndexes=[index("by_x", "pk:S x:S", "KEYS_ONLY")])
    put(trial, name, x="k", left="2")
    found = query(trial, name, IndexName="by_x", ConsistentRead=True, Select="ALL_ATTRIBUTES")
    assert found["Items"] == [item(x="k", left="2")], found


@probe("dynamodb", "Scan", "The segments of a parallel scan together give every item once",
       GUIDE + "Scan.html#Scan.ParallelScan")
def segments_share_the_table(trial):
    name, seen = table(trial), []
    for number in range(20):
        put(trial, name, pk=f"p{number}")
    for segment in range(3):
        found = trial.ask("Scan", TableName=name, Segment=segment, TotalSegments=3, ConsistentRead=True)
        seen += [each["pk"]["S"] for each in found["Items"]]
    assert sorted(seen) == sorted(f"p{number}" for number in range(20)), seen


@probe("dynamodb", "BatchGetItem", "A batch can't name a key twice", API + "API_BatchGetItem.html")
def batches_name_keys_once(trial):
    name = table(trial)
    trial.refused("BatchGetItem", INVALID, 400, "Provided list of item keys contains duplicates",
                  RequestItems={name: {"Keys": [item(), item()]}})


@probe("dynamodb", "BatchWriteItem", "A batch writes 25 items at most", API + "API_BatchWriteItem.html")
def batches_have_a_limit(trial):
    name = table(trial)
    puts = [{"PutRequest": {"Item": item(sk=str(number))}} for number in range(25)]
    assert not trial.ask("BatchWriteItem", RequestItems={name: puts}).get("UnprocessedItems")
    puts.append({"PutRequest": {"Item": item(sk="25")}})
    trial.refused("BatchWriteItem", INVALID, 400, RequestItems={name: puts})


@probe("dynamodb", "ExecuteStatement", "A PartiQL SELECT with the key in its WHERE reads the item",
       GUIDE + "ql-reference.select.html")
def statements_select(trial):
    name = table(trial)
    put(trial, name, x="1")
    found = trial.ask("ExecuteStatement", Statement=f"SELECT x FROM \"{name}\" WHERE pk = ? AND sk = ?",
                      Parameters=[value("a"), value("1")])
    assert found["Items"] == [{"x": value("1")}], found


@probe("dynamodb", "SearchVectors", "A search of a vector index gives the nearest items first, without their vectors",
       GUIDE + "VectorSearchWorkingWith.html")
def vectors_are_found_by_nearness(trial):
    near = {"IndexName": "near", "VectorAttribute": {"AttributeName": "v"}, "Dimensions": 2,
            "DistanceFunction": "COSINE", "Projection": {"ProjectionType": "ALL"}}
    name = table(trial, VectorIndexes=[near])
    for key, vector in (("east", [1, 0]), ("north", [0, 1]), ("northeast", [1, 1])):
        put(trial, name, sk=key, v=vector)
    wanted = [value(1), value(0)]
    found = trial.ask("SearchVectors", TableName=name, IndexName="near", SearchVector=wanted, TopK=2)["SearchResults"]
    assert [each["Item"]["sk"]["S"] for each in found] == ["east", "northeast"], found
    assert all("v" not in each["Item"] for each in found), found
