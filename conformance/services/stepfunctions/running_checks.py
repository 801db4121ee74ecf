"""What proves that executions, map runs and tasks went the way that was asked for."""

import json

from conformance.services import readback
from conformance.services.stepfunctions.fixtures import ROLE, WAIT, declared, until

declared.tells("StartSyncExecution", "billingDetails", "inputDetails", "outputDetails", "stateMachineArn", "name")
declared.tells("DescribeExecution", "name", "redriveCount", "redriveStatus", "redriveStatusReason", "inputDetails")
declared.tells("GetExecutionHistory", "previousEventId", at="events")
declared.tells("ListExecutions", "redriveCount", at="executions")
declared.tells("DescribeMapRun", "redriveCount")
readback.listed(declared, "ListMapRuns", "mapRuns", "map run", "Arn", "mapRunArn", token=("nextToken", "nextToken"))


@declared.check("StartExecution")
def execution_runs(proof, world, given, answer):
    arn, name = answer["executionArn"], given.get("name")
    proof.true("executionArn", name is None or arn.endswith(f":{name}"), "names the execution", arn)
    found = until(world, arn, "SUCCEEDED")
    proof.holds("DescribeExecution", {
        "executionArn": arn, "stateMachineArn": given["stateMachineArn"], "status": "SUCCEEDED",
        "name": arn.rpartition(":")[2], "input": given.get("input", "{}"), "output": "1",
        "startDate": answer["startDate"]}, found)
    proof.equal("traceHeader", given.get("traceHeader"), found.get("traceHeader"))


@declared.check("StartSyncExecution")
def execution_waited_for(proof, world, given, answer):
    hidden = given.get("includedData") == "METADATA_ONLY"
    proof.equal("status", "SUCCEEDED", answer["status"])
    proof.equal("stateMachineArn", given["stateMachineArn"], answer["stateMachineArn"])
    proof.true("executionArn", f":express:{given['stateMachineArn'].rpartition(':')[2]}:{answer['name']}:"
               in answer["executionArn"], "names machine and execution", answer["executionArn"])
    if "name" in given:
        proof.equal("name", given["name"], answer["name"])
    wanted = None if hidden else given.get("input", "{}")
    for field in ("input", "output"):
        proof.equal(field, wanted, answer.get(field))
        proof.equal(f"{field}Details", {"included": not hidden}, answer[f"{field}Details"])
    proof.equal("traceHeader", given.get("traceHeader"), answer.get("traceHeader"))
    proof.true("stopDate", answer["stopDate"] >= answer["startDate"], "not before the start", answer["stopDate"])
    billed = answer["billingDetails"]
    proof.equal("billingDetails", {"billedMemoryUsedInMB": 64, "billedDurationInMilliseconds": 100}, {
        **billed, "billedDurationInMilliseconds": billed["billedDurationInMilliseconds"] and 100})


@declared.check("DescribeExecution")
def execution_told(proof, world, given, answer):
    made, hidden = world.fixture("execution"), given.get("includedData") == "METADATA_ONLY"
    proof.holds("answer", {
        "executionArn": made["Arn"], "stateMachineArn": made["MachineArn"], "status": "RUNNING",
        "name": made["Arn"].rpartition(":")[2], "startDate": made["Started"], "redriveCount": 0,
        "inputDetails": {"included": not hidden}, "redriveStatus": "NOT_REDRIVABLE",
        "redriveStatusReason": "Execution is RUNNING and cannot be redriven"}, answer)
    proof.equal("input", None if hidden else '{"n": 1}', answer.get("input"))
    proof.equal("stopDate", None, answer.get("stopDate"))


@declared.check("ListExecutions")
def executions_listed(proof, world, given, answer):
    made = world.fixture("execution")
    proof.equal("executions", 1, len(answer["executions"]))
    proof.holds("executions[0]", {
        "executionArn": made["Arn"], "stateMachineArn": made["MachineArn"], "status": "RUNNING",
        "name": made["Arn"].rpartition(":")[2], "startDate": made["Started"], "redriveCount": 0},
        answer["executions"][0] if answer["executions"] else None)


@declared.check("StopExecution")
def execution_stopped(proof, world, given, answer):
    found = proof.read("DescribeExecution", {"executionArn": given["executionArn"]})
    proof.holds("DescribeExecution", {"status": "ABORTED", "stopDate": answer["stopDate"]}, found)
    for name in ("error", "cause"):
        proof.equal(name, given.get(name), found.get(name))


@declared.check("GetExecutionHistory")
def history_told(proof, world, given, answer):
    made = world.fixture("execution")
    whole = [("ExecutionStarted", 1, 0), ("WaitStateEntered", 2, 0)]
    if given.get("reverseOrder"):
        whole.reverse()
    shown = [(each["type"], each["id"], each["previousEventId"]) for each in answer["events"]]
    proof.equal("events", whole[: len(shown)] if given.get("maxResults") == 1 else whole, shown)
    if given.get("maxResults") == 1:
        proof.pages("GetExecutionHistory", given, "events", ("nextToken", "nextToken"), "id")
    data = given.get("includeExecutionData", True)
    for each in answer["events"]:
        details = each.get("executionStartedEventDetails") or each.get("stateEnteredEventDetails")
        proof.equal("input", '{"n": 1}' if data else None, details.get("input"))
        proof.equal("inputDetails", {"truncated": False}, details.get("inputDetails"))
        if "executionStartedEventDetails" in each:
            proof.equal("roleArn", ROLE, details.get("roleArn"))
            proof.true("timestamp", each["timestamp"] >= made["Started"], "not before the start", each["timestamp"])
        else:
            proof.equal("name", "Only", details.get("name"))


