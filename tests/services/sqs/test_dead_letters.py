"""Dead-letter queues and message move tasks."""

import base64
import json

import pytest


@pytest.fixture
def pair(make_queue, attribute):
    """(source URL, dead-letter queue URL, its ARN); a message dies after its first receive."""

    def make(fifo=False, most=1, **more):
        dead = make_queue(fifo=fifo)
        arn = attribute(dead, "QueueArn")
        policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": most})
        return make_queue(fifo=fifo, RedrivePolicy=policy, **more), dead, arn

    return make


def test_a_message_received_too_often_moves(sqs, pair, bodies, attribute, emulator):
    emulator.freeze(1_700_000_000)
    url, dead, _ = pair(most=2)
    attributes = {"a": {"DataType": "String", "StringValue": "x"}}
    sent = sqs.send_message(QueueUrl=url, MessageBody="m", MessageAttributes=attributes)
    for _ in range(2):
        assert bodies(url, VisibilityTimeout=0) == ["m"]
    emulator.advance(7)
    assert bodies(url) == []
    (message,) = sqs.receive_message(QueueUrl=dead, AttributeNames=["All"], MessageAttributeNames=["All"])["Messages"]
    assert message["MessageId"] == sent["MessageId"]
    assert message["MessageAttributes"] == attributes
    assert message["Attributes"] == {
        "SenderId": "000000000000",
        "SentTimestamp": "1700000000000",
        "ApproximateReceiveCount": "3",
        "ApproximateFirstReceiveTimestamp": "1700000000000",
        "DeadLetterQueueSourceArn": attribute(url, "QueueArn"),
    }


def test_the_next_message_is_received_in_the_same_call(sqs, pair, bodies):
    url, dead, _ = pair(VisibilityTimeout="0")
    for body in ("dead", "alive"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    assert bodies(url) == ["dead"]
    assert bodies(url, MaxNumberOfMessages=10) == ["alive"]
    assert bodies(dead) == ["dead"]


def test_fifo(sqs, pair, bodies, emulator):
    emulator.freeze(1_700_000_000)
    url, dead, _ = pair(fifo=True, ContentBasedDeduplication="true")
    for body in "ab":
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g")
    assert bodies(url, VisibilityTimeout=1) == ["a"]
    emulator.advance(5)
    assert bodies(url, VisibilityTimeout=0) == ["b"]
    (message,) = sqs.receive_message(QueueUrl=dead, AttributeNames=["SentTimestamp", "MessageGroupId"])["Messages"]
    assert message["Attributes"] == {"SentTimestamp": "1700000005000", "MessageGroupId": "g"}


def test_without_its_target_a_message_stays(sqs, pair, bodies):
    url, dead, _ = pair(VisibilityTimeout="0")
    sqs.delete_queue(QueueUrl=dead)
    sqs.send_message(QueueUrl=url, MessageBody="m")
    for _ in range(3):
        assert bodies(url) == ["m"]


def test_the_policy_reads_back_normalized_and_can_be_removed(sqs, make_queue, attribute):
    url = make_queue("self")
    arn = attribute(url, "QueueArn")
    given = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": "42"})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": given})
    assert attribute(url, "RedrivePolicy") == f'{{"deadLetterTargetArn":"{arn}","maxReceiveCount":42}}'
    assert sqs.list_dead_letter_source_queues(QueueUrl=url)["queueUrls"] == [url]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": ""})
    assert attribute(url, "RedrivePolicy") is None
    assert sqs.list_dead_letter_source_queues(QueueUrl=url)["queueUrls"] == []


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ("nonsense", "Redrive policy is not a valid JSON map."),
        ({"deadLetterTargetArn": "DLQ"}, "Redrive policy does not contain mandatory attribute: maxReceiveCount."),
        ({"maxReceiveCount": 1}, "Redrive policy does not contain mandatory attribute: deadLetterTargetArn."),
        ({"deadLetterTargetArn": "DLQ", "maxReceiveCount": 0},
         "Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive."),
        ({"deadLetterTargetArn": "DLQ", "maxReceiveCount": 1001},
         "Invalid value for maxReceiveCount: 1001, valid values are from 1 to 1000 both inclusive."),
        ({"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:none", "maxReceiveCount": 1},
         "Dead letter target does not exist."),
        ({"deadLetterTargetArn": "FIFO", "maxReceiveCount": 1},
         "Dead-letter queue must be same type of queue as the source."),
    ],
)  # fmt: skip
def test_bad_policies(sqs, make_queue, attribute, refused, policy, reason):
    arns = {"DLQ": attribute(make_queue(), "QueueArn"), "FIFO": attribute(make_queue(fifo=True), "QueueArn")}
    if isinstance(policy, dict):
        policy = json.dumps({name: arns.get(value, value) for name, value in policy.items()})
    assert refused(sqs.set_queue_attributes, QueueUrl=make_queue("one"), Attributes={"RedrivePolicy": policy}) == (
        "InvalidParameterValue", f"Value {policy} for parameter RedrivePolicy is invalid. Reason: {reason}",
    )  # fmt: skip


