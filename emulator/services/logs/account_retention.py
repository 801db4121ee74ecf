"""Retention policies of the account, which stand above what log groups say of themselves.

A policy, or a change of one, takes effect after 24 hours. Of several that hold, the longest counts.
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html
"""

from collections.abc import Iterable
from typing import NamedTuple

import orjson

from emulator.kernel.context import Context
from emulator.services.logs import account_rules
from emulator.services.logs.account_rules import AccountPolicy
from emulator.services.logs.errors import invalid
from emulator.services.logs.tables import Group

KIND = "RETENTION_POLICY"
DAYS = (30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
NEVER = "NEVER_EXPIRE"
MODES = ("NEW_ONLY", "RETROACTIVE")
DELAY = 86_400_000  # milliseconds until a policy takes effect
SHOWN = 20  # log groups in the preview of a policy


class Kept(NamedTuple):
    """How long a group's events are kept, in days (0: for ever), and by which policy of the account, if by one."""

    days: int
    policy: str = ""

    @property
    def length(self) -> float:
        return self.days or float("inf")


def check(text: str) -> None:
    """Raises InvalidParameterException for what is no retention policy."""
    try:
        document = orjson.loads(text)
        good = document["retentionInDays"] in (*DAYS, NEVER) and document["enforcementMode"] in MODES
    except (ValueError, KeyError, TypeError):
        good = False
    if not good:
        raise invalid("The policy document is not a valid retention policy.")


def in_effect(policy: AccountPolicy, now: int) -> str:
    """The document that counts at a time; "" while there is none."""
    return policy.document if now >= policy.modified + DELAY else policy.before


def kept(ctx: Context, found: Group) -> Kept:
    """What holds for a log group now."""
    now = int(ctx.now * 1000)
    policies = account_rules.holding(ctx, found, KIND)
    return _longest(found, ((policy, in_effect(policy, now)) for policy in policies))


def _longest(found: Group, documents: Iterable[tuple[AccountPolicy, str]]) -> Kept:
    chosen = []
    for policy, text in documents:
        if not text:
            continue
        document = orjson.loads(text)
        if document["enforcementMode"] == "RETROACTIVE" or found.created >= policy.created:
            days = 0 if document["retentionInDays"] == NEVER else document["retentionInDays"]
            chosen.append((policy.created, Kept(days, policy.name)))
    if not chosen:
        return Kept(found.retention)
    return min(chosen, key=lambda each: (-each[1].length, each[0]))[1]


def preview(ctx: Context, groups: list[tuple[Group, int]], changed: AccountPolicy, gone: bool = False) -> dict:
    """What a policy, or its end, would change; ``groups`` with their stored bytes."""
    counts, rows = {"longer": 0, "shorter": 0, "same": 0}, []
    for found, size in groups:
        if not account_rules.concerns(changed, found):
            continue
        policies = account_rules.holding(ctx, found, KIND)
        others = [(each, each.document) for each in policies if each.name != changed.name]
        current = kept(ctx, found)
        proposed = _longest(found, others if gone else [*others, (changed, changed.document)])
        difference = proposed.length - current.length if proposed.length != current.length else 0
        counts["longer" if difference > 0 else "shorter" if difference < 0 else "same"] += 1
        rows.append({"logGroupName": found.name, "currentRetention": str(current.days or NEVER),
                     "proposedRetention": str(proposed.days or NEVER), "storedBytes": size})  # fmt: skip
    rows.sort(key=lambda row: -row["storedBytes"])
    return {
        "totalMatchedLogGroups": len(rows), "increasedRetentionLogGroupCount": counts["longer"],
        "decreasedRetentionLogGroupCount": counts["shorter"], "unchangedRetentionLogGroupCount": counts["same"],
        "failedAnalysisCount": 0, "topLogGroupsImpacted": rows[:SHOWN],
    }  # fmt: skip
