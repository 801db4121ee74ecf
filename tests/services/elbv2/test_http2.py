"""HTTP/2 at listeners (curl, Chromium) and to targets that speak it, among them gRPC, by h2's own client and server."""

import asyncio
import json
import shutil
import socket
import ssl
import subprocess
import threading

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, ResponseReceived, StreamEnded, TrailersReceived

from tests.services.elbv2.conftest import curl, forward, say, until

pytestmark = [pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
              pytest.mark.usefixtures("data_plane")]


@pytest.fixture
def https(listener, server_certificate, free):
    """``https(actions, …)``: the ARN of a listener with a certificate for localhost."""
    def make(actions, **given):
        return listener(actions, Protocol="HTTPS", Port=free, SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06",
                        Certificates=[{"CertificateArn": server_certificate("localhost")}], **given)

    return make


class Server:
    """A target that speaks HTTP/2 without TLS: it tells what it was asked, or speaks gRPC where it is asked to.

    A call is answered by a message for each that came, as it comes; /fail by status 13 without a message.
    """

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self.serve, "127.0.0.1", 0), self.loop).result()
        self.port = self.server.sockets[0].getsockname()[1]

    def close(self):
        self.loop.call_soon_threadsafe(self.server.close)
        self.loop.call_soon_threadsafe(self.loop.stop)

    async def serve(self, reader, writer):
        frames = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        frames.initiate_connection()
        asked, bodies = {}, {}
        while True:
            writer.write(frames.data_to_send())
            data = await reader.read(65536)
            if not data:
                return
            for event in frames.receive_data(data):
                if isinstance(event, RequestReceived):
                    asked[event.stream_id], bodies[event.stream_id] = dict(event.headers), b""
                elif isinstance(event, DataReceived):
                    frames.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                    self.said(frames, event.stream_id, asked[event.stream_id], event.data, bodies)
                elif isinstance(event, StreamEnded):
                    self.ended(frames, event.stream_id, asked[event.stream_id], bodies[event.stream_id])

    def said(self, frames, id, asked, data, bodies):
        bodies[id] += data
        if asked.get("content-type") == "application/grpc" and asked[":path"] == "/echo":
            if bodies[id] == data:
                frames.send_headers(id, [(":status", "200"), ("content-type", "application/grpc")])
            frames.send_data(id, data.upper())

    def ended(self, frames, id, asked, body):
        if asked.get("content-type") != "application/grpc":
            told = json.dumps({"headers": asked, "body": body.decode()}).encode()
            frames.send_headers(id, [(":status", "200"), ("content-type", "application/json")])
            frames.send_data(id, told, end_stream=True)
        elif asked[":path"] == "/echo":
            frames.send_headers(id, [("grpc-status", "0"), ("grpc-message", "well")], end_stream=True)
        else:
            code = "12" if asked[":path"] == "/AWS.ALB/healthcheck" else "13"
            frames.send_headers(id, [(":status", "200"), ("grpc-status", code)], end_stream=True)


@pytest.fixture
def newer():
    server = Server()
    yield server
    server.close()


class Client:
    """One HTTP/2 connection of a blocking client, frame by frame."""

    def __init__(self, address, authority):
        host, _, port = address.partition(":")
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["h2"])
        self.socket = context.wrap_socket(socket.create_connection((host, int(port)), timeout=10),
                                          server_hostname=authority)
        self.frames = H2Connection(H2Configuration(header_encoding="utf-8", validate_outbound_headers=False))
        self.frames.initiate_connection()

    def call(self, path, *more):
        """Begin a call of gRPC; the id of its stream."""
        id = self.frames.get_next_available_stream_id()
        self.frames.send_headers(id, [(":method", "POST"), (":scheme", "https"), (":authority", "localhost"), (
            ":path", path), ("content-type", "application/grpc"), ("te", "trailers"), *more])
        self.flush()
        return id

    def say(self, id, data, end=False):
        self.frames.send_data(id, data, end_stream=end)
        self.flush()

    def flush(self):
        self.socket.sendall(self.frames.data_to_send())

    def next(self, *kinds):
        while True:
            for event in self.frames.receive_data(self.socket.recv(65536)):
                if isinstance(event, kinds):
                    return event
            self.flush()


