"""Policies of the whole account, by kind; which of them hold for a log group.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html
"""

import re
from collections.abc import Iterator

from emulator.kernel.context import Context
from emulator.kernel.store import Record, Table
from emulator.services.logs.tables import Group

# LogGroupName NOT IN ["a", "b"], LogGroupName IN [...], LogGroupNamePrefix IN [...], LogGroupNamePrefix NOT IN [...]
SELECTION = re.compile(r"\s*(LogGroupName|LogGroupNamePrefix)\s+(NOT\s+IN|IN)\s*\[(.*)\]\s*", re.DOTALL)
QUOTED = re.compile(r"""["']([^"']*)["']""")


class AccountPolicy(Record):
    """``selection`` says which log groups it is for; "" for all. ``before`` is the document that this one replaced."""

    kind: str
    name: str
    document: str
    modified: int
    selection: str = ""
    scope: str = "ALL"
    created: int = 0
    before: str = ""


account_policies = Table("logs.account_policy", AccountPolicy, key=lambda each: (each.kind, each.name), ordered=True)


def selection(text: str) -> tuple[str, bool, list[str]] | None:
    """What a selection goes by, whether it excludes, and its names; None for what is no selection."""
    found = SELECTION.fullmatch(text)
    return found and (found[1], found[2].startswith("NOT"), QUOTED.findall(found[3]))


def concerns(policy: AccountPolicy, found: Group) -> bool:
    if not policy.selection:
        return True
    by, excludes, names = selection(policy.selection)
    inside = found.name in names if by == "LogGroupName" else found.name.startswith(tuple(names))
    return inside != excludes


def holding(ctx: Context, found: Group, kind: str) -> Iterator[AccountPolicy]:
    """The account's policies of a kind that hold for a log group."""
    rows = ctx.rows(account_policies, **found.place)
    return (each for each in rows if each.kind == kind and concerns(each, found)) if len(rows) else iter(())
