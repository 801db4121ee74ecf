"""Redaction: nothing secret stays, the same value gets the same fake, digests follow, and the rest is untouched."""

import base64
import gzip
import hashlib
import json
import zlib
from urllib.parse import quote, quote_plus

import cbor2
import planted_secrets as planted
import pytest
from botocore.eventstream import EventStreamBuffer

from lab.recorder import bodies, leaks
from lab.recorder.bodies import frame
from lab.recorder.exchange import Exchange, Message
from lab.recorder.redact import Redactor
from lab.recorder.vault import Vault, account_of

SECRETS = (planted.KEY, planted.TEMPORARY, planted.SECRET, planted.TOKEN, planted.JWT, planted.ACCOUNT,
           planted.OTHER_ACCOUNT, planted.SIGNATURE)
AUTHORIZATION = (f"AWS4-HMAC-SHA256 Credential={planted.KEY}/20260101/us-east-1/sts/aws4_request, "
                 f"SignedHeaders=host, Signature={planted.SIGNATURE}")


def exchange(body=b"", answer=b"", content_type="application/json", service=None, path="/", query="", headers=()):
    return Exchange(
        "POST", "sts.us-east-1.amazonaws.com", path, query, service=service, status=200,
        request=Message([("Authorization", AUTHORIZATION), ("Content-Type", content_type),
                         ("Content-Length", str(len(body))), *headers], body),
        response=Message([("Content-Type", content_type), ("Content-Length", str(len(answer)))], answer),
    )


def redact(*exchanges, **options):
    redactor = Redactor(**options)
    for each in exchanges:
        redactor.learn(each)
    redacted = [redactor.redact(each) for each in exchanges]
    text = repr(redacted)
    assert not [secret for secret in SECRETS if secret in text]
    assert not list(leaks.secrets_in(text))
    return redacted if len(redacted) > 1 else redacted[0]


def test_the_account_is_read_from_the_key():
    assert account_of(planted.KEY) == planted.ACCOUNT
    assert account_of(planted.TEMPORARY) == planted.OTHER_ACCOUNT
    assert account_of("AKIAIOSFODNN7") is None


def test_the_signature_goes_and_the_scope_stays():
    value = redact(exchange()).request.header("authorization")
    assert value == ("AWS4-HMAC-SHA256 Credential=AKIA000000001EXAMPLE/20260101/us-east-1/sts/aws4_request, "
                     "SignedHeaders=host, Signature=REDACTED")


def test_credentials_in_an_answer_and_later_in_a_request_get_one_fake():
    answer = (f"<Credentials><AccessKeyId>{planted.TEMPORARY}</AccessKeyId><SecretAccessKey>{planted.SECRET}"
              f"</SecretAccessKey><SessionToken>{planted.TOKEN}</SessionToken></Credentials>").encode()
    first, second = redact(
        exchange(answer=answer, content_type="text/xml"),
        exchange(headers=[("X-Amz-Security-Token", planted.TOKEN)],
                 query=f"X-Amz-Security-Token={quote(planted.TOKEN, safe='')}&X-Amz-Signature={planted.SIGNATURE}"),
    )
    token = second.request.header("x-amz-security-token")
    assert f"<SessionToken>{token}</SessionToken>".encode() in first.response.body
    assert len(token) == len(planted.TOKEN)
    assert second.query == f"X-Amz-Security-Token={token}&X-Amz-Signature=REDACTED"


def test_account_ids_are_mapped_everywhere_and_stay_apart():
    body = json.dumps({"Arn": f"arn:aws:iam::{planted.OTHER_ACCOUNT}:role/x", "Number": f"1{planted.ACCOUNT}",
                       "Bucket": f"logs-{planted.ACCOUNT}-x"}).encode()
    one, redactor = exchange(body), Redactor()
    redactor.learn(one)
    assert json.loads(redactor.redact(one).request.body) == {
        "Arn": "arn:aws:iam::222222222222:role/x", "Number": f"1{planted.ACCOUNT}", "Bucket": "logs-111111111111-x"}


def test_real_accounts_that_look_like_fakes_are_not_mapped_twice():
    vault = Vault()
    vault.learn("arn:aws:sns:us-east-1:222222222222:a arn:aws:sns:us-east-1:111111111111:b")
    assert vault.replace("222222222222 111111111111") == "111111111111 222222222222"


@pytest.mark.parametrize(("content_type", "write"), [
    ("application/x-amz-json-1.1", lambda data: json.dumps(data).encode()),
    ("application/cbor", cbor2.dumps),
    ("application/x-www-form-urlencoded", lambda data: "&".join(
        f"{name}={quote_plus(value)}" for name, value in data.items()).encode()),
    ("text/xml", lambda data: ("<R>" + "".join(f"<{n}>{v}</{n}>" for n, v in data.items()) + "</R>").encode()),
])
def test_secrets_go_by_name_however_short(content_type, write):
    one = redact(exchange(write({"Password": "hunter2", "Name": "hunter"}), content_type=content_type))
    assert b"hunter2" not in one.request.body and b"hunter" in one.request.body
    assert b"R000001" in one.request.body


