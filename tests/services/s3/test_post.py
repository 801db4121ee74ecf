"""Uploads by HTML forms."""

import base64
import json
from datetime import UTC, datetime, timedelta

import boto3
import pytest
import urllib3

from emulator.testing.inprocess import emulated
from tests.services.s3.test_buckets import refused

POOL = urllib3.PoolManager()


@pytest.fixture
def s3(client):
    made = client("s3")
    made.create_bucket(Bucket="bucket")
    return made


@pytest.fixture
def post(endpoint, s3):
    """``post(fields, body)``: status, headers, body of a form upload."""

    def post(fields, body=b"content", filename="local.txt"):
        parts = [*fields.items(), ("file", (filename, body) if filename else body)]
        answer = POOL.request("POST", f"{endpoint}/bucket", fields=parts, redirect=False)
        return answer.status, answer.headers, answer.data.decode()

    return post


def signed(s3, key="key", fields=None, conditions=None, expires=60):
    return s3.generate_presigned_post("bucket", key, Fields=fields, Conditions=conditions, ExpiresIn=expires)["fields"]


def test_the_plain_way(s3, post):
    status, headers, body = post(signed(s3))
    assert (status, body) == (204, "")
    assert headers["ETag"] == '"9a0364b9e99bb480dd25e1f0284c8555"'
    assert headers["Location"].endswith("/key")
    assert s3.get_object(Bucket="bucket", Key="key")["Body"].read() == b"content"


def test_the_name_of_the_file(s3, post):
    assert post(signed(s3, "in/${filename}"))[0] == 204
    assert post(signed(s3, "as-text-${filename}"), filename=None)[0] == 204
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket="bucket")["Contents"]]
    assert keys == ["as-text-${filename}", "in/local.txt"]


def test_fields_become_headers(s3, post):
    fields = {
        "Content-Type": "text/plain", "Cache-Control": "max-age=1", "x-amz-meta-plain": "value",
        "x-amz-meta-wide": "\u00c4M\u00c4Z\u00d5\u00d1 S3", "x-amz-meta-control": "\0\1\2\3\4",
        "tagging": "<Tagging><TagSet><Tag><Key>a</Key><Value>1 2</Value></Tag></TagSet></Tagging>",
    }  # fmt: skip
    conditions = [{name: value} for name, value in fields.items()]
    assert post(signed(s3, fields=dict(fields), conditions=conditions))[0] == 204
    found = s3.head_object(Bucket="bucket", Key="key")
    assert (found["ContentType"], found["CacheControl"]) == ("text/plain", "max-age=1")
    assert found["Metadata"] == {
        "plain": "value", "wide": "=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?=", "control": "=?UTF-8?B?AAECAwQ=?=",
    }  # fmt: skip
    assert s3.get_object_tagging(Bucket="bucket", Key="key")["TagSet"] == [{"Key": "a", "Value": "1 2"}]


def test_tags_that_are_not_xml(s3, post):
    fields = {"tagging": "not-xml"}
    status, _, body = post(signed(s3, fields=dict(fields), conditions=[fields]))
    assert status == 400 and "<Code>MalformedXML</Code>" in body
    assert refused(s3.head_object, Bucket="bucket", Key="key")[2] == 404


def test_what_success_answers(s3, post):
    def send(**fields):
        return post(signed(s3, fields=dict(fields), conditions=[{name: value} for name, value in fields.items()]))

    status, headers, body = send(success_action_status="201")
    assert status == 201 and headers["content-type"] == "application/xml"
    assert "<PostResponse" in body and "<Bucket>bucket</Bucket><Key>key</Key>" in body
    assert send(success_action_status="200")[0] == 200
    status, headers, _ = send(success_action_redirect="http://example.com/done?x=1")
    assert status == 303
    assert headers["Location"] == (
        "http://example.com/done?x=1&bucket=bucket&key=key&etag=%229a0364b9e99bb480dd25e1f0284c8555%22"
    )
    assert send(success_action_redirect="/relative")[0] == 204


