"""The Markdown pages: the matrix (README.md) and the known limitations (limitations.md)."""

from urllib.parse import quote

from lab.matrix.cells import Service
from lab.matrix.limitations import SHOWN_EVIDENCE, anchor, limitations, missing, name, unreachable
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
evidence of parity, and counts for none."""


def agreement(service: Service, provenance: str) -> str:
    """``agreeing of all`` for one provenance; says so where there is none."""
    verdicts = service.replays.get(provenance)
    if not verdicts:
        return NO_EVIDENCE if provenance == "aws-live" else "·"
    return f"{verdicts.get('equal', 0) + verdicts.get('equivalent', 0)} of {sum(verdicts.values())}"


def run_of(service: Service) -> str:
    if service.run is None:
        return "never replayed"
    versions = ", ".join(f"{part} {value}" for part, value in service.run.versions.items())
    return f"{service.run.date}, `{service.run.id}` ({versions})"


def readme(services: list[Service]) -> str:
    done, all_ = sum(each.implemented for each in services), sum(len(each.operations) for each in services)
    live = sum(each.live for each in services)
    head = ["service", "implemented", *PROVENANCES, "run"]
    rows = [[f"[{each.service}](#{each.service})" if each.run else each.service,
             f"{each.implemented} of {len(each.operations)}",
             *[agreement(each, provenance) for provenance in PROVENANCES], run_of(each)] for each in services]
    lines = [GENERATED, "", "# Parity matrix", "", INTRODUCTION, "",
             f"{done} of {all_} operations are implemented. "
             + (f"{live} steps are compared with live recordings of AWS." if live else
                "No step is compared with a live recording of AWS yet: the cells say so."), "",
             *table(head, rows)]
    for each in services:
        if each.run:
            lines += [f"## {each.service}", "", f"Run of {run_of(each)}. "
                      f"[Every operation and step](site/{each.service}.html).", "",
                      *table(["provenance", *VERDICTS, "all"], [
                          [provenance, *[verdicts.get(verdict, 0) for verdict in VERDICTS], sum(verdicts.values())]
                          for provenance, verdicts in each.replays.items()])]
            lines += [] if each.live else ["No `aws-live` evidence exists for this service.", ""]
    return "\n".join(lines).rstrip() + "\n"


def links(service: str, rows: list[Row]) -> str:
    shown = [f"[{cell(name(row))}](site/{service}.html#{quote(anchor(row), safe='-_.~/')})"
             for row in rows[:SHOWN_EVIDENCE]]
    more = len(rows) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def limitations_page(services: list[Service]) -> str:
    lines = [GENERATED, "", "# Known limitations", "",
             "What replays found to differ from the evidence, what is listed as different, and what is not "
             "implemented. A link leads to the step that shows it.", ""]
    for each in services:
        lines += [f"## {each.service}", ""]
        lines += [f"- **{cell(one.operation)}** {cell(one.text)} ({one.evidence[0].provenance}: "
                  f"{links(each.service, one.evidence)})." for one in limitations(each)]
        lost = unreachable(each)
        if lost:
            lines.append(f"- {len(lost)} steps could not be judged, because an earlier step of their scenario "
                         f"differed: {links(each.service, lost)}.")
        gone = missing(each)
        if len(gone) == len(each.operations):
            lines.append(f"- None of the {len(gone)} operations is implemented; each is answered with status 501.")
        elif gone:
            lines.append(f"- Not implemented, answered with status 501 ({len(gone)} of {len(each.operations)}): "
                         + ", ".join(f"`{operation}`" for operation in gone) + ".")
        lines += [] if gone or lost or limitations(each) else ["- No limitation was found."]
        lines += [] if each.live else ["- No `aws-live` evidence exists: nothing was compared with a live recording."]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"
