"""What a replay has done so far, in a file, so that an interrupted one goes on where it stopped.

The first line says what is replayed where; each further line holds a cassette's digest and its rows.
"""

from pathlib import Path

import msgspec

from lab.cassette.files import digest
from lab.cassette.model import Cassette
from lab.report.result import Row


class Done(msgspec.Struct):
    """A cassette that was played."""

    digest: str
    rows: list[Row]


class Journal:
    """``head``: what has to be the same for the rows to count (endpoint, strictness, versions)."""

    def __init__(self, path: Path, head: dict):
        self.path = path
        self.head = msgspec.json.encode(head, order="deterministic")
        self.rows: dict[str, list[Row]] = {}
        lines = path.read_bytes().splitlines() if path.exists() else []
        if lines[:1] == [self.head]:
            for line in lines[1:]:
                try:
                    done = msgspec.json.decode(line, type=Done)
                except msgspec.DecodeError:  # cut off in the middle of a write: played again
                    continue
                self.rows[done.digest] = done.rows
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.head + b"\n")
        if lines and not path.read_bytes().endswith(b"\n"):
            with path.open("ab") as file:
                file.write(b"\n")

    def known(self, cassette: Cassette) -> list[Row] | None:
        """The rows of a cassette that was played before and has not changed since."""
        return self.rows.get(digest(cassette))

    def add(self, cassette: Cassette, rows: list[Row]) -> None:
        with self.path.open("ab") as file:
            file.write(msgspec.json.encode(Done(digest(cassette), rows)) + b"\n")

    def close(self) -> None:
        """All is done: the next replay begins anew."""
        self.path.unlink(missing_ok=True)
