"""Collects what proves that an accepted call did its work; a stub can't know it."""

from datetime import datetime
from typing import Any

from conformance.client.caller import Answer, Refused, Unsendable
from conformance.oracle.finding import Finding


class Proof:
    """``points`` counts what was compared with what was sent or with what stands there; ``findings`` what was wrong."""

    def __init__(self, world, answer: Answer):
        self.world, self.parsed = world, answer.parsed or {}
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
        """Members that AWS always tells; their presence alone proves nothing."""
        for name in names:
            if self.parsed.get(name) is None:
                self.findings.append(Finding(name, "missing", "always told", None))

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


