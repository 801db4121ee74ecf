"""One result model and its formats: ``write(run, fmt, path)`` for files, ``text.print_run(run)`` for people."""

from importlib import import_module
from pathlib import Path

from lab.errors import LabError
from lab.report.result import PROVENANCES, VERDICTS, Difference, Row, Run

__all__ = ["FORMATS", "PROVENANCES", "VERDICTS", "Difference", "Row", "Run", "write"]

#: Format to the module whose ``render(run) -> str`` writes it.
FORMATS = {
    "json": "lab.report.json",
    "junit": "lab.report.junit",
    "html": "lab.report.html",
    "markdown": "lab.report.markdown",
    "sarif": "lab.report.sarif",
    "badge": "lab.report.badge",
    "text": "lab.report.text",
}


def write(run: Run, fmt: str, path: str | Path) -> Path:
    """Write ``run`` in one of FORMATS to ``path``, making its folder. Raises LabError for an unknown format."""
    if fmt not in FORMATS:
        raise LabError(f"unknown report format {fmt!r}: choose one of {', '.join(FORMATS)}")
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(import_module(FORMATS[fmt]).render(run), encoding="utf-8")
    return path
