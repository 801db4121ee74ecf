"""Time to live: settings, expiry on the clock, the record of who deleted."""

T0 = 1_700_000_000
SPECIFICATION = {"Enabled": True, "AttributeName": "expires"}


def put(dynamodb, table, name, expires):
    dynamodb.put_item(TableName=table, Item={"pk": {"S": name}, "expires": expires})


def names(dynamodb, table):
    return sorted(item["pk"]["S"] for item in dynamodb.scan(TableName=table)["Items"])


def test_items_expire_on_the_clock(dynamodb, make_table, client, emulator):
    emulator.freeze(T0)
    table = make_table("pk:S", StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    put(dynamodb, table, "before", {"N": str(T0 + 50)})
    dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=SPECIFICATION)
    put(dynamodb, table, "soon", {"N": str(T0 + 100)})
    put(dynamodb, table, "later", {"N": str(T0 + 1000)})
    put(dynamodb, table, "text", {"S": str(T0 + 100)})
    put(dynamodb, table, "ancient", {"N": "1"})
    put(dynamodb, table, "put-off", {"N": str(T0 + 60)})
    put(dynamodb, table, "put-off", {"N": str(T0 + 2000)})
    emulator.advance(99)
    assert names(dynamodb, table) == ["ancient", "later", "put-off", "soon", "text"]
    emulator.advance(1)
    assert names(dynamodb, table) == ["ancient", "later", "put-off", "text"]
    emulator.advance(3000)
    assert names(dynamodb, table) == ["ancient", "text"]
    reader = client("dynamodbstreams")
    arn = reader.list_streams(TableName=table)["Streams"][0]["StreamArn"]
    shard = reader.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = reader.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    removed = [
        record for record in reader.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
        if record["eventName"] == "REMOVE"
    ]  # fmt: skip
    assert len(removed) == 4
    assert removed[0]["userIdentity"] == {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}


def test_settings(dynamodb, make_table, refused):
    table = make_table("pk:S")

    def update(enabled, name="expires"):
        return {"TableName": table, "TimeToLiveSpecification": {"Enabled": enabled, "AttributeName": name}}

    described = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    assert described == {"TimeToLiveStatus": "DISABLED"}
    assert refused(dynamodb.update_time_to_live, **update(False))[1] == "TimeToLive is already disabled"
    dynamodb.update_time_to_live(**update(True))
    described = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    assert described == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    assert refused(dynamodb.update_time_to_live, **update(True))[1] == "TimeToLive is already enabled"
    assert refused(dynamodb.update_time_to_live, **update(True, "other"))[1] == (
        "TimeToLive is active on a different AttributeName: current AttributeName is expires"
    )
    dynamodb.update_time_to_live(**update(False))


def test_without_it_nothing_expires(dynamodb, make_table, emulator):
    emulator.freeze(T0)
    table = make_table("pk:S")
    dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=SPECIFICATION)
    put(dynamodb, table, "a", {"N": str(T0 + 10)})
    dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=SPECIFICATION | {"Enabled": False})
    emulator.advance(100)
    assert names(dynamodb, table) == ["a"]
