"""Drift between recordings, endpoints side by side, and bisection over steps and commits."""

import json
import subprocess
from pathlib import Path

import msgspec
import pytest

from emulator.testing import InProcess
from lab.cassette.files import read, write
from lab.cassette.model import Body, Cassette
from lab.cli import main
from lab.errors import LabError
from lab.evolution import bisect, compare
from lab.evolution.drift import drift, pairs
from lab.replayer.clients import Clients
from lab.replayer.endpoint import OwnEmulator
from lab.replayer.run import play
from lab.report.store import load as load_runs

FOLDER = Path(__file__).parents[3] / "cassettes"
PATHS = sorted(FOLDER.rglob("*.json"))


def altered(cassette: Cassette, index: int, old: str, new: str) -> Cassette:
    """The cassette with a text replaced in one answer's body."""
    copy = msgspec.convert(msgspec.to_builtins(cassette), Cassette)
    response = copy.interactions[index].response
    assert old in response.body.text
    response.body = Body(text=response.body.text.replace(old, new))
    copy.digest = ""
    return copy


def renamed(path: Path) -> Cassette:
    """A recording as if its random names had been others, and recorded a year later."""
    text = path.read_text()
    for old, new in (("5ca1ab1e", "0ddba11f"), ("2026-11", "2027-11"), ("Nov 2026", "Nov 2027")):
        text = text.replace(old, new)
    cassette = msgspec.json.decode(text, type=Cassette)
    cassette.digest = ""
    return cassette


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_same_scenario_recorded_again_has_no_drift(path):
    run = drift([read(path)], [renamed(path)])
    assert len(run.rows) == len(read(path).interactions) and run.failed() == []
    assert {row.provenance for row in run.rows} == {"emulator"} and run.suite == "drift"


def test_drift_tells_what_changed_and_which_steps_came_and_went(tmp_path, capsys):
    old = read(FOLDER / "sqs" / "messages.emulator.json")
    place = next(index for index, step in enumerate(old.interactions) if step.operation == "GetQueueAttributes")
    new = altered(old, place, '"MessageRetentionPeriod":"345600"', '"MessageRetentionPeriod":"777600"')
    gone = new.interactions.pop()
    write(old, tmp_path / "old" / "sqs" / "a.json")
    write(new, tmp_path / "new" / "sqs" / "a.json")
    write(new, tmp_path / "new" / "sqs" / "fresh.json")
    code = main(["drift", str(tmp_path / "old"), str(tmp_path / "new"), "--json", str(tmp_path / "out.js")])
    rows = [row for row in json.loads((tmp_path / "out.js").read_text())["rows"] if row["verdict"] == "different"]
    assert code == 1 and len(rows) == 2
    assert rows[0]["differences"][0]["path"] == "Attributes.MessageRetentionPeriod"
    assert rows[0]["differences"][0]["got"] == "777600"
    assert (rows[1]["operation"], rows[1]["reason"]) == (gone.operation, "only the older recording has this step")
    assert "fresh.json" in capsys.readouterr().err
    assert main(["drift", str(tmp_path / "old"), str(tmp_path / "old")]) == 0
    assert main(["drift", str(tmp_path / "old"), str(tmp_path / "new" / "sqs" / "fresh.json")]) == 2


def test_steps_are_paired_around_what_one_side_lacks():
    steps = read(FOLDER / "sts" / "refused.emulator.json").interactions
    assert list(pairs(steps, steps[:1] + steps[2:])) == [(0, 0), (1, None), (2, 1), (3, 2), (4, 3)]


@pytest.fixture(scope="module")
def other():
    """Another endpoint: one that fails on purpose at one operation."""
    running = InProcess().start()
    yield running.url
    running.stop()


def test_endpoints_are_compared_side_by_side_and_kept_under_their_names(tmp_path, other, capsys, monkeypatch):
    monkeypatch.delenv("PARITYLAB_EVIDENCE", raising=False)
    arguments = ["compare", "--endpoint", "emulator", "--endpoint", f"other={other}", "--service", "sts", "--cassettes",
                 str(FOLDER / "sts"), "--json", str(tmp_path / "out.js"), "--keep", str(tmp_path / "runs")]
    assert main(arguments) == 0
    told = json.loads((tmp_path / "out.js").read_text())["recordings"]
    assert list(told["endpoints"]) == ["emulator", "other"] and len(told["lines"]) == 12
    assert all(set(line["verdicts"]) == {"emulator", "other"} for line in told["lines"])
    numbers = told["scores"]["sts"]["emulator"]
    assert numbers["equal"] + numbers["equivalent"] == 12 and numbers["evidence"] == 0
    assert [(run.suite, run.endpoint) for run in load_runs(tmp_path / "runs")] == [
        ("compare", "emulator"), ("compare", "other")]
    assert "12 steps" in capsys.readouterr().out


