"""What the machine is told to offer."""

import shutil

import pytest

from emulator.backends import doctor


@pytest.fixture
def rows(monkeypatch) -> dict[str, dict]:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    return {row["plane"]: row for row in doctor.examine()}


@pytest.mark.parametrize(("plane", "program"), [("Node.js", "node"), ("Ruby", "ruby"), ("Java", "javac")])
def test_languages_of_functions(rows, plane, program):
    found = shutil.which(program)
    assert rows[plane]["state"] == ("ok" if found else "optional")
    assert rows[plane]["detail"] == found or "on the path" in rows[plane]["detail"]


def test_an_engine_that_does_not_answer(rows):
    assert rows["containers"]["state"] == "optional" and "unix:///nowhere/docker.sock" in rows["containers"]["detail"]
