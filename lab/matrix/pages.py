"""The Markdown pages: the matrix (README.md), its services (services/), the known limitations (limitations.md)."""

from urllib.parse import quote

from conformance.report import NEGATIVES, POSITIVES
from lab.matrix.cells import Operation, Service, best_stub
from lab.matrix.limitations import SHOWN_EVIDENCE, Finding, Findings, anchor, name, page_of
from lab.matrix.records import RunRef, added
from lab.matrix.totals import totals
from lab.report.markdown import cell, table
from lab.report.result import PROVENANCES, VERDICTS, Row

GENERATED = "<!-- Made by `lab matrix build` from the run records in data/runs. Changes by hand are lost. -->"
NO_EVIDENCE = "no evidence"

INTRODUCTION = """\
How the emulator compares with AWS, measured by replaying recordings and comparing every answer. Each number comes from
the run named beside it; see [the known limitations](limitations.md) and [the pages per service](site/index.html).

A cell counts the steps that agree (equal, or equal after named normalizers) of all steps with that provenance.
`aws-live` was recorded from AWS by this project's recorder, `aws-imported` from AWS by other tools, `aws-documented` is
published by AWS, `protocol-suite` comes from the public protocol tests. `emulator` is a regression record: it is no
evidence of parity, and counts for none.

Variants are generated from AWS's models: a positive one passes when what it did is proven by reading back, a negative
one when it is refused with the exact code and status. Probes are documented behaviours, sequences are runs of calls
against a model of what should be there. The best stub is what a server that answers without doing anything gets from
the same suite. Planes: `full`, `partial`, `control-only` (no operation of the data plane), `none`."""


def agreement(cell: Service | Operation, provenance: str) -> str:
    """``agreeing of all`` for one provenance; says so where there is none."""
    verdicts = cell.replays.get(provenance)
    if not verdicts:
        return NO_EVIDENCE if provenance == "aws-live" else "·"
    return f"{verdicts.get('equal', 0) + verdicts.get('equivalent', 0)} of {sum(verdicts.values())}"


def run_of(run: RunRef | None) -> str:
    if run is None:
        return "never"
    versions = ", ".join(f"{part} {value}" for part, value in run.versions.items())
    return f"[{run.date}](data/runs/{quote(run.record)}), `{run.id}` ({versions})"


def passed(numbers: dict[str, int], name: str = "passed") -> str:
    """``passed of all``, or a dot where nothing was tried."""
    return f"{numbers.get(name, 0)} of {sum(numbers.values())}" if numbers else "·"


def fooled(cell: Service | Operation) -> str:
    """The most that a stub got of the variants."""
    best = best_stub(cell.stubs)
    return f"{best['passed']} of {best['variants']}" if best else "·"


def readme(services: list[Service]) -> str:
    told = totals(services)
    head = ["service", "implemented", "planes", *PROVENANCES, "positives", "negatives", "sequences", "probes",
            "best stub", "replayed"]
    rows = [[f"[{each.service}](#{each.service})" if each.runs else each.service,
             f"{each.implemented} of {each.modelled}", each.reach,
             *[agreement(each, provenance) for provenance in PROVENANCES],
             *[passed(each.conformance.get(kind, {})) for kind in (POSITIVES, NEGATIVES)],
             passed(added(list(each.sequences.values()))), passed(each.probes, "equal"), fooled(each),
             each.runs["replay"].date if "replay" in each.runs else "never"] for each in services]
    lines = [GENERATED, "", "# Parity matrix", "", "![AWS parity](site/badges/all.svg)", "", INTRODUCTION, "",
             f"{told.implemented} of {told.operations} operations are implemented. "
             + (f"{told.live} steps are compared with live recordings of AWS." if told.live else
                "No step is compared with a live recording of AWS yet: the cells say so."), "",
             *table(head, rows)]
    for each in services:
        lines += section(each) if each.runs else []
    return "\n".join(lines).rstrip() + "\n"


