"""The static site: an index, a page per service, a page per operation that anything is known of.

It works from ``file://``: style, script and search index are files of its own, and without a script all of it reads.
"""

import json
import re
from collections import defaultdict
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from lab.matrix.answers import answers
from lab.matrix.cells import Operation, Service, agreeing_in, best_stub, evidence_in
from lab.matrix.chart import HEIGHT, chart
from lab.matrix.history import overall
from lab.matrix.limitations import SHOWN_EVIDENCE, Findings, anchor, name, page_of
from lab.matrix.totals import totals
from lab.report.badge import badge
from lab.report.pages import asset, environment, marked
from lab.report.result import VERDICTS, Row

#: Steps of an operation that are shown with both answers; the others are listed.
MOST_STEPS = 100
#: Verdicts whose steps are shown with both answers, in the order of the page; steps of the others are listed.
SHOWN = ("different", "known")


class Group(NamedTuple):
    """Steps of one cassette that share a verdict, listed together. ``reason`` is the first one's."""

    verdict: str
    rows: list[Row]

    @property
    def first(self) -> Row:
        return self.rows[0]


class Anchors:
    """The ids of a page's steps: each is given once, to the first step that has it."""

    def __init__(self):
        self.given: set[str] = set()

    def __call__(self, row: Row) -> str:
        """The id for a step; empty for one whose id is taken (several answers of one step)."""
        place = anchor(row)
        if place in self.given:
            return ""
        self.given.add(place)
        return place


def share(part: int, whole: int) -> str:
    """A percentage, cut and never rounded up: 100 % is written only for all."""
    return f"{int(1000 * part / whole) / 10:g} %" if whole else "-"


def told(text: str) -> Any:
    """A sentence of the results, escaped: code between backticks, addresses as links."""
    from markupsafe import Markup

    return Markup(re.sub(r"https?://[^\s()<>&]+", r'<a href="\g<0>" rel="noreferrer">\g<0></a>', str(marked(text))))


def merged(replays: dict[str, dict[str, int]]) -> dict[str, int]:
    """Verdict counts over all provenances, for the bars."""
    return {verdict: sum(each.get(verdict, 0) for each in replays.values()) for verdict in VERDICTS}


def listed(rows: list[Row]) -> list[Group]:
    """Steps by verdict and cassette, worst verdict first."""
    groups = defaultdict(list)
    for row in rows:
        groups[row.verdict, row.cassette].append(row)
    order = VERDICTS[::-1]
    return [Group(verdict, groups[verdict, cassette])
            for verdict, cassette in sorted(groups, key=lambda key: (order.index(key[0]), key[1]))]


class Site:
    """Writes pages into a folder as services come in; keeps what index and search need of each. ``written``: files."""

    def __init__(self, folder: Path):
        self.folder, self.written = folder, []
        self.search: dict[str, list] = {}
        self.templates = environment("lab.matrix")
        self.templates.filters.update(number="{:,}".format, told=told)
        self.templates.globals.update(
            anchor=anchor, name=name, page_of=page_of, share=share, merged=merged, chart=chart, best_of=best_stub,
            answers=answers, agreeing_in=agreeing_in, evidence_in=evidence_in, CHART_HEIGHT=HEIGHT,
            SHOWN_EVIDENCE=SHOWN_EVIDENCE)
        self.write("site.css", str(asset("style.css")) + _asset("site.css"))
        self.write("site.js", _asset("site.js"))

    def write(self, file: str, text: str) -> None:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.written.append(path)

    def page(self, file: str, template: str, **values: Any) -> None:
        """One page; ``root`` leads from it to the site's folder."""
        root = "../" * file.count("/")
        self.write(file, self.templates.get_template(template).render(root=root, **values))

    def service(self, service: Service, findings: Findings) -> None:
        """The pages of one service and its operations."""
        self.search[service.service] = [[each.operation, int(each.implemented), int(each.tried)]
                                        for each in service.operations]
        self.write(f"badges/{service.service}.svg",
                   badge(service.agreeing, service.evidence, f"{service.service} parity"))
        self.page(f"{service.service}.html", "service.html", service=service, findings=findings,
                  title=f"{service.service} parity")
        rows: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for suite, found in service.rows.items():
            for row in found:
                rows[row.operation][suite].append(row)
        pages = [each for each in service.operations if each.tried]
        for before, each, after in zip([None, *pages], pages, [*pages[1:], None]):
            self.operation(service, each, findings, rows[each.operation], (before, after))

    def operation(self, service: Service, operation: Operation, findings: Findings, rows: dict[str, list[Row]],
                  neighbours: tuple[Operation | None, Operation | None]) -> None:
        shown = [row for verdict in SHOWN for row in rows["replay"] if row.verdict == verdict]
        rest = [row for row in rows["replay"] if row.verdict not in SHOWN]
        self.page(f"{service.service}/{page_of(operation.operation)}", "operation.html", service=service,
                  operation=operation, findings=findings.of(operation.operation), shown=shown[:MOST_STEPS],
                  groups=listed([*shown[MOST_STEPS:], *rest]), left=len(shown[MOST_STEPS:]),
                  place=Anchors(), probes=rows["probes"], variants=rows["conformance"], neighbours=neighbours,
                  title=f"{service.service} {operation.operation} parity")

    def index(self, services: list[Service]) -> None:
        """Index, search and the badge of all; ``services`` without rows."""
        endpoints = sorted({endpoint for each in services for endpoint in each.compared})
        self.page("index.html", "index.html", title="Parity matrix", services=services, endpoints=endpoints,
                  total=totals(services), history=overall(services))
        self.write("badges/all.svg", badge(sum(each.agreeing for each in services),
                                           sum(each.evidence for each in services)))
        data = json.dumps(self.search, separators=(",", ":"))
        self.write("search.js", f"window.parityIndex={data};\n")


def _asset(file: str) -> str:
    return (resources.files("lab.matrix") / "templates" / file).read_text(encoding="utf-8")
