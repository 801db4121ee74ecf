"""Query and Scan: order, ranges, pages, indexes, selections."""

import pytest

VALIDATION = "ValidationException"
INVALID = "One or more parameter values were invalid: "
PK = {":p": {"S": "a"}}


def query(dynamodb, condition="pk = :p", values=None, **more):
    return dynamodb.query(
        TableName="table", KeyConditionExpression=condition, ExpressionAttributeValues=PK | (values or {}), **more
    )


@pytest.fixture
def numbered(dynamodb, make_table):
    """A table with number sort keys from -3 to 6 in steps of 1.5, and a neighbour."""
    make_table("pk:S sk:N")
    for text in ("6", "4.5", "-3", "0", "3", "-1.5", "1.5"):
        dynamodb.put_item(TableName="table", Item={"pk": {"S": "a"}, "sk": {"N": text}})
    dynamodb.put_item(TableName="table", Item={"pk": {"S": "b"}, "sk": {"N": "1"}})


def sort_keys(page) -> list[str]:
    return [next(iter(item["sk"].values())) for item in page["Items"]]


@pytest.mark.parametrize(
    ("condition", "values", "found"),
    [
        ("pk = :p", {}, "-3 -1.5 0 1.5 3 4.5 6"),
        ("pk = :p AND sk = :a", {":a": {"N": "1.50"}}, "1.5"),
        ("pk = :p AND sk < :a", {":a": {"N": "0"}}, "-3 -1.5"),
        ("pk = :p AND sk <= :a", {":a": {"N": "0"}}, "-3 -1.5 0"),
        ("sk > :a AND pk = :p", {":a": {"N": "3"}}, "4.5 6"),
        (":a <= sk AND :p = pk", {":a": {"N": "3"}}, "3 4.5 6"),
        ("pk = :p AND sk BETWEEN :a AND :b", {":a": {"N": "-1.5"}, ":b": {"N": "1.6"}}, "-1.5 0 1.5"),
        ("(pk = :p) AND (sk >= :a)", {":a": {"N": "1e1"}}, ""),
    ],
)
def test_ranges_of_numbers(dynamodb, numbered, condition, values, found):
    assert sort_keys(query(dynamodb, condition, values)) == found.split()
    assert sort_keys(query(dynamodb, condition, values, ScanIndexForward=False)) == found.split()[::-1]


def test_strings_sort_by_bytes(dynamodb, table):
    texts = ["", "\x00", "a", "a\x00", "a\x00b", "ab", "b", "z", "é", "ￏ", "😀"]
    for text in texts[1:]:
        dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}, "sk": {"S": text}})
    assert sort_keys(query(dynamodb)) == sorted(texts[1:], key=str.encode)
    assert sort_keys(query(dynamodb, "pk = :p AND begins_with(sk, :s)", {":s": {"S": "a"}})) == [
        "a",
        "a\x00",
        "a\x00b",
        "ab",
    ]
    assert sort_keys(query(dynamodb, "pk = :p AND sk > :s", {":s": {"S": "a"}}))[0] == "a\x00"


def test_binaries_sort_unsigned(dynamodb, make_table):
    make_table("pk:S sk:B")
    for data in (b"\xff", b"\x00", b"\x7f", b"\x80", b"\x00\x00", b"\xff\xff"):
        dynamodb.put_item(TableName="table", Item={"pk": {"S": "a"}, "sk": {"B": data}})
    assert sort_keys(query(dynamodb)) == [b"\x00", b"\x00\x00", b"\x7f", b"\x80", b"\xff", b"\xff\xff"]
    assert sort_keys(query(dynamodb, "pk = :p AND begins_with(sk, :s)", {":s": {"B": b"\xff"}})) == [
        b"\xff",
        b"\xff\xff",
    ]


def test_pages_by_limit_go_both_ways(dynamodb, numbered):
    for forward in (True, False):
        found, start = [], {}
        while True:
            page = query(dynamodb, Limit=2, ScanIndexForward=forward, **start)
            found += sort_keys(page)
            if "LastEvaluatedKey" not in page:
                break
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
        assert found == ["-3", "-1.5", "0", "1.5", "3", "4.5", "6"][:: 1 if forward else -1]


