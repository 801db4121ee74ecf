"""What calls for asynchronous invocations, event source mappings and durable executions must prove."""

import json

from conformance.services.lambda_.fixtures import NOT_FOUND, declared
from conformance.services.readback import gone, written

# Asynchronous invocations

written(declared, "PutFunctionEventInvokeConfig", "UpdateFunctionEventInvokeConfig",
        read="GetFunctionEventInvokeConfig", by=("FunctionName", "Qualifier"))


@declared.check("PutFunctionEventInvokeConfig", "UpdateFunctionEventInvokeConfig")
def a_config_is_answered(proof, world, given, answer):
    for name in ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig"):
        if name in given:
            proof.holds(name, given[name], answer.get(name))
    proof.true("FunctionArn", answer["FunctionArn"].endswith(f":function:{given['FunctionName']}:$LATEST"),
               "the version's ARN", answer["FunctionArn"])
    proof.true("DestinationConfig", {"OnSuccess", "OnFailure"} <= set(answer["DestinationConfig"]), "both ends",
               answer["DestinationConfig"])


def configured(world):
    return {"MaximumRetryAttempts": 1, "MaximumEventAgeInSeconds": 90,
            "FunctionArn": world.fixture("configured")["FunctionArn"] + ":$LATEST"}


@declared.check("UpdateFunctionEventInvokeConfig")
def what_is_not_given_stays(proof, world, given, answer):
    kept = {name: value for name, value in configured(world).items() if name not in given}
    proof.holds("answer", kept, answer)


@declared.check("GetFunctionEventInvokeConfig")
def a_config_is_told(proof, world, given, answer):
    proof.holds("answer", configured(world), answer)
    proof.true("DestinationConfig", answer["DestinationConfig"]["OnFailure"].get("Destination", "").startswith(
        "arn:aws:sqs:"), "a queue", answer["DestinationConfig"])


@declared.check("ListFunctionEventInvokeConfigs")
def configs_are_told(proof, world, given, answer):
    (row,) = answer["FunctionEventInvokeConfigs"]
    proof.holds("FunctionEventInvokeConfigs", configured(world), row)


gone(declared, "DeleteFunctionEventInvokeConfig", read="GetFunctionEventInvokeConfig", by=("FunctionName", "Qualifier"),
     code=NOT_FOUND)


@declared.check("Invoke")
def an_answer_comes(proof, world, given, answer):
    proof.equal("StatusCode", 200, answer["StatusCode"])
    proof.equal("FunctionError", None, answer.get("FunctionError"))
    payload = answer["Payload"].read() if hasattr(answer["Payload"], "read") else answer["Payload"]
    proof.equal("Payload", json.loads(given.get("Payload", b"{}") or b"{}"), json.loads(payload))
    proof.equal("ExecutedVersion", "$LATEST", answer.get("ExecutedVersion"))
    proof.equal("LogResult is there", given.get("LogType") == "Tail", "LogResult" in answer)


@declared.check("InvokeAsync")
def an_event_is_taken(proof, world, given, answer):
    proof.equal("Status", 202, answer["Status"])


# Event source mappings

written(declared, "CreateEventSourceMapping", read="GetEventSourceMapping", by={"UUID": "answer.UUID"})
written(declared, "UpdateEventSourceMapping", read="GetEventSourceMapping", by=("UUID",))
declared.undo["CreateEventSourceMapping"] = lambda world, given, answer: world.ask(
    "DeleteEventSourceMapping", {"UUID": answer["UUID"]})
MOVES = {True: "Enabling", False: "Updating"}


@declared.check("CreateEventSourceMapping", "UpdateEventSourceMapping")
def a_mapping_is_answered(proof, world, given, answer):
    for name, value in given.items():
        if name not in ("FunctionName", "Enabled", "Tags"):
            proof.holds(name, value, answer.get(name))
    proof.true("FunctionArn", answer["FunctionArn"].startswith("arn:aws:lambda:"), "an ARN", answer["FunctionArn"])
    if "FunctionName" in given:
        proof.true("FunctionArn", answer["FunctionArn"].endswith(given["FunctionName"].rpartition(":")[2]),
                   given["FunctionName"], answer["FunctionArn"])
    proof.true("EventSourceMappingArn", answer["EventSourceMappingArn"].endswith(
        f":event-source-mapping:{answer['UUID']}"), "names the UUID", answer["EventSourceMappingArn"])
    proof.equal("StateTransitionReason", "USER_INITIATED", answer["StateTransitionReason"])


