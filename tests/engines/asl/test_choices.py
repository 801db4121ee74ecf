"""Choice rules: every operator against an oracle, and how rules combine.

https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
"""

import fnmatch
import operator
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.engines.asl import choices
from emulator.engines.asl.failures import Failure
from tests.engines.asl.driver import Driven, chain, one, scope

RELATIONS = {"Equals": operator.eq, "LessThan": operator.lt, "GreaterThan": operator.gt, "LessThanEquals": operator.le,
             "GreaterThanEquals": operator.ge}  # fmt: skip
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)).map(lambda moment: moment.replace(microsecond=0))
VALUES = {
    "String": st.text(max_size=4), "Numeric": st.integers(-9, 9) | st.floats(-9, 9), "Boolean": st.booleans(),
    "Timestamp": MOMENTS,
}  # fmt: skip
OPERATORS = [(kind, relation) for kind in VALUES for relation in RELATIONS if kind != "Boolean" or relation == "Equals"]


def holds(rule: dict, value, **more) -> bool:
    return choices.condition(rule)(scope(value, **more))


def wire(value):
    return f"{value.isoformat()}Z" if isinstance(value, datetime) else value


@pytest.mark.parametrize(("kind", "relation"), OPERATORS)
def test_comparisons_agree_with_an_oracle(kind, relation):
    @given(VALUES[kind], VALUES[kind])
    def check(left, right):
        wanted = RELATIONS[relation](left, right)
        document = {"left": wire(left), "right": wire(right)}
        name = f"{kind}{relation}"
        assert holds({"Variable": "$.left", name: wire(right)}, document) is wanted
        assert holds({"Variable": "$.left", f"{name}Path": "$.right"}, document) is wanted
        assert holds({"Variable": "$left", f"{name}Path": "$right"}, {}, variables=document) is wanted
        assert holds({"Not": {"Variable": "$.left", name: wire(right)}}, document) is not wanted

    check()


@pytest.mark.parametrize(("kind", "relation"), OPERATORS)
@pytest.mark.parametrize("value", [None, [], {}, "text", 1, True], ids=repr)
def test_values_of_other_types_match_no_comparison(kind, relation, value):
    given_types = {"String": str, "Numeric": int, "Boolean": bool, "Timestamp": datetime}
    wanted = {"String": "text", "Numeric": 1, "Boolean": True, "Timestamp": "2027-01-15T12:00:00Z"}[kind]
    if type(value) is not given_types[kind]:
        assert not holds({"Variable": "$.v", f"{kind}{relation}": wanted}, {"v": value})


@given(MOMENTS, st.integers(-14 * 60, 14 * 60))
def test_moments_are_compared_across_zones(moment, minutes):
    shifted = moment + timedelta(minutes=minutes)
    zone = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    assert holds({"Variable": "$", "TimestampEquals": wire(moment)}, f"{shifted.isoformat()}{zone}")


KINDS = {
    "IsNull": [None], "IsString": ["a", "", "2027-01-15T12:00:00Z"], "IsNumeric": [0, 1.5], "IsBoolean": [True, False],
    "IsTimestamp": ["2027-01-15T12:00:00Z", "2027-01-15T12:00:00.5+01:00"],
}  # fmt: skip
SAMPLES = [*(value for values in KINDS.values() for value in values), [], {}, "2027-01-15", "2027-01-15t12:00:00z"]


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("value", SAMPLES, ids=repr)
def test_kinds(name, value):
    wanted = any(value == each and type(value) is type(each) for each in KINDS[name])
    if name == "IsString":
        wanted = isinstance(value, str)
    assert holds({"Variable": "$.v", name: True}, {"v": value}) is wanted
    assert holds({"Variable": "$.v", name: False}, {"v": value}) is not wanted


