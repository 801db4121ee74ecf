"""Batches, transactions and PartiQL."""

import pytest
from botocore.exceptions import ClientError

VALIDATION = "ValidationException"
CANCELLED = "Transaction cancelled, please refer cancellation reasons for specific reasons "


def key(text: str) -> dict:
    return {"pk": {"S": text}}


@pytest.fixture
def flat(make_table) -> str:
    """The name of a table with a partition key alone."""
    return make_table("pk:S")


def names(dynamodb) -> list[str]:
    return sorted(item["pk"]["S"] for item in dynamodb.scan(TableName="table")["Items"])


def put(text: str, **more) -> dict:
    return {"Put": {"TableName": "table", "Item": key(text)} | more}


# Batches


def test_a_batch_of_writes_and_one_of_reads(dynamodb, flat):
    dynamodb.put_item(TableName=flat, Item=key("old"))
    requests = [{"PutRequest": {"Item": key(f"new {number}")}} for number in range(24)]
    answer = dynamodb.batch_write_item(
        RequestItems={flat: [*requests, {"DeleteRequest": {"Key": key("old")}}]}, ReturnConsumedCapacity="TOTAL"
    )
    assert answer["UnprocessedItems"] == {}
    assert answer["ConsumedCapacity"] == [{"TableName": flat, "CapacityUnits": 25.0}]
    got = dynamodb.batch_get_item(
        RequestItems={flat: {"Keys": [key("new 7"), key("old")], "ProjectionExpression": "pk"}}
    )
    assert got["Responses"] == {flat: [key("new 7")]}
    assert got["UnprocessedKeys"] == {}


def test_batches_that_are_refused(dynamodb, flat, refused):
    twice = (VALIDATION, "Provided list of item keys contains duplicates")
    requests = [{"PutRequest": {"Item": key("a")}}, {"DeleteRequest": {"Key": key("a")}}]
    assert refused(dynamodb.batch_write_item, RequestItems={flat: requests}) == twice
    assert refused(dynamodb.batch_get_item, RequestItems={flat: {"Keys": [key("a"), key("a")]}}) == twice
    wrong = {flat: [{"PutRequest": {"Item": {"other": {"S": "x"}}}}]}
    assert refused(dynamodb.batch_write_item, RequestItems=wrong) == (
        VALIDATION, "The provided key element does not match the schema",
    )  # fmt: skip
    assert names(dynamodb) == []


# Transactions


def test_a_transaction_does_all(dynamodb, flat):
    dynamodb.put_item(TableName=flat, Item=key("gone"))
    dynamodb.transact_write_items(
        TransactItems=[
            put("a", ConditionExpression="attribute_not_exists(pk)"),
            {"Delete": {"TableName": flat, "Key": key("gone")}},
            {"ConditionCheck": {"TableName": flat, "Key": key("x"), "ConditionExpression": "attribute_not_exists(pk)"}},
            {"Update": {"TableName": flat, "Key": key("u"), "UpdateExpression": "ADD n :n",
                        "ExpressionAttributeValues": {":n": {"N": "1"}}}},
        ]
    )  # fmt: skip
    assert names(dynamodb) == ["a", "u"]
    got = dynamodb.transact_get_items(
        TransactItems=[{"Get": {"TableName": flat, "Key": key(text)}} for text in ("u", "gone")],
        ReturnConsumedCapacity="TOTAL",
    )
    assert got["Responses"] == [{"Item": key("u") | {"n": {"N": "1"}}}, {}]
    assert got["ConsumedCapacity"] == [{"TableName": flat, "CapacityUnits": 4.0, "ReadCapacityUnits": 4.0}]


