"""What sending, receiving and deleting cost in a queue of 1,000 messages and in one of 1,000,000, and what a message
takes in memory.

    python -m tests.services.sqs.bench_depth [MESSAGES]

Requests go to the chain in this process, so that no socket and no client is measured.
"""

import asyncio
import json
import sys
import time

from emulator.gateway.emulator import Emulator, Options
from emulator.protocol.wire import Request

SIGNED = {
    "host": "127.0.0.1:4566", "content-type": "application/x-amz-json-1.0",
    "authorization": "AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/sqs/aws4_request, "
                     "SignedHeaders=host, Signature=0",
}  # fmt: skip
BODY = "m" * 200
ROUNDS = 3000


def resident() -> int:
    """Bytes of this process in memory."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


class Queue:
    def __init__(self, emulator: Emulator, name: str):
        self._emulator = emulator
        self.url = ""
        self.url = self.call("CreateQueue", QueueName=name)["QueueUrl"]

    def call(self, operation: str, **given) -> dict:
        if self.url:
            given["QueueUrl"] = self.url
        headers = {**SIGNED, "x-amz-target": f"AmazonSQS.{operation}"}
        answer = self._emulator.answer(Request("POST", "/", "", headers, json.dumps(given).encode()))
        assert answer.status == 200, answer.body
        return json.loads(answer.body or b"{}")

    def fill(self, count: int) -> None:
        entries = [{"Id": str(number), "MessageBody": BODY} for number in range(10)]
        for _ in range(count // 10):
            self.call("SendMessageBatch", Entries=entries)

    def costs(self) -> dict[str, float]:
        """Microseconds of CPU of one request of each kind; the depth stays what it was."""
        return {
            "send": self._timed(lambda: self.call("SendMessage", MessageBody=BODY)),
            "receive": self._timed(self._receive), "delete": self._timed(self._delete),
        }  # fmt: skip

    handles: list[str] = []

    def _receive(self) -> None:
        [message] = self.call("ReceiveMessage", VisibilityTimeout=43200)["Messages"]
        self.handles.append(message["ReceiptHandle"])

    def _delete(self) -> None:
        self.call("DeleteMessage", ReceiptHandle=self.handles.pop())

    @staticmethod
    def _timed(action) -> float:
        begun = time.process_time()
        for _ in range(ROUNDS):
            action()
        return (time.process_time() - begun) / ROUNDS * 1e6


def main(most: int = 1_000_000) -> None:
    emulator = Emulator(Options())
    emulator.start(asyncio.new_event_loop())
    few, many = Queue(emulator, "few"), Queue(emulator, "many")
    few.fill(1000)
    shallow = few.costs()
    before = resident()
    many.fill(most)
    taken = (resident() - before) / most
    deep = many.costs()
    for name, cost in shallow.items():
        print(f"{name:8} {cost:7.1f} µs at 1,000   {deep[name]:7.1f} µs at {most:,}   {deep[name] / cost:.2f} times")
    print(f"{taken:,.0f} bytes in memory for a message of {len(BODY)}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
