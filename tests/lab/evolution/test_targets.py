"""Servers of the package index as targets of a comparison: made once, started, stopped; what fails is told."""

import sys
import urllib.request
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.evolution import targets
from lab.evolution.targets import Installed, running


@pytest.fixture
def place(tmp_path: Path, monkeypatch):
    """Targets are kept here; ``place(name, script)`` is one whose environment stands already."""
    monkeypatch.setattr(targets, "PLACE", tmp_path)

    def make(name: str, script: str) -> None:
        program = tmp_path / name / "bin" / "serve"
        program.parent.mkdir(parents=True)
        program.write_text(f"#!{sys.executable}\n{script}")
        program.chmod(0o755)
        monkeypatch.setitem(targets.TARGETS, name, Installed(("some-server",), ("serve", "{port}")))
        (tmp_path / name / "installed").write_text("some-server")

    return make


def test_a_server_runs_while_it_is_asked(place):
    place("other", "import sys\nfrom http.server import SimpleHTTPRequestHandler, test\n"
                   "test(SimpleHTTPRequestHandler, port=int(sys.argv[1]), bind='127.0.0.1')\n")  # fmt: skip
    with running("other") as url:
        assert urllib.request.urlopen(url).status == 200
    with pytest.raises(OSError):
        urllib.request.urlopen(url, timeout=2)


def test_a_server_that_does_not_start_is_told(place):
    place("broken", "raise SystemExit(3)\n")
    with pytest.raises(LabError, match="broken did not start; its log is"), running("broken"):
        pass


def test_what_the_index_does_not_have_is_told(place, monkeypatch, tmp_path):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setitem(targets.TARGETS, "none", Installed(("no-such-server",), ("serve",)))
    with pytest.raises(LabError, match="no-such-server cannot be installed"), running("none"):
        pass
