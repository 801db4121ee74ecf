"""``lab parity`` puts the parts together: replays, probes, variants, stubs, records, report, matrix."""

import json
from argparse import ArgumentParser

import pytest

from lab.conformance import command as conformance
from lab.differ import command as differ
from lab.errors import LabError
from lab.matrix import cells, command, parity
from lab.report import Row, Run, store
from lab.stubs import command as stubs


@pytest.fixture
def suites(monkeypatch):
    """The suites, each with a record instead of its work; what they were asked for."""
    asked = []

    def stand_in(name, code=0):
        def run(arguments):
            suite = "probes" if getattr(arguments, "probes", False) else name
            asked.append((suite, arguments.service, arguments.budget))
            counts = {"passed": 1, "variants": 2, "positives": 1, "positives_passed": 0}
            row = Row("sqs", "SendMessage", "equal", "aws-documented", f"{suite}/x", "t", 0, counts=counts)
            made = Run(f"{suite}-1", suite, "2026-03-02T00:00:01Z", "emulator", {}, [row])
            store.save(made, arguments.save)
            return code
        return run

    monkeypatch.setattr(conformance, "run", stand_in("conformance"))
    monkeypatch.setattr(stubs, "run", stand_in("stubs"))
    return asked


def parsed(*given):
    parser = ArgumentParser()
    parity.add_arguments(parser)
    return parser.parse_args([*map(str, given)])


@pytest.mark.parametrize(("verdict", "code"), [("equal", 0), ("different", 1)])
def test_the_results_are_kept_printed_and_built(verdict, code, suites, tmp_path, monkeypatch, capsys):
    row = Row("sqs", "SendMessage", verdict, "aws-imported", "a/b", "one message", 0)
    made = Run("r1", "replay", "2026-03-02T00:00:00Z", "emulator", {"paritylab": "0.1.0"}, [row], 1.5)
    monkeypatch.setattr(differ, "compare", lambda arguments: made)
    monkeypatch.setattr(parity, "DECLARED", ("sqs",))
    for module in (command, parity):
        monkeypatch.setattr(module, "implemented_operations", lambda: {"sqs": {"SendMessage"}, "kms": {"Encrypt"}})
    assert parity.run(parsed("--out", tmp_path, "--budget", "7s")) == code
    assert "1 steps" in capsys.readouterr().out
    assert suites == [("probes", ["sqs", "kms"], 7), ("stubs", ["sqs"], 7), ("conformance", ["sqs", "kms"], 7)]
    records = {path.name: json.loads(path.read_text()) for path in (tmp_path / "data" / "runs").iterdir()}
    assert records["sqs-2026-03-02-r1.json"]["seconds"] == 1.5 and len(records) == 4
    told = json.loads((tmp_path / "data" / "sqs.json").read_text())
    assert set(told["runs"]) == set(cells.SUITES)
    assert (tmp_path / "site" / "sqs" / "SendMessage.html").exists()


def test_a_part_of_the_evidence_makes_no_matrix(tmp_path):
    with pytest.raises(LabError, match="leave out --cassette"):
        parity.run(parsed("--out", tmp_path, "--cassette", "a*"))
