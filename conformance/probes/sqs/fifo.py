"""FIFO queues."""

from conformance.probes import probe

GUIDE = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"


def fifo(trial, **attributes):
    url = trial.ask("CreateQueue", QueueName=trial.unique("q") + ".fifo",
                    Attributes={"FifoQueue": "true", **attributes})["QueueUrl"]
    trial.later(lambda: trial.ask("DeleteQueue", QueueUrl=url))
    return url


def send(trial, url, body, group="g", **more):
    return trial.ask("SendMessage", QueueUrl=url, MessageBody=body, MessageGroupId=group, **more)


def bodies(trial, url, **more):
    got = trial.ask("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, **more)
    return [each["Body"] for each in got.get("Messages", [])]


@probe("sqs", "SendMessage", "A FIFO queue drops a message with the deduplication id of one sent within five minutes",
       GUIDE + "FIFO-queues-exactly-once-processing.html")
def duplicates_are_dropped(trial):
    url = fifo(trial)
    first = send(trial, url, "one", MessageDeduplicationId="d")
    second = send(trial, url, "two", MessageDeduplicationId="d")
    assert first["MessageId"] == second["MessageId"], "the second has a message id of its own"
    assert bodies(trial, url) == ["one"]


@probe("sqs", "SendMessage", "With content-based deduplication equal bodies are duplicates",
       GUIDE + "FIFO-queues-exactly-once-processing.html")
def equal_bodies_are_duplicates(trial):
    url = fifo(trial, ContentBasedDeduplication="true")
    send(trial, url, "same")
    send(trial, url, "same")
    send(trial, url, "other")
    assert bodies(trial, url) == ["same", "other"]


@probe("sqs", "ReceiveMessage", "While a message of a group is in flight, no later message of that group is received",
       GUIDE + "FIFO-queues-understanding-logic.html")
def a_group_waits(trial):
    url = fifo(trial, ContentBasedDeduplication="true")
    for body, group in (("a1", "a"), ("a2", "a"), ("b1", "b")):
        send(trial, url, body, group)
    first = trial.ask("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=1)["Messages"][0]
    assert first["Body"] == "a1"
    assert bodies(trial, url) == ["b1"], "a message of the waiting group was given out"
    trial.ask("DeleteMessage", QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
    assert bodies(trial, url) == ["a2"]


@probe("sqs", "SendMessage", "A FIFO queue refuses a message without a group",
       "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html")
def a_group_is_needed(trial):
    url = fifo(trial, ContentBasedDeduplication="true")
    trial.refused("SendMessage", "MissingParameter", 400, "The request must contain the parameter MessageGroupId.",
                  QueueUrl=url, MessageBody="x")


@probe("sqs", "SendMessage", "Sequence numbers of a FIFO queue have 20 digits and grow",
       "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html")
def sequence_numbers_grow(trial):
    url = fifo(trial, ContentBasedDeduplication="true")
    numbers = [send(trial, url, str(count), group=str(count))["SequenceNumber"] for count in range(3)]
    assert all(len(each) == 20 and each.isdigit() for each in numbers), numbers
    assert numbers == sorted(set(numbers)), numbers


@probe("sqs", "ReceiveMessage", "A receive that is tried again with its attempt id gives the same messages and handles",
       GUIDE + "using-receiverequestattemptid-request-parameter.html")
def a_receive_is_repeated(trial):
    url = fifo(trial, ContentBasedDeduplication="true")
    send(trial, url, "x")
    asked = {"QueueUrl": url, "ReceiveRequestAttemptId": "attempt"}
    first = trial.ask("ReceiveMessage", **asked)["Messages"][0]
    again = trial.ask("ReceiveMessage", **asked).get("Messages", [{}])[0]
    assert again.get("MessageId") == first["MessageId"], again
    assert again.get("ReceiptHandle") == first["ReceiptHandle"], "another receipt handle"


@probe("sqs", "CreateQueue", "A FIFO queue's name ends with .fifo",
       "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html")
def a_fifo_name_ends_with_fifo(trial):
    trial.refused("CreateQueue", "InvalidParameterValue", 400, QueueName=trial.unique("q"),
                  Attributes={"FifoQueue": "true"})
