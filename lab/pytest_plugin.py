"""The pytest plugin: ``pytest --lab-cassettes DIR`` makes each cassette below DIR a test, beside what is collected.

``--lab-endpoint URL`` names the endpoint; else an emulator is started once for the session. ``--lab-strict`` compares
the wire, too. A test fails on a step that is different, unreachable or unsupported, and on a cassette that can't be
read; its text is the lab's own report.
"""

from contextlib import ExitStack
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("lab", "replay of recorded AWS traffic")
    group.addoption("--lab-cassettes", action="append", default=[], type=Path, metavar="DIR",
                    help="make each cassette below this folder a test; may be repeated")
    group.addoption("--lab-endpoint", metavar="URL", help="replay there; default: an emulator of the session's own")
    group.addoption("--lab-strict", action="store_true", help="compare status, headers and bytes on the wire, too")


def pytest_configure(config: pytest.Config) -> None:
    named = [path.resolve() for path in config.getoption("--lab-cassettes")]
    if named:
        config.pluginmanager.register(Cassettes(config, named), "lab-cassettes")


class Cassettes:
    """Registered when folders of cassettes are named: collects them, and keeps the endpoint for the session."""

    def __init__(self, config: pytest.Config, folders: list[Path]):
        for folder in folders:
            if not folder.exists():
                raise pytest.UsageError(f"--lab-cassettes: there is no {folder}")
        self.config = config
        self.folders = folders
        self.stack = ExitStack()
        self.kept = None
        config.args += [str(folder) for folder in folders if str(folder) not in config.args]

    @pytest.hookimpl
    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector):
        inside = any(folder == file_path or folder in file_path.parents for folder in self.folders)
        if inside and file_path.suffix == ".json":
            return CassetteFile.from_parent(parent, path=file_path)
        return None

    def endpoint(self):
        """The endpoint of the session; the emulator is started when the first cassette needs it."""
        from lab.replayer.endpoint import Endpoint, started

        if self.kept is None:
            url = self.config.getoption("--lab-endpoint")
            self.kept = Endpoint(url) if url else self.stack.enter_context(started())
        return self.kept

    def pytest_unconfigure(self) -> None:
        self.stack.close()


class CassetteFile(pytest.File):
    """A cassette file holds one test."""

    def collect(self):
        yield CassetteItem.from_parent(self, name="replay")


class Differs(Exception):
    """The text is the report of what failed."""


class CassetteItem(pytest.Item):
    """The replay of one cassette."""

    def runtest(self) -> None:
        from lab.cassette.files import read
        from lab.replayer.clients import Clients
        from lab.replayer.run import play
        from lab.report.text import describe

        cassette = read(self.path)
        endpoint = self.config.pluginmanager.get_plugin("lab-cassettes").endpoint()
        rows = play(cassette, endpoint, Clients(endpoint.transport()), self.config.getoption("--lab-strict"))
        failed = [row for row in rows if row.failed]
        if failed:
            raise Differs("\n".join(line for row in failed for line in describe(row)))

    def repr_failure(self, excinfo, style=None):
        from lab.errors import LabError

        if isinstance(excinfo.value, Differs | LabError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self):
        return self.path, None, f"cassette {self.path.name}"
