"""Executions: started, stopped, told, listed, with their histories.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
"""

from typing import Any

from emulator.engines.asl import interpreter
from emulator.engines.asl.run import Event
from emulator.engines.asl.texts import loads
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.stepfunctions import arns, machines, redrivable, running, versions
from emulator.services.stepfunctions.errors import (
    invalid_input,
    no_execution,
    no_machine,
    no_resource,
    unsupported_type,
    validation,
)
from emulator.services.stepfunctions.paging import paged
from emulator.services.stepfunctions.service import service
from emulator.services.stepfunctions.tables import Execution, events, executions, map_runs, revisions

BILLED_MEMORY, BILLED_STEP = 64, 100  # megabytes, milliseconds


def start(ctx: Context, text: str, name: str | None, given: str, trace: str | None, **more: Any) -> Execution:
    """Make an execution that takes its first step at once.

    Raises StateMachineDoesNotExist, InvalidExecutionInput, ExecutionAlreadyExists, InvalidName.
    """
    arn = arns.read(text, "stateMachine")
    machine = machines.find(ctx, arn)
    if machine.deleting:
        raise AwsError("StateMachineDeleting", f"State Machine is being deleted: '{text}'")
    check_input(given)
    name = ctx.ids.uuid() if name is None else name
    arns.check_name(name)
    key = arns.make(ctx, "execution", f"{machine.name}:{name}")
    if machine.type == "EXPRESS":
        key = f"{arns.make(ctx, 'express', machine.name)}:{name}:{ctx.ids.uuid()}"
    known = ctx.rows(executions).get(key)
    if known is not None:
        if known.status == "RUNNING" and known.input == given:
            return known
        raise AwsError("ExecutionAlreadyExists", f"Execution Already Exists: '{key}'")
    revision, version, alias = machine.revision, "", ""
    if arn.qualifier:
        found = versions.routed(ctx, arn, no_machine(text))
        revision, version = found.revision, found.arn
        alias = "" if arn.qualifier.isdigit() else arn.text
    record = ctx.rows(executions).put(Execution(
        key, name, machine.arn, machine.type, revision, ctx.now, given, running.number(ctx), version, alias,
        trace=trace or "", **more,
    ))  # fmt: skip
    ctx.after(0, "begin", job_id=f"{key}/begin", execution=key)
    return record


def check_input(text: str) -> Any:
    """Raises InvalidExecutionInput."""
    if not text.strip():
        raise invalid_input("Invalid execution input.")
    try:
        return loads(text)
    except ValueError as error:
        raise invalid_input(str(error)) from None


@service.operation
def start_execution(ctx, stateMachineArn, name=None, input="{}", traceHeader=None):
    """Begin an execution; the same again, while it runs, is answered as the first time."""
    record = start(ctx, stateMachineArn, name, input, traceHeader)
    return {"executionArn": record.key, "startDate": record.started}


@service.operation
def start_sync_execution(ctx, stateMachineArn, name=None, input="{}", traceHeader=None, includedData="ALL_DATA"):
    """Begin an express execution and wait for its end. Raises StateMachineTypeNotSupported."""
    machine = machines.find(ctx, arns.read(stateMachineArn, "stateMachine"))
    if machine.type != "EXPRESS":
        raise unsupported_type()
    record = start(ctx, stateMachineArn, name, input, traceHeader, waited_for=True)
    return _ended(ctx, record.key, includedData)