@declared.check("CreateEventSourceMapping")
def a_mapping_is_made(proof, world, given, answer):
    proof.equal("State", "Creating" if given.get("Enabled", True) else "Disabled", answer["State"])
    proof.equal("BatchSize", given.get("BatchSize", 10), answer["BatchSize"])
    tags = proof.read("ListTags", {"Resource": answer["EventSourceMappingArn"]})
    proof.equal("Tags", given.get("Tags", {}), tags.get("Tags", {}))


@declared.check("UpdateEventSourceMapping")
def a_mapping_is_changed(proof, world, given, answer):
    proof.equal("State", MOVES[given.get("Enabled", False)], answer["State"])
    proof.equal("BatchSize", given.get("BatchSize", 7), answer["BatchSize"])


def mapping_told(operation, state):
    """The operation tells of the mapping as it was made, in that state."""

    @declared.check(operation)
    def check(proof, world, given, answer):
        made = world.fixture("mapping")
        proof.holds("answer", {
            "UUID": made["UUID"], "EventSourceArn": made["EventSourceArn"], "FunctionArn": made["FunctionArn"],
            "BatchSize": 7, "State": state, "MaximumBatchingWindowInSeconds": 0, "FunctionResponseTypes": [],
            "EventSourceMappingArn": made["EventSourceMappingArn"], "StateTransitionReason": "USER_INITIATED"}, answer)


mapping_told("GetEventSourceMapping", "Disabled")
mapping_told("DeleteEventSourceMapping", "Deleting")


gone(declared, "DeleteEventSourceMapping", read="GetEventSourceMapping", by=("UUID",), code=NOT_FOUND)


@declared.check("ListEventSourceMappings")
def mappings_are_told(proof, world, given, answer):
    made = world.fixture("mapping")
    row = next((each for each in answer["EventSourceMappings"] if each["UUID"] == made["UUID"]), None)
    proof.holds("EventSourceMappings", {"EventSourceArn": made["EventSourceArn"], "BatchSize": 7, "State": "Disabled",
                                        "FunctionArn": made["FunctionArn"]}, row)


# Durable executions


@declared.check("GetDurableExecution")
def an_execution_is_told(proof, world, given, answer):
    made = world.fixture("execution")
    proof.holds("answer", {
        "DurableExecutionArn": made["DurableExecutionArn"], "DurableExecutionName": made["Name"], "Status": "RUNNING",
        "FunctionArn": made["FunctionArn"] + ":$LATEST", "Version": "$LATEST",
        "DurableConfig": {"ExecutionTimeout": 3600}}, answer)
    shown = given.get("IncludeExecutionData", True)
    proof.equal("ExecutionDataIncluded", shown, answer["ExecutionDataIncluded"])
    proof.equal("InputPayload", json.dumps({"tag": world.tag}) if shown else None, answer.get("InputPayload"))


@declared.check("ListDurableExecutionsByFunction")
def executions_are_told(proof, world, given, answer):
    made = world.fixture("execution")
    rows = {each["DurableExecutionArn"]: each for each in answer["DurableExecutions"]}
    proof.holds("DurableExecutions", {"DurableExecutionName": made["Name"], "Status": "RUNNING",
                                      "FunctionArn": made["FunctionArn"] + ":$LATEST"},
                rows.get(made["DurableExecutionArn"]))


@declared.check("GetDurableExecutionHistory")
def a_history_is_told(proof, world, given, answer):
    numbers = [each["EventId"] for each in answer["Events"]]
    proof.equal("order", sorted(numbers, reverse=bool(given.get("ReverseOrder"))), numbers)
    if given.get("MaxItems") == 1:
        proof.equal("Events", 1, len(numbers))
        return
    started = next(each for each in answer["Events"] if each["EventType"] == "ExecutionStarted")
    proof.equal("ExecutionTimeout", 3600, started["ExecutionStartedDetails"]["ExecutionTimeout"])
    payload = json.dumps({"tag": world.tag}) if given.get("IncludeExecutionData") else None
    proof.equal("Input", payload, started["ExecutionStartedDetails"]["Input"].get("Payload"))
    proof.true("InvocationCompleted", any(each["EventType"] == "InvocationCompleted" for each in answer["Events"]),
               "its invocation", answer["Events"])