def test_redrive_allow_policy(sqs, make_queue, attribute, refused):
    dead, one, two = make_queue("dead"), make_queue("one"), make_queue("two")
    redrive = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": attribute(dead, "QueueArn"), "maxReceiveCount": 1})}

    def allow(**policy):
        text = json.dumps(policy, separators=(",", ":"))
        sqs.set_queue_attributes(QueueUrl=dead, Attributes={"RedriveAllowPolicy": text})
        assert attribute(dead, "RedriveAllowPolicy") == text

    allow(redrivePermission="denyAll")
    assert refused(sqs.set_queue_attributes, QueueUrl=one, Attributes=redrive)[0] == "InvalidParameterValue"
    allow(redrivePermission="byQueue", sourceQueueArns=[attribute(one, "QueueArn")])
    sqs.set_queue_attributes(QueueUrl=one, Attributes=redrive)
    assert refused(sqs.set_queue_attributes, QueueUrl=two, Attributes=redrive)[0] == "InvalidParameterValue"
    allow(redrivePermission="allowAll")
    sqs.set_queue_attributes(QueueUrl=two, Attributes=redrive)
    assert refused(allow, redrivePermission="byQueue")[0] == "InvalidParameterValue"
    assert refused(allow, redrivePermission="maybe")[0] == "InvalidParameterValue"


def test_list_sources_by_page(sqs, make_queue, attribute):
    dead = make_queue("dead")
    policy = json.dumps({"deadLetterTargetArn": attribute(dead, "QueueArn"), "maxReceiveCount": 1})
    urls = [make_queue(f"source-{number}", RedrivePolicy=policy) for number in range(3)]
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == urls
    first = sqs.list_dead_letter_source_queues(QueueUrl=dead, MaxResults=2)
    rest = sqs.list_dead_letter_source_queues(QueueUrl=dead, MaxResults=2, NextToken=first["NextToken"])
    assert first["queueUrls"] + rest["queueUrls"] == urls
    assert "NextToken" not in rest


# Move tasks


@pytest.fixture
def dead_messages(sqs, bodies):
    """Send messages to a queue and let them die."""

    def make(url, *texts):
        for text in texts:
            sqs.send_message(QueueUrl=url, MessageBody=text)
        for _ in range(2):
            bodies(url, MaxNumberOfMessages=10, VisibilityTimeout=0)

    return make


def test_messages_move_back_to_their_sources(sqs, pair, make_queue, bodies, attribute, dead_messages, emulator):
    emulator.freeze(1_700_000_000)
    one, dead, arn = pair()
    two = make_queue(RedrivePolicy=attribute(one, "RedrivePolicy"))
    dead_messages(one, "1a", "1b")
    dead_messages(two, "2a")
    assert attribute(dead, "ApproximateNumberOfMessages") == "3"
    handle = sqs.start_message_move_task(SourceArn=arn)["TaskHandle"]
    emulator.advance(1)
    (task,) = sqs.list_message_move_tasks(SourceArn=arn)["Results"]
    assert task == {
        "Status": "COMPLETED",
        "SourceArn": arn,
        "ApproximateNumberOfMessagesMoved": 3,
        "ApproximateNumberOfMessagesToMove": 3,
        "StartedTimestamp": 1_700_000_000_000,
    }
    assert bodies(dead) == []
    messages = sqs.receive_message(QueueUrl=one, MaxNumberOfMessages=10, AttributeNames=["All"])["Messages"]
    assert [each["Body"] for each in messages] == ["1a", "1b"]
    assert messages[0]["Attributes"]["ApproximateReceiveCount"] == "1"
    assert "DeadLetterQueueSourceArn" not in messages[0]["Attributes"]
    assert bodies(two) == ["2a"]
    assert json.loads(base64.b64decode(handle))["sourceArn"] == arn