def test_what_the_model_calls_sensitive_goes_unless_kept():
    body = b'{"SecretId":"a","SecretString":"{\\"user\\":\\"me\\"}"}'
    ssm = b'{"Name":"/a","Value":"correct horse"}'
    assert b"me" not in redact(exchange(body, service="secretsmanager")).request.body
    assert b"correct horse" not in redact(exchange(ssm, service="ssm")).request.body
    assert redact(exchange(ssm, service="ssm"), keep_sensitive=True).request.body == ssm


def test_the_values_of_a_sensitive_map_go():
    body = b'{"Environment":{"Variables":{"DB":"postgres://u:p@h/d","N":"1"}}}'
    variables = json.loads(redact(exchange(body, service="lambda")).request.body)["Environment"]["Variables"]
    assert "postgres" not in variables["DB"] and set(variables) == {"DB", "N"}


def test_a_body_without_secrets_keeps_its_bytes():
    body = b'{ "a" : 1.0,\n "b":"\xc3\xa9", "SSM": 10e3 }'
    assert redact(exchange(body)).request.body == body
    blob = bytes(range(256)) * 5
    assert redact(exchange(blob, content_type="application/octet-stream")).request.body == blob


def test_digests_follow_a_changed_body():
    body = f"my account is {planted.ACCOUNT}".encode()
    md5 = hashlib.md5(body)
    put = exchange(body, content_type="text/plain", headers=[
        ("Content-MD5", base64.b64encode(md5.digest()).decode()),
        ("x-amz-checksum-crc32", base64.b64encode(zlib.crc32(body).to_bytes(4)).decode())])
    put.response.headers.append(("ETag", f'"{md5.hexdigest()}"'))
    one = redact(put)
    expected = hashlib.md5(one.request.body)
    assert one.response.header("etag") == f'"{expected.hexdigest()}"'
    assert one.request.header("content-md5") == base64.b64encode(expected.digest()).decode()
    crc = base64.b64encode(zlib.crc32(one.request.body).to_bytes(4)).decode()
    assert one.request.header("x-amz-checksum-crc32") == crc


def test_the_digest_of_a_message_follows_its_text():
    text = f"arn:aws:s3:::{planted.ACCOUNT}"
    body = json.dumps({"MessageBody": text}).encode()
    answer = json.dumps({"MD5OfMessageBody": hashlib.md5(text.encode()).hexdigest()}).encode()
    one = redact(exchange(body, answer))
    sent = json.loads(one.request.body)["MessageBody"]
    assert json.loads(one.response.body) == {"MD5OfMessageBody": hashlib.md5(sent.encode()).hexdigest()}


def test_secrets_inside_base64_and_gzip_go():
    inner = base64.b64encode(f'{{"account": "{planted.ACCOUNT}", "key": "{planted.KEY}"}}'.encode()).decode()
    one = redact(exchange(json.dumps({"Data": inner}).encode()))
    assert planted.KEY.encode() not in base64.b64decode(json.loads(one.request.body)["Data"])
    packed = gzip.compress(f"key {planted.KEY}".encode())
    one = redact(exchange(packed, content_type="text/plain", headers=[("Content-Encoding", "gzip")]))
    assert gzip.decompress(one.request.body) == b"key AKIA000000001EXAMPLE"


def test_event_streams_keep_valid_checksums():
    payload = json.dumps({"message": f"{planted.ACCOUNT} says", "Password": "hunter2"}).encode()
    one = redact(exchange(answer=frame(b"", payload) * 2, content_type="application/vnd.amazon.eventstream"))
    buffer = EventStreamBuffer()
    buffer.add_data(one.response.body)
    events = [json.loads(event.payload) for event in buffer]
    assert events == [{"message": "111111111111 says", "Password": "R000001"}] * 2


def test_customer_keys_stay_usable():
    key = b"0123456789abcdef0123456789abcdef"
    one = redact(exchange(headers=[
        ("x-amz-server-side-encryption-customer-key", base64.b64encode(key).decode()),
        ("x-amz-server-side-encryption-customer-key-MD5", base64.b64encode(hashlib.md5(key).digest()).decode())]))
    made = base64.b64decode(one.request.header("x-amz-server-side-encryption-customer-key"))
    assert made != key and len(made) == 32
    digest = base64.b64decode(one.request.header("x-amz-server-side-encryption-customer-key-md5"))
    assert digest == hashlib.md5(made).digest()


def test_addresses_and_hosts_go_on_request():
    body = b'{"Email":"jane@corp.example.net","Url":"https://intra.acme.com/x","Api":"sqs.us-east-1.amazonaws.com"}'
    assert redact(exchange(body)).request.body == body
    sent = json.loads(redact(exchange(body), options=("emails", "hosts")).request.body)
    assert sent == {"Email": "user1@example.com", "Url": "https://host1.example.com/x",
                    "Api": "sqs.us-east-1.amazonaws.com"}


def test_the_envelope_is_told_what_was_replaced():
    redactor = Redactor()
    redactor.learn(exchange(b'{"Password":"hunter2"}'))
    assert redactor.applied == ["access key id", "account id", "password", "signature"]


def test_xml_keeps_the_way_in_which_it_is_escaped():
    text = "<Policy>{&quot;a&quot;:&quot;old&quot;} &amp; 'b'</Policy>"
    assert bodies.rewrite_xml(text, lambda name, value: value.replace("old", "new")) == text.replace("old", "new")
    assert bodies.rewrite_xml('<P>"old"</P>', lambda name, value: value.replace("old", '"new"')) == '<P>""new""</P>'
