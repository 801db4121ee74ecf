"""Posting over HTTP: only to this machine unless allowed, with what the URL carries, and never raising."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from emulator.backends import http


@pytest.fixture
def server():
    """(port, list of what was posted as (path, authorization, body))."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((self.path, self.headers.get("Authorization"), body))
            self.send_response(302 if self.path == "/moved" else 200)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments):
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True).start()
    yield listening.server_port, seen
    listening.shutdown()
    listening.server_close()


def test_what_is_posted(server):
    port, seen = server
    outcome = http.post(f"http://user:p%40ss@localhost:{port}/a?b=c", {"X": "y"}, b"body", 5)
    assert outcome._replace(headers=()) == http.Outcome(200) and ("Location", "/elsewhere") in outcome.headers
    assert seen == [("/a?b=c", "Basic dXNlcjpwQHNz", b"body")]


def test_redirects_are_not_followed(server):
    port, seen = server
    outcome = http.post(f"http://127.0.0.1:{port}/moved", {}, b"", 5)
    assert outcome.status == 302 and "answered 302" in outcome.reason
    assert [path for path, _, _ in seen] == ["/moved"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://:x/", "ftp://127.0.0.1/", "nothing"])
def test_what_cannot_be_reached(url):
    outcome = http.post(url, {}, b"", 1)
    assert outcome.status == 0 and outcome.reason


def test_other_machines_need_leave():
    outcome = http.post("http://192.0.2.1/", {}, b"", 1)
    assert outcome.status == 0 and "--outbound" in outcome.reason


def test_loopback():
    assert http.is_loopback("127.0.0.1", 80) and http.is_loopback("::1", 80)
    assert not http.is_loopback("192.0.2.1", 80)


def test_a_connection_is_tried_as_often_as_wanted(monkeypatch):
    tried = []

    def refused(address, timeout, *_, **__):
        tried.append((address, timeout))
        raise ConnectionRefusedError

    monkeypatch.setattr("urllib3.util.connection.create_connection", refused)
    for connecting, seen in (((4.0, 3), [4.0] * 3), (None, [9.0])):
        outcome = http.request("GET", "http://127.0.0.1:1/", {}, b"", 9.0, connecting=connecting)
        assert outcome.status == 0 and tried == [(("127.0.0.1", 1), each) for each in seen]
        tried.clear()