def policy(*conditions, seconds=86_400) -> str:
    expiration = (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return base64.b64encode(json.dumps({"expiration": expiration, "conditions": conditions}).encode()).decode()


BASE = ({"bucket": "bucket"}, ["starts-with", "$key", "a/"])
SIGNED = {"AWSAccessKeyId": "test", "signature": "any"}


@pytest.mark.parametrize(
    ("fields", "status", "code", "message"),
    [
        ({"policy": policy(*BASE, seconds=-1)}, 403, "AccessDenied", "Invalid according to Policy: Policy expired."),
        ({"policy": policy(*BASE), "key": "b"}, 403, "AccessDenied",
         'Invalid according to Policy: Policy Condition failed: ["starts-with", "$key", "a/"]'),
        ({"policy": policy(*BASE), "acl": "private"}, 403, "AccessDenied",
         "Invalid according to Policy: Extra input fields: acl"),
        ({"policy": policy(*BASE, ["content-length-range", 10, 20])}, 400, "EntityTooSmall",
         "Your proposed upload is smaller than the minimum allowed size"),
        ({"policy": policy(*BASE, ["content-length-range", 0, 3])}, 400, "EntityTooLarge",
         "Your proposed upload exceeds the maximum allowed size"),
        ({"policy": "e30="}, 400, "InvalidPolicyDocument", "Invalid Policy: Policy missing expiration."),
        ({"policy": "!"}, 400, "InvalidPolicyDocument", "Invalid Policy: Invalid JSON."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_policies_that_refuse(post, fields, status, code, message):
    got, _, body = post({"key": "a/b", **SIGNED, **fields})
    assert got == status
    assert f"<Code>{code}</Code>" in body
    assert message in body.replace("&quot;", '"')


def test_missing_fields(s3, post):
    def without(*names, **given):
        return post({name: value for name, value in {**signed(s3), **given}.items() if name not in names})

    missing = "Bucket POST must contain a field named '{}'.  If it is specified, please check the order of the fields."
    assert missing.format("key") in without("key")[2]
    v4 = {name for name in signed(s3) if name.startswith("x-amz-")}
    for name in ("X-Amz-Algorithm", "X-Amz-Signature") if v4 else ("AWSAccessKeyId", "Signature"):
        present = next(each for each in signed(s3) if each.lower() == name.lower())
        status, _, body = without(present)
        assert status == 400 and missing.format(name) in body
    assert without(*v4, "AWSAccessKeyId", "signature")[0] == 403


def test_large_files_and_broken_forms(s3, post, endpoint):
    body = b"0123456789abcdef" * 131072
    assert post(signed(s3), body)[0] == 204
    assert s3.get_object(Bucket="bucket", Key="key")["Body"].read() == body
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = POOL.request("POST", f"{endpoint}/bucket", body=b"--x\r\nnonsense", headers=headers)
    assert answer.status == 400 and b"<Code>MalformedPOSTRequest</Code>" in answer.data
    answer = POOL.request("POST", f"{endpoint}/bucket", fields={"key": "a"})
    assert answer.status == 400 and b"<Code>IncorrectNumberOfFilesInPostRequest</Code>" in answer.data


def test_signatures():
    with emulated(verify_signatures=True) as emulator:
        s3 = boto3.client(
            "s3", endpoint_url=emulator.url, region_name="us-east-1", aws_access_key_id="test",
            aws_secret_access_key="test",
        )  # fmt: skip
        s3.create_bucket(Bucket="bucket")
        fields = s3.generate_presigned_post("bucket", "key")["fields"]
        url = f"{emulator.url}/bucket"
        assert POOL.request("POST", url, fields={**fields, "file": ("f", b"1")}).status == 204
        wrong = {name: "0" if name.lower().endswith("signature") else value for name, value in fields.items()}
        answer = POOL.request("POST", url, fields={**wrong, "file": ("f", b"1")})
        assert answer.status == 403 and b"<Code>SignatureDoesNotMatch</Code>" in answer.data