def test_a_full_page_tells_where_to_go_on_even_at_the_end(dynamodb, numbered):
    page = query(dynamodb, Limit=7)
    assert page["LastEvaluatedKey"] == {"pk": {"S": "a"}, "sk": {"N": "6"}}
    assert query(dynamodb, ExclusiveStartKey=page["LastEvaluatedKey"])["Count"] == 0


def test_pages_end_at_one_megabyte(dynamodb, table):
    for number in range(10):
        dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}, "sk": {"S": str(number)}, "v": {"S": "x" * 200_000}})
    page = query(dynamodb, FilterExpression="v = :none", values={":none": {"S": ""}}, ReturnConsumedCapacity="TOTAL")
    assert (page["Count"], page["ScannedCount"]) == (0, 6)
    assert page["LastEvaluatedKey"]["sk"] == {"S": "5"}
    assert page["ConsumedCapacity"]["CapacityUnits"] == 146.5


def test_filters_count_after_reading(dynamodb, numbered):
    page = dynamodb.scan(
        TableName="table", FilterExpression="sk > :a", ExpressionAttributeValues={":a": {"N": "1"}}, Select="COUNT"
    )
    assert (page["Count"], page["ScannedCount"], "Items" in page) == (4, 8, False)


def test_segments_share_a_scan(dynamodb, make_table):
    make_table("pk:S")
    names = {f"item {number}" for number in range(100)}
    for name in names:
        dynamodb.put_item(TableName="table", Item={"pk": {"S": name}})
    parts = [dynamodb.scan(TableName="table", TotalSegments=4, Segment=segment)["Items"] for segment in range(4)]
    found = [item["pk"]["S"] for part in parts for item in part]
    assert sorted(found) == sorted(names)
    assert all(10 < len(part) < 40 for part in parts)
    whole = [item["pk"]["S"] for item in dynamodb.scan(TableName="table")["Items"]]
    assert found == whole


def test_a_scan_comes_in_the_order_of_the_hash(dynamodb, make_table):
    make_table("pk:S")
    recorded = ["testAtomicWrites8", "testAtomicWrites7", "testAtomicWrites4", "testAtomicWrites5", "testAtomicWrites3"]
    for name in sorted(recorded):
        dynamodb.put_item(TableName="table", Item={"pk": {"S": name}})
    assert [item["pk"]["S"] for item in dynamodb.scan(TableName="table")["Items"]] == recorded


