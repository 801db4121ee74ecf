"""A FIFO queue under kill -9: each acknowledged message comes once, in the order of its group, whatever happens."""

import contextlib
import http.client
import itertools
import threading
import time
from pathlib import Path

import pytest

from tests.robustness.test_crash import Emulator

CYCLES = 5
SECONDS = 0.6  # of load before the kill
GROUPS = 4


class Load:
    """Producers that send numbered messages, each again until it is acknowledged; consumers that delete what comes."""

    def __init__(self):
        self.sent: dict[str, int] = dict.fromkeys(map(str, range(GROUPS)), 0)  # acknowledged, by group
        self.deleted: dict[str, list[int]] = {group: [] for group in self.sent}  # acknowledged
        self.unsure: set[tuple[str, int]] = set()  # a deletion was asked for, and no answer came

    def send(self, call, url, group):
        for number in itertools.count(self.sent[group]):
            call.sqs("SendMessage", QueueUrl=url, MessageBody=str(number), MessageGroupId=group,
                     MessageDeduplicationId=f"{group}-{number}")  # fmt: skip
            self.sent[group] = number + 1

    def take(self, call, url):
        while True:
            self.take_once(call, url, 1)

    def take_once(self, call, url, wait) -> int:
        found = call.sqs("ReceiveMessage", QueueUrl=url, WaitTimeSeconds=wait, MaxNumberOfMessages=10,
                         VisibilityTimeout=1, AttributeNames=["MessageGroupId"]).get("Messages", [])  # fmt: skip
        for message in found:
            group, number = message["Attributes"]["MessageGroupId"], int(message["Body"])
            self.unsure.add((group, number))
            call.sqs("DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            self.unsure.discard((group, number))
            self.deleted[group].append(number)
        return len(found)

    def until_killed(self, emulator, url):
        def work(function, *arguments):
            with contextlib.suppress(OSError, http.client.HTTPException):
                function(emulator.connect(), url, *arguments)

        works = [(self.send, group) for group in self.sent] + [(self.take,)]
        threads = [threading.Thread(target=work, args=each, daemon=True) for each in works]
        for thread in threads:
            thread.start()
        time.sleep(SECONDS)
        emulator.kill()
        for thread in threads:
            thread.join(20)


@pytest.mark.timeout(120)
def test_nothing_is_lost_doubled_or_out_of_order(tmp_path: Path):
    load, url = Load(), None
    for _ in range(CYCLES):
        emulator = Emulator(tmp_path)
        made = emulator.connect().sqs("CreateQueue", QueueName="orders.fifo", Attributes={"FifoQueue": "true"})
        assert url is None or made["QueueUrl"].endswith("/orders.fifo")
        url = made["QueueUrl"]
        load.until_killed(emulator, url)
    emulator = Emulator(tmp_path)
    try:
        call, idle = emulator.connect(), 0
        url = call.sqs("GetQueueUrl", QueueName="orders.fifo")["QueueUrl"]
        while idle < 2:  # what was being taken when the emulator died is visible again after a second
            idle = 0 if load.take_once(call, url, 2) else idle + 1
    finally:
        emulator.kill()
    assert sum(load.sent.values()) > 100
    for group, numbers in load.deleted.items():
        assert numbers == sorted(numbers) and len(numbers) == len(set(numbers)), "doubled or out of order"
        gone = {number for name, number in load.unsure if name == group}
        assert set(range(load.sent[group])) <= set(numbers) | gone, "lost"
