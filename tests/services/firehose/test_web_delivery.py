"""Deliveries by HTTP: endpoints, Splunk's collector, OpenSearch's bulk API; what is done when they refuse."""

import base64
import gzip
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from emulator.gateway import certificates


class Server:
    """An HTTPS server on loopback; ``answers`` are functions from (path, headers, body) to (status, document)."""

    def __init__(self, folder):
        self.requests, self.answer = [], lambda path, headers, body: (200, {})
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                outer.requests.append((self.path, dict(self.headers), body))
                status, document = outer.answer(self.path, self.headers, body)
                content = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.socket = certificates.server_context(folder).wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://localhost:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server(tmp_path):
    running = Server(tmp_path)
    yield running
    running.stop()


def until(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def accepted(path, headers, body):
    return 200, {"requestId": json.loads(body)["requestId"], "timestamp": 1}


def test_an_endpoint_gets_records_and_answers_with_the_request(emulator, make, put, server):
    server.answer = accepted
    make(
        "HttpEndpoint",
        EndpointConfiguration={"Url": server.url + "/in", "AccessKey": "secret"},
        RequestConfiguration={
            "ContentEncoding": "GZIP",
            "CommonAttributes": [{"AttributeName": "a", "AttributeValue": "1"}],
        },
    )
    put("one", "two")
    emulator.advance(300)
    until(lambda: server.requests)
    path, headers, body = server.requests[0]
    document = json.loads(body)
    assert path == "/in" and headers["X-Amz-Firehose-Access-Key"] == "secret"
    assert headers["X-Amz-Firehose-Request-Id"] == document["requestId"]
    assert json.loads(headers["X-Amz-Firehose-Common-Attributes"]) == {"commonAttributes": {"a": "1"}}
    assert [base64.b64decode(each["data"]) for each in document["records"]] == [b"one", b"two"]


def test_an_endpoint_that_refuses_is_tried_again_then_given_up(emulator, make, put, server, bucket):
    server.answer = lambda *_: (500, {})
    make("HttpEndpoint", EndpointConfiguration={"Url": server.url}, RetryOptions={"DurationInSeconds": 30})
    put("lost")
    emulator.advance(300)
    until(lambda: emulator.advance(1) or bucket())
    ((key, content),) = bucket().items()
    failed = json.loads(content)
    assert key.startswith("http-endpoint-failed/2027/") and base64.b64decode(failed["rawData"]) == b"lost"
    assert failed["errorCode"] == "HttpEndpoint.InvalidStatusCode"
    assert failed["attemptsMade"] == len(server.requests) > 1


def test_an_answer_to_another_request_is_no_answer(emulator, make, put, server, bucket):
    server.answer = lambda *_: (200, {"requestId": "other", "timestamp": 1})
    make("HttpEndpoint", EndpointConfiguration={"Url": server.url}, RetryOptions={"DurationInSeconds": 0})
    put("x")
    emulator.advance(300)
    until(bucket)
    assert json.loads(*bucket().values())["errorCode"] == "HttpEndpoint.RequestIdMismatch"


def test_splunk_acknowledges(emulator, make, put, server, bucket):
    asked = []

    def answer(path, headers, body):
        if path.startswith("/services/collector/ack"):
            asked.append(json.loads(body))
            return 200, {"acks": {"7": len(asked) > 1}}
        return 200, {"text": "Success", "code": 0, "ackId": 7}

    server.answer = answer
    make("Splunk", HECEndpoint=server.url, HECEndpointType="Raw", HECToken="token", S3BackupMode="AllEvents")
    put("event ")
    emulator.advance(60)
    until(lambda: len(asked) == 2)
    path, headers, body = server.requests[0]
    assert path.startswith("/services/collector/raw?channel=") and headers["Authorization"] == "Splunk token"
    assert body == b"event " and asked[0] == {"acks": [7]}
    until(bucket)
    assert list(bucket().values()) == [b"event "]


def test_documents_are_indexed_in_bulk(emulator, make, put, server, bucket):
    def answer(path, headers, body):
        actions = [json.loads(line) for line in body.splitlines()[::2]]
        statuses = [201, 400]
        return 200, {
            "errors": True,
            "items": [{"index": {"status": s, "error": "bad"}} for s, _ in zip(statuses, actions)],
        }

    server.answer = answer
    make(
        "Amazonopensearchservice",
        RoleARN="arn:aws:iam::000000000000:role/firehose",
        IndexName="clicks",
        ClusterEndpoint=server.url,
    )
    put('{"a":1}', '{"a":2}', "no json")
    emulator.advance(300)
    until(lambda: len(bucket()) == 1)
    path, _, body = server.requests[0]
    lines = [json.loads(line) for line in body.splitlines()]
    assert path == "/_bulk" and lines[0]["index"]["_index"] == "clicks-2027-01-15" and lines[1] == {"a": 1}
    ((key, content),) = bucket().items()
    assert key.startswith("AmazonOpenSearchService-failed/2027/")
    failed = [base64.b64decode(json.loads(line)["rawData"]) for line in content.splitlines()]
    assert sorted(failed) == [b"no json", b'{"a":2}']


def test_what_can_not_be_reached_fails_its_records(emulator, make, put, bucket):
    make(
        "Snowflake",
        AccountUrl="https://a.snowflakecomputing.com",
        Database="d",
        Schema="s",
        Table="t",
        RoleARN="arn:aws:iam::000000000000:role/firehose",
    )
    put("x")
    emulator.advance(300)
    (key,) = bucket()
    assert key.startswith("snowflake-failed/2027/")


def test_redshift_leaves_objects_and_a_manifest(emulator, make, put, bucket):
    make(
        "Redshift",
        RoleARN="arn:aws:iam::000000000000:role/firehose",
        ClusterJDBCURL="jdbc:redshift://c.abc.us-east-1.redshift.amazonaws.com:5439/db",
        CopyCommand={"DataTableName": "t"},
        Username="u",
        Password="Passw0rd",
    )
    put("row")
    emulator.advance(300)
    (key,) = bucket("2027/")
    (manifest,) = bucket("errors/manifests/2027/").values()
    assert json.loads(manifest) == {"entries": [{"url": f"s3://lake/{key}", "mandatory": True}]}
