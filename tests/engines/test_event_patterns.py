"""Event patterns: the operators, arrays, dots, choices, and the refusals with their places."""

import json

import pytest

from emulator.engines import event_patterns, json_tokens
from emulator.engines.event_fields import fields_of


def matches(pattern, event) -> bool:
    return event_patterns.parse(json.dumps(pattern)).matches(fields_of(event))


@pytest.mark.parametrize(("test", "fitting", "other"), [
    ("a", ["a"], ["A", "", None, 1]),
    (300, [300, 300.0, 3e2], ["300", 301, True]),
    (None, [None], ["", 0, False]),
    (False, [False], [None, 0, "false"]),
    ({"prefix": "eu-"}, ["eu-1"], ["Eu-1", 1]),
    ({"prefix": {"equals-ignore-case": "EU-"}}, ["eu-1", "EU-1"], ["us-1"]),
    ({"suffix": ".png"}, ["a.png"], ["a.PNG"]),
    ({"suffix": {"equals-ignore-case": ".png"}}, ["a.PNG"], ["a.jpg"]),
    ({"equals-ignore-case": "Alice"}, ["ALICE"], ["Bob", 1]),
    ({"wildcard": "/Users/*/doc.txt"}, ["/Users/a/b/doc.txt"], ["/Users/doc.txt", 1]),
    ({"wildcard": "a\\*b"}, ["a*b"], ["aXb"]),
    ({"exists": True}, ["a", None, 0], []),
    ({"numeric": ["=", 5]}, [5, 5.0], ["5", None]),
    ({"numeric": [">", 0, "<=", 5]}, [0.1, 5], [0, 5.1, "3", True]),
    ({"cidr": "10.0.0.0/24"}, ["10.0.0.255"], ["10.0.1.0", "x", 1]),
    ({"cidr": "2001:db8::/32"}, ["2001:db8::1"], ["2001:db9::1", "10.0.0.1"]),
    ({"anything-but": "a"}, ["b", 1, None, ""], ["a"]),
    ({"anything-but": [1, 2]}, [3, "1"], [1, 2.0]),
    ({"anything-but": {"prefix": ["a", "b"]}}, ["c", 1], ["ab", "ba"]),
    ({"anything-but": {"suffix": ".txt"}}, ["a.png"], ["a.txt"]),
    ({"anything-but": {"equals-ignore-case": ["a"]}}, ["b"], ["A"]),
    ({"anything-but": {"wildcard": "*/lib/*"}}, ["/usr/bin/x"], ["/usr/lib/x"]),
])  # fmt: skip
def test_operators(test, fitting, other):
    for value in fitting:
        assert matches({"field": [test]}, {"field": value}), value
    for value in other:
        assert not matches({"field": [test]}, {"field": value}), value


def test_a_field_that_is_not_there():
    assert matches({"a": [{"exists": False}]}, {"b": 1})
    assert matches({"a": [{"exists": False}]}, {"a": []})
    assert not matches({"a": [{"exists": False}]}, {"a": 1})
    assert not matches({"a": [{"anything-but": "x"}]}, {"b": 1})
    assert not matches({"a": [{"exists": True}]}, {"a": {"b": 1}})


def test_all_fields_must_fit_and_one_test_each():
    pattern = {"a": ["x", {"prefix": "y"}], "b": {"c": [1]}}
    assert matches(pattern, {"a": "yes", "b": {"c": 1}})
    assert not matches(pattern, {"a": "yes", "b": {"c": 2}})


def test_any_element_of_an_array_fits():
    assert matches({"a": ["x"]}, {"a": ["y", "x"]})
    assert matches({"a": [{"anything-but": "x"}]}, {"a": ["x", "y"]})
    assert not matches({"a": [{"anything-but": "x"}]}, {"a": ["x"]})


def test_fields_of_different_elements_are_not_one_object():
    pattern = {"people": {"first": ["Anna"], "last": ["Smith"]}}
    assert matches(pattern, {"people": [{"first": "X", "last": "Y"}, {"first": "Anna", "last": "Smith"}]})
    assert not matches(pattern, {"people": [{"first": "Anna", "last": "Y"}, {"first": "X", "last": "Smith"}]})


def test_dots_join_names_on_both_sides():
    assert matches({"a.b": ["x"]}, {"a": {"b": "x"}})
    assert matches({"a": {"b": ["x"]}}, {"a.b": "x"})


