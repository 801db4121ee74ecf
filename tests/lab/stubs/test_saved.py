"""The saved scores of stubs stand in a conformance report."""

import json

from lab.cli import main
from lab.report import Row, Run, store
from lab.stubs.saved import saved_scores, told


def keep(folder, id, started_at, *rows):
    store.save(Run(id, "stubs", started_at, "emulator", {}, list(rows)), folder)


def row(operation, name, **counts):
    return Row("sts", operation, "equal", "aws-documented", f"stubs/{name}", "stub", 0, counts=counts)


def score(passed):
    return {"variants": 40, "passed": passed, "positives": 20, "positives_passed": 0}


def test_the_newest_scores_are_summed_over_operations(tmp_path):
    keep(tmp_path, "old", "2026-03-01T00:00:00+00:00", row("AssumeRole", "echo", **score(30)))
    keep(tmp_path, "new", "2026-03-02T00:00:00+00:00", row("AssumeRole", "echo", **score(1)),
         row("GetCallerIdentity", "echo", **score(2)), row("AssumeRole", "seeded-faults", seeded=9, caught=8))
    scores = saved_scores(tmp_path, ["sts", "sqs"])
    assert scores["echo"] == {"variants": 80, "passed": 3, "positives": 40, "positives_passed": 0}
    assert told(scores) == "stubs: echo 0 of 40 positives, 3 of 80 variants; seeded faults caught 8 of 9"
    assert saved_scores(tmp_path, ["sqs"]) == {} and "lab stubs --save" in told({})


def test_a_conformance_report_shows_them(tmp_path, capsys):
    keep(tmp_path, "new", "2026-03-02T00:00:00+00:00", row("AssumeRole", "echo", **score(1)))
    file = tmp_path / "report"
    asked = ["--service", "sts", "--budget", "1s", "--jobs", "1", "--save", str(tmp_path), "--json", str(file)]
    main(["conformance", *asked])
    assert "stubs: echo 0 of 20 positives, 1 of 40 variants" in capsys.readouterr().out
    assert json.loads(file.read_text())["stubs"] == {"echo": score(1)}