def test_an_endpoint_needs_a_name_and_a_partner():
    with pytest.raises(LabError, match="NAME=URL"):
        compare.Target.parse("http://127.0.0.1:1")
    with pytest.raises(LabError, match="two or more"):
        compare.runs(lambda url: None, [compare.Target("a", None)])


def test_endpoints_are_compared_by_variants_and_probes_too(tmp_path, other, capsys):
    assert main(["compare", "--endpoint", f"one={other}", "--endpoint", f"two={other}", "--service", "sts", "--suite",
                 "probes", "--suite", "conformance", "--budget", "3", "--json", str(tmp_path / "out.js")]) == 0
    told = json.loads((tmp_path / "out.js").read_text())
    for suite in ("probes", "conformance"):
        assert told[suite]["lines"] and list(told[suite]["endpoints"]) == ["one", "two"]
        assert any({*line["verdicts"].values()} == {"equal"} for line in told[suite]["lines"])
    # How many variants the budget allows depends on the machine; the probes are the same every time.
    assert all(len({*line["verdicts"].values()}) == 1 for line in told["probes"]["lines"])
    assert "probes that hold" in capsys.readouterr().out


@pytest.fixture(scope="module")
def emulator_player(other):
    endpoint = OwnEmulator(other)
    clients = Clients(endpoint.transport())
    return lambda cassette: play(cassette, endpoint, clients)


def test_a_failure_is_shrunken_to_the_steps_that_it_needs(emulator_player, tmp_path):
    cassette = read(FOLDER / "s3" / "objects.emulator.json")
    place = next(index for index, step in enumerate(cassette.interactions) if step.operation == "ListObjectsV2")
    broken = altered(cassette, place, "<Size>0</Size>", "<Size>77</Size>")
    target = bisect.failing(emulator_player(broken), None)
    needed = bisect.shrink(broken, target, emulator_player)
    names = [broken.interactions[index].operation for index in needed]
    assert names[-1] == "ListObjectsV2" and set(names[:-1]) <= {"CreateBucket", "PutObject", "CopyObject"}
    assert len(needed) < 6
    path = write(bisect.part_of(broken, needed), tmp_path / "small.json")
    assert main(["bisect", str(path)]) == 1 and main(["bisect", "--exit-code", str(path)]) == bisect.BAD


def test_exit_codes_are_those_of_git_bisect_run(tmp_path):
    good = str(FOLDER / "sts" / "identity.emulator.json")
    assert main(["bisect", "--exit-code", good]) == bisect.GOOD
    assert main(["bisect", good]) == 0
    assert main(["bisect", "--exit-code", "--step", "99", good]) == bisect.SKIP
    assert main(["bisect", "--exit-code", "--endpoint", "http://127.0.0.1:9", good]) == bisect.SKIP


def test_the_first_bad_commit_is_found_in_a_work_tree_of_its_own(tmp_path):
    """A repository whose `lab` tells by a file whether the commit is good."""
    repository = tmp_path / "repository"
    (repository / "lab").mkdir(parents=True)
    (repository / "lab" / "__init__.py").write_text("")
    (repository / "lab" / "cli.py").write_text(
        "import sys, pathlib\nsys.exit(int((pathlib.Path(__file__).parent / 'state').read_text()))\n")

    def git(*arguments):
        names = ("-c", "user.name=n", "-c", "user.email=e@example.com")
        command = ["git", *names, *arguments]
        return subprocess.run(command, cwd=repository, check=True, capture_output=True, text=True).stdout

    git("init", "--quiet")
    commits = []
    for number in range(6):
        (repository / "lab" / "state").write_text("1" if number >= 3 else "0")
        (repository / "number").write_text(str(number))
        git("add", ".")
        git("commit", "--quiet", "-m", f"commit {number}")
        commits.append(git("rev-parse", "HEAD").strip())
    told = bisect.bisect_commits(commits[0], commits[-1], ["any.json"], repository)
    assert told.startswith(commits[3])
    assert git("worktree", "list").count("\n") == 1 and git("status", "--short") == ""