def test_a_transaction_does_nothing_when_one_part_fails(dynamodb, flat):
    dynamodb.put_item(TableName=flat, Item=key("a") | {"s": {"S": "text"}})
    update = {
        "TableName": flat,
        "Key": key("a"),
        "UpdateExpression": "ADD s :n",
        "ExpressionAttributeValues": {":n": {"N": "1"}},
    }
    check = {"TableName": flat, "Key": key("x"), "ConditionExpression": "attribute_exists(pk)"}
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as caught:
        dynamodb.transact_write_items(TransactItems=[put("new"), {"Update": update}, {"ConditionCheck": check}])
    response = caught.value.response
    assert response["Error"]["Message"] == CANCELLED + "[None, ValidationError, ConditionalCheckFailed]"
    assert response["CancellationReasons"] == [
        {"Code": "None"},
        {"Code": "ValidationError", "Message": "An operand in the update expression has an incorrect data type"},
        {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"},
    ]
    assert names(dynamodb) == ["a"]


def test_a_reason_holds_the_item_when_asked(dynamodb, flat):
    dynamodb.put_item(TableName=flat, Item=key("a") | {"v": {"B": b"\0"}})
    failing = put("a", ConditionExpression="attribute_not_exists(pk)", ReturnValuesOnConditionCheckFailure="ALL_OLD")
    with pytest.raises(ClientError) as caught:
        dynamodb.transact_write_items(TransactItems=[failing])
    assert caught.value.response["CancellationReasons"][0]["Item"] == key("a") | {"v": {"B": b"\0"}}


def test_an_item_belongs_to_one_part_of_a_transaction(dynamodb, flat, refused):
    check = {"ConditionCheck": {"TableName": flat, "Key": key("a"), "ConditionExpression": "attribute_exists(pk)"}}
    assert refused(dynamodb.transact_write_items, TransactItems=[put("a"), check]) == (
        VALIDATION, "Transaction request cannot include multiple operations on one item",
    )  # fmt: skip


def test_a_transaction_on_a_missing_table(dynamodb, refused):
    assert refused(dynamodb.transact_write_items, TransactItems=[put("a")]) == (
        "ResourceNotFoundException", "Requested resource not found",
    )  # fmt: skip


def test_a_token_does_a_transaction_once(dynamodb, flat, emulator):
    add = {"Update": {"TableName": flat, "Key": key("a"), "UpdateExpression": "ADD n :n",
                      "ExpressionAttributeValues": {":n": {"N": "1"}}}}  # fmt: skip

    def run(token="one", *more):
        return dynamodb.transact_write_items(
            TransactItems=[add, *more], ClientRequestToken=token, ReturnConsumedCapacity="TOTAL"
        )["ConsumedCapacity"][0]

    def count() -> str:
        return dynamodb.get_item(TableName=flat, Key=key("a"))["Item"]["n"]["N"]

    assert run() == {"TableName": flat, "CapacityUnits": 2.0, "WriteCapacityUnits": 2.0}
    add["Update"] = dict(reversed(add["Update"].items()))
    assert run() == {"TableName": flat, "CapacityUnits": 2.0, "ReadCapacityUnits": 2.0}
    assert count() == "1"
    with pytest.raises(dynamodb.exceptions.IdempotentParameterMismatchException):
        run("one", put("other"))
    run("two")
    assert count() == "2"


def test_a_failed_transaction_leaves_its_token_free(dynamodb, flat):
    failing = put("a", ConditionExpression="attribute_exists(pk)")
    for _ in range(2):
        with pytest.raises(dynamodb.exceptions.TransactionCanceledException):
            dynamodb.transact_write_items(TransactItems=[failing], ClientRequestToken="one")
    dynamodb.put_item(TableName=flat, Item=key("a"))
    dynamodb.transact_write_items(TransactItems=[failing], ClientRequestToken="one")


# PartiQL


def run(dynamodb, statement, *parameters, **more):
    given = {"Parameters": list(parameters)} if parameters else {}
    return dynamodb.execute_statement(Statement=statement, **given, **more)["Items"]


@pytest.fixture
def music(dynamodb, make_table):
    make_table("artist:S song:S", name="Music", gsi={"by_year": "year:N"})
    for number in range(1, 6):
        dynamodb.put_item(
            TableName="Music",
            Item={"artist": {"S": "Acme"}, "song": {"S": f"s{number}"}, "year": {"N": str(2000 + number // 2)},
                  "awards": {"SS": ["x"]}, "m": {"M": {"l": {"L": [{"N": str(number)}]}}}},
        )  # fmt: skip
    return "Music"


@pytest.mark.parametrize(
    ("where", "songs"),
    [
        ("artist = 'Acme' AND song = 's2'", "s2"),
        ("artist = 'Acme' AND song >= 's4'", "s4 s5"),
        ("artist = 'Acme' AND song BETWEEN 's2' AND 's3'", "s2 s3"),
        ("artist = 'Acme' AND begins_with(song, 's') AND year = 2001", "s2 s3"),
        ("artist = 'Acme' AND NOT (year = 2001 OR year > 2001)", "s1"),
        ("artist = 'Acme' AND m.l[0] IN [1, 5]", "s1 s5"),
        ('artist = \'Acme\' AND nothing IS MISSING AND year IS NOT MISSING AND "m"."l"[0] < 2', "s1"),
        ("artist = 'Acme' AND contains(awards, 'x') AND size(awards) = 1 AND song <> 's1'", "s2 s3 s4 s5"),
        ("year = 2002", "s4 s5"),
        ("artist = 'Acme' ORDER BY song DESC", "s5 s4 s3 s2 s1"),
    ],
)
def test_selects(dynamodb, music, where, songs):
    found = run(dynamodb, f"SELECT song FROM Music WHERE {where}")
    assert [item["song"]["S"] for item in found] == songs.split()


def test_a_select_reads_an_index_and_goes_on(dynamodb, music):
    found = run(dynamodb, 'SELECT * FROM "Music"."by_year" WHERE year = ?', {"N": "2001"})
    assert sorted(item["song"]["S"] for item in found) == ["s2", "s3"]
    page = dynamodb.execute_statement(Statement="SELECT song FROM Music WHERE artist = 'Acme'", Limit=3)
    rest = dynamodb.execute_statement(
        Statement="SELECT song FROM Music WHERE artist = 'Acme'", NextToken=page["NextToken"]
    )
    assert [item["song"]["S"] for item in page["Items"] + rest["Items"]] == ["s1", "s2", "s3", "s4", "s5"]
    assert "NextToken" not in rest


def test_writes_in_partiql(dynamodb, music, refused):
    insert = (
        "INSERT INTO Music VALUE {'artist': 'New', 'song': 'it''s', 'list': [1, 'two', true, null], "
        "'set': <<1, 2>>, 'o': ?}"
    )
    run(dynamodb, insert, {"B": b"\xff"})
    found = dynamodb.get_item(TableName="Music", Key={"artist": {"S": "New"}, "song": {"S": "it's"}})["Item"]
    assert found["list"] == {"L": [{"N": "1"}, {"S": "two"}, {"BOOL": True}, {"NULL": True}]}
    assert (found["set"], found["o"]) == ({"NS": ["1", "2"]}, {"B": b"\xff"})
    assert refused(run, dynamodb=dynamodb, statement=insert, **{})[0] == VALIDATION
    with pytest.raises(dynamodb.exceptions.DuplicateItemException) as caught:
        run(dynamodb, "INSERT INTO Music VALUE {'artist': 'Acme', 'song': 's1'}")
    assert caught.value.response["Error"]["Message"] == "Duplicate primary key exists in table"
    changed = run(
        dynamodb,
        "UPDATE Music SET year = year + 1 SET awards = set_add(awards, <<'y'>>) SET m.l = list_append(m.l, [?]) "
        "REMOVE song2 WHERE artist = 'Acme' AND song = 's1' AND year = 2000 RETURNING MODIFIED NEW *",
        {"N": "9"},
    )
    assert changed == [
        {"year": {"N": "2001"}, "awards": {"SS": ["x", "y"]}, "m": {"M": {"l": {"L": [{"N": "1"}, {"N": "9"}]}}}}
    ]
    gone = run(dynamodb, "DELETE FROM Music WHERE artist = 'Acme' AND song = 's5' RETURNING ALL OLD *")
    assert gone[0]["song"] == {"S": "s5"}
    assert run(dynamodb, "DELETE FROM Music WHERE artist = 'Acme' AND song = 's5'") == []


@pytest.mark.parametrize(
    ("statement", "code", "message"),
    [
        (
            "UPDATE Music SET a = 1 WHERE artist = 'Acme'", VALIDATION,
            "Where clause does not contain a mandatory equality on all key attributes",
        ),
        ("DELETE FROM Music", VALIDATION, "Where clause does not contain a mandatory equality on all key attributes"),
        ("SELECT FROM Music", VALIDATION, "Statement wasn't well formed, can't be processed: "),
        (
            "UPDATE Music SET a = 1 WHERE artist = 'No' AND song = 'x'", "ConditionalCheckFailedException",
            "The conditional request failed",
        ),
        ("SELECT * FROM Nowhere", "ResourceNotFoundException", "Requested resource not found"),
    ],
)  # fmt: skip
def test_statements_that_are_refused(dynamodb, music, refused, statement, code, message):
    found = refused(dynamodb.execute_statement, Statement=statement)
    assert found[0] == code
    assert found[1].startswith(message)


def test_a_batch_of_statements_fails_one_by_one(dynamodb, music):
    answers = dynamodb.batch_execute_statement(
        Statements=[
            {"Statement": "INSERT INTO Music VALUE {'artist': 'New', 'song': 'x'}"},
            {"Statement": "INSERT INTO Music VALUE {'artist': 'Acme', 'song': 's1'}"},
            {"Statement": "UPDATE Music SET b=1 WHERE artist='Acme' AND song='s2'"},
            {"Statement": "nonsense"},
        ]
    )["Responses"]
    assert [answer.get("Error", {}).get("Code") for answer in answers] == [
        None,
        "DuplicateItem",
        None,
        "ValidationError",
    ]
    assert answers[0] == {"TableName": "Music"}
    read = dynamodb.batch_execute_statement(
        Statements=[{"Statement": "SELECT song, b FROM Music WHERE artist='Acme' AND song='s2'"}]
    )["Responses"]
    assert read == [{"TableName": "Music", "Item": {"song": {"S": "s2"}, "b": {"N": "1"}}}]


def test_a_transaction_of_statements(dynamodb, music):
    done = dynamodb.execute_transaction(
        TransactStatements=[
            {"Statement": "INSERT INTO Music VALUE {'artist': 'New', 'song': 'x'}"},
            {"Statement": "EXISTS(SELECT * FROM Music WHERE artist='Acme' AND song='s1' AND year = 2000)"},
        ]
    )
    assert done["Responses"] == []
    reads = [{"Statement": f"SELECT song FROM Music WHERE artist='{artist}' AND song='x'"} for artist in ("New", "No")]
    assert dynamodb.execute_transaction(TransactStatements=reads)["Responses"] == [{"Item": {"song": {"S": "x"}}}, {}]
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as caught:
        dynamodb.execute_transaction(
            TransactStatements=[
                {"Statement": "DELETE FROM Music WHERE artist='New' AND song='x'"},
                {"Statement": "INSERT INTO Music VALUE {'artist': 'Acme', 'song': 's1'}"},
            ]
        )
    assert caught.value.response["Error"]["Message"] == CANCELLED + "[None, DuplicateItem]"
    assert run(dynamodb, "SELECT song FROM Music WHERE artist='New' AND song='x'") == [{"song": {"S": "x"}}]
