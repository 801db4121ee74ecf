"""The report for programs: the run, its counts, and one row per step with operation, verdict and provenance."""

import msgspec

from lab.report.result import Run
from lab.report.values import dump


def as_data(run: Run) -> dict:
    """``{id, suite, started_at, endpoint, versions, counts: {verdict, provenance, service}, failed, rows}``."""
    plain = msgspec.to_builtins(run, builtin_types=(bytes,), enc_hook=str)
    rows = plain.pop("rows")
    counts = {"verdict": run.by_verdict(), "provenance": run.by_provenance(), "service": run.by_service()}
    return {**plain, "counts": counts, "failed": len(run.failed()), "rows": rows}


def render(run: Run) -> str:
    return dump(as_data(run), indent=2) + "\n"
