"""Intrinsic functions: the examples and the errors that AWS documents.

https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.engines.asl import intrinsics
from emulator.engines.asl.failures import Failure
from tests.engines.asl.driver import scope

DOCUMENT = {
    "n": 123456, "nine": [1, 2, 3, 4, 5, 6, 7, 8, 9], "five": 5, "repeated": [1, 2, 3, 3, 3, 3, 3, 3, 4],
    "text": "Data to encode", "encoded": "RGF0YSB0byBlbmNvZGU=", "name": "Arnav",
    "first": {"a": {"a1": 1, "a2": 2}, "b": 2}, "second": {"a": {"a3": 1, "a4": 2}, "c": 3},
    "json": '{"foo": "bar"}', "list": "1,2,3,4,5", "mixed": "This.is+a,test=string", "objects": [{"a": 1, "b": 2}],
    "turned": {"b": 2, "a": 1}, "null": None, "long": "x" * 10_001,
}  # fmt: skip


def call(text: str, document=DOCUMENT, **variables):
    return intrinsics.parse(text)(scope(document, variables))


@pytest.mark.parametrize(("text", "wanted"), [
    ("States.Array($.n)", [123456]),
    ("States.Array()", []),
    ("States.Array('a', 1.5, true, null, $.five)", ["a", 1.5, True, None, 5]),
    ("States.ArrayPartition($.nine, 4)", [[1, 2, 3, 4], [5, 6, 7, 8], [9]]),
    ("States.ArrayPartition($.nine, 4.4)", [[1, 2, 3, 4], [5, 6, 7, 8], [9]]),
    ("States.ArrayContains($.nine, $.five)", True),
    ("States.ArrayContains($.nine, '5')", False),
    ("States.ArrayContains($.objects, $.turned)", True),
    ("States.ArrayRange(1, 9, 2)", [1, 3, 5, 7, 9]),
    ("States.ArrayRange(9, 1, -4)", [9, 5, 1]),
    ("States.ArrayRange(0.6, 3, 1)", [1, 2, 3]),
    ("States.ArrayGetItem($.nine, $.five)", 6),
    ("States.ArrayLength($.nine)", 9),
    ("States.ArrayUnique($.repeated)", [1, 2, 3, 4]),
    ("States.Base64Encode($.text)", "RGF0YSB0byBlbmNvZGU="),
    ("States.Base64Decode($.encoded)", "Data to encode"),
    ("States.Hash('input data', 'SHA-1')", "aaff4a450a104cd177d28d18d74485e8cae074b7"),
    ("States.Hash('input data', 'MD5')", "812f45842bc6d66ee14572ce20db8e86"),
    ("States.Hash($.json, 'SHA-256')", hashlib.sha256(b'{"foo": "bar"}').hexdigest()),
    ("States.JsonMerge($.first, $.second, false)", {"a": {"a3": 1, "a4": 2}, "b": 2, "c": 3}),
    ("States.StringToJson($.json)", {"foo": "bar"}),
    ("States.JsonToString($.second)", '{"a":{"a3":1,"a4":2},"c":3}'),
    ("States.MathAdd($.n, -1)", 123455),
    ("States.MathAdd(1.5, -1.5)", 1),
    ("States.StringSplit($.list, ',')", ["1", "2", "3", "4", "5"]),
    ("States.StringSplit($.mixed, '.+,=')", ["This", "is", "a", "test", "string"]),
    ("States.Format('Hello, my name is {}.', $.name)", "Hello, my name is Arnav."),
    (r"States.Format('It\'s \{{}\} \\ {}', $.five, $.null)", r"It's {5} \ null"),
    ("States.Format('{}', $.first)", "{a={a1=1, a2=2}, b=2}"),
    ("States.Format( 'a, {}' , States.ArrayGetItem( States.Array('x', 'y') , 1 ) )", "a, y"),
    ("States.ArrayLength($.nine[?(@ > 3)])", 6),
])  # fmt: skip
def test_documented_examples(text, wanted):
    assert call(text) == wanted


@pytest.mark.parametrize("text", [
    "States.ArrayPartition($.nine, 0)", "States.ArrayPartition($.five, 2)", "States.ArrayRange(1, 1001, 1)",
    "States.ArrayRange(1, 9, 0)", "States.ArrayGetItem($.nine, 9)", "States.ArrayGetItem($.nine, -1)",
    "States.ArrayLength($.text)", "States.ArrayUnique($.n)", "States.ArrayContains($.n, 1)",
    "States.Base64Encode($.n)", "States.Base64Encode($.long)", "States.Base64Decode('!')",
    "States.Hash('a', 'SHA-3')", "States.Hash($.long, 'MD5')", "States.JsonMerge($.first, $.second, true)",
    "States.JsonMerge($.first, $.n, false)", "States.StringToJson('{')", "States.MathAdd('1', 2)",
    "States.MathAdd(true, 2)", "States.MathRandom(2, 1)", "States.StringSplit($.n, ',')", "States.UUID(1)",
    "States.Format('{} {}', 1)", "States.Format('', 1)", "States.Format($.n)",
])  # fmt: skip
def test_documented_refusals(text):
    with pytest.raises(Failure) as caught:
        call(text)
    assert caught.value.error == "States.IntrinsicFailure"


@pytest.mark.parametrize("text", [
    "States.Nothing()", "States.Array(", "States.Array(1 2)", "States.Array($.a", "Array(1)",
    "States.Format('open)", "States.Array(1),",
])  # fmt: skip
def test_what_is_no_call(text):
    with pytest.raises(ValueError):
        intrinsics.parse(text)


def test_chance():
    assert re.fullmatch(r"[0-9a-f-]{36}", call("States.UUID()"))
    assert 1 <= call("States.MathRandom(1, 999)") < 999
    assert call("States.MathRandom(1, 999, 7)") == call("States.MathRandom(1, 999, 7)")


def test_variables_and_inner_calls_are_read():
    parsed = intrinsics.parse("States.Format('{}', States.MathAdd($x, $.five))")
    assert sorted(path.text for path in parsed.paths) == ["$.five", "$x"]
    assert call("States.Format('{}', States.MathAdd($x, $.five))", x=2) == "7"


WHOLE = st.integers(-(2**31), 2**31 - 1)
JSON = st.recursive(
    st.none() | st.booleans() | WHOLE | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=8)


@given(JSON)
def test_json_survives_its_text(value):
    assert call("States.StringToJson(States.JsonToString($.v))", {"v": value}) == value


@given(st.text(max_size=50))
def test_text_survives_its_encoding(text):
    assert call("States.Base64Decode(States.Base64Encode($.v))", {"v": text}) == text


@given(st.lists(JSON, max_size=8), st.integers(1, 5))
def test_partitions_hold_all_in_order(values, size):
    parts = call("States.ArrayPartition($.v, $.n)", {"v": values, "n": size})
    assert [each for part in parts for each in part] == values
    assert all(len(part) == size for part in parts[:-1])


@given(st.lists(WHOLE, max_size=8))
def test_unique_values_are_a_set(values):
    assert sorted(call("States.ArrayUnique($.v)", {"v": values})) == sorted(set(values))
