"""Run records and cassettes as flat rows: the columns of the store's tables, and what fills them."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from lab.errors import LabError
from lab.report.result import Run
from lab.report.values import short

#: Table to its columns and their DuckDB types. Times are ISO 8601 in UTC, sizes bytes, durations milliseconds.
COLUMNS: dict[str, dict[str, str]] = {
    "results": {
        "run": "VARCHAR", "suite": "VARCHAR", "started_at": "VARCHAR", "endpoint": "VARCHAR", "version": "VARCHAR",
        "service": "VARCHAR", "operation": "VARCHAR", "verdict": "VARCHAR", "provenance": "VARCHAR",
        "cassette": "VARCHAR", "step": "INTEGER", "title": "VARCHAR", "reason": "VARCHAR", "duration_ms": "DOUBLE",
        "normalizers": "VARCHAR[]",
        "differences": "STRUCT(path VARCHAR, kind VARCHAR, expected VARCHAR, got VARCHAR)[]",
    },
    "interactions": {
        "file": "VARCHAR", "modified": "BIGINT", "cassette": "VARCHAR", "title": "VARCHAR", "provenance": "VARCHAR",
        "trust": "VARCHAR", "recorded_at": "VARCHAR", "step": "INTEGER", "service": "VARCHAR", "operation": "VARCHAR",
        "region": "VARCHAR", "method": "VARCHAR", "status": "INTEGER", "error": "VARCHAR", "judged": "BOOLEAN",
        "request_bytes": "BIGINT", "response_bytes": "BIGINT",
    },
}  # fmt: skip


class Body(msgspec.Struct, frozen=True):
    """A body, for its size alone. One in a file beside the cassette is not opened: its size is unknown."""

    text: str | None = None
    base64: str | None = None
    file: str | None = None

    def size(self) -> int | None:
        if self.file is not None:
            return None
        if self.base64:
            return len(self.base64) * 3 // 4 - self.base64.count("=", -2)
        return len((self.text or "").encode())


class Message(msgspec.Struct):
    """Request or response."""

    method: str | None = None
    status: int | None = None
    body: Body = Body()


class Step(msgspec.Struct):
    """What the index says of an interaction."""

    service: str | None = None
    operation: str | None = None
    region: str | None = None
    request: Message | None = None
    response: Message | None = None
    error: dict | None = None
    truth: list[msgspec.Raw] = []


class Indexed(msgspec.Struct):
    """What the index says of a cassette; everything else is skipped while reading."""

    id: str
    title: str
    provenance: str
    trust: str = "exact"
    recorded_at: str | None = None
    interactions: list[Step] = []


DECODER = msgspec.json.Decoder(Indexed)


def interactions(path: Path, name: str) -> Iterator[dict]:
    """The index rows of one cassette file. Raises LabError that names the file."""
    try:
        cassette = DECODER.decode(path.read_bytes())
    except (msgspec.DecodeError, OSError, RecursionError) as problem:
        raise LabError(f"{path}: {problem}") from None
    modified = path.stat().st_mtime_ns
    for index, step in enumerate(cassette.interactions):
        yield {
            "file": name, "modified": modified, "cassette": cassette.id, "title": cassette.title,
            "provenance": cassette.provenance, "trust": cassette.trust, "recorded_at": cassette.recorded_at,
            "step": index, "service": step.service, "operation": step.operation, "region": step.region,
            "method": step.request and step.request.method, "status": step.response and step.response.status,
            "error": step.error and step.error.get("Code"), "judged": bool(step.truth),
            "request_bytes": step.request and step.request.body.size(),
            "response_bytes": step.response and step.response.body.size(),
        }


def results(run: Run) -> Iterator[dict]:
    """The result rows of a run."""
    for row in run.rows:
        yield {
            "run": run.id, "suite": run.suite, "started_at": run.started_at, "endpoint": run.endpoint,
            "version": run.versions.get("paritylab"), "service": row.service, "operation": row.operation,
            "verdict": row.verdict, "provenance": row.provenance, "cassette": row.cassette, "step": row.step,
            "title": row.title, "reason": row.reason, "duration_ms": row.duration_ms, "normalizers": row.normalizers,
            "differences": [{"path": each.path, "kind": each.kind, "expected": short(each.expected, 200),
                             "got": short(each.got, 200)} for each in row.differences],
        }
