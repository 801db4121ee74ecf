"""FIFO queues: order, groups, deduplication, receive attempts."""

import hashlib

import pytest


@pytest.fixture
def send(sqs):
    def one(url, group, body, deduplication=None, **more):
        if deduplication is not None:
            more["MessageDeduplicationId"] = deduplication
        return sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group, **more)

    return one


@pytest.fixture
def queue(make_queue, emulator):
    emulator.freeze()
    return make_queue(fifo=True, ContentBasedDeduplication="true", VisibilityTimeout="30")


def handles(sqs, url, **parameters):
    answer = sqs.receive_message(QueueUrl=url, **parameters)
    return {each["Body"]: each["ReceiptHandle"] for each in answer.get("Messages", [])}


def test_messages_of_a_group_come_together_and_in_order(queue, send, bodies):
    for group, body in (("1", "1a"), ("2", "2a"), ("1", "1b"), ("1", "1c")):
        send(queue, group, body)
    assert bodies(queue, MaxNumberOfMessages=10) == ["1a", "1b", "1c", "2a"]


def test_a_group_is_blocked_while_its_oldest_message_is_hidden(queue, send, bodies, sqs, emulator):
    for group, body in (("1", "1a"), ("2", "2a"), ("1", "1b"), ("1", "1c"), ("3", "3a")):
        send(queue, group, body)
    held = handles(sqs, queue, MaxNumberOfMessages=2)
    assert list(held) == ["1a", "1b"]
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=held["1a"])
    assert bodies(queue, MaxNumberOfMessages=10) == ["2a", "3a"]
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=held["1b"])
    assert bodies(queue, MaxNumberOfMessages=10) == ["1c"]
    emulator.advance(30)
    assert sorted(bodies(queue, MaxNumberOfMessages=10)) == ["1c", "2a", "3a"]


@pytest.mark.parametrize(("extended", "visible"), [("a", []), ("b", ["a"]), ("c", ["a", "b"])])
def test_a_longer_hidden_message_holds_up_what_follows(queue, send, bodies, sqs, emulator, extended, visible):
    for body in "abc":
        send(queue, "g", body)
    held = handles(sqs, queue, MaxNumberOfMessages=5)
    sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=held[extended], VisibilityTimeout=100)
    emulator.advance(30)
    assert bodies(queue, MaxNumberOfMessages=5) == visible


def test_groups_are_served_by_the_time_their_head_became_visible(queue, send, bodies, sqs):
    for group, body in (("1", "1a"), ("2", "2a"), ("2", "2b"), ("3", "3a"), ("1", "1b")):
        send(queue, group, body)
    assert bodies(queue, MaxNumberOfMessages=3, VisibilityTimeout=0) == ["1a", "1b", "2a"]
    assert bodies(queue, MaxNumberOfMessages=10, VisibilityTimeout=0) == ["1a", "1b", "2a", "2b", "3a"]


def test_a_released_group_comes_after_those_that_waited(queue, send, bodies, sqs, emulator):
    for group, body in (("1", "1a"), ("1", "1b"), ("2", "2a")):
        send(queue, group, body)
    held = handles(sqs, queue, MaxNumberOfMessages=2)
    emulator.advance(1)
    sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=held["1a"], VisibilityTimeout=0)
    assert bodies(queue, MaxNumberOfMessages=3) == ["2a", "1a"]


def test_deduplication_by_content(queue, send, bodies, sqs, emulator):
    first, again = send(queue, "1", "same"), send(queue, "2", "same")
    assert (first["MessageId"], first["SequenceNumber"]) == (again["MessageId"], again["SequenceNumber"])
    (message,) = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, AttributeNames=["All"])["Messages"]
    assert message["Attributes"]["MessageDeduplicationId"] == hashlib.sha256(b"same").hexdigest()
    assert message["Attributes"]["MessageGroupId"] == "1"
    assert message["Attributes"]["SequenceNumber"] == first["SequenceNumber"]
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    emulator.advance(299)
    assert send(queue, "1", "same")["MessageId"] == first["MessageId"]
    assert bodies(queue) == []
    emulator.advance(1)
    assert send(queue, "1", "same")["MessageId"] != first["MessageId"]
    assert bodies(queue) == ["same"]


def test_deduplication_by_id_wins_over_content(queue, send):
    one, two, three = send(queue, "g", "same", "1"), send(queue, "g", "same", "2"), send(queue, "g", "other", "1")
    assert one["MessageId"] == three["MessageId"] != two["MessageId"]


def test_deduplication_per_group(make_queue, send, bodies, sqs):
    url = make_queue(fifo=True, DeduplicationScope="messageGroup")
    one, two, three = send(url, "1", "m", "id"), send(url, "2", "m", "id"), send(url, "1", "m", "id")
    assert one["MessageId"] == three["MessageId"] != two["MessageId"]


def test_a_purge_forgets_deduplication(queue, send, bodies, sqs):
    send(queue, "g", "one", "id")
    sqs.purge_queue(QueueUrl=queue)
    send(queue, "g", "two", "id")
    assert bodies(queue) == ["two"]