@pytest.mark.parametrize(("path", "wanted"), [
    ("$.a", True), ("$.n", True), ("$.b", False), ("$.a.b", False), ("$.l[0]", True), ("$.l[1]", False),
    ("$.l[*].x", False), ("$$.Execution.Id", True), ("$$.Task", False), ("$v", True), ("$w", False),
])  # fmt: skip
def test_presence(path, wanted):
    where = {"variables": {"v": 1}, "context": {"Execution": {"Id": "x"}}}
    document = {"a": 1, "n": None, "l": [1]}
    assert holds({"Variable": path, "IsPresent": True}, document, **where) is wanted
    assert holds({"Variable": path, "IsPresent": False}, document, **where) is not wanted


@pytest.mark.parametrize(("pattern", "text", "wanted"), [
    ("log-*.txt", "log-1.txt", True), ("*", "", True), ("a*b*c", "a--b--c", True), ("log-*.txt", "log-1.csv", False),
    (r"a\*b", "a*b", True), (r"a\*b", "axb", False), (r"a\\*", r"a\b", True), ("a.c", "abc", False),
    ("*\n*", "a\nb", True), ("a?", "ab", False), ("log*", 5, False),
])  # fmt: skip
def test_patterns(pattern, text, wanted):
    assert holds({"Variable": "$", "StringMatches": pattern}, text) is wanted


@given(st.text("ab*", max_size=6), st.text("ab", max_size=8))
def test_patterns_agree_with_an_oracle(pattern, text):
    assert holds({"Variable": "$", "StringMatches": pattern}, text) is fnmatch.fnmatchcase(text, pattern)


@given(st.lists(st.booleans(), min_size=1, max_size=4))
def test_rules_combine(values):
    rules = [{"Variable": f"$[{index}]", "BooleanEquals": True} for index in range(len(values))]
    assert holds({"And": rules}, values) is all(values)
    assert holds({"Or": rules}, values) is any(values)
    assert holds({"Not": {"Or": rules}}, values) is not any(values)


def test_a_missing_value_ends_the_execution():
    rule = {"Variable": "$.no", "StringEquals": "x"}
    with pytest.raises(Failure) as caught:
        holds(rule, {})
    assert caught.value.error == "States.Runtime"
    assert caught.value.cause == (
        "Invalid path '$.no': The choice state's condition path references an invalid value.")


def test_the_first_rule_that_matches_wins():
    rules = [{"Variable": "$.n", "NumericGreaterThan": 5, "Next": "B", "Assign": {"by": "first"}},
             {"Variable": "$.n", "NumericGreaterThan": 1, "Next": "C"}]
    definition = chain({"Type": "Choice", "Choices": rules, "Default": "D"}, {"Type": "Pass"}, {"Type": "Pass"},
                       {"Type": "Pass"})  # fmt: skip
    definition["States"]["A"].pop("Next")
    entered = [[event.details["stateEnteredEventDetails"]["name"] for event in Driven(definition, {"n": n}).run.events
                if event.type.endswith("StateEntered")] for n in (9, 3, 0)]  # fmt: skip
    assert entered == [["A", "B", "C", "D"], ["A", "C", "D"], ["A", "D"]]


def test_no_rule_and_no_default():
    error, cause = Driven(one({"Type": "Choice", "Choices": [
        {"Variable": "$.n", "NumericEquals": 1, "Next": "Only"}]}), {"n": 2}).error  # fmt: skip
    assert error == "States.NoChoiceMatched"
    assert cause == ("An error occurred while executing the state 'Only' (entered at the event id #2). Failed to"
                     " transition out of the state. The state does not point to a next state.")  # fmt: skip


@pytest.mark.parametrize(("condition", "error"), [
    ("{% $states.input.n = 1 %}", "States.NoChoiceMatched"), ("{% $states.input.n %}", "States.QueryEvaluationError"),
    ("{% $nothing %}", "States.QueryEvaluationError"),
])  # fmt: skip
def test_conditions_of_jsonata_must_be_booleans(condition, error):
    state = {"Type": "Choice", "Choices": [{"Condition": condition, "Next": "Only"}]}
    assert Driven(one(state, QueryLanguage="JSONata"), {"n": 2}).error[0] == error
