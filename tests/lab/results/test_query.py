"""The columnar store: immutable runs, an index that follows the cassettes, queries; and many interactions in seconds.

PARITYLAB_SCALE sets the number of generated interactions (100,000 for the full measurement).
"""

import json
import os
import resource
import shutil
import time
from pathlib import Path

import msgspec
import pytest

from lab.cassette.files import read
from lab.cli import main
from lab.errors import LabError
from lab.report import Difference, Row, Run, store
from lab.results.store import Store, history

FOLDER = Path(__file__).parents[3] / "cassettes"
NUMBER = int(os.environ.get("PARITYLAB_SCALE", "5000"))
PER_CASSETTE = 50
VERDICTS = ("equal", "equivalent", "different", "known")


def run(id, started_at, endpoint, verdicts):
    found = [Difference("Messages[0].Body", "value", "a", "b")]
    rows = [Row("sqs", "SendMessage", verdict, "aws-imported", "a/b", "t", step, duration_ms=1.5, normalizers=["id"],
                differences=found if verdict == "different" else []) for step, verdict in enumerate(verdicts)]
    return Run(id, "replay", started_at, endpoint, {"paritylab": "0.1.0"}, rows)


@pytest.fixture
def project(tmp_path, monkeypatch):
    store.save(run("r1", "2026-03-01T00:00:00+00:00", "emulator", ["equal", "different"]), tmp_path / "runs")
    store.save(run("r2", "2026-03-02T00:00:00+00:00", "emulator", ["equal", "equivalent"]), tmp_path / "runs")
    store.save(run("r3", "2026-03-02T00:00:00+00:00", "other", ["different", "different"]), tmp_path / "runs")
    shutil.copytree(FOLDER, tmp_path / "cassettes")
    return tmp_path


def query(project, capsys, *arguments):
    code = main(["query", *arguments, "--json", "--runs", str(project / "runs"), "--cassettes",
                 str(project / "cassettes"), "--store", str(project / "store")])
    assert code == 0
    return json.loads(capsys.readouterr().out)


def test_results_are_filtered_counted_and_told_over_time(project, capsys):
    assert query(project, capsys, "--by", "endpoint,verdict") == [
        {"endpoint": endpoint, "verdict": verdict, "steps": steps} for endpoint, verdict, steps in (
            ("emulator", "different", 1), ("emulator", "equal", 2), ("emulator", "equivalent", 1),
            ("other", "different", 2))]
    rows = query(project, capsys, "--verdict", "differ*", "--endpoint", "emulator")
    assert [(row["run"], row["step"], row["differences"][0]["got"]) for row in rows] == [("r1", 1, '"b"')]
    told = query(project, capsys, "--history", "--service", "sqs")
    assert [(each["run"], each["steps"], each["agree"], each["failed"]) for each in told] == [
        ("r1", 2, 1, 1), ("r2", 2, 2, 0), ("r3", 2, 0, 2)]
    sql = "SELECT d.path, count(*) AS n FROM results, unnest(differences) AS t(d) GROUP BY ALL"
    assert query(project, capsys, sql) == [{"path": "Messages[0].Body", "n": 3}]


def test_the_index_holds_every_interaction_and_follows_the_files(project, capsys):
    total = sum(len(read(path).interactions) for path in FOLDER.rglob("*.json"))
    counted = query(project, capsys, "--of", "interactions", "--by", "service")
    assert sum(each["steps"] for each in counted) == total
    refused = query(project, capsys, "SELECT status, error, request_bytes FROM interactions WHERE cassette = "
                    "'sts/refused.emulator' AND step = 2")
    assert refused[0]["status"] == 400 and refused[0]["error"] == "ValidationError" and refused[0]["request_bytes"] > 50
    (project / "cassettes" / "sts" / "refused.emulator.json").unlink()
    shutil.copy(FOLDER / "sts" / "identity.emulator.json", project / "cassettes" / "new.json")
    again = query(project, capsys, "--of", "interactions", "--by", "file")
    names = {each["file"] for each in again}
    assert "new.json" in names and "sts/refused.emulator.json" not in names
    assert sum(each["steps"] for each in again) == total - 5 + 3


def test_a_run_is_written_once_and_a_broken_cassette_is_told(project, capsys):
    query(project, capsys, "--by", "run")
    files = {path: path.stat().st_mtime_ns for path in (project / "store" / "results").iterdir()}
    assert len(files) == 3
    query(project, capsys, "--by", "run")
    assert files == {path: path.stat().st_mtime_ns for path in (project / "store" / "results").iterdir()}
    (project / "cassettes" / "cut.json").write_text("{")
    assert main(["query", "--runs", str(project / "runs"), "--cassettes", str(project / "cassettes"), "--store",
                 str(project / "store"), "--csv", "--by", "service"]) == 1
    printed = capsys.readouterr()
    assert printed.out.splitlines() == ["service,steps", "sqs,6"] and "cut.json" in printed.err


def test_wrong_queries_are_told(project):
    base = ["query", "--runs", str(project / "runs"), "--store", str(project / "store")]
    assert main([*base, "SELECT nothing FROM nowhere"]) == 2
    assert main([*base, "--by", "colour"]) == 2
    assert main([*base, "--of", "interactions", "--verdict", "equal"]) == 2
    (project / "runs" / "bad.json").write_text("{")
    with pytest.raises(LabError, match=r"bad\.json"):
        Store(project / "store").take_runs(project / "runs")


@pytest.mark.timeout(600)
def test_many_interactions_are_indexed_and_summarised_in_seconds(tmp_path, capsys):
    """Generated cassettes and a run of as many rows; prints time and peak memory."""
    example = read(FOLDER / "s3" / "objects.emulator.json")
    steps = (example.interactions * 4)[:PER_CASSETTE]
    folder = tmp_path / "cassettes"
    folder.mkdir()
    for number in range(NUMBER // PER_CASSETTE):
        made = msgspec.structs.replace(example, id=f"made/{number}", digest="", interactions=steps)
        (folder / f"{number}.json").write_bytes(msgspec.json.encode(made))
    rows = [Row("s3", steps[index % PER_CASSETTE].operation, VERDICTS[index % 4], "aws-imported",
                f"made/{index // PER_CASSETTE}", "t", index % PER_CASSETTE) for index in range(NUMBER)]
    store.save(Run("big", "replay", "2026-03-01T00:00:00+00:00", "emulator", {}, rows), tmp_path / "runs")
    kept, took = Store(tmp_path / "store"), {}

    def timed(name, function, *arguments):
        began = time.perf_counter()
        result = function(*arguments)
        took[name] = round(time.perf_counter() - began, 2)
        return result

    assert timed("index", kept.index, folder) == []
    timed("index again", kept.index, folder)
    timed("take a run", kept.take_runs, tmp_path / "runs")
    _, counted = timed("summary", kept.ask, "SELECT operation, status, count(*) FROM interactions GROUP BY ALL")
    wanted = "SELECT count(*) FROM results WHERE operation = 'GetObject' AND verdict = 'different'"
    _, found = timed("filter", kept.ask, wanted)
    _, told = timed("history", history, kept)
    assert sum(row[-1] for row in counted) == NUMBER and found[0][0] > 0 and told[0][4] == NUMBER
    with capsys.disabled():
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"\n{NUMBER} interactions, seconds: {took}, peak memory of the process {peak} MiB")
    assert sum(took.values()) < 60
