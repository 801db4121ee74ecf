"""For random input and output of real operations: botocore writes, we read; we write, botocore reads."""

import string
from datetime import UTC, datetime

import pytest
from botocore.awsrequest import HeadersDict, create_request_object, prepare_request_dict
from botocore.model import ServiceModel as BotocoreModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.model import load
from emulator.model.loader import read
from emulator.protocol import Request, protocol_for

SERVICES = ("sqs", "dynamodb", "kms", "sts", "iam", "cloudformation", "s3", "route53", "cloudfront", "lambda",
            "scheduler", "cloudwatch")
MODELS = {name: BotocoreModel(read(name), name) for name in SERVICES}
HEADER_TEXT = st.text(string.ascii_letters + string.digits + "-_/:;=+. '", min_size=1, max_size=12).map(
    lambda text: text.strip() or "x")
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
LIMITS = {"max_examples": 40, "deadline": None, "database": None, "derandomize": True,
          "suppress_health_check": list(HealthCheck)}


@st.composite
def values(draw, shape, depth=0, header=False):
    """A value of a botocore shape as its serializer takes it."""
    kind = shape.type_name
    if kind == "structure":
        if shape.is_document_type:
            return {"a": [1, "b", None, True]}
        names = [name for name in shape.members if depth < 5 or name in shape.required_members]
        some = st.lists(st.sampled_from(names), unique=True, min_size=min(depth, 1), max_size=5)
        chosen = draw(some) if names else []
        if getattr(shape, "is_tagged_union", False):
            chosen = chosen[:1] or names[:1]
        elif depth == 0:
            chosen = list(dict.fromkeys([*chosen, *shape.required_members]))
        out = {}
        for name in chosen:
            member = shape.members[name]
            bound = member.serialization.get("location") in ("header", "headers")
            out[name] = draw(values(member, depth + 1, bound))
        return out
    if kind == "list":
        return [draw(values(shape.member, depth + 1, header)) for _ in range(draw(st.integers(1, 3)))]
    if kind == "map":
        keys = draw(st.sets(st.text(string.ascii_lowercase, min_size=1, max_size=5), min_size=1, max_size=3))
        return {key: draw(values(shape.value, depth + 1, header)) for key in sorted(keys)}
    return draw(scalars(shape, kind, header))


def scalars(shape, kind: str, header: bool):
    if kind in ("integer", "long"):
        return st.integers(-2**31, 2**31 - 1)
    if kind in ("float", "double"):
        return st.floats(allow_nan=False, allow_infinity=False, width=32).map(float)
    if kind == "boolean":
        return st.booleans()
    if kind == "blob":
        return st.binary(min_size=1, max_size=8)
    if kind == "timestamp":
        return st.integers(0, 4 * 10**9).map(lambda at: datetime.fromtimestamp(at, UTC))
    if shape.serialization.get("jsonvalue"):
        return st.just('{"a": 1}')
    return HEADER_TEXT if header else TEXT


def plain(value):
    """Comparable: datetimes are epoch seconds; empty containers, which no wire tells from absence, are left out."""
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, dict):
        pruned = {name: plain(each) for name, each in value.items()}
        return {name: each for name, each in pruned.items() if each not in ({}, [])}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value


# Event and Events of deprecated configurations are one element on the wire; directory buckets are asked for like others
# but for the signature.
AMBIGUOUS = {"PutBucketNotification", "GetBucketNotification", "ListDirectoryBuckets"}


def travels(operation) -> bool:
    if operation.name in AMBIGUOUS:
        return False
    shapes = [operation.input_shape, operation.output_shape]
    members = [member for shape in shapes if shape for member in shape.members.values()]
    output = operation.output_shape
    payload = output.serialization.get("payload") if output else None
    if payload and output.members[payload].type_name == "blob":
        return False  # botocore's parser leaves these to its streams
    return not any(member.serialization.get("eventstream") or member.serialization.get("streaming")
                   for member in members) and not any(s and s.serialization.get("eventstream") for s in members)


def operations(name: str) -> list:
    found = [MODELS[name].operation_model(each) for each in MODELS[name].operation_names]
    return [each for each in found if travels(each)]


@pytest.mark.parametrize("name", SERVICES)
def test_requests(name):
    service = load(name)
    protocol = protocol_for(service, MODELS[name].resolved_protocol)
    serializer = create_serializer(protocol.name, include_validation=False)
    candidates = [each for each in operations(name) if each.input_shape]

    @settings(**LIMITS)
    @given(st.data())
    def check(data):
        operation = data.draw(st.sampled_from(candidates))
        params = data.draw(values(operation.input_shape))
        wire = serializer.serialize_to_request(params, operation)
        prepare_request_dict(wire, endpoint_url="http://127.0.0.1")
        sent = create_request_object(wire).prepare()
        path, _, query = sent.url.removeprefix("http://").partition("/")[2].partition("?")
        body = sent.body or b""
        headers = {key.lower(): each.decode() if isinstance(each, bytes) else str(each)
                   for key, each in sent.headers.items()}
        request = Request(sent.method, "/" + path, query, headers, body.encode() if isinstance(body, str) else body)
        found = protocol.codec(service.operations[operation.name]).decode(request, routed(protocol, request, operation))
        for token in operation.idempotent_members:
            if token not in params:
                found.pop(token, None)
        assert plain(found) == plain(params)

    check()


def routed(protocol, request, operation) -> dict:
    found, labels = protocol.route(request)
    # S3's deprecated operations share method and path with their successors.
    assert found.name == operation.name or protocol.service.operations[operation.name].definition.get("deprecated")
    return labels


@pytest.mark.parametrize("name", SERVICES)
def test_answers(name):
    service = load(name)
    protocol = protocol_for(service, MODELS[name].resolved_protocol)
    parser = create_parser(protocol.name)
    candidates = [each for each in operations(name) if each.output_shape and each.name != "GetBucketLocation"]

    @settings(**LIMITS)
    @given(st.data())
    def check(data):
        operation = data.draw(st.sampled_from(candidates))
        result = data.draw(values(operation.output_shape))
        status = next((each for each, member in operation.output_shape.members.items()
                       if member.serialization.get("location") == "statusCode"), None)
        if status:
            result[status] = 200
        response = protocol.codec(service.operations[operation.name]).encode(result, "id")
        wire = {"status_code": response.status, "headers": HeadersDict(dict(response.headers)), "body": response.body}
        found = parser.parse(wire, operation.output_shape)
        del found["ResponseMetadata"]
        assert plain(found) == plain(result), response.body

    check()