def test_curl_speaks_http2_with_a_target_that_does_not(elb, https, to, serve, address):
    arn = https(forward((to(serve()), 1)))
    url = f"https://{address(arn)}/a?b=1"
    status, headers, body = curl(url, "-k", "--http2", "-d", "hello", "-H", "Cookie: a=1; b=2")
    told = json.loads(body)
    assert (status, told["method"], told["path"], told["body"]) == (200, "POST", "/a?b=1", "hello")
    assert told["headers"]["cookie"] == "a=1; b=2" and "connection" not in headers
    version = ("-w", "%{http_version}", "-o", "/dev/null", "-k")
    assert subprocess.run(["curl", "-s", "--http2", *version, url], capture_output=True, check=True).stdout == b"2"
    assert subprocess.run(["curl", "-s", "--http1.1", *version, url], capture_output=True, check=True).stdout == b"1.1"
    lb = elb.describe_listeners(ListenerArns=[arn])["Listeners"][0]["LoadBalancerArn"]
    elb.modify_load_balancer_attributes(LoadBalancerArn=lb, Attributes=[
        {"Key": "routing.http2.enabled", "Value": "false"}])
    until(lambda: subprocess.run(["curl", "-s", "--http2", *version, f"https://{address(arn)}/"],
                                 capture_output=True).stdout == b"1.1")


def test_large_bodies_and_many_streams(https, to, serve, address, tmp_path):
    sent = tmp_path / "sent"
    sent.write_text("0123456789" * 100_000)
    url = f"https://{address(https(forward((to(serve()), 1))))}"
    subprocess.run(["curl", "-s", "-k", "--http2", "--parallel", "--fail", "-m", "20", "--data-binary", f"@{sent}",
                    "-o", str(tmp_path / "#1"), f"{url}/[1-12]"], check=True)
    for each in range(1, 13):
        told = json.loads((tmp_path / str(each)).read_text())
        assert told["path"] == f"/{each}" and told["body"] == sent.read_text()


def test_a_browser_speaks_http2(https, ok, address):
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    port = address(https(say("from the load balancer"))).rpartition(":")[2]
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_context(ignore_https_errors=True).new_page()
        page.goto(f"https://localhost:{port}/")
        assert page.inner_text("body") == "from the load balancer"
        assert page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol") == "h2"
        browser.close()


def test_targets_that_speak_http2(https, listener, to, newer, address):
    group = to(newer.port, ProtocolVersion="HTTP2")
    url = f"https://{address(https(forward((group, 1))))}/x"
    told = json.loads(curl(url, "-k", "--http2", "-d", "hello")[2])
    assert (told["body"], told["headers"][":path"]) == ("hello", "/x")
    assert told["headers"]["x-forwarded-proto"] == "https"
    assert curl(url, "-k", "--http1.1")[0] == 464
    assert curl(f"http://{address(listener(forward((group, 1)), Port=81))}/x")[0] == 464


def test_calls_of_grpc_in_both_ways(elb, https, to, newer, address):
    group = to(newer.port, ProtocolVersion="GRPC")
    arn = https(forward((group, 1)))
    until(lambda: elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"][0][
        "TargetHealth"]["State"] == "healthy")
    client = Client(address(arn), "localhost")
    id = client.call("/echo")
    for word in (b"one", b"two"):  # each is answered before the next is said
        client.say(id, word)
        assert client.next(DataReceived).data == word.upper()
    client.say(id, b"three", end=True)
    assert dict(client.next(TrailersReceived).headers) == {"grpc-status": "0", "grpc-message": "well"}
    failed = client.call("/fail")
    client.say(failed, b"", end=True)
    assert dict(client.next(ResponseReceived).headers)["grpc-status"] == "13"
    assert curl(f"https://{address(arn)}/", "-k", "--http2")[0] == 464


def test_calls_of_grpc_need_a_target_that_takes_them(https, to, serve, address):
    client = Client(address(https(forward((to(serve()), 1)))), "localhost")
    client.say(client.call("/echo"), b"one", end=True)
    assert dict(client.next(ResponseReceived).headers)[":status"] == "464"


@pytest.mark.parametrize("path, more", [
    ("/ HTTP/1.1\r\nx: forged", ()), ("/a b", ()), ("/", (("x", "1\r\ny: forged"),)),
    ("/", (("transfer-encoding: chunked\r\nx", "1"),)), ("/", (("a b", "1"),))])
def test_what_would_be_another_request_to_an_older_target(https, to, serve, address, path, more):
    client = Client(address(https(forward((to(serve()), 1)))), "localhost")
    client.say(client.call(path, *more), b"", end=True)
    assert dict(client.next(ResponseReceived).headers)[":status"] == "400"
