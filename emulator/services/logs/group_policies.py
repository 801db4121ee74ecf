"""What is attached to a log group as a document: index policies, transformers, data protection."""

from typing import Any

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.logs.errors import invalid
from emulator.services.logs.lookup import group, millis
from emulator.services.logs.tables import Group, Policy


def standard(ctx: Context, identifier: str, what: str) -> Group:
    """A log group that supports ``what``. Raises InvalidParameterException, ResourceNotFoundException."""
    found = group(ctx, identifier)
    if found.kind != "STANDARD":
        raise invalid(f"Only log groups of the STANDARD class support {what}.")
    return found


def renewed(ctx: Context, before: Policy | None, document: Any) -> Policy:
    """A policy with a new document; when it was made stays."""
    now = millis(ctx)
    return replace(before, document=document, modified=now) if before else Policy(document, now, now)
