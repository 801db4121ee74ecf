"""Distributions in a test, refusals as what they say, a web server as an origin, and viewers."""

import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import pytest
import urllib3
from botocore.config import Config
from botocore.exceptions import ClientError
from distribution_configs import config, origin
from self_signed import signed

from emulator.gateway.certificates import directory, server_context
from emulator.testing import InProcess


@pytest.fixture
def cloudfront(client):
    return client("cloudfront")


@pytest.fixture
def distribution(cloudfront):
    """``distribution(reference, …)`` makes one of ``config(reference, …)``."""
    return lambda *given, **more: cloudfront.create_distribution(DistributionConfig=config(*given, **more))


@pytest.fixture
def certificate(client):
    """``certificate("www.example.com", …)``: a ViewerCertificate of ACM's for names, made anew and signed by a CA."""
    def make(*names):
        arn = client("acm").import_certificate(**signed(*names))["CertificateArn"]
        return {"ACMCertificateArn": arn, "SSLSupportMethod": "sni-only", "MinimumProtocolVersion": "TLSv1.2_2021"}

    return make


@pytest.fixture
def refused(cloudfront):
    """``refused("operation_name", **given)`` is the (code, message, status) of a refusal."""
    def call(operation, **given):
        with pytest.raises(ClientError) as caught:
            getattr(cloudfront, operation)(**given)
        answer = caught.value.response
        return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]

    return call


@pytest.fixture
def web_acl(client):
    """``web_acl(rule, …)`` makes a web ACL that lets all else pass, and gives its ARN."""
    shown = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "m"}

    def make(*rules):
        made = client("wafv2").create_web_acl(
            Name="acl", Scope="CLOUDFRONT", DefaultAction={"Allow": {}}, VisibilityConfig=shown,
            Rules=[{"VisibilityConfig": shown, "Priority": at, **each} for at, each in enumerate(rules)],
        )  # fmt: skip
        return made["Summary"]["ARN"]

    return make


class Origin:
    """A web server on loopback. ``pages`` are (status, headers, body) by path; ``seen`` what it was asked."""

    def __init__(self):
        self.pages, self.seen = {}, []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.answer(self)

            do_POST = do_HEAD = do_OPTIONS = do_GET

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, handler):
        length = int(handler.headers.get("content-length", 0))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.seen.append((handler.command, handler.path, headers, handler.rfile.read(length)))
        status, headers, body = self.pages.get(handler.path.partition("?")[0], (404, {}, b"nothing"))
        handler.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)

    def described(self, id="o", **more):
        """This server as a distribution's origin."""
        custom = {"HTTPPort": self.port, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}
        return origin(id, "localhost", CustomOriginConfig=custom, **more)


@pytest.fixture
def web():
    made = Origin()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def secure(tmp_path):
    """An emulator that serves TLS, too: (clients by name, its TLS port, the file of its CA)."""
    emulator = InProcess(tls=server_context(tmp_path)).start()
    aws = partial(boto3.client, endpoint_url=emulator.url, region_name="us-east-1", aws_access_key_id="test",
                  aws_secret_access_key="test", config=Config(retries={"total_max_attempts": 1}))  # fmt: skip
    yield aws, emulator.tls_port, directory(tmp_path) / "ca.pem"
    emulator.stop()


@pytest.fixture
def visit(endpoint):
    """``visit(distribution or host, "/path", method="GET", **headers)``: the answer, as urllib3 has it."""
    pool = urllib3.PoolManager(retries=False)

    def ask(where, path="/", method="GET", body=None, **headers):
        host = where if isinstance(where, str) else where["Distribution"]["DomainName"]
        sent = {"Host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return pool.request(method, endpoint + path, headers=sent, body=body, redirect=False, decode_content=False)

    yield ask
    pool.clear()
