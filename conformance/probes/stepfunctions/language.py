"""The States Language: what states do with their input, and what they make of failures."""

import json

from conformance.probes import probe
from conformance.services.stepfunctions.fixtures import one, until

GUIDE = "https://docs.aws.amazon.com/step-functions/latest/dg/"


def run(trial, definition, given=None, **more):
    """The execution of a machine when it is over."""
    text = definition if isinstance(definition, str) else json.dumps(definition)
    role = f"arn:aws:iam::{trial.world.account}:role/workflow"
    machine = trial.ask("CreateStateMachine", name=trial.unique("probe"), definition=text, roleArn=role)
    arn = machine["stateMachineArn"]
    trial.later(lambda: trial.ask("DeleteStateMachine", stateMachineArn=arn))
    begun = trial.ask("StartExecution", stateMachineArn=arn, input=json.dumps({} if given is None else given), **more)
    return until(trial.world, begun["executionArn"], "SUCCEEDED", "FAILED", "TIMED_OUT")


def output(trial, definition, given=None):
    found = run(trial, definition, given)
    assert found["status"] == "SUCCEEDED", found
    return json.loads(found["output"])


@probe("stepfunctions", "StartExecution", "ResultPath puts a result into the input and leaves the rest as it is",
       GUIDE + "input-output-resultpath.html")
def results_join_the_input(trial):
    found = output(trial, one({"Type": "Pass", "Result": {"x": 1}, "ResultPath": "$.a.b"}), {"a": {"c": 2}})
    assert found == {"a": {"c": 2, "b": {"x": 1}}}, found


@probe("stepfunctions", "StartExecution", "A ResultPath of null discards the result",
       GUIDE + "input-output-resultpath.html")
def results_may_be_discarded(trial):
    assert output(trial, one({"Type": "Pass", "Result": 1, "ResultPath": None}), {"k": 1}) == {"k": 1}


@probe("stepfunctions", "StartExecution", "States.Format fills its places with the arguments in their order",
       GUIDE + "intrinsic-functions.html")
def intrinsic_functions_format(trial):
    state = {"Type": "Pass", "Parameters": {"text.$": "States.Format('{} is {}', $.name, $.age)"}}
    assert output(trial, one(state), {"name": "Ann", "age": 7}) == {"text": "Ann is 7"}


@probe("stepfunctions", "StartExecution", "A Choice state takes the first rule that matches",
       GUIDE + "state-choice.html")
def the_first_rule_wins(trial):
    rules = [{"Variable": "$.n", "NumericGreaterThan": 5, "Next": "Big"},
             {"Variable": "$.n", "NumericGreaterThan": 1, "Next": "Small"}]
    ends = {name: {"Type": "Pass", "Result": name, "End": True} for name in ("Big", "Small", "None")}
    definition = {"StartAt": "C", "States": {"C": {"Type": "Choice", "Choices": rules, "Default": "None"}, **ends}}
    assert [output(trial, definition, {"n": n}) for n in (9, 3, 0)] == ["Big", "Small", "None"]


@probe("stepfunctions", "StartExecution", "Variables that a state assigns are there for the states after it",
       GUIDE + "workflow-variables.html")
def variables_last(trial):
    definition = {"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {"Type": "Pass", "Assign": {"n": "{% $states.input.x + 1 %}"}, "Output": {}, "Next": "B"},
        "B": {"Type": "Pass", "Output": "{% $n * 2 %}", "End": True}}}
    assert output(trial, definition, {"x": 4}) == 10


@probe("stepfunctions", "StartExecution",
       "A JSONata expression that gives nothing fails with States.QueryEvaluationError",
       GUIDE + "transforming-data.html")
def undefined_fails(trial):
    found = run(trial, one({"Type": "Pass", "Output": "{% $nothing %}"}, QueryLanguage="JSONata"))
    assert (found["status"], found.get("error")) == ("FAILED", "States.QueryEvaluationError"), found


@probe("stepfunctions", "StartExecution", "A Parallel state's output holds its branches' outputs in their order",
       GUIDE + "state-parallel.html")
def branches_keep_their_order(trial):
    branches = [{"StartAt": "S", "States": {"S": {"Type": "Pass", "Result": n, "End": True}}} for n in (1, 2)]
    branches = [json.loads(json.dumps(branch).replace('"S"', f'"S{n}"')) for n, branch in enumerate(branches)]
    assert output(trial, one({"Type": "Parallel", "Branches": branches})) == [1, 2]


@probe("stepfunctions", "StartExecution", "What a branch fails with can be caught by its Parallel state",
       GUIDE + "concepts-error-handling.html")
def failures_of_branches_are_caught(trial):
    branch = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Bad", "Cause": "So"}}}
    definition = {"StartAt": "P", "States": {
        "P": {"Type": "Parallel", "Branches": [branch], "End": True, "Catch": [
            {"ErrorEquals": ["Bad"], "Next": "C", "ResultPath": "$.caught"}]},
        "C": {"Type": "Pass", "End": True}}}
    assert output(trial, definition, {"k": 1}) == {"k": 1, "caught": {"Error": "Bad", "Cause": "So"}}


@probe("stepfunctions", "StartExecution", "A Map state selects each item's input with the context object",
       GUIDE + "input-output-itemselector.html")
def items_are_selected(trial):
    processor = {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": True}}}
    state = {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": processor, "ItemSelector": {
        "index.$": "$$.Map.Item.Index", "value.$": "$$.Map.Item.Value", "all.$": "$.k"}}
    assert output(trial, one(state), {"items": ["a", "b"], "k": 0}) == [
        {"index": 0, "value": "a", "all": 0}, {"index": 1, "value": "b", "all": 0}]


@probe("stepfunctions", "StartExecution", "A path that leads nowhere ends the execution with States.Runtime",
       GUIDE + "concepts-error-handling.html")
def missing_paths_are_runtime_errors(trial):
    found = run(trial, one({"Type": "Pass", "Parameters": {"x.$": "$.no"}}))
    assert found.get("error") == "States.Runtime", found
    assert "could not be found in the input" in found["cause"], found


@probe("stepfunctions", "StartExecution", "A failure beyond the tolerated ones fails a distributed Map state",
       GUIDE + "state-map-distributed.html#maprun-fail-threshold")
def tolerance_is_kept(trial):
    inner = {"StartAt": "I", "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "States": {
        "I": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericEquals": 1, "Next": "F"}], "Default": "P"},
        "F": {"Type": "Fail", "Error": "One"}, "P": {"Type": "Pass", "End": True}}}
    state = {"Type": "Map", "ItemProcessor": inner}
    assert run(trial, one({**state, "ToleratedFailureCount": 1}), [0, 1, 2])["status"] == "SUCCEEDED"
    found = run(trial, one({**state, "ToleratedFailureCount": 0}), [0, 1, 2])
    assert found.get("error") == "States.ExceedToleratedFailureThreshold", found
