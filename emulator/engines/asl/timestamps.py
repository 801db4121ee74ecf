"""Moments as the States Language writes them: RFC 3339 with a capital T and a zone, nothing looser."""

import re
from datetime import UTC, datetime

FORM = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")


def parse(text: str) -> float | None:
    """Epoch seconds; None for what is no such moment."""
    match = FORM.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    whole, fraction, zone = match.groups()
    try:
        moment = datetime.fromisoformat(whole + ("+00:00" if zone == "Z" else zone)).timestamp()
    except ValueError:
        return None
    return moment + (float(fraction) if fraction else 0.0)


def text(moment: float) -> str:
    """``2026-01-31T12:00:00.000Z``"""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