def section(service: Service) -> list[str]:
    """The runs behind a service's numbers, and its replays by provenance."""
    planes = ", ".join(f"{name} plane {each.implemented} of {each.operations}"
                       for name, each in service.planes.items())
    return [
        f"## {service.service}", "",
        f"[Every operation](services/{service.service}.md), [every step](site/{service.service}.html). "
        f"{planes[0].upper() + planes[1:]}.", "",
        *[f"- {suite}: {run_of(run)}" for suite, run in service.runs.items()], "",
        *(table(["provenance", *VERDICTS, "all"], [
            [provenance, *[verdicts.get(verdict, 0) for verdict in VERDICTS], sum(verdicts.values())]
            for provenance, verdicts in service.replays.items()]) if service.replays else []),
        *([] if service.live else ["No `aws-live` evidence exists for this service.", ""]),
    ]


def service_page(service: Service) -> str:
    """A row for every operation."""
    head = ["operation", "implemented", "plane", *PROVENANCES, "positives", "negatives", "probes", "best stub"]
    place = f"../site/{service.service}"
    rows = [[f"[{each.operation}]({place}/{page_of(each.operation)})" if each.tried else each.operation,
             "yes" if each.implemented else "no", each.plane or "no operation of the model",
             *[agreement(each, provenance) for provenance in PROVENANCES],
             *[passed(each.conformance.get(kind, {})) for kind in (POSITIVES, NEGATIVES)],
             passed(each.probes, "equal"), fooled(each)] for each in service.operations]
    return "\n".join([GENERATED, "", f"# {service.service}", "",
                      f"[The matrix](../README.md), [its limitations](../limitations.md#{service.service}), [the "
                      f"page with every step]({place}.html), [as "
                      f"data](../data/{service.service}.json).", "", *table(head, rows)])


def links(service: str, rows: list[Row]) -> str:
    shown = [f"[{cell(name(row))}](site/{service}/{page_of(row.operation)}#{quote(anchor(row), safe='-_.~/')})"
             for row in rows[:SHOWN_EVIDENCE]]
    more = len(rows) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def limitations_head() -> list[str]:
    return [GENERATED, "", "# Known limitations", "",
            "A limitation is a documented behaviour whose probe fails, or an operation that is answered with status "
            "501; where no local system can have the behaviour, it says why. Below them stands what replays found to "
            "differ and nobody has explained yet, and what is listed as different with its reason. A "
            "link leads to the step that shows it.", ""]


def limitations_of(service: Service, found: Findings) -> list[str]:
    """The section of one service."""
    lines = [f"## {service.service}", ""]
    lines += [f"- **{cell(row.operation)}** {row.verdict}: {cell(row.title)}"
              + (f" ({cell(row.reason)})" if row.reason else "") + "."
              + (f" Why it is not here: {cell(row.cause)}." if row.cause else "")
              + (f" [AWS]({row.link})" if row.link else "") for row in found.probes]
    lines += sentences(service, found.unsupported)
    gone = len(found.missing)
    if gone and gone == service.modelled:
        lines.append(f"- None of the {gone} operations is implemented; each is answered with status 501.")
    elif gone:
        lines.append(f"- Not implemented, answered with status 501 ({gone} of {service.modelled}): "
                     + ", ".join(f"`{operation}`" for operation in found.missing) + ".")
    lines += [] if found.limited else ["- No limitation was found."]
    lines += [] if service.live else ["- No `aws-live` evidence exists: nothing was compared with a live recording."]
    for title, group in (("What replays found to differ", found.different), ("Listed differences", found.known)):
        lines += ["", f"### {title} ({service.service})", "", *sentences(service, group)] if group else []
    if found.unreachable:
        lines += ["", f"{len(found.unreachable)} steps could not be judged, because an earlier step of their scenario "
                  f"differed: {links(service.service, found.unreachable)}."]
    return [*lines, ""]


def sentences(service: Service, found: list[Finding]) -> list[str]:
    return [f"- **{cell(one.operation)}** {cell(one.text)} ({one.evidence[0].provenance}: "
            f"{links(service.service, one.evidence)})." for one in found]
