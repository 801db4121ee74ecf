"""Topics, queues that receive, a web server that records what is posted to it, and the ledger."""

import http.server
import json
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator

import pytest

NOON = 1_800_014_400.0  # 2027-01-15T12:00:00Z
ACCOUNT = "000000000000"


@pytest.fixture
def sns(client):
    return client("sns")


@pytest.fixture
def topic(sns):
    """``topic("name", DisplayName="…")`` → the ARN of a topic with these attributes."""

    def make(name: str = "topic", **attributes) -> str:
        if name.endswith(".fifo"):
            attributes = {"FifoTopic": "true", **attributes}
        return sns.create_topic(Name=name, Attributes=attributes)["TopicArn"]

    return make


class Queue:
    """A queue and what has arrived in it since the last look."""

    def __init__(self, sqs, name: str):
        self._sqs = sqs
        attributes = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
        self.url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        self.arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"

    def messages(self) -> list[dict]:
        found = []
        while got := self._sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        ).get("Messages", []):  # fmt: skip
            found += got
            for each in got:
                self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=each["ReceiptHandle"])
        return found

    def bodies(self) -> list[str]:
        return [each["Body"] for each in self.messages()]

    def notifications(self) -> list[dict]:
        return [json.loads(body) for body in self.bodies()]

    def delete(self) -> None:
        self._sqs.delete_queue(QueueUrl=self.url)


@pytest.fixture
def queue(client):
    return lambda name="q": Queue(client("sqs"), name)


@pytest.fixture
def subscribed(sns, queue):
    """``subscribed(topic ARN, "queue name", RawMessageDelivery="true")`` → (queue, subscription ARN)."""

    def make(topic_arn: str, name: str = "q", **attributes) -> tuple[Queue, str]:
        target = queue(name)
        answer = sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=target.arn, Attributes=attributes)
        return target, answer["SubscriptionArn"]

    return make


@pytest.fixture
def ledger(endpoint):
    """``ledger(channel="sms", to="+1…")`` → the entries, the newest first."""

    def read(**wanted) -> list[dict]:
        query = urllib.parse.urlencode(wanted)
        with urllib.request.urlopen(f"{endpoint}/_emulator/ledger?{query}") as answer:
            return json.loads(answer.read())["entries"]

    return read


class Web:
    """An HTTP endpoint on loopback: ``url``; ``next()`` waits for a post; ``status`` is what it answers."""

    def __init__(self):
        self.status = 200
        self.open = threading.Event()  # while it is not set, posts wait for their answer
        self.open.set()
        self.posts: list[tuple[dict, str]] = []
        self._seen = 0
        self._arrived = threading.Condition()
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                headers = {name.lower(): value for name, value in self.headers.items()}
                with web._arrived:
                    web.posts.append((headers, body))
                    web._arrived.notify_all()
                web.open.wait(10)
                self.send_response(web.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def next(self, timeout: float = 10.0) -> tuple[dict, str]:
        """Headers and body of the next post."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.posts) > self._seen, timeout), "nothing was posted"
            self._seen += 1
            return self.posts[self._seen - 1]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def web() -> Iterator[Web]:
    server = Web()
    yield server
    server.close()