def in_state(operation, *states):
    """After the operation the execution is in one of these states."""

    @declared.check(operation)
    def check(proof, world, given, answer):
        found = proof.read("GetDurableExecution", {"DurableExecutionArn": given["DurableExecutionArn"]})
        proof.true("Status", found["Status"] in states, states, found["Status"])
        if "Reason" in given and operation == "PauseDurableExecution":
            proof.equal("Reason", given["Reason"], found["PauseDetails"].get("Reason"))
        if "Error" in given:
            proof.holds("Error", given["Error"], found.get("Error"))


in_state("StopDurableExecution", "STOPPED")
in_state("PauseDurableExecution", "PAUSED", "PAUSING")
in_state("ResumeDurableExecution", "RUNNING")
gone(declared, "DeleteDurableExecution", read="GetDurableExecution", by=("DurableExecutionArn",), code=NOT_FOUND)


STATES = {"START": "STARTED", "SUCCEED": "SUCCEEDED", "FAIL": "FAILED", "RETRY": "PENDING"}


@declared.check("CheckpointDurableExecution")
def a_checkpoint_stands(proof, world, given, answer):
    updates = given.get("Updates", [])
    found = answer["NewExecutionState"]["Operations"]
    proof.equal("Operations", [each["Id"] for each in updates], [each["Id"] for each in found])
    proof.true("CheckpointToken", answer["CheckpointToken"] != given["CheckpointToken"], "a new one",
               answer["CheckpointToken"])
    state = proof.read("GetDurableExecutionState", {
        "DurableExecutionArn": given["DurableExecutionArn"], "CheckpointToken": answer["CheckpointToken"]})
    stored = {each["Id"]: each for each in state["Operations"]}
    for update, told_ in zip(updates, found, strict=False):
        wanted = {"Type": update["Type"], "Status": STATES[update["Action"]]}
        wanted |= {name: update[name] for name in ("Name", "ParentId") if name in update}
        proof.holds("Operations", wanted, told_)
        proof.holds("stored", wanted, stored.get(update["Id"]))
        if "Payload" in update:
            proof.equal("Result", update["Payload"], told_["StepDetails"].get("Result"))
        if "Error" in update:
            proof.holds("Error", update["Error"], told_["StepDetails"].get("Error"))
        proof.equal("WaitDetails", "WaitOptions" in update, "ScheduledEndTimestamp" in told_.get("WaitDetails", {}))


@declared.check("GetDurableExecutionState")
def a_state_is_told(proof, world, given, answer):
    made = world.fixture("suspended")
    first, *others = answer["Operations"]
    proof.holds("Operations", {"Type": "EXECUTION", "Status": "STARTED", "ExecutionDetails": {"InputPayload": "{}"}},
                first)
    if given.get("MaxItems", 1000) != 1:
        proof.holds("callback", [{"Id": "callback", "Type": "CALLBACK", "Status": "STARTED", "Name": "a callback",
                                  "CallbackDetails": {"CallbackId": made["CallbackId"]}}], others)


def called_back(operation, kind):
    """The execution's history tells how the callback ended."""

    @declared.check(operation)
    def check(proof, world, given, answer):
        arn = world.fixture("suspended")["DurableExecutionArn"]
        events = proof.read("GetDurableExecutionHistory", {"DurableExecutionArn": arn, "IncludeExecutionData": True})
        found = next((each for each in events["Events"] if each["EventType"] == kind), None)
        proof.true(kind, found is not None, "an event", [each["EventType"] for each in events["Events"]])
        if found and "Result" in given:
            proof.equal("Result", given["Result"].decode(), found["CallbackSucceededDetails"]["Result"].get("Payload"))
        if found and "Error" in given:
            proof.holds("Error", given["Error"], found["CallbackFailedDetails"]["Error"].get("Payload"))


called_back("SendDurableExecutionCallbackSuccess", "CallbackSucceeded")
called_back("SendDurableExecutionCallbackFailure", "CallbackFailed")
called_back("SendDurableExecutionCallbackHeartbeat", "CallbackStarted")
