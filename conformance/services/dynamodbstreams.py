"""DynamoDB Streams: a table whose items change, its stream, shards and records.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html
"""

from conformance.generator.hints import Leave, Ref, Samples
from conformance.services.declared import Declared, Error

KEY, PUT = {"pk": {"S": "p"}}, {"pk": {"S": "p"}, "a": {"N": "1"}}
CHANGED = {"pk": {"S": "p"}, "a": {"N": "2"}}
TOKEN = "comes from an answer; sequences follow pages"

declared = Declared("dynamodbstreams", {
    "TableName": Ref("stream", "TableName", must=False),
    "StreamArn": Ref("stream", "StreamArn"),
    "ShardId": Ref("stream", "ShardId"),
    "ShardIteratorType": Samples("TRIM_HORIZON", "LATEST"),
    "SequenceNumber": Leave("goes with types of its own; probes send both"),
    "Timestamp": Leave("goes with a type of its own; probes send both"),
    "ShardIterator": Ref("iterator", "ShardIterator", must=False),
    "Limit": Samples(100, 1), "DescribeStream.Limit": Samples(100, 1),
    "ExclusiveStartShardId": Leave(TOKEN), "ExclusiveStartStreamArn": Leave(TOKEN),
    "ShardFilter": Leave("finds the children of a shard that was split; a probe's matter"),
})  # fmt: skip
declared.before.update(ListStreams=("stream",))


def absent(world):
    name = f"absent{world.tag}"
    return {"TableName": name, "ShardId": "shardId-00000000000000000000-00000000",
            "StreamArn": f"arn:aws:dynamodb:{world.region}:{world.account}:table/{name}/stream/2030-01-01T00:00:00.000"}


@declared.fixture("stream", lambda world, fields: world.ask("DeleteTable", {"TableName": fields["TableName"]},
                                                            "dynamodb"),
                  absent, Error("ResourceNotFoundException", 400))
def stream(world):
    """A table with an item that was put, changed and deleted."""
    name = world.unique("streamed")
    world.ask("CreateTable", {
        "TableName": name, "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}}, "dynamodb")
    table = world.wait(lambda: world.ask("DescribeTable", {"TableName": name}, "dynamodb")["Table"],
                       lambda found: found["TableStatus"] == "ACTIVE")
    world.ask("PutItem", {"TableName": name, "Item": PUT}, "dynamodb")
    world.ask("PutItem", {"TableName": name, "Item": CHANGED}, "dynamodb")
    world.ask("DeleteItem", {"TableName": name, "Key": KEY}, "dynamodb")
    arn = table["LatestStreamArn"]
    shards = world.ask("DescribeStream", {"StreamArn": arn})["StreamDescription"]["Shards"]
    return {"TableName": name, "StreamArn": arn, "ShardId": shards[0]["ShardId"], "Label": table["LatestStreamLabel"]}


@declared.fixture("iterator")
def iterator(world):
    made = world.fixture("stream")
    return world.ask("GetShardIterator", {"StreamArn": made["StreamArn"], "ShardId": made["ShardId"],
                                          "ShardIteratorType": "TRIM_HORIZON"})


@declared.check("ListStreams")
def streams_listed(proof, world, given, answer):
    made = world.fixture("stream")
    proof.equal("Streams", [{"StreamArn": made["StreamArn"], "TableName": made["TableName"],
                             "StreamLabel": made["Label"]}], answer["Streams"])


@declared.check("DescribeStream")
def stream_told(proof, world, given, answer):
    made, found = world.fixture("stream"), answer["StreamDescription"]
    proof.holds("StreamDescription", {
        "StreamArn": made["StreamArn"], "StreamLabel": made["Label"], "StreamStatus": "ENABLED",
        "StreamViewType": "NEW_AND_OLD_IMAGES", "TableName": made["TableName"],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}, found)
    proof.true("CreationRequestDateTime", found.get("CreationRequestDateTime"), "told")
    proof.equal("Shards[0].ShardId", made["ShardId"], found["Shards"][0]["ShardId"])
    proof.true("Shards[0].SequenceNumberRange", found["Shards"][0]["SequenceNumberRange"]["StartingSequenceNumber"],
               "a beginning")


def records_of(proof, iterator):
    """All records from an iterator on."""
    found = []
    for _ in range(10):
        got = proof.read("GetRecords", {"ShardIterator": iterator})
        found += got.get("Records", [])
        iterator = got.get("NextShardIterator")
        if not got.get("Records") or not iterator:
            break
    return found


def changes(records):
    return [(each["eventName"], each["dynamodb"].get("OldImage"), each["dynamodb"].get("NewImage")) for each in records]


ALL = [("INSERT", None, PUT), ("MODIFY", PUT, CHANGED), ("REMOVE", CHANGED, None)]


@declared.check("GetShardIterator")
def iterator_works(proof, world, given, answer):
    wanted = ALL if given["ShardIteratorType"] == "TRIM_HORIZON" else []
    proof.equal("records", wanted, changes(records_of(proof, answer["ShardIterator"])))


declared.tells("GetRecords", "NextShardIterator")


@declared.check("GetRecords")
def records_told(proof, world, given, answer):
    proof.equal("Records", ALL[: given.get("Limit", 1000)], changes(answer["Records"]))
    for record in answer["Records"]:
        proof.holds("Records", {"eventSource": "aws:dynamodb", "awsRegion": world.region}, record)
        proof.holds("dynamodb", {"Keys": KEY, "StreamViewType": "NEW_AND_OLD_IMAGES"}, record["dynamodb"])
        proof.true("dynamodb.SequenceNumber", record["dynamodb"]["SequenceNumber"].isdigit(), "digits")
        proof.true("dynamodb.SizeBytes", record["dynamodb"]["SizeBytes"] > 0, "above zero")
        proof.true("eventID", record["eventID"], "told")
        proof.true("eventVersion", record["eventVersion"].startswith("1."), "1.…")
        proof.true("ApproximateCreationDateTime", record["dynamodb"]["ApproximateCreationDateTime"], "told")
    proof.equal("another order", sorted(each["dynamodb"]["SequenceNumber"] for each in answer["Records"]),
                [each["dynamodb"]["SequenceNumber"] for each in answer["Records"]])
