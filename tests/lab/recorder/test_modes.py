"""VCR's modes through the proxy: what is played, what is recorded, what is refused; and what a plan makes of files."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
import stub
from test_record import variables

from lab.cassette import files
from lab.cassette.model import Cassette, Interaction, Request
from lab.errors import LabError
from lab.recorder import leaks
from lab.recorder.envelope import continued
from lab.recorder.modes import plan, scenario_paths

pytest.importorskip("mitmproxy", reason="the extra 'record' is not installed")

PUT = "import boto3; s3 = boto3.client('s3'); s3.put_object(Bucket='b', Key='k', Body=b'1' * 5000); "
READ = PUT + "print(s3.get_object(Bucket='b', Key='k')['Body'].read()[:3])"
MORE = READ + "; print(s3.get_object(Bucket='b', Key='other'))"


@pytest.fixture
def upstream():
    """A server that counts: its URL, and ``.asked()``, how many requests came since the last time."""
    server = stub.serve()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def lab(upstream, *options, program=READ):
    """(exit code, output, errors) of a recorded program; the upstream may be gone."""
    address = f"http://127.0.0.1:{upstream.server_port}" if upstream else "http://127.0.0.1:9"
    done = subprocess.run(
        [sys.executable, "-m", "lab.cli", "record", "--upstream", address, *options, "--", sys.executable, "-c",
         program], env=variables(), capture_output=True, text=True, timeout=90)
    return done.returncode, done.stdout, done.stderr


def operations(path):
    return [each.operation for each in files.read(path).interactions]


def test_once_records_and_then_only_plays(upstream, tmp_path):
    tape = tmp_path / "tape.json"
    code, said, errors = lab(upstream, "--cassette", str(tape))
    assert code == 0 and "2 calls recorded" in errors, errors
    assert operations(tape) == ["PutObject", "GetObject"] and files.read(tape).id == "tape"
    before = tape.read_bytes()
    code, again, errors = lab(None, "--cassette", str(tape))
    assert (code, again) == (0, said) and "2 calls played" in errors, errors
    code, _, errors = lab(None, "--cassette", str(tape), program=MORE)
    assert code == 1 and "refused: no recording of s3 GetObject has this input. The nearest is tape step 1" in errors
    assert "NotRecorded" in errors and tape.read_bytes() == before


def test_new_episodes_are_added_behind_what_is_known(upstream, tmp_path):
    tape = tmp_path / "tape.json"
    lab(upstream, "--cassette", str(tape))
    code, _, errors = lab(upstream, "--cassette", str(tape), "--mode", "new-episodes", program=MORE)
    assert code == 1 and "2 calls played" in errors and "1 calls recorded" in errors, errors
    assert operations(tape) == ["PutObject", "GetObject", "GetObject"]
    kept = files.read(tape)
    assert kept.interactions[2].error["Code"] == "NoSuchKey" and "steps from 2 on" in kept.notes[0]
    assert list(leaks.scan(tmp_path)) == []


def test_all_records_everything_anew(upstream, tmp_path):
    tape = tmp_path / "tape.json"
    lab(upstream, "--cassette", str(tape))
    code, _, errors = lab(upstream, "--cassette", str(tape), "--mode", "all", program=PUT)
    assert code == 0 and "1 calls recorded" in errors and operations(tape) == ["PutObject"]


def test_none_never_records(tmp_path):
    code, _, errors = lab(None, "--cassette", str(tmp_path / "absent.json"), "--mode", "none")
    assert code == 2 and "there is nothing to play" in errors
    code, _, errors = lab(None, "--mode", "none")
    assert code == 2 and "needs a cassette" in errors


def test_a_scenario_is_played_from_the_committed_cassette():
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-m", "lab.cli", "record", "--scenario", "sqs/fifo", "--mode", "none"],
                          cwd=root, env=variables(), capture_output=True, text=True, timeout=90)
    assert done.returncode == 0 and "calls played from cassettes/sqs/fifo.emulator.json" in done.stderr, done.stderr


def a_cassette(**fields):
    return Cassette(**{"id": "c", "title": "t", "service": "s3", "provenance": "aws-live", **fields})


def test_a_continued_cassette_is_evidence_only_where_both_are():
    step = Interaction(service="s3", operation="GetObject")
    made = continued(a_cassette(interactions=[step]), a_cassette(
        provenance="emulator", interactions=[step], notes=["step 0: the input can't be read"], recorded_at="now"))
    assert made.provenance == "emulator" and len(made.interactions) == 2
    assert made.notes == ["steps from 1 on were recorded at now", "step 1: the input can't be read"]


def test_plans(tmp_path):
    paths = [*scenario_paths(tmp_path, "s3/dead_letters")]
    assert [path.name for path in paths] == ["dead-letters.aws-live.json", "dead-letters.emulator.json"]
    assert plan("once", paths) == (paths[0], None, True)
    request = Request("GET", "paritylab-a-b-5ca1ab1e.s3.amazonaws.com", "/")
    files.write(a_cassette(interactions=[Interaction(service="s3", request=request)]), paths[1])
    found = plan("once", paths)
    assert (found.path, found.records) == (paths[1], False) and found.kept.id == "c"
    assert found.suffix == {"PARITYLAB_SUFFIX": "5ca1ab1e"}
    assert plan("new-episodes", paths).records and plan("all", paths).kept is None
    with pytest.raises(LabError, match="nothing to play"):
        plan("none", paths[:1])