@pytest.fixture
def indexed(dynamodb, make_table):
    make_table(
        lsi={"by_x": "pk:S x:N"},
        gsi={"by_x_alone": "x:N sk:S"},
        projection={"ProjectionType": "INCLUDE", "NonKeyAttributes": ["kept"]},
    )
    for number in range(6):
        item = {"pk": {"S": "a"}, "sk": {"S": f"s{number}"}, "kept": {"S": "k"}, "left": {"S": "l"}}
        dynamodb.put_item(TableName="table", Item=item | ({"x": {"N": str(-number // 2)}} if number != 3 else {}))


def test_indexes_are_sparse_and_sorted(dynamodb, indexed):
    found = query(dynamodb, IndexName="by_x")["Items"]
    assert [item["sk"]["S"] for item in found] == ["s5", "s4", "s1", "s2", "s0"]
    assert found[0] == {"pk": {"S": "a"}, "sk": {"S": "s5"}, "x": {"N": "-3"}, "kept": {"S": "k"}}
    assert query(dynamodb, IndexName="by_x", Select="ALL_ATTRIBUTES")["Items"][0]["left"] == {"S": "l"}


def test_indexes_follow_every_write(dynamodb, indexed):
    def of_index():
        values = {":x": {"N": "7"}}
        given = {"KeyConditionExpression": "x = :x", "ExpressionAttributeValues": values, "IndexName": "by_x_alone"}
        return [item["sk"]["S"] for item in dynamodb.query(TableName="table", **given)["Items"]]

    key = {"pk": {"S": "a"}, "sk": {"S": "s3"}}
    set_x = {"UpdateExpression": "SET x = :x", "ExpressionAttributeValues": {":x": {"N": "7"}}}
    dynamodb.update_item(TableName="table", Key=key, **set_x)
    dynamodb.update_item(TableName="table", Key=key | {"sk": {"S": "s0"}}, **set_x)
    assert of_index() == ["s0", "s3"]
    dynamodb.update_item(TableName="table", Key=key, UpdateExpression="REMOVE x")
    assert of_index() == ["s0"]
    dynamodb.delete_item(TableName="table", Key=key | {"sk": {"S": "s0"}})
    assert of_index() == []


def test_pages_of_an_index_carry_both_keys(dynamodb, indexed):
    found, start = [], {}
    while True:
        page = dynamodb.scan(TableName="table", IndexName="by_x_alone", Limit=2, **start)
        found += [item["sk"]["S"] for item in page["Items"]]
        if "LastEvaluatedKey" not in page:
            break
        assert page["LastEvaluatedKey"].keys() == {"pk", "sk", "x"}
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    assert sorted(found) == ["s0", "s1", "s2", "s4", "s5"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"KeyConditionExpression": "sk = :p"}, "Query condition missed key schema element: pk"),
        ({"KeyConditionExpression": "pk > :p"}, "Query key condition not supported"),
        ({"KeyConditionExpression": "pk = :p OR sk = :p"}, "Invalid operator used in KeyConditionExpression: OR"),
        ({"KeyConditionExpression": "pk = :p AND sk IN (:p)"}, "Invalid operator used in KeyConditionExpression: IN"),
        (
            {"KeyConditionExpression": "pk = :p AND contains(sk, :p)"},
            "Invalid operator used in KeyConditionExpression: contains",
        ),
        (
            {"KeyConditionExpression": "pk = :p AND pk = :p"},
            "KeyConditionExpressions must only contain one condition per key",
        ),
        (
            {"KeyConditionExpression": "pk = :p AND sk.a = :p"},
            "KeyConditionExpressions cannot have conditions on nested attributes",
        ),
        (
            {"KeyConditionExpression": "pk = :p AND size(sk) = :p"},
            "KeyConditionExpressions cannot contain nested operations",
        ),
        ({"KeyConditionExpression": "pk = :p AND mine = :p"}, "Query condition missed key schema element: sk"),
        ({"IndexName": "nope"}, "The table does not have the specified index: nope"),
        (
            {"IndexName": "by_x_alone", "ConsistentRead": True},
            "Consistent reads are not supported on global secondary indexes",
        ),
        (
            {"FilterExpression": "sk = :p"},
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk",
        ),
        (
            {"Select": "SPECIFIC_ATTRIBUTES"},
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
        ),
        (
            {"Select": "ALL_PROJECTED_ATTRIBUTES"},
            "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
        ),
        (
            {"Select": "COUNT", "ProjectionExpression": "pk"},
            "Cannot specify the ProjectionExpression when choosing to get only the Count",
        ),
        ({"ExclusiveStartKey": {"pk": {"S": "a"}}}, "The provided starting key is invalid"),
        (
            {"ExclusiveStartKey": {"pk": {"S": "b"}, "sk": {"S": "b"}}},
            "The provided starting key is outside query boundaries based on provided conditions",
        ),
    ],
)  # fmt: skip
def test_queries_that_are_refused(dynamodb, indexed, refused, given, message):
    usual = {"TableName": "table", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": PK}
    assert refused(dynamodb.query, **usual | given) == (VALIDATION, message)


def test_what_a_global_index_does_not_hold_is_refused(dynamodb, indexed, refused):
    given = {
        "TableName": "table", "IndexName": "by_x_alone", "KeyConditionExpression": "x = :x",
        "ExpressionAttributeValues": {":x": {"N": "0"}},
    }  # fmt: skip
    names = {"#l": "left"}
    assert refused(dynamodb.query, ProjectionExpression="#l, kept", ExpressionAttributeNames=names, **given) == (
        VALIDATION, INVALID + "Global secondary index by_x_alone does not project [left]",
    )  # fmt: skip
    assert refused(dynamodb.query, Select="ALL_ATTRIBUTES", **given) == (
        VALIDATION,
        INVALID + "Select type ALL_ATTRIBUTES is not supported for global secondary index by_x_alone because its "
        "projection type is not ALL",
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"Segment": 0},
            "The TotalSegments parameter is required but was not present in the request when Segment parameter is "
            "present",
        ),
        (
            {"TotalSegments": 2},
            "The Segment parameter is required but was not present in the request when parameter TotalSegments is "
            "present",
        ),
        (
            {"Segment": 2, "TotalSegments": 2},
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 2 is not less "
            "than TotalSegments: 2",
        ),
        (
            {"ExclusiveStartKey": {"pk": {"S": "a"}}},
            "The provided starting key is invalid: The provided key element does not match the schema",
        ),
    ],
)  # fmt: skip
def test_scans_that_are_refused(dynamodb, indexed, refused, given, message):
    assert refused(dynamodb.scan, TableName="table", **given) == (VALIDATION, message)