@declared.check("DescribeStateMachineForExecution")
def machine_of_execution(proof, world, given, answer):
    made, hidden = world.fixture("execution"), given.get("includedData") == "METADATA_ONLY"
    proof.holds("answer", {
        "stateMachineArn": made["MachineArn"], "name": made["MachineArn"].rpartition(":")[2], "roleArn": ROLE,
        "definition": "{}" if hidden else WAIT, "loggingConfiguration": {"level": "OFF", "includeExecutionData": False},
        "tracingConfiguration": {"enabled": False}, "encryptionConfiguration": {"type": "AWS_OWNED_KEY"}}, answer)
    found = proof.read("DescribeStateMachine", {"stateMachineArn": made["MachineArn"]})
    proof.equal("updateDate", found.get("creationDate"), answer["updateDate"])


@declared.check("RedriveExecution")
def execution_redriven(proof, world, given, answer):
    found = until(world, given["executionArn"], "FAILED")
    proof.holds("DescribeExecution", {"redriveCount": 1, "redriveDate": answer["redriveDate"]}, found)
    history = proof.read("GetExecutionHistory", {"executionArn": given["executionArn"]}).get("events", [])
    proof.true("events", "ExecutionRedriven" in [each["type"] for each in history], "ExecutionRedriven")


# Map runs

NOTHING = dict.fromkeys(("pending", "succeeded", "failed", "timedOut", "aborted", "resultsWritten"), 0)


@declared.check("DescribeMapRun")
def map_run_told(proof, world, given, answer):
    made = world.fixture("map run")
    counts = {**NOTHING, "running": 3, "total": 3}
    proof.holds("answer", {
        "mapRunArn": made["Arn"], "executionArn": made["ExecutionArn"], "status": "RUNNING", "maxConcurrency": 0,
        "toleratedFailurePercentage": 0.0, "toleratedFailureCount": 0, "itemCounts": counts, "executionCounts": counts,
        "redriveCount": 0}, answer)
    rows = proof.read("ListMapRuns", {"executionArn": made["ExecutionArn"]}).get("mapRuns", [])
    proof.equal("startDate", [row["startDate"] for row in rows], [answer["startDate"]])


@declared.check("ListMapRuns")
def map_runs_shown(proof, world, given, answer):
    made = world.fixture("map run")
    proof.holds("mapRuns[0]", {"executionArn": made["ExecutionArn"], "stateMachineArn": f"{made['MachineArn']}/each"},
                answer["mapRuns"][0] if answer["mapRuns"] else None)


@declared.check("UpdateMapRun")
def map_run_changed(proof, world, given, answer):
    names = ("maxConcurrency", "toleratedFailurePercentage", "toleratedFailureCount")
    found = proof.read("DescribeMapRun", {"mapRunArn": given["mapRunArn"]})
    wanted = {"mapRunArn": given["mapRunArn"], **{name: given[name] for name in names if name in given}}
    proof.holds("DescribeMapRun", {**wanted, "itemCounts": {**NOTHING, "running": 3, "total": 3}}, found)


# Tasks


@declared.check("GetActivityTask")
def task_taken(proof, world, given, answer):
    made = world.fixture("task")
    proof.equal("input", {"n": 2}, json.loads(answer.get("input", "null")))
    events = proof.read("GetExecutionHistory", {"executionArn": made["SecondArn"]}).get("events", [])
    started = events[-1].get("activityStartedEventDetails", {}) if events else {}
    proof.equal("workerName", given.get("workerName"), started.get("workerName"))
    world.ask("SendTaskSuccess", {"taskToken": answer["taskToken"], "output": "2"})
    proof.equal("status", "SUCCEEDED", until(world, made["SecondArn"], "SUCCEEDED")["status"])


@declared.check("SendTaskSuccess")
def task_succeeded(proof, world, given, answer):
    found = until(world, world.fixture("task")["ExecutionArn"], "SUCCEEDED")
    proof.holds("DescribeExecution", {"status": "SUCCEEDED", "output": given["output"]}, found)


@declared.check("SendTaskFailure")
def task_failed(proof, world, given, answer):
    found = until(world, world.fixture("task")["ExecutionArn"], "FAILED")
    proof.equal("status", "FAILED", found["status"])
    for name in ("error", "cause"):
        proof.equal(name, given.get(name), found.get(name))


@declared.check("SendTaskHeartbeat")
def task_beats(proof, world, given, answer):
    execution = world.fixture("task")["ExecutionArn"]
    found = proof.read("DescribeExecution", {"executionArn": execution})
    proof.holds("DescribeExecution", {"status": "RUNNING", "executionArn": execution}, found)
    history = proof.read("GetExecutionHistory", {"executionArn": execution}).get("events", [])
    proof.equal("events", "ActivityStarted", history[-1]["type"] if history else None)


