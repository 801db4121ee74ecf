"""Messages of a queue reach a function in batches; what it handles is deleted, what it does not comes again."""

import json
import time

import pytest
from botocore.exceptions import ClientError

QUEUE = "arn:aws:sqs:us-east-1:000000000000:"
# Sends what it gets to the queue "out"; fails, or reports failures, as the bodies say.
SOURCE = """
import json, boto3
def handler(event, context):
    bodies = [record["body"] for record in event["Records"]]
    boto3.client("sqs").send_message(QueueUrl="%s", MessageBody=json.dumps(event["Records"]))
    if "raise" in bodies:
        raise ValueError("no")
    return {"batchItemFailures": [
        {"itemIdentifier": record["messageId"]} for record in event["Records"] if record["body"] == "fail"]}
"""


@pytest.fixture
def sqs(client):
    return client("sqs")


@pytest.fixture
def mapped(functions, sqs):
    """``mapped(BatchSize=…)``: (URL of the source, the mapping, a function that gives the next batch's records)."""

    def make(**given):
        out = sqs.create_queue(QueueName="out")["QueueUrl"]
        url = sqs.create_queue(QueueName="in", Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
        functions.make(SOURCE % out, Timeout=30)
        mapping = functions.client.create_event_source_mapping(
            FunctionName="f", EventSourceArn=QUEUE + "in", **given
        )

        def batch(seconds: float = 8.0) -> list[dict] | None:
            for _ in range(int(seconds * 20)):
                for found in sqs.receive_message(QueueUrl=out).get("Messages", ()):
                    sqs.delete_message(QueueUrl=out, ReceiptHandle=found["ReceiptHandle"])
                    return json.loads(found["Body"])
                time.sleep(0.05)
            return None

        return url, mapping, batch

    return make


def left(sqs, url: str) -> int:
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(names))["Attributes"]
    return sum(int(found[name]) for name in names)


def until(condition) -> bool:
    for _ in range(100):
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_a_message_is_handled_once(mapped, sqs):
    url, mapping, batch = mapped()
    assert mapping["State"] == "Creating" and mapping["BatchSize"] == 10 and mapping["FunctionResponseTypes"] == []
    sqs.send_message(QueueUrl=url, MessageBody="hello", MessageAttributes={
        "a": {"DataType": "String", "StringValue": "1"}})  # fmt: skip
    (record,) = batch()
    assert record["body"] == "hello" and record["eventSource"] == "aws:sqs" and record["eventSourceARN"] == QUEUE + "in"
    assert record["attributes"]["ApproximateReceiveCount"] == "1" and record["awsRegion"] == "us-east-1"
    assert record["messageAttributes"]["a"]["stringValue"] == "1"
    assert until(lambda: left(sqs, url) == 0)


def test_a_batch_that_fails_comes_again(mapped, sqs, emulator):
    url, _, batch = mapped()
    sqs.send_message(QueueUrl=url, MessageBody="raise")
    assert batch()[0]["attributes"]["ApproximateReceiveCount"] == "1"
    assert left(sqs, url) == 1 and batch(0.5) is None
    emulator.advance(70)
    assert batch()[0]["attributes"]["ApproximateReceiveCount"] == "2"


def test_only_reported_failures_come_again(mapped, sqs, emulator):
    url, _, batch = mapped(FunctionResponseTypes=["ReportBatchItemFailures"])
    sqs.send_message_batch(QueueUrl=url, Entries=[
        {"Id": str(number), "MessageBody": body} for number, body in enumerate(("good", "fail", "fine"))])  # fmt: skip
    handled = []
    while len(handled) < 3:
        handled += [each["body"] for each in batch()]
    assert sorted(handled) == ["fail", "fine", "good"]
    assert until(lambda: left(sqs, url) == 1)
    emulator.advance(70)
    assert [each["body"] for each in batch()] == ["fail"]


def test_filters_drop_messages(mapped, sqs):
    pattern = json.dumps({"body": {"n": [{"numeric": [">", 3]}]}})
    url, _, batch = mapped(FilterCriteria={"Filters": [{"Pattern": pattern}]})
    for n in (1, 5):
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"n": n}))
    assert [json.loads(each["body"]) for each in batch()] == [{"n": 5}]
    assert until(lambda: left(sqs, url) == 0)


def test_a_disabled_mapping_rests(mapped, sqs, functions):
    url, mapping, batch = mapped(Enabled=False)
    lambda_, id = functions.client, mapping["UUID"]
    sqs.send_message(QueueUrl=url, MessageBody="later")
    assert batch(0.5) is None and lambda_.get_event_source_mapping(UUID=id)["State"] == "Disabled"
    lambda_.update_event_source_mapping(UUID=id, Enabled=True, BatchSize=3)
    assert [each["body"] for each in batch()] == ["later"]
    found = lambda_.list_event_source_mappings(FunctionName="f")["EventSourceMappings"]
    assert [(each["UUID"], each["State"], each["BatchSize"]) for each in found] == [(id, "Enabled", 3)]
    assert lambda_.delete_event_source_mapping(UUID=id)["State"] == "Deleting"
    with pytest.raises(lambda_.exceptions.ResourceNotFoundException):
        lambda_.get_event_source_mapping(UUID=id)


def test_refusals(mapped, functions):
    _, mapping, _ = mapped()
    create = functions.client.create_event_source_mapping
    for given, words in (
        ({"FunctionName": "f"}, "Unrecognized event source."),
        ({"FunctionName": "none", "EventSourceArn": QUEUE + "in"}, "Function does not exist"),
        ({"FunctionName": "f", "EventSourceArn": QUEUE + "none"}, "SQS Error Code: AWS.SimpleQueueService.NonExistent"),
        ({"FunctionName": "f", "EventSourceArn": QUEUE + "in"}, f"existing mapping with UUID {mapping['UUID']}"),
        ({"FunctionName": "f", "EventSourceArn": QUEUE + "out", "BatchSize": 11}, "must be greater than 0 if maximum"),
    ):
        with pytest.raises(ClientError) as refused:
            create(**given)
        assert words in refused.value.response["Error"]["Message"]
