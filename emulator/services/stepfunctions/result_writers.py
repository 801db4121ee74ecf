"""Where a map run's results go: into the Map state's output, or into files on S3 with a manifest.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
"""

from typing import Any

from emulator.engines.asl import timestamps
from emulator.engines.asl.failures import Failure
from emulator.engines.asl.texts import dumps, loads
from emulator.kernel.context import Context, Principal
from emulator.kernel.errors import AwsError
from emulator.services.stepfunctions import redrivable
from emulator.services.stepfunctions.tables import Item, MapRun

FILES = {"SUCCEEDED": ("SUCCEEDED",), "FAILED": ("FAILED", "TIMED_OUT", "ABORTED"), "PENDING": ("PENDING",)}


def writes(run: MapRun) -> bool:
    """Whether the results go into files."""
    return bool(run.writer and run.writer.get("resource"))


def result(ctx: Context, run: MapRun, items: list[Item], principal: Principal) -> Any:
    """What the Map state gets. Raises Failure."""
    if writes(run):
        return _write(ctx, run, items, principal)
    form = run.writer["config"] if run.writer else {}
    return transformed(run, items, form.get("Transformation", "COMPACT"))


def outputs(items: list[Item]) -> list[Any]:
    return [loads(each.output) for each in items if each.output is not None]


def transformed(run: MapRun, items: list[Item], how: str) -> list[Any]:
    """NONE: executions with all about them; COMPACT: their outputs; FLATTEN: these in one list."""
    if how == "NONE":
        return [described(run, each) for each in items]
    found = outputs(items)
    if how == "FLATTEN":
        return [part for each in found for part in (each if isinstance(each, list) else [each])]
    return found


def described(run: MapRun, item: Item) -> dict[str, Any]:
    """An execution as result files tell of it."""
    found = {
        "Cause": item.cause, "Error": item.error, "ExecutionArn": item.execution or None, "Input": item.input,
        "InputDetails": {"Included": True}, "Name": item.execution.rpartition(":")[2] or None, "Output": item.output,
        "OutputDetails": {"Included": True} if item.output is not None else None,
        **(_redrives(item) if item.execution else {}), "StartDate": _moment(item.started),
        "StateMachineArn": run.machine, "Status": item.status, "StopDate": _moment(item.stopped),
    }  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}


def _redrives(item: Item) -> dict[str, Any]:
    status = redrivable.told(redrivable.stays(item.status), True)
    return {"RedriveCount": item.redrives, **{name[:1].upper() + name[1:]: value for name, value in status.items()}}


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else timestamps.text(seconds)


def _write(ctx: Context, run: MapRun, items: list[Item], principal: Principal) -> dict[str, Any]:
    arguments, config = run.writer["arguments"], run.writer.get("config", {})
    bucket = arguments.get("Bucket") if isinstance(arguments, dict) else None
    if not isinstance(bucket, str):
        raise Failure("States.ResultWriterFailed", "The field 'Bucket' is required but was missing.")
    folder = "/".join(part for part in (arguments.get("Prefix", "").strip("/"), run.arn.rpartition(":")[2]) if part)
    lines = config.get("OutputType") == "JSONL"
    files: dict[str, list[dict[str, Any]]] = {name: [] for name in ("FAILED", "PENDING", "SUCCEEDED")}
    for name, statuses in FILES.items():
        chosen = [each for each in items if each.status in statuses]
        if not chosen:
            continue
        plain = name != "SUCCEEDED" or config.get("Transformation", "NONE") == "NONE"
        entries = transformed(run, chosen, "NONE" if plain else config["Transformation"])
        body = "\n".join(map(dumps, entries)) if lines else dumps(entries)
        key = f"{folder}/{name}_0.{'jsonl' if lines else 'json'}"
        _put(ctx, bucket, key, body, principal)
        files[name].append({"Key": key, "Size": len(body.encode())})
    manifest = f"{folder}/manifest.json"
    _put(ctx, bucket, manifest, dumps({
        "DestinationBucket": bucket, "MapRunArn": run.arn, "ResultFiles": files}), principal)  # fmt: skip
    return {"MapRunArn": run.arn, "ResultWriterDetails": {"Bucket": bucket, "Key": manifest}}


def _put(ctx: Context, bucket: str, key: str, body: str, principal: Principal) -> None:
    """Raises Failure."""
    given = {"Bucket": bucket, "Key": key, "Body": body.encode(), "ContentType": "application/json"}
    try:
        ctx.call("s3", "PutObject", given, as_=principal)
    except AwsError as error:
        raise Failure("States.ResultWriterFailed", error.message) from None
