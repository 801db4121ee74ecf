"""The account's settings: the minimum throughput billing commitment, which lasts for a day at least.

https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateAccountSettings.html
"""

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.kinesis.errors import invalid
from emulator.services.kinesis.service import service
from emulator.services.kinesis.tables import Account, accounts

LEAST = 24 * 3600.0  # seconds that a commitment lasts


def commitment(ctx: Context) -> Account:
    return ctx.rows(accounts).get("account") or Account()


@service.operation
def describe_account_settings(ctx):
    return {"MinimumThroughputBillingCommitment": _told(ctx, commitment(ctx))}


@service.operation
def update_account_settings(ctx, MinimumThroughputBillingCommitment):
    """Begin or end the commitment. Raises InvalidArgumentException before it may end."""
    wanted, before = MinimumThroughputBillingCommitment["Status"], commitment(ctx)
    after = before
    if wanted != before.status:
        if wanted == "ENABLED":
            after = Account("ENABLED", ctx.now)
        elif ctx.now < before.started + LEAST:
            raise invalid("The minimum throughput billing commitment can't be ended before its minimum duration.")
        else:
            after = replace(before, status="DISABLED", ended=ctx.now)
        ctx.rows(accounts).put(after)
    return {"MinimumThroughputBillingCommitment": _told(ctx, after)}


def _told(ctx: Context, found: Account) -> dict:
    out = {"Status": found.status}
    if found.started:
        out["StartedAt"] = int(found.started)
    if found.ended:
        out["EndedAt"] = int(found.ended)
    if found.status == "ENABLED":
        out["EarliestAllowedEndAt"] = int(found.started + LEAST)
    return out