def test_a_slow_task_can_be_watched_and_cancelled(
    sqs, pair, make_queue, bodies, attribute, dead_messages, emulator, refused
):
    emulator.freeze()
    url, _, arn = pair()
    target = make_queue()
    target_arn = attribute(target, "QueueArn")
    dead_messages(url, "a", "b", "c")
    start = {"SourceArn": arn, "DestinationArn": target_arn, "MaxNumberOfMessagesPerSecond": 1}
    handle = sqs.start_message_move_task(**start)["TaskHandle"]
    assert refused(sqs.start_message_move_task, **start) == (
        "InvalidParameterValue",
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
    )
    emulator.advance(0)
    assert bodies(target, MaxNumberOfMessages=10) == ["a"]
    emulator.advance(1)
    assert bodies(target, MaxNumberOfMessages=10) == ["b"]
    (task,) = sqs.list_message_move_tasks(SourceArn=arn)["Results"]
    assert (task["Status"], task["TaskHandle"], task["DestinationArn"]) == ("RUNNING", handle, target_arn)
    assert task["MaxNumberOfMessagesPerSecond"] == 1
    assert sqs.cancel_message_move_task(TaskHandle=handle)["ApproximateNumberOfMessagesMoved"] == 2
    emulator.advance(60)
    assert bodies(target, MaxNumberOfMessages=10, VisibilityTimeout=0) == ["a", "b"]
    (task,) = sqs.list_message_move_tasks(SourceArn=arn)["Results"]
    assert task["Status"] == "CANCELLED" and "TaskHandle" not in task
    assert refused(sqs.cancel_message_move_task, TaskHandle=handle)[0] == "InvalidParameterValue"
    assert sqs.start_message_move_task(**start)["TaskHandle"] != handle
    assert len(sqs.list_message_move_tasks(SourceArn=arn, MaxResults=10)["Results"]) == 2


def test_a_task_fails_when_a_message_has_no_source(sqs, pair, emulator):
    emulator.freeze()
    _, dead, arn = pair()
    sqs.send_message(QueueUrl=dead, MessageBody="born here")
    sqs.start_message_move_task(SourceArn=arn)
    emulator.advance(1)
    (task,) = sqs.list_message_move_tasks(SourceArn=arn)["Results"]
    assert (task["Status"], task["FailureReason"]) == ("FAILED", "CouldNotDetermineMessageSource")


def test_what_a_task_wants(sqs, make_queue, attribute, refused, pair):
    none = "arn:aws:sqs:us-east-1:000000000000:none"
    missing = "The resource that you specified for the {} parameter doesn't exist."
    assert refused(sqs.start_message_move_task, SourceArn=none) == (
        "ResourceNotFoundException", missing.format("SourceArn"),
    )  # fmt: skip
    _, _, dead = pair()
    assert refused(sqs.start_message_move_task, SourceArn=dead, DestinationArn=none) == (
        "ResourceNotFoundException", missing.format("DestinationArn"),
    )  # fmt: skip
    plain = attribute(make_queue(), "QueueArn")
    assert refused(sqs.start_message_move_task, SourceArn=plain, DestinationArn=dead) == (
        "InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.",
    )  # fmt: skip
    too_fast = {"SourceArn": dead, "MaxNumberOfMessagesPerSecond": 501}
    assert refused(sqs.start_message_move_task, **too_fast)[0] == "InvalidParameterValue"
    assert refused(sqs.list_message_move_tasks, SourceArn=none)[0] == "ResourceNotFoundException"


def test_task_handles_that_are_none(sqs, make_queue, attribute, refused):
    def handle(task, source):
        return base64.b64encode(json.dumps({"taskId": task, "sourceArn": source}).encode()).decode()

    assert refused(sqs.cancel_message_move_task, TaskHandle="foobared") == (
        "InvalidParameterValue", "Value for parameter TaskHandle is invalid.",
    )  # fmt: skip
    assert refused(sqs.cancel_message_move_task, TaskHandle=handle("1", "arn:aws:sqs:us-east-1:1:none")) == (
        "ResourceNotFoundException", "The resource that you specified for the SourceArn parameter doesn't exist.",
    )  # fmt: skip
    arn = attribute(make_queue(), "QueueArn")
    assert refused(sqs.cancel_message_move_task, TaskHandle=handle("1", arn)) == (
        "ResourceNotFoundException", "Task does not exist.",
    )  # fmt: skip
