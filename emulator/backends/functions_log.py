"""The lines that Lambda itself writes into a function's log, as text or as JSON.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
"""

from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

OWN = ("START RequestId: ", "END RequestId: ", "REPORT RequestId: ", '{"time":')
LEVELS = ("DEBUG", "INFO", "WARN")
SYSTEM_LEVELS = {"platform.initStart": "INFO", "platform.start": "INFO", "platform.report": "WARN"}


class Report(NamedTuple):
    """Milliseconds and megabytes; ``status`` are words for an environment that failed."""

    duration: float
    init: float | None
    memory: int
    used: int
    status: dict[str, str]

    @property
    def billed(self) -> int:
        return int(self.duration + (self.init or 0)) + 1


def own(line: str) -> bool:
    """Whether a line is Lambda's, not the function's."""
    return line.startswith(OWN)


def metrics(report: Report) -> dict[str, Any]:
    found = {
        "durationMs": round(report.duration, 3), "billedDurationMs": report.billed, "memorySizeMB": report.memory,
        "maxMemoryUsedMB": report.used,
    }  # fmt: skip
    return found if report.init is None else {**found, "initDurationMs": round(report.init, 3)}


def _now() -> str:
    moment = datetime.now(UTC)  # noqa: TID251 (the clock of the function's process)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Text:
    """Lines for people."""

    def __init__(self, launch):
        self._launch = launch

    def init(self) -> str:
        if not self._launch.runtime:  # an image brings its own
            return ""
        language = self._launch.runtime.rstrip("0123456789.x")
        version = self._launch.runtime[len(language) :].rstrip(".x") or "al2023"
        arn = self._launch.variables.get("AWS_REGION", "")
        return (
            f"INIT_START Runtime Version: {language}:{version}.v1\tRuntime Version ARN: arn:aws:lambda:{arn}::runtime:"
            f"{'0' * 64}\n"
        )

    def start(self, given) -> str:
        return f"START RequestId: {given.request_id} Version: {given.version}\n"

    def timeout(self, given, text: str) -> str:
        return f"{_now()} {given.request_id} {text}\n\n"

    def exit(self, given, kind: str, text: str) -> str:
        return f"RequestId: {given.request_id} Error: {text}\n{kind}\n"

    def report(self, given, report: Report) -> str:
        line = (
            f"END RequestId: {given.request_id}\nREPORT RequestId: {given.request_id}\t"
            f"Duration: {report.duration:.2f} ms\tBilled Duration: {report.billed} ms\t"
            f"Memory Size: {report.memory} MB\tMax Memory Used: {report.used} MB\t"
        )
        if report.init is not None:
            line += f"Init Duration: {report.init:.2f} ms\t"
        return line + "".join(f"{name}: {value}\t" for name, value in report.status.items()) + "\n"


class Json:
    """Lines for programs; those below the configured level are left out."""

    def __init__(self, launch):
        self._least = LEVELS.index(launch.logging.get("SystemLogLevel", "INFO"))
        self._launch = launch

    def _line(self, kind: str, record: dict[str, Any]) -> str:
        if LEVELS.index(SYSTEM_LEVELS[kind]) < self._least:
            return ""
        return orjson.dumps({"time": _now(), "type": kind, "record": record}).decode() + "\n"

    def init(self) -> str:
        return self._line("platform.initStart", {
            "initializationType": self._launch.variables["AWS_LAMBDA_INITIALIZATION_TYPE"], "phase": "init",
            "functionName": self._launch.variables["AWS_LAMBDA_FUNCTION_NAME"],
            "functionVersion": self._launch.variables["AWS_LAMBDA_FUNCTION_VERSION"],
        })  # fmt: skip

    def start(self, given) -> str:
        return self._line("platform.start", {"requestId": given.request_id, "version": given.version})

    def timeout(self, given, text: str) -> str:
        return ""

    def exit(self, given, kind: str, text: str) -> str:
        return ""

    def report(self, given, report: Report) -> str:
        record = {"requestId": given.request_id, "metrics": metrics(report)}
        if report.status:
            record["status"] = report.status["Status"]
            record |= {"errorType": report.status["Error Type"]} if "Error Type" in report.status else {}
        else:
            record["status"] = "success"
        return self._line("platform.report", record)


def words(launch) -> Text | Json:
    """Lambda's own lines for a function's logging configuration."""
    return Json(launch) if launch.logging.get("LogFormat") == "JSON" else Text(launch)
