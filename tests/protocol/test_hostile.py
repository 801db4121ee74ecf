"""Bad input of all kinds costs its sender a ParseError with an AWS code; nothing else is ever raised."""

import gzip
import json

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.model import load
from emulator.protocol import ParseError, Request, UnknownOperation, protocol_for

PUT_ITEM = {"x-amz-target": "DynamoDB_20120810.PutItem"}
TAGGING = ("s3", "rest-xml", "PUT", "/b/k", "tagging", {})


def decode(service: str, protocol: str, method: str, path: str, query: str, headers: dict, body: bytes) -> dict:
    request = Request(method, path, query, headers, body)
    spoken = protocol_for(load(service), protocol)
    operation, labels = spoken.route(request)
    return spoken.codec(operation).decode(request, labels)


def refused(*arguments) -> ParseError:
    with pytest.raises(ParseError) as caught:
        decode(*arguments)
    assert caught.value.status == 400
    return caught.value


def item(body) -> tuple:
    return "dynamodb", "json", "POST", "/", "", PUT_ITEM, body if isinstance(body, bytes) else json.dumps(body).encode()


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"null", b"\xff", b'{"TableName":"\\ud800"}', b"{} {}", b"NaN"])
def test_malformed_json(body):
    assert refused(*item(body)).code == "SerializationException"


@pytest.mark.parametrize(("body", "words"), [
    ({"TableName": 1}, "NUMBER_VALUE can not be converted to a String"),
    ({"TableName": True}, "TRUE_VALUE can not be converted to a String"),
    ({"TableName": {}}, "Start of structure or map found where not expected."),
    ({"Item": []}, "Start of list found where not expected"),
    ({"Item": {"a": {"B": "%%%"}}}, "STRING_VALUE can not be converted to a Blob"),
    ({"Item": {"a": {"BOOL": "x"}}}, "STRING_VALUE can not be converted to a Boolean"),
])
def test_wrong_json_types(body, words):
    error = refused(*item(body))
    assert (error.code, error.message) == ("SerializationException", words)


def test_api_gateway_names_java_classes():
    body = b'{"type":"HTTP","requestParameters":{"a":true}}'
    path = "/restapis/a/resources/r/methods/GET/integration"
    error = refused("apigateway", "rest-json", "PUT", path, "", {}, body)
    assert error.message == "class java.lang.Boolean can not be converted to an String"


def deep(levels: int) -> bytes:
    return b'{"Item":{"a":' + b'{"M":{"a":' * levels + b'{"S":"x"}' + b"}}" * levels + b"}}"


def test_deep_json():
    assert decode(*item(deep(50)))["Item"]["a"]["M"]
    for levels in (150, 400, 5000, 100000):
        assert refused(*item(deep(levels))).code == "SerializationException"
    assert refused(*item(b'{"a":' + b"[" * 100000)).code == "SerializationException"


@pytest.mark.parametrize("body", [
    b"<Tagging><TagSet>", b"no xml", b"<Other/>", b"<Tagging>\x00</Tagging>", b"<Tagging/><Tagging/>",
    b'<!DOCTYPE x [<!ENTITY a "b">]><Tagging><TagSet><Tag><Key>&a;</Key></Tag></TagSet></Tagging>',
    b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><Tagging/>',
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>'
    b"<Tagging><TagSet><Tag><Key>&c;</Key></Tag></TagSet></Tagging>",
    b"<Tagging><TagSet><Tag><Key><a/></Key></Tag></TagSet></Tagging>",
    b"<a>" * 100000,
])
def test_malformed_xml(body):
    error = refused(*TAGGING, body)
    assert error.code == "MalformedXML"
    assert error.message.startswith("The XML you provided was not well-formed")


@pytest.mark.parametrize("body", [b"Action=AssumeRole&DurationSeconds=x", b"Action=AssumeRole&Tags.member.x.Key=1",
                                  b"Action=AssumeRole&Tags=1&Tags.member.1.Key=1", b"Action=AssumeRole&RoleArn.x=1",
                                  b"Action=AssumeRole&Tags.member.1=x", b"Action=AssumeRole&" + b"a." * 100 + b"a=1"])
def test_malformed_query(body):
    assert refused("sts", "query", "POST", "/", "", {}, body).code == "MalformedInput"


METRICS = ("cloudwatch", "smithy-rpc-v2-cbor", "POST",
           "/service/GraniteServiceVersion20100801/operation/PutMetricData", "", {"smithy-protocol": "rpc-v2-cbor"})


@pytest.mark.parametrize("body", [
    b"\xff", b"\x81" * 100000, b"\x9b\x7f\xff\xff\xff\xff\xff\xff\xff", b"\x5b\x00\x00\x00\x7f\xff\xff\xff\xff",
    b"\xa1\xa0\x01", cbor2.dumps([]), cbor2.dumps({"Namespace": 1}), cbor2.dumps({"Namespace": b"x"}),
    cbor2.dumps({"MetricData": {}}), b"\xa1\x6aMetricData\xd8\x1c\x81\xd8\x1d\x00",
    cbor2.dumps({"MetricData": [{"Timestamp": "2020"}]}),
])
def test_malformed_cbor(body):
    assert refused(*METRICS, body).code == "SerializationException"


def test_compressed_bodies():
    body = cbor2.dumps({"Namespace": "n", "MetricData": []})
    headers = METRICS[-1] | {"content-encoding": "gzip"}
    assert decode(*METRICS[:-1], headers, gzip.compress(body)) == {"Namespace": "n", "MetricData": []}
    refused(*METRICS[:-1], headers, b"no gzip")
    refused(*METRICS[:-1], headers, gzip.compress(body)[:-4])
    refused(*METRICS[:-1], headers, gzip.compress(bytes(65 * 1024 * 1024)))


@pytest.mark.parametrize(("query", "headers"), [("max-keys=x", {}), ("max-keys=" + "9" * 5000, {})])
def test_wrong_types_outside_the_body(query, headers):
    refused("s3", "rest-xml", "GET", "/b", query, headers, b"")


def test_line_ends_never_split_a_header():
    service = load("s3")
    codec = protocol_for(service, "rest-xml").codec(service.operations["GetObject"])
    response = codec.encode({"ContentType": "a\r\nSet-Cookie: b", "Metadata": {"k": "v\nw"}}, "id")
    assert not any("\n" in value or "\r" in value for _, value in response.headers)


CASES = (item(b'{"TableName":"t","Item":{"a":{"L":[{"N":"1"}]}}}'),
         (*TAGGING, b"<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"),
         ("sts", "query", "POST", "/", "", {}, b"Action=AssumeRole&Tags.member.1.Key=a&Tags.member.1.Value=b"),
         (*METRICS, cbor2.dumps({"Namespace": "n", "MetricData": [{"MetricName": "m", "Value": 1.5}]})))


@settings(max_examples=400, deadline=None, database=None, derandomize=True)
@given(st.sampled_from(CASES), st.data())
def test_mutations_raise_nothing_else(case, data):
    *rest, body = case
    body = bytearray(body)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body)))
        body[at:at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        decode(*rest, bytes(body))
    except (ParseError, UnknownOperation) as error:
        assert str(error)
