"""Calls of services: by an SDK integration any operation, by an optimized one those that Step Functions lists."""

from typing import Any

from emulator.engines.asl.failures import Failure
from emulator.engines.asl.resources import Resource
from emulator.engines.asl.texts import dumps, loads
from emulator.engines.sdk_call import find_operation
from emulator.kernel.context import Context, Principal
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.model import Operation, load
from emulator.services.stepfunctions.integrations import names
from emulator.services.stepfunctions.integrations.metadata import metadata
from emulator.services.stepfunctions.integrations.values import answered, parameters, text_of, unusable


class Answer:
    """What a call brought: its JSON, and the same without metadata."""

    __slots__ = ("output", "plain")

    def __init__(self, output: Any, plain: Any):
        self.output = output
        self.plain = plain


def operation_of(resource: Resource) -> Operation | None:
    """The operation that a resource calls; None for one that no service in scope has."""
    if resource.sdk is not None:
        return find_operation(resource.sdk, resource.action)
    found = names.OPTIMIZED.get(resource.type)
    if found is None:
        return None
    operations = load(found.service).operations
    return next((each for name, each in operations.items() if name.lower() == resource.action.lower()), None)


async def call(
    ctx: Context, resource: Resource, arguments: Any, principal: Principal, where: dict[str, str], direct: bool = False
) -> Answer:
    """Make the call; ``direct``: of a function that is the resource itself. Raises Failure."""
    operation = operation_of(resource)
    if operation is None:
        raise Failure("States.TaskFailed", str(NotImplementedByEmulator(f"{resource.type}:{resource.action}")))
    optimized = names.OPTIMIZED[resource.type] if resource.sdk is None else None
    request_id = ctx.ids.request_id()
    try:
        params = parameters(operation, arguments)
    except ValueError as error:
        raise unusable(arguments, error) from None
    service = operation.service.name
    if (service, operation.name) == ("lambda", "Invoke") and "Payload" in params:
        payload = next(value for name, value in arguments.items() if name.lower() == "payload")
        params["Payload"] = dumps(payload).encode()  # a text is a JSON string to the function
    where = {**where, **_elsewhere(operation, params)}
    try:
        answer = await ctx.call_waiting(service, operation.name, params, as_=principal, **where)
    except AwsError as error:
        error.status = error.status or _status(operation, error)
        if optimized is not None:
            raise Failure(*names.optimized_failure(optimized, operation, error, request_id)) from None
        raise Failure(*names.sdk_failure(operation, error, request_id, ctx.ids.base64(57))) from None
    plain = answered(operation.output, answer, milliseconds=optimized is not None) or {}
    if optimized is None:
        return Answer(plain if operation.output is not None and operation.output.members else plain or None, plain)
    return _optimized(ctx, resource, plain, answer, request_id, direct)


def _status(operation: Operation, error: AwsError) -> int:
    shape = operation.errors.get(error.code) or operation.service.errors.get(error.code)
    return shape.error_status if shape is not None else 400


def _elsewhere(operation: Operation, params: dict[str, Any]) -> dict[str, str]:
    """Where a resource of another account is that is named by its ARN."""
    for name in ("FunctionName", "stateMachineArn", "TopicArn"):
        parts = str(params.get(name, "")).split(":")
        if len(parts) > 5 and parts[0] == "arn" and parts[4]:
            return {"region": parts[3], "account": parts[4]}
    url = str(params.get("QueueUrl", "")).rstrip("/").split("/")
    if len(url) > 3 and url[-2].isdigit() and len(url[-2]) == 12:
        return {"account": url[-2]}
    return {}


def _optimized(
    ctx: Context, resource: Resource, plain: dict, answer: dict, request_id: str, direct: bool
) -> Answer:
    """The form that the integration gives an answer. Raises Failure for one that tells of failure."""
    length = None
    if resource.type == "lambda" and resource.action == "invoke":
        payload = answer.get("Payload")
        text = text_of(payload) if payload is not None else ""
        if "FunctionError" in answer:
            raise function_failure(text if direct else dumps(payload_of(text)))
        length = len(text.encode())
        plain = {
            "ExecutedVersion": answer.get("ExecutedVersion", "$LATEST"), "Payload": payload_of(text),
            "StatusCode": answer["StatusCode"],
        }  # fmt: skip
    if resource.type == "events" and plain.get("FailedEntryCount"):
        raise Failure("EventBridge.FailedEntry", dumps(plain))
    more = metadata(resource.type, plain, request_id, ctx.now, length)
    return Answer(dict(sorted({**plain, **more}.items())), plain)


def payload_of(text: str) -> Any:
    """A function's answer: JSON, or its text where it is none."""
    if not text:
        return {}
    try:
        return loads(text)
    except ValueError:
        return text


def function_failure(text: str) -> Failure:
    """What a function that failed answers, as the failure of its task."""
    found = payload_of(text)
    error = found.get("errorType") if isinstance(found, dict) else None
    if error is None:
        timed_out = isinstance(found, dict) and "Task timed out" in str(found.get("errorMessage", ""))
        error = "Sandbox.Timedout" if timed_out else "Lambda.Unknown"
    return Failure(error, text)
