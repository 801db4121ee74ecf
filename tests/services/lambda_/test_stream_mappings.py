"""Streams of Kinesis and DynamoDB reach a function shard by shard; what fails comes again or is told."""

import base64
import json

import pytest
from botocore.exceptions import ClientError

PROBLEM = "PROBLEM: This emulator does not read from Kafka"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:"
# Sends the data of what it gets to the queue "out"; fails, or reports failures, as the data say.
SOURCE = """
import base64, json, boto3
sqs = boto3.client("sqs")
def said(record):
    if "kinesis" in record:
        return base64.b64decode(record["kinesis"]["data"]).decode()
    return record["dynamodb"]["NewImage"]["id"]["S"]
def handler(event, context):
    said_ = [said(record) for record in event["Records"]]
    sqs.send_message(QueueUrl="%s", MessageBody=json.dumps({"said": said_, "first": event["Records"][0]}))
    if any(each.startswith("raise") for each in said_):
        raise ValueError("no")
    return {"batchItemFailures": [{"itemIdentifier": record["kinesis"]["sequenceNumber"]}
            for record in event["Records"] if said(record) == "fail"]}
"""


COUNTING = """
import json, boto3
def handler(event, context):
    before, count = event["state"], len(event["Records"])
    boto3.client("sqs").send_message(QueueUrl="%s", MessageBody=json.dumps({
        "count": count, "before": before, "final": event["isFinalInvokeForWindow"], "window": event["window"],
        "shardId": event["shardId"]}))
    return {"state": {"total": before.get("total", 0) + count}}
"""


class Flow:
    """A function behind a stream; what it got can be asked for."""

    def __init__(self, functions, client):
        self.functions, self.lambda_, self.sqs = functions, functions.client, client("sqs")
        self.out = self.sqs.create_queue(QueueName="out")["QueueUrl"]
        self.dead = self.sqs.create_queue(QueueName="dead")["QueueUrl"]
        functions.make(SOURCE % self.out, Timeout=30)

    def map(self, source: str, **given) -> dict:
        return self.lambda_.create_event_source_mapping(
            FunctionName="f", EventSourceArn=source, **{"StartingPosition": "TRIM_HORIZON", **given}
        )

    def got(self, queue: str = "", seconds: float = 8.0) -> dict | None:
        for _ in range(int(seconds * 20)):
            for found in self.sqs.receive_message(QueueUrl=queue or self.out).get("Messages", ()):
                self.sqs.delete_message(QueueUrl=queue or self.out, ReceiptHandle=found["ReceiptHandle"])
                return json.loads(found["Body"])
            self.functions.pause()
        return None

    def said(self, count: int) -> list[list[str]]:
        return [(self.got() or {}).get("said") for _ in range(count)]


@pytest.fixture
def flow(functions, client):
    return Flow(functions, client)


@pytest.fixture
def stream(client):
    """A Kinesis stream of one shard: its ARN, and what puts records."""
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="s", ShardCount=1)
    arn = kinesis.describe_stream_summary(StreamName="s")["StreamDescriptionSummary"]["StreamARN"]

    def put(*data: str, key: str = "k") -> None:
        kinesis.put_records(StreamName="s", Records=[{"Data": each, "PartitionKey": key} for each in data])

    return arn, put


def test_records_of_kinesis(flow, stream):
    arn, put = stream
    put("one", "two")
    made = flow.map(arn)
    assert made["BatchSize"] == 100 and made["MaximumRetryAttempts"] == -1 and made["State"] == "Creating"
    assert made["StateTransitionReason"] == "User action" and made["LastProcessingResult"] == "No records processed"
    got = flow.got()
    assert got["said"] == ["one", "two"]
    record = got["first"]
    assert record["eventSource"] == "aws:kinesis" and record["eventName"] == "aws:kinesis:record"
    assert record["eventID"] == f"shardId-000000000000:{record['kinesis']['sequenceNumber']}"
    assert record["invokeIdentityArn"].endswith(":role/function") and record["eventSourceARN"] == arn
    assert base64.b64decode(record["kinesis"]["data"]) == b"one" and record["kinesis"]["partitionKey"] == "k"
    put("three")
    assert flow.got()["said"] == ["three"]
    assert flow.lambda_.get_event_source_mapping(UUID=made["UUID"])["LastProcessingResult"] == "OK"


