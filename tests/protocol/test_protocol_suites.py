"""The public protocol suites of botocore, inverted: we read what they serialise and they parse what we write.

``input``: our ``decode`` of each case's request gives the case's parameters. ``output``: botocore's parser reads our
encoding of each case's result (or error) as it reads the case's own response.
"""

import json
import math
import os
from base64 import b64decode
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from botocore.awsrequest import HeadersDict
from botocore.model import OperationModel
from botocore.model import ServiceModel as BotocoreModel
from botocore.parsers import create_parser

from emulator.model.shapes import ServiceModel, Shape
from emulator.protocol import Request, protocol_for

EVIDENCE = os.environ.get("PARITYLAB_EVIDENCE")
TOKEN = "00000000-0000-4000-8000-000000000000"
SUITES = Path(EVIDENCE or "/nonexistent") / "botocore-protocol-tests"

# Cases that do not pass, each with its reason: (direction, suite, id) -> reason.
NOT_ON_THE_WIRE = "an empty list or map leaves no trace on the wire, so it can't be told from an absent one"
NO_BODY = "the case states its headers alone, so there is no body to read the parameters from"
CLIENT_ONLY = "the client drops what it was given; the wire holds something else than the parameters"
MERGED = "botocore's model format merges the shape's name into the member's; no service of ours has such a member"
FLAT = "the model gives two flattened lists one element name; botocore's parser can't tell them apart (nor read others)"
EXCEPTIONS: dict[tuple[str, str, str], str] = {
    ("input", "ec2", "Ec2EmptyQueryLists"): NOT_ON_THE_WIRE,
    ("input", "query", "QueryEmptyQueryMaps"): NOT_ON_THE_WIRE,
    ("input", "rest-json", "RestJsonHttpPrefixHeadersAreNotPresent"): NOT_ON_THE_WIRE,
    ("input", "rest-json", "RestJsonOmitsEmptyListQueryValues"): NOT_ON_THE_WIRE,
    ("input", "rest-xml", "HttpPrefixHeadersAreNotPresent"): NOT_ON_THE_WIRE,
    ("input", "rest-json", "RestJsonHttpWithEmptyStructurePayload"): CLIENT_ONLY,
    ("input", "rest-json", "RestJsonHttpWithHeadersButNoPayload"): CLIENT_ONLY,
    ("input", "rest-json", "RestJsonQueryPrecedence"): CLIENT_ONLY,
    ("input", "rest-xml", "RestXmlQueryPrecedence"): CLIENT_ONLY,
    ("input", "rest-json", "RestJsonHostWithPath"): "the path's start belongs to the client's endpoint",
    ("input", "rest-xml", "BodyWithXmlName"): MERGED,
    ("output", "ec2", "Ec2XmlLists"): FLAT,
    ("output", "query", "QueryXmlLists"): FLAT,
    ("output", "rest-xml", "XmlLists"): FLAT,
    **{("input", suite, f"{name}_{protocol}"): NO_BODY
       for suite, protocol, second in (
           ("ec2", "ec2Query", "SDKAppendsGzipAndIgnoresHttpProvidedEncoding"),
           ("json", "awsJson1_1", "SDKAppendsGzipAndIgnoresHttpProvidedEncoding"),
           ("json_1_0", "awsJson1_0", "SDKAppendsGzipAndIgnoresHttpProvidedEncoding"),
           ("query", "awsQuery", "SDKAppendsGzipAndIgnoresHttpProvidedEncoding"),
           ("rest-json", "restJson1", "SDKAppendedGzipAfterProvidedEncoding"),
           ("rest-xml", "restXml", "SDKAppendedGzipAfterProvidedEncoding"))
       for name in ("SDKAppliedContentEncoding", second)},
}


