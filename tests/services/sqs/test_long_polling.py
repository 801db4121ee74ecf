"""Long polls: they end with the first message, however it becomes visible, and not later than asked for."""

import threading
import time

import pytest
from botocore.exceptions import ClientError


class Poll:
    """A ReceiveMessage in a thread of its own."""

    def __init__(self, sqs, url, **parameters):
        self.started = time.monotonic()
        self._thread = threading.Thread(target=self._run, args=(sqs, {"QueueUrl": url, **parameters}))
        self._thread.start()
        time.sleep(0.15)  # until it waits

    def _run(self, sqs, parameters):
        try:
            self.answer = sqs.receive_message(**parameters)
        except ClientError as error:
            self.answer = error.response["Error"]["Code"]
        self.seconds = time.monotonic() - self.started

    def result(self):
        self._thread.join(20)
        if isinstance(self.answer, str):
            return self.answer
        return [each["Body"] for each in self.answer.get("Messages", [])]


def test_arrival_wakes(sqs, make_queue):
    url = make_queue()
    poll = Poll(sqs, url, WaitTimeSeconds=10)
    sqs.send_message(QueueUrl=url, MessageBody="here")
    assert poll.result() == ["here"]
    assert poll.seconds < 2


def test_the_queue_s_own_wait_time(sqs, make_queue):
    url = make_queue(ReceiveMessageWaitTimeSeconds="10")
    poll = Poll(sqs, url)
    sqs.send_message(QueueUrl=url, MessageBody="here")
    assert poll.result() == ["here"]
    assert poll.seconds < 2


def test_a_short_poll_wins_over_the_queue(sqs, make_queue, bodies):
    url = make_queue(ReceiveMessageWaitTimeSeconds="20")
    started = time.monotonic()
    assert bodies(url, WaitTimeSeconds=0) == []
    assert time.monotonic() - started < 1


def test_the_end_of_a_delay_wakes(sqs, make_queue):
    url = make_queue()
    sqs.send_message(QueueUrl=url, MessageBody="late", DelaySeconds=1)
    poll = Poll(sqs, url, WaitTimeSeconds=10)
    assert poll.result() == ["late"]
    assert poll.seconds < 3


@pytest.mark.parametrize("fifo", [False, True])
def test_the_end_of_a_visibility_timeout_wakes(sqs, make_queue, fifo):
    url = make_queue(fifo=fifo, VisibilityTimeout="1", **({"ContentBasedDeduplication": "true"} if fifo else {}))
    sqs.send_message(QueueUrl=url, MessageBody="again", **({"MessageGroupId": "g"} if fifo else {}))
    sqs.receive_message(QueueUrl=url)
    poll = Poll(sqs, url, WaitTimeSeconds=10)
    assert poll.result() == ["again"]
    assert poll.seconds < 3


def test_giving_a_message_back_wakes(sqs, make_queue):
    url = make_queue()
    sqs.send_message(QueueUrl=url, MessageBody="back")
    handle = sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]
    poll = Poll(sqs, url, WaitTimeSeconds=10)
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    assert poll.result() == ["back"]
    assert poll.seconds < 2


def test_deleting_the_head_of_a_group_wakes(sqs, make_queue):
    url = make_queue(fifo=True, ContentBasedDeduplication="true")
    for body in "ab":
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g")
    handle = sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]
    poll = Poll(sqs, url, WaitTimeSeconds=10)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
    assert poll.result() == ["b"]
    assert poll.seconds < 2


def test_a_jump_of_the_clock_wakes(sqs, make_queue, emulator):
    emulator.freeze()
    url = make_queue()
    sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=15)
    poll = Poll(sqs, url, WaitTimeSeconds=20)
    emulator.advance(15)
    assert poll.result() == ["later"]
    assert poll.seconds < 2


def test_nothing_comes(sqs, make_queue):
    poll = Poll(sqs, make_queue(), WaitTimeSeconds=1)
    assert poll.result() == []
    assert 0.9 < poll.seconds < 3


def test_one_message_goes_to_one_of_many(sqs, client, make_queue):
    url = make_queue()
    polls = [Poll(client("sqs"), url, WaitTimeSeconds=2) for _ in range(4)]
    sqs.send_message(QueueUrl=url, MessageBody="once")
    assert sorted(poll.result() for poll in polls) == [[], [], [], ["once"]]


def test_deleting_the_queue_ends_a_poll(sqs, make_queue):
    url = make_queue()
    poll = Poll(sqs, url, WaitTimeSeconds=10)
    sqs.delete_queue(QueueUrl=url)
    assert poll.result() == "AWS.SimpleQueueService.NonExistentQueue"
    assert poll.seconds < 2