def test_sequence_numbers_grow(queue, send):
    numbers = [send(queue, "g", str(number))["SequenceNumber"] for number in range(5)]
    assert numbers == sorted(numbers) and len(set(numbers)) == 5
    assert {len(number) for number in numbers} == {20}


def test_what_a_fifo_queue_wants(make_queue, send, sqs, refused):
    url = make_queue(fifo=True)
    no_group = "The request must contain the parameter MessageGroupId."
    no_id = (
        "InvalidParameterValue",
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    )
    assert refused(sqs.send_message, QueueUrl=url, MessageBody="m", MessageDeduplicationId="d") == (
        "MissingParameter", no_group,
    )  # fmt: skip
    assert refused(sqs.send_message, QueueUrl=url, MessageBody="m", MessageGroupId="g") == no_id
    entry = {"Id": "1", "MessageBody": "m"}
    assert refused(sqs.send_message_batch, QueueUrl=url, Entries=[entry]) == ("InvalidParameterValue", no_group)
    assert refused(sqs.send_message_batch, QueueUrl=url, Entries=[{**entry, "MessageGroupId": "g"}]) == no_id
    for bad in ("", "a b", "a" * 129):
        assert refused(send, url=url, group="g", body="m", deduplication=bad) == (
            "InvalidParameterValue",
            f"Value {bad} for parameter MessageDeduplicationId is invalid. Reason: MessageDeduplicationId can only "
            "include alphanumeric and punctuation characters. 1 to 128 in length.",
        )
    other_type = "The request include parameter that is not valid for this queue type."
    assert refused(send, url=url, group="g", body="m", deduplication="d", DelaySeconds=1) == (
        "InvalidParameterValue", f"Value 1 for parameter DelaySeconds is invalid. Reason: {other_type}",
    )  # fmt: skip
    standard = make_queue()
    assert refused(sqs.send_message, QueueUrl=standard, MessageBody="m", MessageDeduplicationId="d") == (
        "InvalidParameterValue", f"Value d for parameter MessageDeduplicationId is invalid. Reason: {other_type}",
    )  # fmt: skip


def test_only_the_queue_delays(make_queue, send, bodies, emulator):
    emulator.freeze()
    url = make_queue(fifo=True, ContentBasedDeduplication="true", DelaySeconds="2")
    for body in "abc":
        send(url, "g", body, DelaySeconds=0)
    assert bodies(url, MaxNumberOfMessages=3) == []
    emulator.advance(2)
    assert bodies(url, MaxNumberOfMessages=3) == ["a", "b", "c"]


def test_a_receipt_handle_ends_with_its_visibility_timeout(queue, send, sqs, refused, emulator):
    send(queue, "g", "m")
    handle = handles(sqs, queue)["m"]
    emulator.advance(30)
    expected = (
        "InvalidParameterValue",
        f"Value {handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.",
    )
    assert refused(sqs.delete_message, QueueUrl=queue, ReceiptHandle=handle) == expected
    assert refused(sqs.change_message_visibility, QueueUrl=queue, ReceiptHandle=handle, VisibilityTimeout=1) == expected


def test_a_repeated_attempt_gets_the_same_again(queue, send, sqs, refused, bodies, emulator):
    for body in "abc":
        send(queue, "g", body)
    attempt = {"MaxNumberOfMessages": 2, "ReceiveRequestAttemptId": "try-1"}
    first = handles(sqs, queue, **attempt)
    emulator.advance(20)
    assert handles(sqs, queue, **attempt) == first
    emulator.advance(20)  # hidden anew by the second
    assert bodies(queue) == []
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=first["a"])
    assert refused(sqs.receive_message, QueueUrl=queue, **attempt) == (
        "InvalidParameterValue",
        "Value try-1 for parameter ReceiveRequestAttemptId is invalid. "
        "Reason: The receiveRequestAttemptId is not valid anymore since the receive call is not retryable.",
    )
    emulator.advance(300)
    assert list(handles(sqs, queue, **attempt)) == ["b", "c"]


def test_in_flight_limit_is_silent(queue, send, bodies, monkeypatch):
    monkeypatch.setattr("emulator.services.sqs.receiving.MOST_IN_FLIGHT", 2)
    for number in range(4):
        send(queue, str(number), str(number))
    assert bodies(queue, MaxNumberOfMessages=2) == ["0", "1"]
    assert bodies(queue, MaxNumberOfMessages=2) == []


def test_expiry_frees_a_group(make_queue, send, bodies, sqs, emulator):
    emulator.freeze()
    url = make_queue(
        fifo=True, ContentBasedDeduplication="true", MessageRetentionPeriod="60", VisibilityTimeout="43200"
    )
    send(url, "g", "old")
    assert bodies(url) == ["old"]
    emulator.advance(59)
    send(url, "g", "new")
    assert bodies(url) == []
    emulator.advance(1)
    assert bodies(url) == ["new"]
