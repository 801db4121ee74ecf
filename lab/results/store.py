"""The store: Parquet files in one folder. A run's file is written once and never changes; the index can change.

``results/<record>.parquet`` for every run record, ``interactions.parquet`` for the cassettes. All of it can be made
anew from the records and the cassettes.
"""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from lab.errors import LabError
from lab.report.result import Run
from lab.results import tables

STORE = Path(".paritylab/store")


class Store:
    """Tables ``results`` and ``interactions`` over a folder. Raises LabError where DuckDB is not installed."""

    def __init__(self, folder: Path = STORE):
        try:
            import duckdb
        except ImportError:
            raise LabError("queries need DuckDB: pip install 'paritylab[lab]'") from None
        self.folder = folder
        (folder / "results").mkdir(parents=True, exist_ok=True)
        self.connection = duckdb.connect()
        self.errors = duckdb.Error

    def take_runs(self, records: Path) -> int:
        """Add the run records of a folder that are not here yet; how many. Raises LabError for what is no record."""
        added = 0
        for path in sorted(records.glob("*.json")):
            target = self.folder / "results" / f"{path.stem}.parquet"
            if target.exists():
                continue
            try:
                run = msgspec.json.decode(path.read_bytes(), type=Run)
            except msgspec.DecodeError as problem:
                raise LabError(f"{path} is not a run record: {problem}") from None
            self.write("results", tables.results(run), target)
            added += 1
        return added

    def index(self, cassettes: Path) -> list[str]:
        """Bring the index up to date with the cassettes below a folder; only new and changed files are read.

        Returns a sentence for each file that can't be read; it is left out.
        """
        target, problems = self.folder / "interactions.parquet", []
        there = {path.relative_to(cassettes).as_posix(): path for path in sorted(cassettes.rglob("*.json"))}
        known = dict(self.ask("SELECT DISTINCT file, modified FROM read_parquet(?)", [str(target)])[1]) \
            if target.exists() else {}
        stale = [name for name, path in there.items() if known.get(name) != path.stat().st_mtime_ns]
        gone = known.keys() - there.keys()
        if not stale and not gone and target.exists():
            return problems

        def fresh():
            for name in stale:
                try:
                    yield from tables.interactions(there[name], name)
                except LabError as problem:
                    problems.append(str(problem))

        kept, dropped = "", None
        if known:
            kept = f"SELECT * FROM read_parquet('{quoted(target)}') WHERE NOT list_contains($dropped, file)"
            dropped = {"dropped": [*stale, *gone]}
        self.write("interactions", fresh(), target, kept, dropped)
        return problems

    def write(self, table: str, rows: Iterable[dict], target: Path, also: str = "", parameters: Any = None) -> None:
        """Rows, and those of the query ``also``, as a Parquet file, put in its place whole."""
        encoder = msgspec.json.Encoder()
        with tempfile.NamedTemporaryFile("wb", suffix=".ndjson", dir=self.folder, delete=False) as file:
            for row in rows:
                file.write(encoder.encode(row) + b"\n")
        part = target.with_suffix(".part")
        columns = ", ".join(f"{name}: '{kind}'" for name, kind in tables.COLUMNS[table].items())
        source = f"SELECT * FROM read_json('{quoted(file.name)}', format='newline_delimited', columns={{{columns}}})"
        if also:
            source = f"{also} UNION ALL BY NAME {source}"
        try:
            copy = f"COPY ({source}) TO '{quoted(part)}' (FORMAT parquet, COMPRESSION zstd)"
            self.connection.execute(copy, parameters)
            os.replace(part, target)
        finally:
            os.unlink(file.name)

    def ask(self, sql: str, parameters: Any = None) -> tuple[list[str], list[tuple]]:
        """Column names and rows. Raises LabError with DuckDB's words for a query that it can't run."""
        self._views()
        try:
            done = self.connection.execute(sql, parameters)
        except self.errors as problem:
            raise LabError(f"the query can't be run: {problem}") from None
        return [each[0] for each in done.description or ()], done.fetchall()

    def _views(self) -> None:
        """The tables over what there is now; one without any file is empty and has its columns."""
        for name, pattern in (("results", "results/*.parquet"), ("interactions", "interactions.parquet")):
            empty = ", ".join(f"NULL::{kind} AS {column}" for column, kind in tables.COLUMNS[name].items())
            found = f"SELECT * FROM read_parquet('{quoted(self.folder / pattern)}')"
            source = found if any(self.folder.glob(pattern)) else f"SELECT {empty} WHERE false"
            self.connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {source}")


def quoted(path: Path | str) -> str:
    return str(path).replace("'", "''")


def history(store: Store, service: str | None = None) -> tuple[list[str], list[tuple]]:
    """Each run at each endpoint, oldest first: steps and those that agree, by service."""
    return store.ask("""
        SELECT started_at, endpoint, service, suite, count(*) AS steps,
               count(*) FILTER (verdict IN ('equal', 'equivalent')) AS agree,
               count(*) FILTER (verdict IN ('different', 'unreachable', 'unsupported')) AS failed, any_value(run) AS run
        FROM results WHERE service = coalesce($service, service)
        GROUP BY started_at, endpoint, service, suite ORDER BY started_at, endpoint, service""", {"service": service})
