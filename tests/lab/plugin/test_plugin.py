"""``pytest --lab-cassettes``: each cassette a test, with the lab's report as the text of a failure."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "cassettes" / "sts"


@pytest.fixture
def project(tmp_path):
    """A folder with a test of its own and cassettes beside it."""
    shutil.copytree(FOLDER, tmp_path / "recordings")
    (tmp_path / "test_own.py").write_text("def test_own():\n    pass\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return tmp_path


def run(folder, *arguments):
    command = [sys.executable, "-m", "pytest", "-p", "lab.pytest_plugin", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)


def test_each_cassette_is_a_test_beside_the_others(project):
    done = run(project, "--lab-cassettes", "recordings", "-v", "test_own.py")
    assert done.returncode == 0, done.stdout
    assert "recordings/identity.emulator.json::replay PASSED" in done.stdout
    assert "test_own.py::test_own PASSED" in done.stdout and "4 passed" in done.stdout


def test_without_the_option_nothing_is_collected(project):
    assert "1 passed" in run(project).stdout


def test_a_difference_fails_with_the_report(project):
    path = project / "recordings" / "identity.emulator.json"
    raw = json.loads(path.read_text())
    raw["digest"] = ""
    body = raw["interactions"][0]["response"]["body"]
    body["text"] = body["text"].replace("<Account>", "<Account>7")
    path.write_text(json.dumps(raw))
    (project / "recordings" / "broken.json").write_text("{")
    done = run(project, "--lab-cassettes", "recordings")
    assert done.returncode == 1
    assert "sts GetCallerIdentity · different · emulator · sts/identity.emulator step 0" in done.stdout
    assert "broken.json: not JSON" in done.stdout and "Traceback" not in done.stdout
    assert "2 failed, 3 passed" in done.stdout


def test_an_endpoint_can_be_named_and_a_missing_folder_is_told(project, emulator):
    done = run(project, "--lab-cassettes", "recordings", "--lab-endpoint", emulator.url)
    assert "4 passed" in done.stdout, done.stdout
    assert "there is no" in run(project, "--lab-cassettes", "nowhere").stderr