# Answers that botocore's parser can't read (its own list of ignored cases has them): headers and body are compared.
UNREADABLE = {
    ("rest-json", "RestJsonInputAndOutputWithQuotedStringHeaders"),
    ("rest-json", "RestJsonInputAndOutputWithTimestampHeaders"),
    ("rest-json", "MediaTypeHeaderOutputBase64"),
    ("rest-json", "RestJsonHttpPayloadTraitsWithNoBlobBody"),
    ("rest-json", "RestJsonHttpPayloadWithUnsetUnion"),
    ("rest-xml", "RestXmlHttpPayloadWithUnsetUnion"),
    ("rest-xml", "InputAndOutputWithTimestampHeaders"),
    ("rest-xml", "HttpPayloadTraitsWithNoBlobBody"),
}


def cases(direction: str):
    for path in sorted((SUITES / direction).glob("*.json")):
        for group in json.loads(path.read_text()):
            operations = {case["given"]["name"]: case["given"] for case in group["cases"]}
            for case in group["cases"]:
                raw = {"metadata": {"serviceId": "Suite", "endpointPrefix": "suite"} | group["metadata"],
                       "shapes": group["shapes"], "operations": operations | {case["given"]["name"]: case["given"]}}
                key = (direction, path.stem, case["id"])
                marks = [pytest.mark.xfail(reason=EXCEPTIONS[key], strict=True)] if key in EXCEPTIONS else []
                yield pytest.param(path.stem, raw, case, id=f"{path.stem}-{case['id']}", marks=marks)


def answers(errors: bool) -> list:
    return [each for each in cases("output") if ("errorCode" in each.values[2]) is errors]


needs_evidence = pytest.mark.skipif(not SUITES.is_dir(), reason="PARITYLAB_EVIDENCE names no folder with the suites")


def typed(value, shape: Shape | None):
    """A suite's JSON value as the value it means: blobs are bytes, special floats floats, null is absent."""
    if shape is None or shape.is_document:
        return value
    if shape.type == "structure":
        return {name: typed(each, shape.members[name]) for name, each in value.items() if each is not None}
    if shape.type == "list":
        return [each if each is None else typed(each, shape.member) for each in value]
    if shape.type == "map":
        return {name: each if each is None else typed(each, shape.value) for name, each in value.items()}
    if shape.type == "blob" and isinstance(value, str):
        return value.encode()
    if shape.type in ("float", "double"):
        return float(value)
    return value


def same(left, right) -> bool:
    """Equality where NaN equals itself and a datetime its epoch seconds."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, datetime):
        left = left.timestamp()
    if isinstance(left, str) and isinstance(right, float):
        left = float(left)  # botocore leaves JSON's special floats as text
    if isinstance(left, str) and isinstance(right, bytes):
        left = left.encode()  # and blob payloads
    if isinstance(left, float) and isinstance(right, float) and math.isnan(left):
        return math.isnan(right)
    return left == right


def completed(raw: dict, case: dict) -> Request:
    """The case's request. A case that states only what it is about (a host, say) gets the target that routes it."""
    wire, metadata = case["serialized"], raw["metadata"]
    body = wire.get("body") or ""
    body = b64decode(body) if metadata["protocol"] == "smithy-rpc-v2-cbor" else body.encode()
    path, _, query = wire["uri"].partition("?")
    headers = {name.lower(): value for name, value in wire.get("headers", {}).items()}
    if metadata["protocol"] == "json":
        headers.setdefault("x-amz-target", f"{metadata['targetPrefix']}.{case['given']['name']}")
    return Request(wire.get("method", "POST"), path or "/", query, headers, body)


def as_client_meant(found: dict, expected: dict, shape: Shape | None) -> dict:
    """What we decoded without what a client adds by itself or a server sees beyond what the client named."""
    found = dict(found)
    for name, member in (shape.members if shape else {}).items():
        if member.get("idempotencyToken") and found.get(name) == TOKEN and name not in expected:
            del found[name]
        if member.get("location") == "querystring" and member.type == "map" and name in found:
            # A server's map holds every parameter, also those bound to members of their own.
            named = {each.get("locationName") for each in shape.members.values()} - set(expected.get(name, ()))
            found[name] = {key: value for key, value in found[name].items() if key not in named}
            if not found[name]:
                del found[name]
    return found