def test_choices():
    pattern = {"source": ["s"], "$or": [{"a": [1]}, {"b": [2], "$or": [{"c": [3]}, {"d": [4]}]}]}
    assert matches(pattern, {"source": "s", "a": 1})
    assert matches(pattern, {"source": "s", "b": 2, "d": 4})
    assert not matches(pattern, {"source": "s", "b": 2})
    assert not matches(pattern, {"a": 1})


def test_a_field_may_be_called_or():
    assert matches({"$or": [{"prefix": "x"}, {"prefix": "y"}]}, {"$or": "yes"})
    assert matches({"$or": ["x"]}, {"$or": "x"})


@pytest.mark.parametrize(("pattern", "message", "column"), [
    ('{"key":[]}', "Empty arrays are not allowed", 10),
    ('{"key":"x"}', '"key" must be an object or an array', 9),
    ('{"key":[["value"]]}', "Match value must be String, number, true, false, or null", 10),
    ('{"key":[{"wrong-operator":true}]}', "Unrecognized match type wrong-operator", 31),
    ('{"key":[{"suffix":"value","prefix":"value2"}]}', "Only one key allowed in match expression", 37),
    ('{"key":[{"exists":"no"}]}', "exists match pattern must be either true or false.", 20),
    ('{"key":[{"numeric":[]}]}', "Invalid member in numeric match: ]", 22),
    ('{"key":[{"numeric":["operator"]}]}', "Unrecognized numeric range operator: operator", 32),
    ('{"key":[{"numeric":[">=",1,">",2]}]}', "Bad numeric range operator: >", 31),
    ('{"key":[{"numeric":[">",20,"<",30,"<",50]}]}', "Too many terms in numeric range expression", 36),
    ('{"key":[{"anything-but":null}]}',
     "Value of anything-but must be an array or single string/number value.", 29),
    ('{"key":[{"anything-but":{"prefix":""}}]}', "Null prefix/suffix not allowed", 37),
])  # fmt: skip
def test_refusals_name_their_place(pattern, message, column):
    with pytest.raises(event_patterns.PatternError) as caught:
        event_patterns.parse(pattern)
    assert caught.value.message == message
    assert caught.value.located == f'{message}\n at [Source: (String)"{pattern}"; line: 1, column: {column}]'


def test_places_count_lines():
    with pytest.raises(event_patterns.PatternError) as caught:
        event_patterns.parse('{\n  "key": []\n}')
    assert caught.value.located.endswith("line: 2, column: 12]")


@pytest.mark.parametrize(("block", "message"), [
    ("bad-filter", "Malformed CIDR, one '/' required"),
    ("bad-/64filter", "Malformed CIDR, mask bits must be an integer"),
    ("xx.11.xx/8", "Nonstandard IP address: xx.11.xx"),
])  # fmt: skip
def test_blocks_that_are_none(block, message):
    with pytest.raises(event_patterns.PatternError) as caught:
        event_patterns.parse(json.dumps({"ip": [{"cidr": block}]}))
    assert caught.value.located == message


@pytest.mark.parametrize(("text", "message", "offset"), [
    ("{bad}", "Unexpected character ('b' (code 98)): was expecting double-quote to start field name", 1),
    ("bad", "Unrecognized token 'bad': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or "
     "'false')", 3),
    ('{"a" 1}', "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value", 5),
    ('{"a":1 "b":2}', "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries", 7),
])  # fmt: skip
def test_broken_json_in_the_words_of_its_parser(text, message, offset):
    with pytest.raises(json_tokens.BrokenJson) as caught:
        json_tokens.tokens(text)
    assert (caught.value.message, caught.value.offset) == (message, offset)


def test_recorded_patterns(evidence):
    """Every pattern that EventBridge's tests tried on AWS: it fits, doesn't, or is refused with this reason."""
    checked = 0
    for line in (evidence / "aws-snapshots" / "events.jsonl").read_text().splitlines():
        test = json.loads(line)
        for call in test["calls"]:
            if call.get("operation") != "TestEventPattern" or test["outcome"] != "passed" or "aws" in call:
                continue
            expected = call.get("response", {}).get("Result")
            if expected is None:
                expected = call["error"]["Error"]["Message"].removeprefix("Event pattern is not valid. Reason: ")
            try:
                got = event_patterns.parse(call["params"]["EventPattern"]).matches(
                    fields_of(json.loads(call["params"]["Event"]))
                )
            except event_patterns.PatternError as error:
                got = error.message
            assert got == expected, test["test"]
            checked += 1
    assert checked > 100


def test_choices_are_counted_without_being_spelled_out():
    pattern = {str(number): {"$or": [{"a": [1]}, {"b": [2]}]} for number in range(60)}
    assert event_patterns.parse(json.dumps(pattern)).alternatives == 2**60
