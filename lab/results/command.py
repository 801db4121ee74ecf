"""``lab query``: ask the results and the index of the cassettes."""

import argparse
import csv
import sys
from pathlib import Path

from lab.errors import LabError
from lab.report.values import dump
from lab.results.store import STORE, Store, history

EPILOG = """\
Tables: results (a row for every judged step of every run) and interactions (a row for every step of every cassette).
  lab query --by service,verdict                         counts
  lab query --service s3 --verdict different             steps, filtered
  lab query --of interactions --by service,provenance    what is recorded
  lab query --history --service sqs                      one line for each run
  lab query "SELECT operation, d.path FROM results, unnest(differences) AS t(d) WHERE service = 's3'"
"""

#: Filters: the option's name is the column's; a pattern with * for the last.
FILTERS = ("service", "operation", "verdict", "provenance", "endpoint", "run", "cassette")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = f"{EPILOG}\n{parser.epilog or ''}"
    parser.add_argument("sql", nargs="?", metavar="SQL", help="a query in DuckDB's SQL; it stands alone")
    parser.add_argument("--of", choices=("results", "interactions"), default="results", help="default: results")
    for name in FILTERS:
        parser.add_argument(f"--{name}", metavar="GLOB", help=f"only rows whose {name} matches")
    parser.add_argument("--by", metavar="COLUMN,…", help="count by these columns in place of listing rows")
    parser.add_argument("--history", action="store_true", help="one line for each run, endpoint and service")
    parser.add_argument("--limit", type=int, default=100, metavar="N", help="rows that are shown (default: 100)")
    parser.add_argument("--json", action="store_true", help="print rows as JSON")
    parser.add_argument("--csv", action="store_true", help="print rows as CSV")
    parser.add_argument("--runs", type=Path, default=Path("parity-matrix/data/runs"), metavar="DIR",
                        help="run records to take up first (default: parity-matrix/data/runs)")
    parser.add_argument("--cassettes", type=Path, default=Path("cassettes"), metavar="DIR",
                        help="cassettes to index first (default: cassettes)")
    parser.add_argument("--store", type=Path, default=STORE, metavar="DIR", help=f"default: {STORE}")


def statement(args: argparse.Namespace, known: dict[str, str]) -> tuple[str, dict]:
    """The query that the options say, with its parameters. Raises LabError for a column that the table lacks."""
    given = {name: getattr(args, name) for name in FILTERS if getattr(args, name) is not None}
    columns = [each.strip() for each in (args.by or "").split(",") if each.strip()]
    unknown = [name for name in (*given, *columns) if name not in known]
    if unknown:
        raise LabError(f"{args.of} has no column {unknown[0]!r}: choose of {', '.join(known)}")
    where = " AND ".join(f"{name} GLOB ${name}" for name in given) or "true"
    if columns:
        names = ", ".join(columns)
        return f"SELECT {names}, count(*) AS steps FROM {args.of} WHERE {where} GROUP BY ALL ORDER BY {names}", given
    return f"SELECT * FROM {args.of} WHERE {where} LIMIT {max(args.limit, 0)}", given


def run(args: argparse.Namespace) -> int:
    """0; 1 when a cassette could not be indexed. Raises LabError for a query that can't be run."""
    from lab.results.tables import COLUMNS

    store = Store(args.store)
    store.take_runs(args.runs)
    problems = store.index(args.cassettes) if args.cassettes.is_dir() else []
    if args.sql:
        names, rows = store.ask(args.sql)
    elif args.history:
        names, rows = history(store, args.service)
    else:
        names, rows = store.ask(*statement(args, COLUMNS[args.of]))
    show(names, rows, args)
    for problem in problems:
        print(f"left out: {problem}", file=sys.stderr)
    return 1 if problems else 0


def show(names: list[str], rows: list[tuple], args: argparse.Namespace) -> None:
    if args.json:
        print(dump([dict(zip(names, row)) for row in rows], indent=2))
    elif args.csv:
        writer = csv.writer(sys.stdout)
        writer.writerows([names, *rows])
    else:
        from rich.console import Console
        from rich.markup import escape
        from rich.table import Table

        table = Table(*names, box=None, header_style="bold")
        for row in rows:
            table.add_row(*(escape("" if value is None else str(value)) for value in row))
        Console().print(table)
