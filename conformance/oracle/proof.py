"""Collects what proves that an accepted call did its work; a stub can't know it."""

from datetime import datetime
from typing import Any

from conformance.client.caller import Answer, Refused, Unsendable
from conformance.oracle.finding import Finding

#: How members begin that say how much a page holds.
LIMITS = ("Max", "Limit", "PageSize", "max", "limit")


class Proof:
    """``points`` counts what was compared with what was sent or with what stands there; ``findings`` what was wrong."""

    def __init__(self, world, answer: Answer):
        self.world, self.parsed = world, answer.parsed or {}
        self.status, self.body = answer.raw.status, answer.raw.body
        self.points = 0
        self.findings: list[Finding] = []

    def equal(self, what: str, expected: Any, got: Any) -> None:
        """A value that must be exactly so."""
        self.points += 1
        if plain(expected) != plain(got):
            self.findings.append(Finding(what, "value", expected, got))

    def holds(self, what: str, expected: Any, got: Any) -> None:
        """Everything in ``expected`` must stand in ``got``; lists must be as long, dicts may hold more."""
        self.points += 1
        self._holds(what, plain(expected), plain(got))

    def _holds(self, what: str, expected: Any, got: Any) -> None:
        if isinstance(expected, dict) and isinstance(got, dict):
            for key, value in expected.items():
                if key in got:
                    self._holds(f"{what}.{key}", value, got[key])
                elif value not in ({}, [], None):
                    self.findings.append(Finding(f"{what}.{key}", "missing", value, None))
        elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
            for number, (one, other) in enumerate(zip(expected, got)):
                self._holds(f"{what}[{number}]", one, other)
        elif expected != got:
            kind = "missing" if got is None else "value"
            self.findings.append(Finding(what, kind, expected, got))

    def true(self, what: str, condition: Any, expected: str, got: Any = None) -> None:
        self.points += 1
        if not condition:
            self.findings.append(Finding(what, "value", expected, got))

    def present(self, *names: str) -> None:
        """Members that AWS always tells (``Owner.ID``, ``Parts.ETag`` for each part); presence alone proves nothing."""
        for name in names:
            if not all(each is not None for each in _values([self.parsed], name.split("."))):
                self.findings.append(Finding(name, "missing", "always told", None))

    def pages(self, operation: str, given: dict, member: str, token: tuple[str, str], name: str) -> None:
        """Follow the pages from this answer on: all together they must be what one call without a limit lists.

        ``token``: the member that carries it in the answer and in the request; ``name``: of an element, or "".
        """
        limit = next(key for key in given if key.startswith(LIMITS))
        whole = self.read(operation, {key: value for key, value in given.items() if key != limit})
        listed, answer = list(self.parsed.get(member, [])), self.parsed
        while answer.get(token[0]) and len(listed) <= 2000:
            answer = self.read(operation, {**given, token[1]: answer[token[0]]})
            listed += answer.get(member, [])
        chosen = [[each[name] if name else each for each in found] for found in (whole.get(member, []), listed)]
        self.equal(f"all pages of {member}", *chosen)

    def read(self, operation: str, given: dict, service: str | None = None) -> dict:
        """Look at what stands there; a refusal is a finding and reads as nothing."""
        try:
            return self.world.ask(operation, given, service)
        except Refused as error:
            self.findings.append(Finding(operation, "code", "accepted", str(error)))
        except Unsendable as error:
            self.findings.append(Finding(operation, "type", "sendable", str(error)))
        return {}

    def refused(self, operation: str, given: dict, *codes: str, service: str | None = None) -> None:
        """A call that must be refused with one of the codes, because the thing is gone."""
        self.points += 1
        answer = self.world.caller(service).call(operation, given)
        if answer.code not in codes:
            self.findings.append(Finding(operation, "code", " or ".join(codes), f"{answer.raw.status} {answer.code}"))


def _values(found: list, path: list[str]) -> list:
    """What stands at a path in every element of the lists on the way."""
    for name in path:
        found = [each.get(name) if isinstance(each, dict) else None for each in found]
        found = [inner for each in found for inner in (each if isinstance(each, list) else [each])]
    return found


def plain(value: Any) -> Any:
    """Timestamps as whole epoch seconds, all bytes as bytes."""
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, bytearray):
        return bytes(value)
    if isinstance(value, float) and value == int(value):
        return int(value)
    return value


