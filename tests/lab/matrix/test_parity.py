"""``lab parity`` puts the parts together: differ, record, report, matrix; the differ's exit code is its own."""

import json
from argparse import ArgumentParser

import pytest

from lab.differ import command as differ
from lab.matrix import cells, parity
from lab.report import Row, Run


@pytest.mark.parametrize(("verdict", "code"), [("equal", 0), ("different", 1)])
def test_the_results_are_kept_printed_and_built(verdict, code, tmp_path, monkeypatch, capsys):
    row = Row("sts", "GetCallerIdentity", verdict, "aws-imported", "a/b", "who am I", 0)
    made = Run("r1", "replay", "2026-03-02T00:00:00Z", "emulator", {"paritylab": "0.1.0"}, [row], 1.5)
    monkeypatch.setattr(differ, "compare", lambda arguments: made)
    monkeypatch.setattr(cells, "implemented_operations", lambda: {})
    parser = ArgumentParser()
    parity.add_arguments(parser)
    assert parity.run(parser.parse_args(["--out", str(tmp_path)])) == code
    assert "1 steps" in capsys.readouterr().out
    (record,) = (tmp_path / "data" / "runs").iterdir()
    assert record.name == "sts-2026-03-02-r1.json" and json.loads(record.read_text())["seconds"] == 1.5
    assert (tmp_path / "site" / "sts.html").exists()
