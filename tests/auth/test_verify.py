"""Signatures made by botocore's own signers are accepted; anything changed afterwards is not."""

from datetime import UTC, datetime
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from botocore.auth import HmacV1Auth, HmacV1QueryAuth, S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from emulator.auth import sigv4
from emulator.auth.credentials import Credential, credentials
from emulator.kernel.context import root
from emulator.kernel.errors import AwsError
from emulator.kernel.store import Store
from emulator.model import load
from emulator.protocol.wire import Request

KEYS = Credentials("AKIAEXAMPLEEXAMPLE12", "test")


def moment() -> float:
    return datetime.now(UTC).timestamp()


def operation_of(service, name=None):
    operations = load(service).operations
    return operations[name] if name else next(iter(operations.values()))


def signed(signer, method, url, body=b"", headers=None):
    """The request as the server sees it, after botocore's signer and its preparation."""
    request = AWSRequest(method, url, headers=headers or {}, data=body)
    request.context["payload_signing_enabled"] = True
    signer.add_auth(request)
    prepared = request.prepare()
    parts = urlsplit(prepared.url)
    given = {
        name.lower(): value.decode() if isinstance(value, bytes) else value for name, value in prepared.headers.items()
    }
    given.setdefault("host", parts.netloc)
    return Request(method, parts.path, parts.query, given, body)


def check(request, service="sqs", operation=None, protocol="json", store=None, now=None, bucket=None):
    identity = SimpleNamespace(service=service, bucket=bucket)
    if bucket:
        request.path = f"/{bucket}{request.path}"
    sigv4.verify(request, identity, operation_of(service, operation), protocol, store or Store(), now or moment())


def refused(request, *args, **named):
    with pytest.raises(AwsError) as raised:
        check(request, *args, **named)
    return raised.value


S3_PATHS = [
    "/", "/bucket/key", "/bucket/a%20b/%C3%A9", "/bucket//double/../dots/./x", "/bucket/plus%2B", "/bucket/~%28x%29",
]  # fmt: skip


@pytest.mark.parametrize("path", S3_PATHS)
def test_s3_header(path):
    signer = S3SigV4Auth(KEYS, "s3", "eu-west-1")
    check(signed(signer, "PUT", f"http://127.0.0.1:4566{path}?acl&prefix=a%20b&marker=x%2Fy", b"body"), "s3")


@pytest.mark.parametrize("path", S3_PATHS)
def test_s3_presigned(path):
    signer = S3SigV4QueryAuth(KEYS, "s3", "us-east-1", expires=60)
    check(signed(signer, "GET", f"http://localhost:4566{path}?versionId=abc"), "s3")


def test_s3_virtual_host():
    signer = S3SigV4Auth(KEYS, "s3", "us-east-1")
    check(signed(signer, "GET", "http://bucket.localhost:4566/key"), "s3", bucket="bucket")


@pytest.mark.parametrize("path", ["/", "/a%20b/c", "/a//b/../c/", "/v1/arn%3Aaws%3Alambda%3A1/x", "/%C3%A9"])
def test_other_services_header(path):
    signer = SigV4Auth(KEYS, "lambda", "us-east-1")
    url = f"http://localhost:4566{path}?b=2&a=1&a=0&c"
    check(signed(signer, "POST", url, b'{"x": 1}'), "lambda", protocol="rest-json")


def test_query_presigned():
    signer = SigV4QueryAuth(KEYS, "sts", "us-east-1", expires=60)
    request = signed(signer, "GET", "http://localhost:4566/?Action=GetCallerIdentity&Version=2011-06-15")
    check(request, "sts", "GetCallerIdentity", "query")


def test_header_values_are_folded():
    signer = SigV4Auth(KEYS, "sqs", "us-east-1")
    check(signed(signer, "POST", "http://localhost:4566/", b"x", {"X-Amz-Custom": "a   b  c"}))


def test_changed_body_path_query_and_header_are_refused():
    def fresh():
        signer = SigV4Auth(KEYS, "sqs", "us-east-1")
        return signed(signer, "POST", "http://localhost:4566/?a=1", b"body", {"X-Amz-Target": "AmazonSQS.ListQueues"})

    check(fresh())
    for name, value in (("body", b"other"), ("path", "/x"), ("query", "a=2"), ("method", "PUT")):
        request = fresh()
        setattr(request, name, value)
        error = refused(request)
        assert (error.code, error.status) == ("InvalidSignatureException", 400)
        assert error.message.startswith("The request signature we calculated does not match")
    request = fresh()
    request.headers["x-amz-target"] = "AmazonSQS.DeleteQueue"
    assert refused(request).code == "InvalidSignatureException"


