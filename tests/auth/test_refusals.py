"""How requests are refused, over HTTP, by an emulator that verifies signatures."""

import http.client
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.testing import emulated


@pytest.fixture(scope="module")
def verifying():
    with emulated(verify_signatures=True) as emulator:
        yield emulator


@pytest.fixture(autouse=True)
def empty(request):
    yield
    if "verifying" in request.fixturenames:
        request.getfixturevalue("verifying").reset()


def client(emulator, service, secret="test", key="test", token=None):
    return boto3.client(
        service, endpoint_url=emulator.url, region_name="us-east-1", aws_access_key_id=key,
        aws_secret_access_key=secret, aws_session_token=token, config=Config(retries={"total_max_attempts": 1}),
    )  # fmt: skip


def send(emulator, headers=None, path="/", method="POST", body="Action=GetCallerIdentity&Version=2011-06-15"):
    parts = urlsplit(emulator.url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    given = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
    connection.request(method, path, body if method == "POST" else None, given)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def authorization(service="sts", date=None, **parts):
    stamp = (date or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    credential = f"test/{stamp[:8]}/us-east-1/{service}/aws4_request"
    given = {"Credential": credential, "SignedHeaders": "host;x-amz-date", "Signature": "0" * 64, **parts}
    text = ", ".join(f"{name}={value}" for name, value in given.items() if value)
    return {"Authorization": f"AWS4-HMAC-SHA256 {text}", "X-Amz-Date": stamp}


def test_a_good_signature_passes(verifying):
    assert client(verifying, "sts").get_caller_identity()["Account"] == "000000000000"


def test_a_wrong_secret_does_not(verifying):
    with pytest.raises(ClientError) as raised:
        client(verifying, "sts", secret="wrong").get_caller_identity()
    assert raised.value.response["Error"] == {
        "Type": "Sender",
        "Code": "SignatureDoesNotMatch",
        "Message": "The request signature we calculated does not match the signature you provided. Check your AWS "
        "Secret Access Key and signing method. Consult the service documentation for details.",
    }
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_no_signature(verifying):
    status, text = send(verifying)
    assert status == 403
    assert "<Code>MissingAuthenticationToken</Code>" in text
    assert "<Message>Request is missing Authentication Token</Message>" in text


def test_sessions_over_the_wire(verifying):
    issued = client(verifying, "sts").get_session_token()["Credentials"]
    key, secret, token = issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"]
    assert client(verifying, "sts", secret, key, token).get_caller_identity()["Account"] == "000000000000"
    for wrong in (None, "other"):
        with pytest.raises(ClientError, match="InvalidClientTokenId"):
            client(verifying, "sts", secret, key, wrong).get_caller_identity()
    verifying.advance(3601)
    with pytest.raises(ClientError, match=r"ExpiredToken.*The security token included in the request is expired"):
        client(verifying, "sts", secret, key, token).get_caller_identity()
    verifying.advance(24 * 3600)
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        client(verifying, "sts", secret, key, token).get_caller_identity()


def test_skew_of_query_services(verifying):
    signed = datetime.now(UTC) - timedelta(minutes=16)
    status, text = send(verifying, authorization(date=signed))
    assert status == 403
    assert "<Code>SignatureDoesNotMatch</Code>" in text
    assert f"Signature expired: {signed:%Y%m%dT%H%M%SZ} is now earlier than " in text
    assert " - 15 min.)" in text
    status, text = send(verifying, authorization(date=datetime.now(UTC) + timedelta(minutes=16)))
    assert "Signature not yet current: " in text


def test_skew_of_json_services(verifying):
    headers = authorization("sqs", datetime.now(UTC) - timedelta(minutes=6)) | {
        "X-Amz-Target": "AmazonSQS.ListQueues", "Content-Type": "application/x-amz-json-1.0",
    }  # fmt: skip
    status, text = send(verifying, headers, body="{}")
    assert status == 400
    assert "InvalidSignatureException" in text
    assert " - 5 min.)" in text


@pytest.mark.parametrize(
    ("headers", "code", "part"),
    [
        ({"Authorization": "AWS4-HMAC-SHA256 nonsense"}, "IncompleteSignature",
         "'nonsense' not a valid key=value pair (missing equal-sign) in Authorization header"),
        (authorization(Signature=None), "IncompleteSignature", "Authorization header requires 'Signature' parameter."),
        (authorization(Credential="test/x"), "IncompleteSignature", "exactly 5 slash-delimited elements"),
        (authorization("sts") | {"X-Amz-Date": "20200101T000000Z"}, "SignatureDoesNotMatch",
         "Date in Credential scope does not match"),
    ],
)  # fmt: skip
def test_malformed_headers_of_query_services(verifying, headers, code, part):
    status, text = send(verifying, headers)
    assert status == 403
    assert f"<Code>{code}</Code>" in text
    assert part in text.replace("&#39;", "'").replace("&apos;", "'")


def s3(verifying, headers=None, query=""):
    return send(verifying, headers or {}, f"/bucket/key{query}", "GET")


@pytest.mark.parametrize(
    ("headers", "status", "code", "part"),
    [
        (authorization("s3", Signature=None), 400, "AuthorizationHeaderMalformed", "requires three components"),
        (authorization("s3", Credential="x/s3/aws4_request"), 400, "AuthorizationHeaderMalformed", "YOUR-AKID"),
        (authorization("s3", Credential="x/2020/us-east-1/s3/aws4_request"), 400, "AuthorizationHeaderMalformed",
         "incorrect date format"),
        (authorization("s3", datetime(2020, 1, 1, tzinfo=UTC)), 403, "RequestTimeTooSkewed",
         "<MaxAllowedSkewMilliseconds>900000</MaxAllowedSkewMilliseconds>"),
        (authorization("s3"), 400, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256"),
        (authorization("s3") | {"x-amz-acl": "private"}, 403, "AccessDenied",
         "<HeadersNotSigned>x-amz-acl</HeadersNotSigned>"),
        ({"Authorization": "Basic abc"}, 400, "InvalidArgument", "Unsupported Authorization Type"),
    ],
)  # fmt: skip
def test_s3_headers(verifying, headers, status, code, part):
    found, text = s3(verifying, headers)
    assert found == status
    assert f"<Code>{code}</Code>" in text
    assert part in text


def presigned(date=None, **parts):
    stamp = (date or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    given = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Credential": f"test/{stamp[:8]}/us-east-1/s3/aws4_request",
        "X-Amz-Date": stamp, "X-Amz-Expires": "3600", "X-Amz-SignedHeaders": "host", "X-Amz-Signature": "0" * 64,
    } | {name.replace("_", "-"): value for name, value in parts.items()}  # fmt: skip
    return "?" + "&".join(f"{name}={value}" for name, value in given.items() if value is not None)


@pytest.mark.parametrize(
    ("query", "status", "code", "part"),
    [
        (presigned(X_Amz_SignedHeaders=None), 400, "AuthorizationQueryParametersError",
         "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
         "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."),
        (presigned(X_Amz_Credential="test%252F20200101%252Fus-east-1%252Fs3%252Faws4_request"), 400,
         "AuthorizationQueryParametersError",
         "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed"),
        (presigned(X_Amz_Expires="604801"), 400, "AuthorizationQueryParametersError", "must be less than a week"),
        (presigned(X_Amz_Expires="-1"), 400, "AuthorizationQueryParametersError", "must be non-negative"),
        (presigned(X_Amz_Expires="x"), 400, "AuthorizationQueryParametersError", "X-Amz-Expires should be a number"),
        (presigned(X_Amz_Algorithm="MD5"), 400, "AuthorizationQueryParametersError", "X-Amz-Algorithm only supports"),
        (presigned(datetime(2020, 1, 1, tzinfo=UTC)), 403, "AccessDenied", "<X-Amz-Expires>3600</X-Amz-Expires>"),
        (presigned(datetime.now(UTC) + timedelta(hours=1)), 403, "AccessDenied", "Request is not valid yet"),
        (presigned(), 403, "SignatureDoesNotMatch", "<CanonicalRequestBytes>47 45 54 0a "),
        ("?AWSAccessKeyId=test&Expires=9999999999", 403, "AccessDenied", "Query-string authentication requires"),
    ],
)  # fmt: skip
def test_s3_queries(verifying, query, status, code, part):
    found, text = s3(verifying, query=query)
    assert found == status
    assert f"<Code>{code}</Code>" in text
    assert part in text


def test_presigned_urls_expire_by_the_emulators_clock(verifying):
    url = client(verifying, "s3").generate_presigned_url("get_object", {"Bucket": "bucket", "Key": "key"}, 60)
    path = url.removeprefix(verifying.url)
    assert "Request has expired" not in send(verifying, path=path, method="GET")[1]
    verifying.advance(61)
    status, text = send(verifying, path=path, method="GET")
    assert status == 403
    assert "<Message>Request has expired</Message>" in text