def test_changes_of_a_table(flow, client):
    dynamodb = client("dynamodb")
    table = dynamodb.create_table(
        TableName="table", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]  # fmt: skip
    pattern = json.dumps({"eventName": ["INSERT"], "dynamodb": {"NewImage": {"w": {"S": [{"prefix": "y"}]}}}})
    flow.map(table["LatestStreamArn"], BatchSize=1, FilterCriteria={"Filters": [{"Pattern": pattern}]})
    for name, wanted in (("a", "no"), ("b", "yes"), ("c", "yes")):
        dynamodb.put_item(TableName="table", Item={"id": {"S": name}, "w": {"S": wanted}})
    got = [flow.got() for _ in range(2)]
    assert [each["said"] for each in got] == [["b"], ["c"]]
    record = got[0]["first"]
    assert record["eventSource"] == "aws:dynamodb" and record["eventName"] == "INSERT"
    assert record["dynamodb"]["Keys"] == {"id": {"S": "b"}} and record["eventSourceARN"] == table["LatestStreamArn"]


def test_a_batch_that_fails_is_given_up(flow, stream, emulator):
    arn, put = stream
    put("raise")
    flow.map(arn, BatchSize=1, MaximumRetryAttempts=1, DestinationConfig={"OnFailure": {"Destination": QUEUE + "dead"}})
    put("after")
    assert flow.said(1) == [["raise"]]
    emulator.advance(2)
    assert flow.said(2) == [["raise"], ["after"]]
    letter = flow.got(flow.dead)
    assert letter["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert letter["requestContext"]["approximateInvokeCount"] == 2 and letter["version"] == "1.0"
    assert letter["responseContext"] == {
        "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}  # fmt: skip
    info = letter["KinesisBatchInfo"]
    assert info["batchSize"] == 1 and info["streamArn"] == arn and info["shardId"] == "shardId-000000000000"
    assert info["startSequenceNumber"] == info["endSequenceNumber"]


def test_a_bad_record_is_found_by_halving(flow, stream):
    arn, put = stream
    put("a", "b", "raise", "d")
    flow.map(arn, BisectBatchOnFunctionError=True, MaximumRetryAttempts=0,
             DestinationConfig={"OnFailure": {"Destination": QUEUE + "dead"}})  # fmt: skip
    assert flow.said(5) == [["a", "b", "raise", "d"], ["a", "b"], ["raise", "d"], ["raise"], ["d"]]
    assert flow.got(flow.dead)["KinesisBatchInfo"]["batchSize"] == 1


def test_only_what_is_reported_comes_again(flow, stream, emulator):
    arn, put = stream
    put("a", "fail", "c")
    flow.map(arn, FunctionResponseTypes=["ReportBatchItemFailures"], MaximumRetryAttempts=0,
             DestinationConfig={"OnFailure": {"Destination": QUEUE + "dead"}})  # fmt: skip
    assert flow.said(1) == [["a", "fail", "c"]]
    letter = flow.got(flow.dead)
    assert letter["responseContext"]["functionError"] is None and letter["KinesisBatchInfo"]["batchSize"] == 2


def test_records_become_too_old(flow, stream, emulator):
    arn, put = stream
    put("old")
    emulator.advance(120)
    flow.map(arn, MaximumRecordAgeInSeconds=60, DestinationConfig={"OnFailure": {"Destination": QUEUE + "dead"}})
    letter = flow.got(flow.dead)
    assert letter["requestContext"]["condition"] == "RecordAgeExceeded" and "responseContext" not in letter
    put("new")
    assert flow.said(1) == [["new"]]


def test_lanes_run_side_by_side(flow, stream):
    arn, put = stream
    for number in range(6):
        put(f"{number}a", f"{number}b", key=str(number))
    flow.map(arn, ParallelizationFactor=3)
    seen: list[str] = []
    batches = 0
    while len(seen) < 12:
        seen += flow.got()["said"]
        batches += 1
    assert batches > 1 and sorted(seen) == sorted(f"{n}{x}" for n in range(6) for x in "ab")
    for number in range(6):
        assert seen.index(f"{number}a") < seen.index(f"{number}b")


def test_a_window_is_carried_through_and_closed(flow, stream, emulator, functions):
    arn, put = stream
    functions.make(COUNTING % flow.out, name="counting", Timeout=30)
    made = flow.lambda_.create_event_source_mapping(
        FunctionName="counting", EventSourceArn=arn, StartingPosition="TRIM_HORIZON", TumblingWindowInSeconds=60
    )
    assert made["TumblingWindowInSeconds"] == 60
    put("a", "b")
    first = flow.got()
    assert (first["count"], first["final"], first["before"]) == (2, False, {})
    emulator.advance(61)
    last = flow.got()
    while not last["final"]:  # the records came at the very end of a window
        last = flow.got()
    assert last["count"] == 0 and last["before"] == {"total": 2}
    assert last["window"]["end"] > last["window"]["start"]
    put("c")
    again = flow.got()
    assert again["count"] == 1 and again["before"] == {} and again["shardId"] == "shardId-000000000000"


def test_latest_begins_with_the_mapping(flow, stream):
    arn, put = stream
    put("before")
    flow.map(arn, StartingPosition="LATEST")
    put("after")
    assert flow.said(1) == [["after"]]


def test_a_consumer_is_read_for(flow, stream, client):
    arn, put = stream
    made = client("kinesis").register_stream_consumer(StreamARN=arn, ConsumerName="c")["Consumer"]["ConsumerARN"]
    flow.map(made)
    put("one")
    got = flow.got()
    assert got["said"] == ["one"] and got["first"]["eventSourceARN"] == made
    with pytest.raises(ClientError) as refused:
        flow.map(made.replace("/c:", "/d:"))
    assert "Stream not found" in refused.value.response["Error"]["Message"]


def test_brokers_are_told_but_not_read(flow):
    arn = "arn:aws:kafka:us-east-1:000000000000:cluster/c/11111111-1111-4111-8111-111111111111-1"
    made = flow.map(arn, Topics=["topic"])
    assert made["Topics"] == ["topic"] and made["LastProcessingResult"] == PROBLEM
    made = flow.lambda_.create_event_source_mapping(
        FunctionName="f", SelfManagedEventSource={"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["localhost:9092"]}},
        Topics=["topic"], StartingPosition="LATEST",
    )  # fmt: skip
    assert made["SelfManagedEventSource"]["Endpoints"] and "EventSourceArn" not in made


def test_refusals(flow, stream):
    arn, _ = stream
    made = flow.map(arn)
    for given, words in (
        ({"source": arn}, f'The event source arn (" {arn} ") and function (" f ") provided mapping already exists.'),
        ({"source": arn + "x"}, f"Stream not found: {arn}x"),
        ({"source": arn, "StartingPosition": "AT_TIMESTAMP"}, "Value null at 'startingPositionTimestamp'"),
        ({"source": arn, "Topics": ["topic"]}, "Unsupported Topics parameter for given event source mapping type."),
        ({"source": "arn:aws:iam::000000000000:role/r"}, "Unrecognized event source."),
    ):
        with pytest.raises(ClientError) as refused:
            flow.map(**given)
        assert words in refused.value.response["Error"]["Message"], made
