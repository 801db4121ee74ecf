"""A badge: the share of replayed steps that agree. Over evidence only: what an emulator recorded proves nothing."""

from lab.report.result import EVIDENCE, Run

WIDTH = 6.6  # of a character at the badge's font size, in pixels
TEMPLATE = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{label}: {value}">
<title>{label}: {value}</title>
<rect width="{width}" height="20" rx="3" fill="#444"/>
<path d="M{left} 0h{inner}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-{inner}z" fill="{colour}"/>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="{label_at}" y="14">{label}</text><text x="{value_at}" y="14">{value}</text></g></svg>
"""


def render(run: Run) -> str:
    rows = [row for row in run.rows if row.provenance in EVIDENCE]
    return badge(sum(row.verdict in ("equal", "equivalent") for row in rows), len(rows))


def badge(agreeing: int, steps: int, label: str = "AWS parity") -> str:
    """The picture for so many agreeing steps of all that are evidence, as SVG."""
    share = agreeing / steps if steps else 0
    # Cut, never rounded up: 100 % is written only when every step agrees.
    value = f"{int(share * 1000) / 10:g} % of {steps}" if steps else "no evidence"
    colour = "#757575" if not steps else "#2e7d32" if share >= 0.95 else "#b26a00" if share >= 0.7 else "#c62828"
    left, right = round(len(label) * WIDTH + 12), round(len(value) * WIDTH + 12)
    return TEMPLATE.format(label=label, value=value, colour=colour, width=left + right, left=left, inner=right - 3,
                           label_at=left / 2, value_at=left + right / 2)
