"""The report for the terminal: counts by verdict and provenance, then every step that failed with its differences."""

import io
from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lab.report.result import PROVENANCES, VERDICTS, Difference, Row, Run, count
from lab.report.values import short

COLOURS = {"equal": "green", "equivalent": "green", "known": "yellow", "different": "red", "unreachable": "magenta",
           "unsupported": "blue"}
SHOWN_DIFFERENCES = 12


def sentence(difference: Difference) -> str:
    """One difference on one line: where, what kind, expected and got."""
    where = difference.path or "(answer)"
    match difference.kind:
        case "missing":
            return f"{where}: missing, expected {short(difference.expected)}"
        case "unexpected":
            return f"{where}: unexpected {short(difference.got)}"
        case kind:
            return f"{where}: {kind}, expected {short(difference.expected)}, got {short(difference.got)}"


def describe(row: Row) -> Iterator[str]:
    """Plain lines about one step: its evidence, its reason, its differences."""
    yield f"{row.service} {row.operation} · {row.verdict} · {row.provenance} · {row.cassette} step {row.step}"
    if row.reason:
        yield f"  because {row.reason}"
    for difference in row.differences[:SHOWN_DIFFERENCES]:
        yield f"  {sentence(difference)}"
    if len(row.differences) > SHOWN_DIFFERENCES:
        yield f"  and {len(row.differences) - SHOWN_DIFFERENCES} more"


def table(title: str, groups: dict[str, list[Row]]) -> Table:
    """Verdict counts, one line a group; a group without rows is left out."""
    # No lines between the columns: all of it fits a terminal of 80 characters.
    built = Table("", *VERDICTS, "all", title=title, title_justify="left", header_style="bold", box=None,
                  padding=(0, 1, 0, 0))
    for column in built.columns:
        column.no_wrap, column.justify = True, "right" if column.header else "left"
    for name, rows in groups.items():
        numbers = count(rows, VERDICTS, lambda row: row.verdict)
        cells = [f"[{COLOURS[key]}]{value}[/]" if value else "·" for key, value in numbers.items()]
        if rows:
            built.add_row(name, *cells, str(len(rows)))
    return built


def print_run(run: Run, console: Console | None = None) -> None:
    """Print the whole report; to standard output unless another console is given."""
    console = console or Console(emoji=False)
    versions = ", ".join(f"{name} {value}" for name, value in sorted(run.versions.items()))
    console.print(f"[bold]{run.suite} {escape(run.id)}[/] against {escape(run.endpoint)}, {run.started_at} "
                  f"({escape(versions)})", highlight=False, soft_wrap=True)
    console.print(table("by service", {name: [row for row in run.rows if row.service == name]
                                       for name in run.services()}))
    console.print(table("by provenance", {name: [row for row in run.rows if row.provenance == name]
                                          for name in PROVENANCES}))
    for row in run.failed():
        head, *rest = describe(row)
        console.print(f"[{COLOURS[row.verdict]}]{escape(head)}[/]", highlight=False, soft_wrap=True)
        for line in rest:
            console.print(escape(line), highlight=False, soft_wrap=True)
    for problem in run.problems:
        console.print(escape(f"left out: {problem}"), highlight=False, soft_wrap=True)
    console.print(f"{len(run.rows)} steps, {len(run.failed())} failed"
                  + (f", in {run.seconds:g} s" if run.seconds is not None else ""), highlight=False)


def render(run: Run) -> str:
    stream = io.StringIO()
    print_run(run, Console(file=stream, width=120, no_color=True, emoji=False))
    return stream.getvalue()
