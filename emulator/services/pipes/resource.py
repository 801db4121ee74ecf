"""What pipes may be made of, and what happens as they pass from state to state.

https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/Welcome.html
"""

from typing import Any

import orjson

from emulator.engines import target_calls
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.pipes import polling, sources, targets
from emulator.services.pipes.declaration import RUNNING, STOPPED, Pipe
from emulator.services.pipes.service import service

PARAMETERS = {"dynamodb": "DynamoDBStreamParameters", "kinesis": "KinesisStreamParameters", "sqs": "SqsQueueParameters"}

FAILED = {"CREATING": "CREATE_FAILED", "UPDATING": "UPDATE_FAILED", "STARTING": "START_FAILED"}


def invalid(field: str, message: str) -> AwsError:
    fields = [{"Name": field, "Message": message}]
    text = orjson.dumps({"ValidationErrorFields": fields}).decode()
    return AwsError("ValidationException", text, fieldList=[{"name": field, "message": message}])


def kind_of(text: str) -> str:
    return target_calls.read(text).service


@Pipe.on_validate
def check(ctx, document, before):
    source, target = target_calls.read(document["Source"]), target_calls.read(document["Target"])
    if before is None:
        if source.service not in PARAMETERS and source.service not in sources.OUTSIDE:
            raise invalid("Source", "The source is not supported.")
        if source.region and source.region != ctx.region:
            raise invalid("Source", "The source must be in the region of the pipe.")
    if targets.kind_of(target) not in targets.KNOWN:
        raise invalid("Target", "The target is not supported.")
    _check_source(source.service, document.get("SourceParameters") or {})
    for each in (document.get("SourceParameters") or {}).get("FilterCriteria", {}).get("Filters", ()):
        sources.check_filter(each.get("Pattern", "{}"))
    if targets.kind_of(target) == "kinesis" and "KinesisStreamParameters" not in document.get("TargetParameters", {}):
        raise invalid("TargetParameters.KinesisStreamParameters", "Missing required parameter.")


def _check_source(kind: str, parameters: dict[str, Any]) -> None:
    if kind in ("dynamodb", "kinesis") and "StartingPosition" not in parameters.get(PARAMETERS[kind], {}):
        raise invalid(f"SourceParameters.{PARAMETERS[kind]}", "Missing required parameter.")
    for other, name in PARAMETERS.items():
        if other != kind and name in parameters:
            raise invalid(f"SourceParameters.{name}", "The parameters do not fit the source.")


_update = service.functions["update_pipe"]


@service.operation
def update_pipe(ctx, **given):
    """What is given replaces what stands, parameter block by block. Raises NotFoundException, ValidationException."""
    before = Pipe.get(ctx, given).document
    for name in ("SourceParameters", "TargetParameters", "EnrichmentParameters"):
        if name in given:
            given[name] = {**before.get(name, {}), **{
                block: _kept(before.get(name, {}).get(block), value) for block, value in given[name].items()
            }}  # fmt: skip
    return _update(ctx, **given)


def _kept(before: Any, value: Any) -> Any:
    """A block of parameters with what an update can't change."""
    if isinstance(before, dict) and isinstance(value, dict):
        fixed = {name: before[name] for name in ("StartingPosition", "StartingPositionTimestamp") if name in before}
        return {**fixed, **value}
    return value


@Pipe.on_create
def created(ctx, record):
    document = record.document
    kind = kind_of(document["Source"])
    if kind in PARAMETERS:
        parameters = document.get("SourceParameters", {})
        block = {"BatchSize": sources.BATCH[kind], **parameters.get(PARAMETERS[kind], {})}
        record = replace(record, document={**document, "SourceParameters": {**parameters, PARAMETERS[kind]: block}})
    return record


@Pipe.on_state
def entered(ctx, record):
    """A pipe that is to run does so if its source is there; one that is to rest, rests."""
    if record.state != RUNNING:
        return None
    before = record.private.get("moving", "CREATING")
    if record.document["DesiredState"] == STOPPED:
        return replace(record, state=STOPPED)
    try:
        sources.open(ctx, record)
    except AwsError as error:
        document = {**record.document, "StateReason": error.message or error.code}
        return replace(record, state=FAILED.get(before, "START_FAILED"), document=document)
    polling.begin(ctx, record)
    return replace(record, document={name: each for name, each in record.document.items() if name != "StateReason"})


@Pipe.on_update
def updated(ctx, record, before):
    return replace(record, private={**record.private, "moving": "UPDATING"})


@Pipe.on_delete
def deleted(ctx, record):
    polling.end(ctx, record)


@service.operation
def start_pipe(ctx, Name):
    """Raises NotFoundException, ConflictException while it runs or is on its way somewhere."""
    return _move(ctx, Name, "start", RUNNING, ("STOPPED", "START_FAILED", "STOP_FAILED", "CREATE_FAILED",
                                               "UPDATE_FAILED"))  # fmt: skip


@service.operation
def stop_pipe(ctx, Name):
    """Raises NotFoundException, ConflictException unless it runs."""
    return _move(ctx, Name, "stop", STOPPED, ("RUNNING", "STOP_FAILED"))


def _move(ctx: Context, name: str, path: str, desired: str, allowed: tuple[str, ...]) -> dict[str, Any]:
    record = Pipe.get(ctx, {"Name": name})
    if record.state not in allowed:
        raise AwsError("ConflictException", f"Pipe {name} is in state {record.state}.",
                       resourceId=name, resourceType="Pipe")  # fmt: skip
    record = replace(
        record, document={**record.document, "DesiredState": desired}, modified=ctx.now,
        private={**record.private, "moving": "STARTING"},
    )  # fmt: skip
    record = Pipe.put(ctx, Pipe.states.enter(ctx, Pipe, record, path))
    return Pipe.output(ctx, record, "UpdatePipe")
