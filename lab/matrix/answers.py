"""Answers side by side as HTML. Written by hand and not by a template: a site has a million of these lines."""

from html import escape
from typing import Any

from lab.matrix.sidebyside import Side, side_by_side
from lab.report.result import Row

#: Lines shown of one step; an answer of a thousand keys is in the run record.
MOST_LINES = 120
HEAD = ('<div class="scroll"><table class="answers">\n<thead><tr><th scope="col">recorded</th><th scope="col">live</th>'
        "</tr></thead>\n<tbody>\n")


def answers(row: Row) -> Any:
    """The table of a step; empty where nothing was kept of it."""
    from markupsafe import Markup

    lines = side_by_side(row)
    if not lines:
        return Markup("")
    parts = [HEAD]
    for mark, left, right in lines[:MOST_LINES]:
        if mark == "place":
            parts.append(f'<tr class="place"><th colspan="2" scope="rowgroup">{escape(left.before)}</th></tr>\n')
        else:
            parts.append(f'<tr class="{mark}"><td>{_cell(left, "del")}</td><td>{_cell(right, "ins")}</td></tr>\n')
    parts.append("</tbody></table></div>\n")
    if len(lines) > MOST_LINES:
        parts.append(f'<p class="soft">{len(lines) - MOST_LINES:,} more lines stand in the run record.</p>\n')
    return Markup("".join(parts))


def _cell(side: Side | None, tag: str) -> str:
    if side is None:
        return ""
    if not side.differs:
        return escape(side.before + side.after, quote=False)
    before, differs, after = (escape(part, quote=False) for part in side)
    return f"{before}<{tag}>{differs}</{tag}>{after}"
