"""What is wrong and what is missing, as sentences with their evidence: from the results, never from memory.

A known limitation is a failing probe or an operation that answers 501. What replays found to differ stands beside them:
differences that nobody has explained yet, and those listed in ``known-differences``.
"""

import re
from typing import NamedTuple

from lab.matrix.cells import Service
from lab.report.result import Difference, Row
from lab.report.values import short

#: Links shown with a sentence; more of the same are counted.
SHOWN_EVIDENCE = 3

#: Kind of difference to the sentence about it. {where} is the place in the answer.
SENTENCES = {
    "value": "{where} is {got} where {source} has {expected}",
    "type": "{where} has another type: {got} where {source} has {expected}",
    "missing": "{where} is missing; {source} has {expected}",
    "unexpected": "{where} is answered, {got}, which {source} does not have",
    "status": "the HTTP status is {got}; {source} has {expected}",
    "code": "the error code is {got}; {source} has {expected}",
    "message": "the message is {got}; {source} has {expected}",
    "order": "the order at {where} is another: {got}; {source} has {expected}",
    "binding": "{where} does not stay the same value through the calls: {got} where {expected} was bound",
}
SOURCES = {
    "aws-live": "AWS", "aws-imported": "AWS", "aws-documented": "AWS's documentation",
    "protocol-suite": "the protocol suite", "emulator": "the regression record",
}


class Finding(NamedTuple):
    """One thing that replays found. ``evidence``: the rows that show it, in the order of cassettes and steps."""

    operation: str
    verdict: str
    text: str
    evidence: list[Row]


class Findings(NamedTuple):
    """Of a service. Limitations: ``probes`` that fail, ``unsupported`` (an implemented operation answers 501),
    ``missing`` (not implemented). Of the replays: ``different``, ``known``, and ``unreachable`` steps.
    """

    probes: list[Row]
    unsupported: list[Finding]
    missing: list[str]
    different: list[Finding]
    known: list[Finding]
    unreachable: list[Row]

    @property
    def limited(self) -> bool:
        return bool(self.probes or self.unsupported or self.missing)

    def of(self, operation: str) -> list[Finding]:
        """What was found of one operation."""
        return [each for group in (self.unsupported, self.different, self.known) for each in group
                if each.operation == operation]


def sentence(row: Row, difference: Difference | None) -> str:
    """What is wrong, as the second half of a sentence that begins with the operation's name."""
    reason = f": {row.reason.rstrip('.')}" if row.reason else ""
    match row.verdict:
        case "unsupported":
            return f"is not supported{reason}"
        case "known":
            return f"differs in a known way{reason}"
    if difference is None:
        return f"differs{reason}"
    source = SOURCES[row.provenance]
    match difference:
        case Difference("Error", "unexpected") | Difference(_, "code", "success"):
            return f"fails with {code(difference.got)} where {source} succeeds"
        case Difference("Error", "missing"):
            return f"succeeds where {source} fails with {code(difference.expected)}"
    text = SENTENCES[difference.kind].format(
        where=f"`{difference.path}`" if difference.path else "the answer",
        expected=short(difference.expected, 80), got=short(difference.got, 80), source=source)
    return f"differs: {text}"


def code(error: object) -> str:
    """The code of an error, decoded or as ``code: message``, in backticks."""
    return f"`{error.get('Code') if isinstance(error, dict) else str(error).partition(':')[0]}`"


def telling(row: Row) -> list[Difference | None]:
    """The differences worth a sentence: where only one of both fails, that alone; the rest follows from it."""
    if row.verdict != "different":
        return [None]  # told by its reason
    outcome = [each for each in row.differences if each.path in ("Error", "Error.Code") or each.kind == "code"]
    return outcome[:1] or row.differences or [None]


def place(difference: Difference | None) -> tuple[str, str] | None:
    """Where and how, with every index alike: the same place in ten answers is one finding."""
    return difference and (re.sub(r"\[\d+\]|\.\d+(?=\.|$)", "[]", difference.path), difference.kind)


def told(rows: list[Row], verdict: str) -> list[Finding]:
    """The rows of a verdict as sentences; findings at one place are one, told by the first."""
    found: dict[tuple, Finding] = {}
    for row in rows:
        if row.verdict == verdict:
            for difference in telling(row):
                reason = None if difference else row.reason
                key = row.operation, SOURCES[row.provenance], place(difference), reason
                if key not in found:
                    found[key] = Finding(row.operation, verdict, sentence(row, difference), [])
                if found[key].evidence[-1:] != [row]:
                    found[key].evidence.append(row)
    return sorted(found.values(), key=lambda each: (each.operation, each.text))


def findings(service: Service) -> Findings:
    """Everything that is wrong with a service or missing in it."""
    replays = service.rows["replay"]
    missing = [each.operation for each in service.operations if each.plane and not each.implemented]
    implemented = [row for row in replays if row.operation not in set(missing)]
    return Findings(
        probes=[row for row in service.rows["probes"] if row.verdict != "equal"],
        unsupported=told(implemented, "unsupported"),
        missing=missing,
        different=told(replays, "different"),
        known=told(replays, "known"),
        unreachable=[row for row in replays if row.verdict == "unreachable"],
    )


def name(row: Row) -> str:
    """What a link to a step says: the last part of the cassette's id, and the step."""
    return f"{row.cassette.rpartition('/')[2]} step {row.step}"


def page_of(operation: str) -> str:
    """The file of an operation's page, in the folder of its service."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", operation) + ".html"


def anchor(row: Row) -> str:
    """The place of a step on its operation's page."""
    return re.sub(r"\s+", "-", f"{row.cassette}-{row.step}")
