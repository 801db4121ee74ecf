"""What tells of a fault in a definition."""

from typing import Any, NamedTuple

SCHEMA = "SCHEMA_VALIDATION_FAILED"
TRANSITION = "MISSING_TRANSITION_TARGET"


class Diagnostic(NamedTuple):
    """``location`` is a path in the definition (``/States/A/Next``); ``severity`` ERROR or WARNING."""

    severity: str
    code: str
    message: str
    location: str


def fault(message: str, location: str, code: str = SCHEMA) -> Diagnostic:
    return Diagnostic("ERROR", code, message, location or "/")


def required(holder: dict[str, Any], name: str, location: str) -> list[Diagnostic]:
    """That a field is missing, if it is."""
    return [] if name in holder else [fault(f"These fields are required: [{name}]", location)]
