"""A summary in Markdown, for a pull request or a CI page."""

from lab.report.result import PROVENANCES, VERDICTS, Row, Run, count
from lab.report.text import sentence

SHOWN_ROWS = 50


def cell(text: object) -> str:
    """Text that cannot break out of a table cell or become markup."""
    return str(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def table(head: list[str], rows: list[list[object]]) -> list[str]:
    """A Markdown table; the first column is text, the others are numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *[[cell(each) for each in row] for row in rows]]
    return ["| " + " | ".join(line) + " |" for line in lines] + [""]


def counts(label: str, groups: dict[str, list[Row]]) -> list[str]:
    body = [[name, *count(rows, VERDICTS, lambda row: row.verdict).values(), len(rows)]
            for name, rows in groups.items() if rows]
    return table([label, *VERDICTS, "all"], body)


def render(run: Run) -> str:
    failed = run.failed()
    lines = [
        f"## Parity: {len(run.rows)} steps, {len(failed)} failed", "",
        f"Run `{run.id}` of {run.started_at} against `{run.endpoint}`: "
        + ", ".join(f"{name} {value}" for name, value in sorted(run.versions.items())) + ".", "",
        *counts("service", {name: [row for row in run.rows if row.service == name] for name in run.services()}),
        *counts("provenance", {name: [row for row in run.rows if row.provenance == name] for name in PROVENANCES}),
    ]
    for row in failed[:SHOWN_ROWS]:
        lines.append(f"- **{row.service} {row.operation}** {row.verdict} ({row.provenance}, {cell(row.cassette)} "
                     f"step {row.step})" + (f": {cell(row.reason)}" if row.reason else ""))
        lines += [f"  - {cell(sentence(difference))}" for difference in row.differences[:5]]
    lines += [f"- left out: {cell(problem)}" for problem in run.problems]
    if len(failed) > SHOWN_ROWS:
        lines.append(f"- and {len(failed) - SHOWN_ROWS} more")
    return "\n".join(lines).rstrip() + "\n"
