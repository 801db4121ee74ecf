"""The way of data through states, in both query languages.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html and
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

import pytest

from tests.engines.asl.driver import ROLE, Driven, chain, one

RESOURCE = "arn:aws:states:::sqs:sendMessage"
GIVEN = {"a": {"b": [1, 2, 3]}, "name": "x", "nothing": None}


def task(**fields) -> dict:
    return {"Type": "Task", "Resource": RESOURCE, **fields}


def answer(effect):
    return {"code": 200, "got": effect.arguments}


@pytest.mark.parametrize(("fields", "wanted"), [
    ({}, GIVEN),
    ({"InputPath": "$.a"}, {"b": [1, 2, 3]}),
    ({"InputPath": None}, {}),
    ({"OutputPath": None}, {}),
    ({"OutputPath": "$.a.b[-1]"}, 3),
    ({"InputPath": "$$.Execution.Name"}, "e"),
    ({"Result": {"v.$": "$.as.it.stands"}}, {"v.$": "$.as.it.stands"}),
    ({"Result": 1, "ResultPath": None}, GIVEN),
    ({"Result": 1, "ResultPath": "$.a.c"}, {**GIVEN, "a": {"b": [1, 2, 3], "c": 1}}),
    ({"Result": 9, "ResultPath": "$.a.b[0]"}, {**GIVEN, "a": {"b": [9, 2, 3]}}),
    ({"Parameters": {"x.$": "$.a.b[*]", "y": [{"z.$": "$.name"}]}}, {"x": [1, 2, 3], "y": [{"z": "x"}]}),
    ({"Parameters": {"big.$": "$.a.b[?(@ > 1)]", "none.$": "$.a.b[?(@ > 9)]"}}, {"big": [2, 3], "none": []}),
    ({"Parameters": {"deep.$": "$..b", "cut.$": "$.a.b[0:2]"}}, {"deep": [[1, 2, 3]], "cut": [1, 2]}),
    ({"Parameters": {"null.$": "$.nothing", "quoted.$": "$['a']['b'][1]"}}, {"null": None, "quoted": 2}),
    ({"Parameters": {"state.$": "$$.State.Name", "role.$": "$$.Execution.RoleArn"}}, {"state": "Only", "role": ROLE}),
    ({"Parameters": {"sum.$": "States.MathAdd($.a.b[0], $.a.b[1])"}}, {"sum": 3}),
])  # fmt: skip
def test_a_pass_state_of_jsonpath(fields, wanted):
    assert Driven(one({"Type": "Pass", **fields}), GIVEN).output == wanted


@pytest.mark.parametrize(("fields", "argument", "wanted"), [
    ({}, GIVEN, {"code": 200, "got": GIVEN}),
    ({"InputPath": "$.a", "Parameters": {"n.$": "$.b[0]"}, "ResultSelector": {"c.$": "$.code"}, "ResultPath": "$.r"},
     {"n": 1}, {**GIVEN, "r": {"c": 200}}),
    ({"ResultPath": "$.r", "OutputPath": "$.r.code"}, GIVEN, 200),
    ({"ResultPath": None}, GIVEN, GIVEN),
])  # fmt: skip
def test_a_task_of_jsonpath(fields, argument, wanted):
    found = Driven(one(task(**fields)), GIVEN, answer)
    assert (found.calls, found.output) == ([argument], wanted)


@pytest.mark.parametrize(("fields", "cause"), [
    ({"InputPath": "$.no"}, "Invalid path '$.no' : No results for path: $['no']"),
    ({"InputPath": "$.no.more"}, "Invalid path '$.no.more' : Missing property in path $['no']"),
    ({"Parameters": {"x.$": "$.no"}}, "The JSONPath '$.no' specified for the field 'x.$' could not be found in the"
                                      " input '{\"a\":{\"b\":[1,2,3]},\"name\":\"x\",\"nothing\":null}'"),
    ({"Parameters": {"x.$": "$v"}}, "The JSONPath '$v' specified for the field 'x.$' could not be found in the input"
                                    " '{}'"),
])  # fmt: skip
def test_paths_that_lead_nowhere(fields, cause):
    error, told = Driven(one({"Type": "Pass", **fields}), GIVEN).error
    assert error == "States.Runtime"
    assert told == f"An error occurred while executing the state 'Only' (entered at the event id #2). {cause}"


def test_a_result_can_not_be_put_into_a_text():
    error, cause = Driven(one({"Type": "Pass", "Result": 1, "ResultPath": "$.name.x"}), GIVEN).error
    assert error == "States.ResultPathMatchFailure"
    assert "Unable to apply step \"name.x\" to input" in cause


@pytest.mark.parametrize(("output", "wanted"), [
    ("{% $states.input.a.b[2] %}", 3),
    ({"list": ["{% $states.input.name %}", "plain"], "n": 1}, {"list": ["x", "plain"], "n": 1}),
    ("{% $states.context.State.Name & '/' & $states.context.Execution.Name %}", "Only/e"),
    ("{% $sum($states.input.a.b) %}", 6),
    ("{% $states.input.nothing %}", None),
    ("{% $exists($states.input.no) %}", False),
    ("{% $partition([1, 2, 3], 2) %}", [[1, 2], [3]]),
    ("{% $range(0, 6, 3) %}", [0, 3, 6]),
    ("{% $hash('input data', 'SHA-1') %}", "aaff4a450a104cd177d28d18d74485e8cae074b7"),
    ("{% $parse('{\"a\": [1, null]}') %}", {"a": [1, None]}),
    ("{% $uuid() %}", "00000000-0000-4000-8000-000000000000"),
    ("{% $random() %}", 0.5),
    ("{% $random(7) = $random(7) %}", True),
    ("{% $map($states.input.a.b, function($v) { $v * 2 }) %}", [2, 4, 6]),
    ("not {% an expression %}", "not {% an expression %}"),
])  # fmt: skip
def test_a_pass_state_of_jsonata(output, wanted):
    assert Driven(one({"Type": "Pass", "Output": output}, QueryLanguage="JSONata"), GIVEN).output == wanted


@pytest.mark.parametrize(("output", "cause"), [
    ("{% $nothing %}", "The JSONata expression '$nothing' specified for the field 'Output' returned nothing"
                       " (undefined)."),
    ("{% $eval('1') %}", "threw an error during evaluation."),
    ("{% function($x) { $x } %}", "returned an unsupported result type."),
    ("{% $number('x') %}", "threw an error during evaluation."),
    ({"x": ["{% $no %}"]}, "specified for the field 'Output/x[0]' returned nothing (undefined)."),
])  # fmt: skip
def test_expressions_that_fail(output, cause):
    error, told = Driven(one({"Type": "Pass", "Output": output}, QueryLanguage="JSONata"), GIVEN).error
    assert error == "States.QueryEvaluationError"
    assert cause in told


def test_a_task_of_jsonata_sees_its_result():
    state = task(Arguments={"n": "{% $states.input.a.b[0] %}"}, Assign={"code": "{% $states.result.code %}"},
                 Output="{% $states.result.got %}")  # fmt: skip
    definition = chain(state, {"Type": "Pass", "Output": {"before": "{% $states.input %}", "code": "{% $code %}"}},
                       QueryLanguage="JSONata")  # fmt: skip
    found = Driven(definition, GIVEN, answer)
    assert (found.calls, found.output) == ([{"n": 1}], {"before": {"n": 1}, "code": 200})


def test_variables_are_assigned_together():
    """https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html, order of evaluation"""
    definition = chain(
        {"Type": "Pass", "Assign": {"x": 3, "a": 6}},
        {"Type": "Pass", "Assign": {"x.$": "$a", "nextX.$": "$x"}},
        {"Type": "Pass", "Parameters": {"x.$": "$x", "nextX.$": "$nextX"}})  # fmt: skip
    assert Driven(definition, {}).output == {"x": 6, "nextX": 3}


@pytest.mark.parametrize(("state", "wanted"), [
    (task(ResultPath=None), 200),
    ({"Type": "Pass", "Result": {"code": 1}, "ResultPath": None}, 1),
    ({"Type": "Wait", "Seconds": 0, "InputPath": "$.in"}, 2),
], ids=("Task", "Pass", "Wait"))  # fmt: skip
def test_what_assign_reads_depends_on_the_state(state, wanted):
    definition = chain({**state, "Assign": {"v.$": "$.code"}}, {"Type": "Pass", "Parameters": {"v.$": "$v"}})
    assert Driven(definition, {"code": 0, "in": {"code": 2}}, answer).output == {"v": wanted}


def test_a_state_may_use_the_other_language():
    definition = chain({"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input.n + 1 %}",
                        "Assign": {"v": "{% $states.input.n %}"}},
                       {"Type": "Pass", "Parameters": {"sum.$": "States.MathAdd($, $v)"}})  # fmt: skip
    assert Driven(definition, {"n": 4}).output == {"sum": 9}


BRANCH = {"StartAt": "In", "States": {"In": {"Type": "Pass", "QueryLanguage": "JSONata", "End": True, "Assign": {
    "inner": 1}, "Output": "{% $outer & '!' %}"}}}  # fmt: skip


@pytest.mark.parametrize("state", [
    {"Type": "Parallel", "Branches": [BRANCH]}, {"Type": "Map", "ItemsPath": "$.list", "ItemProcessor": BRANCH},
], ids=("Parallel", "Map"))  # fmt: skip
def test_inner_scopes_see_outer_variables_and_keep_their_own(state):
    definition = chain({"Type": "Pass", "Assign": {"outer": "o"}}, state,
                       {"Type": "Choice", "Choices": [{"Variable": "$inner", "IsPresent": True, "Next": "D"}],
                        "Default": "D"}, {"Type": "Pass"})  # fmt: skip
    definition["States"]["C"].pop("Next")
    assert Driven(definition, {"list": [1]}).output == ["o!"]


@pytest.mark.parametrize(("state", "given", "pause"), [
    ({"Seconds": 60}, {}, 60), ({"SecondsPath": "$.n"}, {"n": 5}, 5),
    ({"Timestamp": "2027-01-15T12:00:30Z"}, {}, 30), ({"Timestamp": "2027-01-15T11:00:00Z"}, {}, -3600),
    ({"TimestampPath": "$.t"}, {"t": "2027-01-15T14:00:00+01:00"}, 3600),
    ({"QueryLanguage": "JSONata", "Seconds": "{% $states.input.n * 2 %}"}, {"n": 5}, 10),
])  # fmt: skip
def test_waits(state, given, pause):
    (found,) = Driven(one({"Type": "Wait", **state}), given).pauses
    assert found == pause


@pytest.mark.parametrize(("state", "given", "cause"), [
    ({"SecondsPath": "$.n"}, {"n": "x"}, "The SecondsPath parameter cannot be parsed as a long value: $.n == x"),
    ({"SecondsPath": "$.n"}, {}, "The SecondsPath parameter does not reference an input value: $.n"),
    ({"TimestampPath": "$.t"}, {"t": "noon"}, "The TimestampPath parameter does not reference a valid ISO-8601"
     " extended offset date-time format string: $.t == noon"),
])  # fmt: skip
def test_waits_that_can_not_be(state, given, cause):
    error, told = Driven(one({"Type": "Wait", **state}), given).error
    assert error == "States.Runtime"
    assert told.endswith(cause)


@pytest.mark.parametrize(("state", "wanted"), [
    ({"Error": "E", "Cause": "C"}, ("E", "C")), ({}, (None, None)),
    ({"ErrorPath": "$.e", "CausePath": "States.Format('no {}', $.e)"}, ("bad", "no bad")),
    ({"QueryLanguage": "JSONata", "Error": "{% $states.input.e %}"}, ("bad", None)),
])  # fmt: skip
def test_failures_are_told(state, wanted):
    assert Driven(one({"Type": "Fail", **state}), {"e": "bad"}).error == wanted


def test_an_output_may_be_too_large():
    error, cause = Driven(one({"Type": "Pass", "Parameters": {"x.$": "$.x", "y.$": "$.x"}}), {"x": "x" * 140_000}).error
    assert error == "States.DataLimitExceeded"
    assert cause.endswith("The state/task 'Only' returned a result with a size exceeding the maximum number of bytes"
                          " service limit.")  # fmt: skip
