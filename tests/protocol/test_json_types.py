"""The fast way of reading JSON and the thorough one agree: on what they give and on what they refuse."""

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.model import load
from emulator.protocol import ParseError, protocol_for
from emulator.protocol.wire import Request

OPERATIONS = (
    ("dynamodb", "PutItem"), ("dynamodb", "BatchWriteItem"), ("sqs", "SendMessage"), ("kms", "Encrypt"),
    ("kinesis", "PutRecords"), ("stepfunctions", "StartExecution"),
)  # fmt: skip
names = st.sampled_from(["TableName", "Item", "S", "N", "B", "M", "L", "NULL", "BOOL", "SS", "x", "Data"])
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=4),
    st.sampled_from(["AP8=", "AP8", "NaN"]),
)  # fmt: skip
documents = st.dictionaries(
    names, st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
                        max_leaves=8), max_size=4,
)  # fmt: skip


def outcome(read, body):
    try:
        return read(body)
    except ParseError as error:
        return error.code, error.message


@pytest.fixture(scope="module", params=OPERATIONS, ids="-".join)
def ways(request):
    """The decoder of an operation, and its thorough reader alone."""
    service, operation = request.param
    model = load(service)
    protocol = protocol_for(model, "json")
    operation = model.operations[operation]
    assert protocol.types.decoder(operation.input) is not None
    decode, thorough = protocol.codec(operation).decode, protocol.reader.of(operation.input)
    return lambda body: decode(Request("POST", "/", body=body), {}), lambda body: thorough(orjson.loads(body))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents)
def test_both_ways_agree(ways, document):
    fast, thorough = ways
    body = orjson.dumps(document, option=orjson.OPT_NON_STR_KEYS, default=str) if _fits(document) else b"{}"
    assert outcome(fast, body) == outcome(thorough, body)


def _fits(value) -> bool:
    """Whether orjson can write it: its integers have 64 bits."""
    if isinstance(value, dict):
        return all(map(_fits, value.values()))
    if isinstance(value, list):
        return all(map(_fits, value))
    return not isinstance(value, int) or -(2**63) <= value < 2**64


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"TableName":', b"\xff", b'{"TableName":"\xff"}', b'{"TableName":"\\ud800"}']
)
def test_what_is_no_document(body):
    model = load("dynamodb")
    decode = protocol_for(model, "json").codec(model.operations["PutItem"]).decode
    request = Request("POST", "/", body=body)
    if not body:
        assert decode(request, {}) == {}
        return
    with pytest.raises(ParseError):
        decode(request, {})