def test_s3_mismatch_tells_what_was_signed():
    request = signed(S3SigV4Auth(Credentials("AKIAEXAMPLEEXAMPLE12", "wrong"), "s3", "us-east-1"), "GET", "http://localhost/b/k")
    error = refused(request, "s3")
    assert (error.code, error.status) == ("SignatureDoesNotMatch", 403)
    assert list(error.members) == [
        "AWSAccessKeyId", "StringToSign", "SignatureProvided", "StringToSignBytes", "CanonicalRequest",
        "CanonicalRequestBytes",
    ]  # fmt: skip
    assert error.members["CanonicalRequest"].startswith("GET\n/b/k\n\nhost:localhost\n")
    assert error.members["StringToSignBytes"].startswith("41 57 53 34 2d 48 4d 41 43")


@pytest.mark.parametrize("signer", [HmacV1Auth(KEYS), HmacV1QueryAuth(KEYS, expires=60)])
def test_s3_version_2(signer):
    def fresh():
        request = signed(
            signer, "GET", "http://localhost:4566/bucket/a%20b?acl&versionId=1&prefix=p&response-content-type=text%2Fx",
            headers={"x-amz-meta-b": "2", "x-amz-meta-a": "1"},
        )  # fmt: skip
        return request

    check(fresh(), "s3")
    request = fresh()
    request.path = "/bucket/other"
    error = refused(request, "s3")
    assert error.code == "SignatureDoesNotMatch"
    assert "CanonicalRequest" not in error.members


def test_s3_version_2_expired_and_incomplete():
    request = signed(HmacV1QueryAuth(KEYS, expires=60), "GET", "http://localhost:4566/bucket/key")
    error = refused(request, "s3", now=moment() + 120)
    assert (error.code, error.status, error.message) == ("AccessDenied", 403, "Request has expired")
    assert list(error.members) == ["Expires", "ServerTime"]
    request.query = "AWSAccessKeyId=x&Expires=1"
    request._arguments = None
    assert refused(request, "s3").message == (
        "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters"
    )


def test_sigv4a():
    crt = pytest.importorskip("awscrt.auth")
    assert crt
    from botocore.crt.auth import CrtSigV4AsymAuth

    request = signed(CrtSigV4AsymAuth(KEYS, "events", "us-east-1"), "POST", "http://localhost:4566/", b"{}")
    check(request, "events")
    request.body = b"{ }"
    assert refused(request, "events").code == "InvalidSignatureException"


def issue(**fields):
    store = Store()
    record = Credential("ASIAEXAMPLEEXAMPLE12", "secret", root("111122223333"), "token", moment() + 3600)
    with store.transaction():
        for name, value in fields.items():
            record = type(record)(**{each: getattr(record, each) for each in record.__struct_fields__} | {name: value})
        store.rows(credentials).put(record)
    return store


def session(secret="secret", token="token", signer=SigV4Auth, service="sqs"):
    keys = Credentials("ASIAEXAMPLEEXAMPLE12", secret, token)
    return signed(signer(keys, service, "us-east-1"), "POST", "http://localhost:4566/", b"x")


def test_issued_sessions():
    store = issue()
    check(session(), store=store)
    check(session(signer=S3SigV4Auth, service="s3"), "s3", store=store)
    assert refused(session(secret="other"), store=store).code == "InvalidSignatureException"


@pytest.mark.parametrize(
    ("service", "protocol", "case", "code", "status"),
    [
        ("s3", "rest-xml", "unknown", "InvalidAccessKeyId", 403),
        ("s3", "rest-xml", "no token", "InvalidAccessKeyId", 403),
        ("s3", "rest-xml", "wrong token", "InvalidToken", 400),
        ("s3", "rest-xml", "expired", "ExpiredToken", 400),
        ("sts", "query", "unknown", "InvalidClientTokenId", 403),
        ("sts", "query", "wrong token", "InvalidClientTokenId", 403),
        ("sts", "query", "expired", "ExpiredToken", 403),
        ("sqs", "json", "unknown", "UnrecognizedClientException", 400),
        ("sqs", "json", "expired", "ExpiredTokenException", 400),
        ("lambda", "rest-json", "unknown", "UnrecognizedClientException", 403),
        ("lambda", "rest-json", "expired", "ExpiredTokenException", 403),
    ],
)
def test_session_errors(service, protocol, case, code, status):
    signer = S3SigV4Auth if service == "s3" else SigV4Auth
    token = {"no token": None, "wrong token": "other"}.get(case, "token")
    store = Store() if case == "unknown" else issue()
    now = moment() + (7200 if case == "expired" else 0)
    error = refused(session(token=token, signer=signer, service=service), service, None, protocol, store, now)
    assert (error.code, error.status) == (code, status)


def test_a_token_for_a_permanent_key_is_invalid():
    store = issue(session_token="", expires=None)
    error = refused(session(signer=S3SigV4Auth, service="s3"), "s3", store=store)
    assert (error.code, error.members) == ("InvalidToken", {"Token-0": "token"})
