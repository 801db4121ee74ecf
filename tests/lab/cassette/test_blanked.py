"""Requests whose end a recorder blanked are completed from what arrived, and only when all of it did."""

import json
from urllib.parse import parse_qsl

from lab.cassette.importers.blanked import completed
from lab.cassette.importers.exchange import Exchange, request, response

QUEUE = "https://sqs.us-east-2.amazonaws.com/123456789012/q"
BLANKED = "the recorder blanked part of the request's body"
TOPIC = "<CreateTopicResponse><CreateTopicResult>\n<TopicArn>arn:aws:sns:us-east-2:123456789012:{}</TopicArn>"
PUBLISHED = "<PublishBatchResult><member>\n<MessageId>n-1</MessageId>\n<Id>0</Id></member></PublishBatchResult>"
ENTRY = "PublishBatchRequestEntries.member.1"


def call(target, sent, got, incomplete=None):
    headers = [("X-Amz-Target", f"AmazonSQS.{target}")] if target else []
    return Exchange(request("POST", "https://x.us-east-2.amazonaws.com/", headers, sent.encode()),
                    response(200, [], got.encode()), incomplete)


def receive(*messages):
    return call("ReceiveMessage", json.dumps({"QueueUrl": QUEUE}), json.dumps({"Messages": messages}))


def batch(*ids):
    got = {"Successful": [{"Id": str(index), "MessageId": each} for index, each in enumerate(ids)]}
    return call("SendMessageBatch", '{"Entries":[{"Id":"0",CLEARED', json.dumps(got), BLANKED)


def publication():
    return call(None, f"Action=PublishBatch&{ENTRY}.Id=0&{ENTRY}.Message=hello&{ENTRY}.CLEARED", PUBLISHED, BLANKED)


ATTRIBUTES = {"a": {"DataType": "String", "StringValue": "b"}}


def test_a_batch_to_a_queue():
    (made, _), notes = completed([batch("m-1"), receive({
        "MessageId": "m-1", "Body": "hello", "MessageAttributes": ATTRIBUTES, "Attributes": {"MessageGroupId": "g"}})])
    assert json.loads(made.request.body.raw()) == {"QueueUrl": QUEUE, "Entries": [
        {"Id": "0", "MessageBody": "hello", "MessageGroupId": "g", "MessageAttributes": ATTRIBUTES}]}
    assert made.incomplete is None and "step 0" in notes[0]


def test_what_did_not_arrive_stays_incomplete():
    made, notes = completed([batch("m-1", "m-2"), receive({"MessageId": "m-1", "Body": "hello"})])
    assert made[0].incomplete == BLANKED and notes == []


def test_publications_that_arrive_raw_and_wrapped():
    topic = call(None, "Action=CreateTopic&Name=t", TOPIC.format("t"))
    attributes = {"a": {"Type": "String", "Value": "b"}}
    wrapped = json.dumps({"MessageId": "n-1", "Message": "hello", "MessageAttributes": attributes})
    for message in ({"MessageId": "m-1", "Body": "hello", "MessageAttributes": ATTRIBUTES},
                    {"MessageId": "m-1", "Body": wrapped}):
        made, _ = completed([topic, publication(), receive(message)])
        fields = dict(parse_qsl(made[1].request.body.raw().decode()))
        assert fields["TopicArn"].endswith(":t") and fields[f"{ENTRY}.Message"] == "hello"
        assert fields[f"{ENTRY}.MessageAttributes.entry.1.Value.StringValue"] == "b"


def test_an_ordered_topic_needs_the_group_and_equal_texts_are_taken_in_order():
    ordered = call(None, "Action=CreateTopic&Name=t.fifo", TOPIC.format("t.fifo"))
    assert completed([ordered, publication(), receive({"MessageId": "m-1", "Body": "hello"})])[0][1].incomplete
    topic = call(None, "Action=CreateTopic&Name=t", TOPIC.format("t"))
    made, _ = completed([topic, publication(), publication(), receive(
        {"MessageId": "m-1", "Body": "hello"}, {"MessageId": "m-2", "Body": "hello", "MessageAttributes": ATTRIBUTES})])
    assert b"MessageAttributes" not in made[1].request.body.raw() and b"MessageAttributes" in made[2].request.body.raw()