def test_key_conditions_and_filters_from_before_expressions(dynamodb, indexed):
    page = dynamodb.query(
        TableName="table",
        KeyConditions={
            "pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]},
            "sk": {"ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [{"S": "s"}]},
        },
        QueryFilter={"x": {"ComparisonOperator": "NOT_NULL"}},
        AttributesToGet=["sk"],
    )
    assert page["Items"] == [{"sk": {"S": f"s{number}"}} for number in (0, 1, 2, 4, 5)]
    assert page["ScannedCount"] == 6
    assert dynamodb.scan(TableName="table", ScanFilter={"x": {"ComparisonOperator": "NULL"}})["Count"] == 1


def test_a_wrong_type_in_a_key_condition(dynamodb, indexed, refused):
    error = refused(
        dynamodb.query,
        TableName="table",
        KeyConditionExpression="pk = :p",
        ExpressionAttributeValues={":p": {"N": "1"}},
    )
    assert error == (VALIDATION, INVALID + "Condition parameter type does not match schema type")


def test_a_global_index_may_have_keys_of_several_attributes(dynamodb, refused):
    strings = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "tenant", "region", "day", "kind")]
    parts = (("tenant", "HASH"), ("region", "HASH"), ("day", "RANGE"), ("kind", "RANGE"))
    dynamodb.create_table(
        TableName="table",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=strings,
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[
            {
                "IndexName": "wide",
                "KeySchema": [{"AttributeName": name, "KeyType": kind} for name, kind in parts],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    for number in range(8):
        bits = dict(zip(("tenant", "region", "day", "kind"), ("t", f"r{number & 1}", f"d{number >> 2}", f"k{number}")))
        item = {"pk": {"S": str(number)}} | {name: {"S": text} for name, text in bits.items()}
        dynamodb.put_item(TableName="table", Item=item)

    def found(condition, **values):
        given = {f":{name}": {"S": text} for name, text in values.items()}
        return {
            "TableName": "table",
            "IndexName": "wide",
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": {each: each[1:] for each in ("#region", "#day") if each in condition},
            "ExpressionAttributeValues": given,
        }

    def kinds(condition, **values):
        return [item["kind"]["S"] for item in dynamodb.query(**found(condition, **values))["Items"]]

    whole = "tenant = :t AND #region = :r"
    assert kinds(whole, t="t", r="r1") == ["k1", "k3", "k5", "k7"]
    assert kinds(f"{whole} AND #day = :d", t="t", r="r1", d="d1") == ["k5", "k7"]
    assert kinds(f"{whole} AND #day = :d AND kind > :k", t="t", r="r1", d="d1", k="k5") == ["k7"]
    assert refused(dynamodb.query, **found("#region = :r", r="r1")) == (
        VALIDATION,
        "Query condition missed key schema element: tenant",
    )
