"""The static site: an index and a page per service, each one file that works from ``file://``."""

from collections import defaultdict
from pathlib import Path

from lab.matrix.cells import Service, agreeing_in, evidence_in
from lab.matrix.limitations import SHOWN_EVIDENCE, anchor, limitations, missing, name, unreachable
from lab.report.pages import page
from lab.report.result import VERDICTS


def merged(replays: dict[str, dict[str, int]]) -> dict[str, int]:
    """Verdict counts over all provenances, for the bars."""
    return {verdict: sum(each.get(verdict, 0) for each in replays.values()) for verdict in VERDICTS}


def write_site(services: list[Service], folder: Path) -> list[Path]:
    """Write every page; returns the files. Raises SiteExtraMissing without Jinja2."""
    folder.mkdir(parents=True, exist_ok=True)
    tools = {"package": "lab.matrix", "merged": merged, "anchor": anchor, "name": name,
             "SHOWN_EVIDENCE": SHOWN_EVIDENCE, "evidence_in": evidence_in, "agreeing_in": agreeing_in,
             "endpoints": sorted({endpoint for each in services for endpoint in each.others})}
    pages = {"index.html": page("index.html", title="Parity matrix", services=services, **tools)}
    for each in services:
        steps = defaultdict(list)
        for row in each.rows:
            steps[row.operation].append(row)
        pages[f"{each.service}.html"] = page(
            "service.html", title=f"{each.service} parity", service=each, steps=steps,
            limitations=limitations(each), unreachable=unreachable(each), missing=missing(each), **tools)
    for file, text in pages.items():
        (folder / file).write_text(text, encoding="utf-8")
    return [folder / file for file in pages]
