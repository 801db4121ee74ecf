"""Queues and messages."""

import json

from conformance.probes import probe

API = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/"
GUIDE = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"


@probe("sqs", "CreateQueue", "Creating a queue again with the same attributes gives its URL",
       API + "API_CreateQueue.html")
def creation_is_idempotent(trial):
    there = trial.fixture("queue")
    again = trial.ask("CreateQueue", QueueName=there["QueueName"])
    assert again["QueueUrl"] == there["QueueUrl"]


@probe("sqs", "CreateQueue", "Creating a queue again with another attribute is refused with QueueAlreadyExists",
       API + "API_CreateQueue.html")
def another_attribute_is_refused(trial):
    name = trial.fixture("queue")["QueueName"]
    trial.refused("CreateQueue", "QueueAlreadyExists", 400,
                  "A queue already exists with the same name and a different value for attribute DelaySeconds",
                  QueueName=name, Attributes={"DelaySeconds": "7"})


@probe("sqs", "ReceiveMessage", "After maxReceiveCount receives a message moves to the dead-letter queue",
       GUIDE + "sqs-dead-letter-queues.html")
def dead_letters_move(trial):
    dead, source = trial.fixture("queue"), trial.fixture("waiting")
    trial.ask("SetQueueAttributes", QueueUrl=source["QueueUrl"], Attributes={
        "RedrivePolicy": json.dumps({"deadLetterTargetArn": dead["QueueArn"], "maxReceiveCount": 1})})
    first = trial.ask("ReceiveMessage", QueueUrl=source["QueueUrl"], VisibilityTimeout=0)
    assert len(first.get("Messages", [])) == 1
    assert not trial.ask("ReceiveMessage", QueueUrl=source["QueueUrl"]).get("Messages")
    moved = trial.ask("ReceiveMessage", QueueUrl=dead["QueueUrl"]).get("Messages", [])
    assert [each["Body"] for each in moved] == [source["Body"]]


@probe("sqs", "SendMessageBatch", "A batch of more than ten entries is refused",
       API + "API_SendMessageBatch.html")
def eleven_are_too_many(trial):
    entries = [{"Id": str(number), "MessageBody": "x"} for number in range(11)]
    trial.refused("SendMessageBatch", "AWS.SimpleQueueService.TooManyEntriesInBatchRequest", 400,
                  "Maximum number of entries per request are 10. You have sent 11.",
                  QueueUrl=trial.fixture("queue")["QueueUrl"], Entries=entries)


@probe("sqs", "SendMessageBatch", "Entries of a batch with equal ids are refused", API + "API_SendMessageBatch.html")
def ids_are_distinct(trial):
    trial.refused("SendMessageBatch", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", 400,
                  QueueUrl=trial.fixture("queue")["QueueUrl"],
                  Entries=[{"Id": "a", "MessageBody": "1"}, {"Id": "a", "MessageBody": "2"}])


@probe("sqs", "SendMessageBatch", "A batch without entries is refused", API + "API_SendMessageBatch.html")
def a_batch_has_entries(trial):
    trial.refused("SendMessageBatch", "AWS.SimpleQueueService.EmptyBatchRequest", 400,
                  QueueUrl=trial.fixture("queue")["QueueUrl"], Entries=[])


@probe("sqs", "DeleteMessage", "Deleting a message twice with the same receipt handle is no error",
       API + "API_DeleteMessage.html")
def deletion_is_idempotent(trial):
    given = {"QueueUrl": trial.fixture("queue")["QueueUrl"], "ReceiptHandle": trial.fixture("message")["ReceiptHandle"]}
    trial.ask("DeleteMessage", **given)
    trial.ask("DeleteMessage", **given)


@probe("sqs", "SendMessage", "A message longer than the queue's MaximumMessageSize is refused",
       API + "API_SendMessage.html")
def a_long_message_is_refused(trial):
    url = trial.fixture("queue")["QueueUrl"]
    trial.ask("SetQueueAttributes", QueueUrl=url, Attributes={"MaximumMessageSize": "1024"})
    trial.refused("SendMessage", "InvalidParameterValue", 400,
                  "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.",
                  QueueUrl=url, MessageBody="x" * 1025)


@probe("sqs", "SendMessage", "A message's own delay wins over the queue's", API + "API_SendMessage.html")
def the_messages_delay_wins(trial):
    url = trial.fixture("queue")["QueueUrl"]
    trial.ask("SetQueueAttributes", QueueUrl=url, Attributes={"DelaySeconds": "900"})
    trial.ask("SendMessage", QueueUrl=url, MessageBody="later")
    trial.ask("SendMessage", QueueUrl=url, MessageBody="now", DelaySeconds=0)
    got = trial.ask("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    assert [each["Body"] for each in got] == ["now"]


@probe("sqs", "ReceiveMessage", "Every receive counts up ApproximateReceiveCount and keeps the first receive's time",
       API + "API_ReceiveMessage.html")
def receives_are_counted(trial):
    url = trial.fixture("waiting")["QueueUrl"]
    asked = {"QueueUrl": url, "VisibilityTimeout": 0, "MessageSystemAttributeNames": ["All"]}
    first, second = (trial.ask("ReceiveMessage", **asked)["Messages"][0]["Attributes"] for _ in range(2))
    assert (first["ApproximateReceiveCount"], second["ApproximateReceiveCount"]) == ("1", "2")
    assert first["ApproximateFirstReceiveTimestamp"] == second["ApproximateFirstReceiveTimestamp"]


@probe("sqs", "ReceiveMessage", "A receive for more than ten messages is refused", API + "API_ReceiveMessage.html")
def ten_at_most(trial):
    trial.refused("ReceiveMessage", "InvalidParameterValue", 400, QueueUrl=trial.fixture("queue")["QueueUrl"],
                  MaxNumberOfMessages=11)


@probe("sqs", "TagQueue", "A tag's new value replaces the old one", API + "API_TagQueue.html")
def tags_are_replaced(trial):
    url = trial.fixture("tagged")["QueueUrl"]
    trial.ask("TagQueue", QueueUrl=url, Tags={"k": "new"})
    assert trial.ask("ListQueueTags", QueueUrl=url)["Tags"]["k"] == "new"
