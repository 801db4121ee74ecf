"""Known limitations as sentences, each with its evidence: from the results, never from memory."""

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
#: Verdicts that limit, in the order in which they are told.
ORDER = {"different": 0, "unsupported": 1, "known": 2}
SOURCES = {
    "aws-live": "AWS", "aws-imported": "AWS", "aws-documented": "AWS's documentation",
    "protocol-suite": "the protocol suite", "emulator": "the regression record",
}


class Limitation(NamedTuple):
    """``evidence``: the rows that show it, in the order of cassettes and steps; empty for what was not tried."""

    operation: str
    verdict: str
    text: str
    evidence: list[Row]


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


def limitations(service: Service) -> list[Limitation]:
    """Every difference, listed difference and unsupported step; findings at one place are one, told by the first."""
    found: dict[tuple, Limitation] = {}
    for row in service.rows:
        if row.verdict in ORDER:
            for difference in telling(row):
                reason = None if difference else row.reason
                key = row.operation, row.verdict, SOURCES[row.provenance], place(difference), reason
                if key not in found:
                    found[key] = Limitation(row.operation, row.verdict, sentence(row, difference), [])
                if anchor(row) not in map(anchor, found[key].evidence[-1:]):
                    found[key].evidence.append(row)
    return sorted(found.values(), key=lambda each: (each.operation, ORDER[each.verdict], each.text))


def unreachable(service: Service) -> list[Row]:
    """Steps that could not be judged, because an earlier one differed."""
    return [row for row in service.rows if row.verdict == "unreachable"]


def missing(service: Service) -> list[str]:
    """Operations that are not implemented."""
    return [each.operation for each in service.operations if not each.implemented]


def name(row: Row) -> str:
    """What a link to a step says: the last part of the cassette's id, and the step."""
    return f"{row.cassette.rpartition('/')[2]} step {row.step}"


def anchor(row: Row) -> str:
    """The place of a step on its service's page."""
    return re.sub(r"\s+", "-", f"{row.cassette}-{row.step}")
