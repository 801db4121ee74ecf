"""The workflow calls commands that exist, and fails on a matrix that isn't what the results say."""

import shlex
from pathlib import Path

import pytest
import yaml

from lab.cli import parser_for

WORKFLOW = Path(__file__).parents[3] / ".github" / "workflows" / "parity.yml"


def steps():
    return yaml.safe_load(WORKFLOW.read_text())["jobs"]["replay"]["steps"]


def commands():
    """Every call of ``lab`` in the workflow, as words, up to what the shell does with its outcome."""
    for line in (line for step in steps() for line in step.get("run", "").splitlines()):
        if ".venv/bin/lab " in line:
            yield shlex.split(line.partition(".venv/bin/lab ")[2].partition("||")[0])


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_its_commands_are_commands_of_the_lab(words):
    assert parser_for(words).parse_args(words).command == words[0]


def test_a_stale_matrix_stops_it_before_anything_is_run_or_published():
    calls = [" ".join(words[:3]) for words in commands()]
    assert calls.index("matrix build --check") < next(at for at, call in enumerate(calls) if call.startswith("parity"))
    check = next(step for step in steps() if "matrix build --check" in step.get("run", ""))
    assert "exit 1" in check["run"] and "continue-on-error" not in check


def test_what_is_published_is_the_committed_matrix():
    (upload,) = [step for step in steps() if "upload-pages-artifact" in step.get("uses", "")]
    (parity,) = [words for words in commands() if words[0] == "parity"]
    assert upload["with"]["path"] == "parity-matrix" and parity[parity.index("--out") + 1].startswith("$RUNNER_TEMP")