@needs_evidence
@pytest.mark.parametrize(("suite", "raw", "case"), list(cases("input")))
def test_input(suite, raw, case):
    service = ServiceModel("suite", raw)
    protocol = protocol_for(service, raw["metadata"]["protocol"])
    request = completed(raw, case)
    operation, labels = protocol.route(request)
    assert operation.name == case["given"]["name"]
    expected = typed(case["params"], operation.input)
    found = as_client_meant(protocol.codec(operation).decode(request, labels), expected, operation.input)
    assert same(found, expected), f"{found} is not {expected}"


def output_shape(raw: dict, case: dict):
    """botocore's shape of the case's output; the suites leave the query protocol's wrapper out of their models."""
    shape = OperationModel(case["given"], BotocoreModel(raw, "suite"), case["given"]["name"]).output_shape
    if shape is not None and raw["metadata"]["protocol"] == "query":
        shape.serialization.setdefault("resultWrapper", f"{case['given']['name']}Result")
    return shape


def parse(raw: dict, shape, response) -> dict:
    """What botocore's parser makes of our response, with streamed bodies as bytes."""
    wire = {"status_code": response.status, "headers": HeadersDict(dict(response.headers)), "body": response.body}
    return create_parser(raw["metadata"]["protocol"]).parse(wire, shape)


@needs_evidence
@pytest.mark.parametrize(("suite", "raw", "case"), answers(errors=False))
def test_output(suite, raw, case):
    service = ServiceModel("suite", raw)
    protocol = protocol_for(service, raw["metadata"]["protocol"])
    operation = service.operations[case["given"]["name"]]
    expected = typed(case["result"], operation.output)
    response = protocol.codec(operation).encode(expected, "request-id")
    assert response.status == case["response"]["status_code"]
    if (suite, case["id"]) in UNREADABLE:
        given = {name.lower(): value for name, value in case["response"]["headers"].items()}
        given.pop("content-length", None)  # the transport's
        ours = {name.lower(): value for name, value in response.headers}
        assert given.items() <= ours.items()
        assert response.body == case["response"].get("body", "").encode()
        return
    shape = output_shape(raw, case)
    found = parse(raw, shape, response)
    found.pop("ResponseMetadata")
    for name, member in (operation.output.members if operation.output else {}).items():
        if member.get("location") == "headers" and name in found:
            found[name] = {key: value for key, value in found[name].items() if key.lower() != "x-amzn-requestid"}
    assert same(found, expected), f"{response.body!r}: {found} is not {expected}"


@needs_evidence
@pytest.mark.parametrize(("suite", "raw", "case"), answers(errors=True))
def test_output_error(suite, raw, case):
    service = ServiceModel("suite", raw)
    protocol = protocol_for(service, raw["metadata"]["protocol"])
    operation = service.operations[case["given"]["name"]]
    code, message = case["errorCode"], case.get("errorMessage", "")
    expected = typed(case.get("error", {}), service.errors.get(code))
    error = SimpleNamespace(code=code, message=message, status=case["response"]["status_code"], members=expected,
                            sender=True)
    response = protocol.encode_error(error, "request-id", operation)
    assert response.status == error.status
    shape = OperationModel(case["given"], BotocoreModel(raw, "suite"), operation.name).error_shapes[0]
    read = parse(raw, output_shape(raw, case), response)["Error"]
    assert (read["Code"], read.get("Message", "")) == (shape.error_code, message)
    found = parse(raw, shape, response)
    found = {name: value for name, value in found.items() if name in shape.members}
    assert same(found, expected), f"{response.body!r}: {found} is not {expected}"


@needs_evidence
def test_exceptions_are_cases(capsys):
    """Each exception names a case; prints the count and the list (``pytest -s``)."""
    found = [each for direction in ("input", "output") for each in cases(direction)]
    excepted = [each.id for each in found if each.marks]
    assert len(excepted) == len(EXCEPTIONS)
    with capsys.disabled():
        print(f"\nprotocol suites: {len(found) - len(excepted)} of {len(found)} cases pass; excepted:")
        for (direction, suite, case), reason in EXCEPTIONS.items():
            print(f"  {direction} {suite} {case}: {reason}")
