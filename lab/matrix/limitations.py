"""Known limitations as sentences, each with its evidence: from the results, never from memory."""

import re
from collections import defaultdict
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
    text = SENTENCES[difference.kind].format(
        where=f"`{difference.path}`" if difference.path else "the answer",
        expected=short(difference.expected, 80), got=short(difference.got, 80), source=SOURCES[row.provenance])
    return f"differs: {text}"


def limitations(service: Service) -> list[Limitation]:
    """Every difference, listed difference and unsupported step; equal findings are one, with all its evidence."""
    found: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in service.rows:
        if row.verdict in ("different", "known", "unsupported"):
            # A listed difference is told by its reason alone.
            places = row.differences if row.verdict == "different" else []
            for difference in places or [None]:
                found[row.operation, row.verdict, sentence(row, difference)].append(row)
    order = {"different": 0, "unsupported": 1, "known": 2}
    return [Limitation(*key, rows) for key, rows in sorted(
        found.items(), key=lambda item: (item[0][0], order[item[0][1]], item[0][2]))]


def unreachable(service: Service) -> list[Row]:
    """Steps that could not be judged, because an earlier one differed."""
    return [row for row in service.rows if row.verdict == "unreachable"]


def missing(service: Service) -> list[str]:
    """Operations that are not implemented."""
    return [each.operation for each in service.operations if not each.implemented]


def anchor(row: Row) -> str:
    """The place of a step on its service's page."""
    return re.sub(r"\s+", "-", f"{row.cassette}-{row.step}")