async def _ended(ctx: Context, key: str, included: str) -> dict[str, Any]:
    while (record := ctx.rows(executions)[key]).status == "RUNNING":
        await ctx.wait(running.channel(key), running.LONGEST_EXPRESS)
    ctx.rows(executions).delete(key)
    milliseconds = max(1, -(-int((record.stopped - record.started) * 1000) // BILLED_STEP)) * BILLED_STEP
    answer = {
        "executionArn": record.key, "stateMachineArn": record.machine, "name": record.name, "status": record.status,
        "startDate": record.started, "stopDate": record.stopped, **_data(record, included), "billingDetails": {
            "billedMemoryUsedInMB": BILLED_MEMORY, "billedDurationInMilliseconds": milliseconds},
    }  # fmt: skip
    answer.setdefault("outputDetails", {"included": included == "ALL_DATA"})
    return {**answer, **({"traceHeader": record.trace} if record.trace else {})}


def _data(record: Execution, included: str) -> dict[str, Any]:
    """Input, output and error, where they are asked for."""
    whole = included == "ALL_DATA"
    found: dict[str, Any] = {"inputDetails": {"included": whole}}
    if whole:
        found["input"] = record.input
    if record.output is not None:
        found["outputDetails"] = {"included": whole}
        if whole:
            found["output"] = record.output
    for name, value in (("error", record.error), ("cause", record.cause)):
        if value is not None and whole:
            found[name] = value
    return found


def find(ctx: Context, text: str) -> Execution:
    """Raises ExecutionDoesNotExist, InvalidArn: express executions are not told."""
    arn = arns.read(text, "execution")
    record = ctx.rows(executions, **arn.where).get(text)
    if record is None:
        raise no_execution(text)
    return record


@service.operation
def describe_execution(ctx, executionArn, includedData="ALL_DATA"):
    """Raises ExecutionDoesNotExist."""
    record = find(ctx, executionArn)
    answer = {
        "executionArn": record.key, "stateMachineArn": record.machine, "name": record.name, "status": record.status,
        "startDate": record.started, **_data(record, includedData), "redriveCount": record.redrives,
        **redrivable.status(record, ctx.now),
    }  # fmt: skip
    return {**answer, **_known(record)}


def _known(record: Execution) -> dict[str, Any]:
    """What only some executions have."""
    found = {
        "stopDate": record.stopped, "traceHeader": record.trace, "mapRunArn": record.map_run,
        "stateMachineVersionArn": record.version, "stateMachineAliasArn": record.alias, "redriveDate": record.redriven,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}


@service.operation
def describe_state_machine_for_execution(ctx, executionArn, includedData="ALL_DATA"):
    """The machine as it was when the execution began. Raises ExecutionDoesNotExist."""
    record = find(ctx, executionArn)
    revision = ctx.rows(revisions)[record.revision]
    arn = arns.read(record.machine, "stateMachine")
    answer = {
        "stateMachineArn": record.machine, "name": arn.parts[0], "updateDate": revision.created,
        **machines.described(revision, includedData),
    }  # fmt: skip
    if record.map_run:
        answer |= {"mapRunArn": record.map_run, "label": arn.parts[0].partition("/")[2]}
    return answer


@service.operation
def list_executions(ctx, stateMachineArn=None, statusFilter=None, mapRunArn=None, redriveFilter=None):
    """Newest first: of a machine, one of its versions or aliases, or of a map run. Raises StateMachineDoesNotExist."""
    if (stateMachineArn is None) == (mapRunArn is None):
        raise validation("Must specify exactly one of stateMachineArn or mapRunArn", "MISSING_REQUIRED_PARAMETER")
    found = _of_map_run(ctx, mapRunArn) if mapRunArn is not None else _of_machine(ctx, stateMachineArn)
    if statusFilter is not None:
        found = [each for each in found if each.status == statusFilter]
    if redriveFilter is not None:
        found = [each for each in found if bool(each.redrives) == (redriveFilter == "REDRIVEN")]
    return paged(ctx, "executions", found, lambda each: -each.order, lambda each: _listed(ctx, each))


def _of_map_run(ctx: Context, text: str) -> list[Execution]:
    arn = arns.read(text, "mapRun")
    if text not in ctx.rows(map_runs, **arn.where):
        raise no_resource(text)
    return list(ctx.rows(executions).by("map", (text,), (text, float("inf"))))


def _of_machine(ctx: Context, text: str) -> list[Execution]:
    arn = arns.read(text, "stateMachine")
    machine = machines.find(ctx, arn)
    if machine.type == "EXPRESS":
        raise unsupported_type()
    if arn.qualifier:
        versions.routed(ctx, arn, no_machine(text))
    found = machines.of_machine(ctx, machine.arn)
    return [each for each in found if not arn.qualifier or text in (each.version, each.alias)]


def _listed(ctx: Context, record: Execution) -> dict[str, Any]:
    known = _known(record)
    known.pop("traceHeader", None)
    return {
        "executionArn": record.key, "stateMachineArn": record.machine, "name": record.name, "status": record.status,
        "startDate": record.started, "redriveCount": record.redrives, **known,
    }  # fmt: skip


@service.operation
def stop_execution(ctx, executionArn, error=None, cause=None):
    """Abort an execution; one that is over stays as it is. Raises ExecutionDoesNotExist."""
    arn = arns.read(executionArn, "execution", "express")
    if arn.kind == "express":
        raise unsupported_type()
    record = find(ctx, executionArn)
    if record.status == "PENDING_REDRIVE":
        running.finish(ctx, ctx.rows(executions).put(replace(record, status="ABORTED", stopped=ctx.now)))
    running.go_on(ctx, executionArn, lambda run: interpreter.abort(run, error, cause))
    return {"stopDate": ctx.rows(executions)[executionArn].stopped}


@service.operation
def get_execution_history(ctx, executionArn, reverseOrder=False, includeExecutionData=True):
    """Raises ExecutionDoesNotExist, InvalidToken."""
    find(ctx, executionArn)
    rows = ctx.rows(events, executionArn)
    found = list(rows.range(reverse=True)) if reverseOrder else list(rows)
    sign = -1 if reverseOrder else 1
    return paged(ctx, "events", found, lambda event: sign * event.id,
                 lambda event: shown(event, includeExecutionData))  # fmt: skip


HIDDEN = frozenset(("input", "output", "parameters"))


def shown(event: Event, data: bool) -> dict[str, Any]:
    """An event as the API tells it; ``data``: with inputs and outputs."""
    details = event.details if data else {
        name: {key: value for key, value in given.items() if key not in HIDDEN}
        for name, given in event.details.items()
    }  # fmt: skip
    return {"timestamp": event.time, "type": event.type, "id": event.id, "previousEventId": event.previous, **details}
