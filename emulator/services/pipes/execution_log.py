"""Logs of a pipe's executions: a record for each step that the pipe's level asks for, to all of its log destinations.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-logs.html
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson

from emulator.engines import target_calls
from emulator.kernel.context import Context, root
from emulator.kernel.errors import AwsError

logger = logging.getLogger("emulator.pipes")

WEIGHT = {"OFF": 0, "ERROR": 1, "INFO": 2, "TRACE": 3}
FAILURES = ("FAILED", "TIMEOUT", "THROTTLED")  # steps that end so are errors, all others information


class ExecutionLog:
    """One execution: ``step`` writes its steps down, ``deliver`` sends them off."""

    def __init__(self, ctx: Context, record):
        self._record = record
        self._wanted = record.document.get("LogConfiguration") or {"Level": "OFF"}
        self._level = WEIGHT[self._wanted["Level"]]
        self._execution = ctx.ids.uuid() if self._level else ""
        self._lines: list[str] = []

    def step(self, ctx: Context, name: str, payload: Any = None, error: AwsError | None = None) -> None:
        """``payload``: the events at hand, for pipes whose logs include execution data."""
        level = "ERROR" if name.endswith(FAILURES) else "INFO"
        if WEIGHT[level] > self._level:
            return
        line = {
            "resourceArn": self._record.arn, "timestamp": int(ctx.now * 1000), "executionId": self._execution,
            "messageType": name, "logLevel": level,
        }  # fmt: skip
        if payload is not None and "ALL" in self._wanted.get("IncludeExecutionData", ()):
            line["payload"] = orjson.dumps(payload).decode()
        if error is not None:
            line["error"] = {"httpStatusCode": error.status or 400, "message": error.message, "details": error.code}
        self._lines.append(orjson.dumps(line).decode())

    def deliver(self, ctx: Context) -> None:
        """A destination that can't be written loses its records."""
        for name, send in DESTINATIONS.items():
            if name in self._wanted and self._lines:
                try:
                    with ctx.transaction():
                        send(ctx, self._record, self._wanted[name], self._lines)
                except AwsError as error:
                    logger.warning("logs of the pipe %s were lost: %s", self._record.id[0], error)


def _to_logs(ctx: Context, record, given: dict[str, Any], lines: list[str]) -> None:
    arn = target_calls.read(given["LogGroupArn"])
    now = int(ctx.now * 1000)
    target_calls.log(ctx, arn, _service(record), record.arn.replace(":", "_"), [(now, line) for line in lines])


def _to_firehose(ctx: Context, record, given: dict[str, Any], lines: list[str]) -> None:
    arn = target_calls.read(given["DeliveryStreamArn"])
    for line in lines:
        target_calls.delivery_stream(ctx, arn, line + "\n").make(ctx, _service(record), arn.where(ctx))


def _to_bucket(ctx: Context, record, given: dict[str, Any], lines: list[str]) -> None:
    day = datetime.fromtimestamp(ctx.now, UTC)
    parts = [given.get("Prefix", "").strip("/"), "AWSLogs", ctx.account, "PipeLogs", ctx.region, record.id[0],
             day.strftime("%Y/%m/%d/%H/%M"), f"{ctx.ids.hex(8)}.log"]  # fmt: skip
    body = "\n".join(lines).encode() + b"\n"
    given = {"Bucket": given["BucketName"], "Key": "/".join(filter(None, parts)), "Body": body}
    ctx.call("s3", "PutObject", given, as_=_service(record))


def _service(record):
    """The service that delivers logs: whoever sets up such a pipe gives it leave to write there."""
    return root(record.arn.split(":")[4])


DESTINATIONS: dict[str, Callable[[Context, Any, dict[str, Any], list[str]], None]] = {
    "CloudwatchLogsLogDestination": _to_logs, "FirehoseLogDestination": _to_firehose, "S3LogDestination": _to_bucket,
}  # fmt: skip
