"""Throughput limits of an emulator that was started with ``--limits strict``."""

import pytest
from botocore.exceptions import ClientError

T0 = 1_700_000_000
WORDS = (
    "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning "
    "level with the UpdateTable API."
)
INDEX_WORDS = (
    "The level of configured provisioned throughput for one or more global secondary indexes of the table was "
    "exceeded. Consider increasing your provisioning level for the under-provisioned global secondary indexes with the "
    "UpdateTable API."
)
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/table"


@pytest.fixture
def provisioned(dynamodb, setting, emulator):
    """``provisioned(read, write, index_write)``: a table with an index ``by_x``, at a clock that stands still."""

    def make(read=100, write=100, index_write=100, **more):
        emulator.freeze(T0)
        setting("limits", "strict")
        throughput = {"ReadCapacityUnits": read, "WriteCapacityUnits": write}
        index = {"IndexName": "by_x", "KeySchema": [{"AttributeName": "x", "KeyType": "HASH"}],
                 "Projection": {"ProjectionType": "ALL"},
                 "ProvisionedThroughput": {"ReadCapacityUnits": 100, "WriteCapacityUnits": index_write}}  # fmt: skip
        dynamodb.create_table(
            TableName="table", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in ("pk", "x")],
            ProvisionedThroughput=throughput, GlobalSecondaryIndexes=[index],
        )  # fmt: skip
        return "table"

    return make


def item(key, **more):
    return {"pk": {"S": key}, **{name: {"S": value} for name, value in more.items()}}


def throttled(call, **given):
    with pytest.raises(ClientError) as refused:
        call(**given)
    return refused.value.response


def test_writes_beyond_what_is_provisioned_are_refused_until_time_passes(dynamodb, provisioned, emulator):
    table = provisioned(write=2)
    for key in "ab":
        dynamodb.put_item(TableName=table, Item=item(key))
    answer = throttled(dynamodb.put_item, TableName=table, Item=item("c"))
    assert answer["Error"] == {"Code": "ProvisionedThroughputExceededException", "Message": WORDS}
    assert answer["ThrottlingReasons"] == [{"reason": "TableWriteProvisionedThroughputExceeded", "resource": ARN}]
    emulator.advance(1)
    dynamodb.put_item(TableName=table, Item=item("c"))
    assert dynamodb.scan(TableName=table)["Count"] == 3


def test_five_minutes_of_unused_units_are_there_for_a_burst(dynamodb, provisioned, emulator):
    table = provisioned(write=1)
    emulator.advance(3600)
    item_of_a_unit = {"TableName": table, "Item": item("a")}
    for _ in range(300):
        dynamodb.put_item(**item_of_a_unit)
    throttled(dynamodb.put_item, **item_of_a_unit)


def test_reads_are_counted_in_their_own_bucket(dynamodb, provisioned):
    table = provisioned(read=1)
    key = {"TableName": table, "Key": item("a")}
    for _ in range(2):
        dynamodb.get_item(**key)  # half a unit each
    answer = throttled(dynamodb.get_item, **key)
    assert answer["ThrottlingReasons"][0]["reason"] == "TableReadProvisionedThroughputExceeded"
    throttled(dynamodb.scan, TableName=table)
    dynamodb.put_item(TableName=table, Item=item("a"))


def test_an_index_that_cannot_follow_holds_the_table_up(dynamodb, provisioned):
    table = provisioned(index_write=1)
    dynamodb.put_item(TableName=table, Item=item("a", x="1"))
    answer = throttled(dynamodb.put_item, TableName=table, Item=item("b", x="1"))
    assert answer["Error"]["Message"] == INDEX_WORDS
    assert answer["ThrottlingReasons"][0]["resource"] == f"{ARN}/index/by_x"
    dynamodb.put_item(TableName=table, Item=item("c"))


def test_batches_leave_what_was_throttled(dynamodb, provisioned):
    table = provisioned(read=1, write=2)
    puts = [{"PutRequest": {"Item": item(key)}} for key in "abc"]
    answer = dynamodb.batch_write_item(RequestItems={table: puts})
    assert answer["UnprocessedItems"] == {table: puts[2:]}
    refused = throttled(dynamodb.batch_write_item, RequestItems={table: puts[2:]})
    assert refused["Error"]["Code"] == "ProvisionedThroughputExceededException"
    keys = [item(key) for key in "abc"]
    got = dynamodb.batch_get_item(RequestItems={table: {"Keys": keys}})
    assert (len(got["Responses"][table]), got["UnprocessedKeys"][table]["Keys"]) == (2, keys[2:])


def test_a_throttled_transaction_does_nothing(dynamodb, provisioned):
    table = provisioned(write=3)
    dynamodb.put_item(TableName=table, Item=item("a"))
    dynamodb.transact_write_items(TransactItems=[{"Put": {"TableName": table, "Item": item("b")}}])
    answer = throttled(
        dynamodb.transact_write_items, TransactItems=[{"Put": {"TableName": table, "Item": item("c")}}]
    )
    assert answer["CancellationReasons"] == [{"Code": "ProvisionedThroughputExceeded", "Message": WORDS}]
    assert dynamodb.scan(TableName=table)["Count"] == 2


def test_the_maximum_of_an_on_demand_table(dynamodb, setting, emulator, make_table):
    emulator.freeze(T0)
    setting("limits", "strict")
    table = make_table("pk:S", OnDemandThroughput={"MaxWriteRequestUnits": 1})
    dynamodb.put_item(TableName=table, Item=item("a"))
    answer = throttled(dynamodb.put_item, TableName=table, Item=item("b"))
    assert answer["Error"]["Code"] == "ThrottlingException"
    assert answer["throttlingReasons"][0]["reason"] == "TableWriteMaxOnDemandThroughputExceeded"


def test_without_the_setting_nobody_is_throttled(dynamodb, provisioned, setting):
    table = provisioned(write=1)
    setting("limits", "on")
    for key in "abcdef":
        dynamodb.put_item(TableName=table, Item=item(key))
