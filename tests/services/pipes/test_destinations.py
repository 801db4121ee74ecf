"""API destinations behind pipes: as targets and as enrichments, with what their connection's secret says."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Site:
    """An HTTP server that answers with ``answer`` and keeps what it was asked."""

    def __init__(self):
        site, self.asked, self.answer = self, [], b'{"rich":1}'

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                site.asked.append((self.path, self.headers.get("X-Key"), json.loads(body)))
                self.send_response(200)
                self.send_header("Content-Length", str(len(site.answer)))
                self.end_headers()
                self.wfile.write(site.answer)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def site():
    site = Site()
    yield site
    site.stop()


@pytest.fixture
def destination(client, pipes, site):
    events = client("events")
    connection = events.create_connection(Name="c", AuthorizationType="API_KEY", AuthParameters={
        "ApiKeyAuthParameters": {"ApiKeyName": "X-Key", "ApiKeyValue": "secret"}})  # fmt: skip
    return events.create_api_destination(
        Name="d", ConnectionArn=connection["ConnectionArn"], InvocationEndpoint=site.url + "/*", HttpMethod="POST"
    )["ApiDestinationArn"]


def test_as_the_target(pipe, queue, destination, site, until):
    source = queue("in")
    source.send('{"id":"7"}')
    pipe(source.arn, destination, TargetParameters={
        "InputTemplate": "<$.body>", "HttpParameters": {"PathParameterValues": ["$.body.id"]}})  # fmt: skip
    assert until(lambda: site.asked) == [("/7", "secret", {"id": "7"})]
    until(source.empty)


def test_as_the_enrichment(pipe, queue, destination, site, until):
    source, target = queue("in"), queue("out")
    source.send("x")
    pipe(source.arn, target.arn, Enrichment=destination, EnrichmentParameters={"InputTemplate": '"<$.body>"'})
    assert until(target.documents) == [{"rich": 1}]
    assert site.asked[0][2] == "x"


def test_an_empty_answer_ends_the_way(pipe, queue, destination, site, until):
    source, target = queue("in"), queue("out")
    site.answer = b"[]"
    source.send("x")
    pipe(source.arn, target.arn, Enrichment=destination)
    until(source.empty)
    assert target.messages() == []
