"""JUnit XML: a suite per service, a case per step. Failing verdicts fail, listed differences are skipped cases."""

import re
from xml.etree import ElementTree

from lab.report.result import Row, Run
from lab.report.text import describe

#: What XML 1.0 cannot carry, not even escaped.
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    return FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def case(row: Row) -> ElementTree.Element:
    element = ElementTree.Element("testcase", {
        "classname": f"{row.service}.{row.operation}",
        "name": clean(f"{row.title} [{row.cassette} step {row.step}]"),
        "time": f"{(row.duration_ms or 0) / 1000:.3f}",
    })
    properties = ElementTree.SubElement(element, "properties")
    for name, value in (("verdict", row.verdict), ("provenance", row.provenance)):
        ElementTree.SubElement(properties, "property", {"name": name, "value": value})
    if row.failed or row.verdict == "known":
        attributes = {"type": row.verdict, "message": clean(row.reason or row.verdict)}
        outcome = ElementTree.SubElement(element, "failure" if row.failed else "skipped", attributes)
        outcome.text = clean("\n".join(describe(row)))
    return element


def render(run: Run) -> str:
    root = ElementTree.Element("testsuites", {"name": f"{run.suite} {run.id}", "tests": str(len(run.rows)),
                                              "failures": str(len(run.failed()))})
    for service in run.services():
        rows = [row for row in run.rows if row.service == service]
        suite = ElementTree.SubElement(root, "testsuite", {
            "name": service,
            "tests": str(len(rows)),
            "failures": str(sum(row.failed for row in rows)),
            "skipped": str(sum(row.verdict == "known" for row in rows)),
            "time": f"{sum(row.duration_ms or 0 for row in rows) / 1000:.3f}",
            "timestamp": run.started_at,
            "hostname": run.endpoint,
        })
        suite.extend(map(case, rows))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
