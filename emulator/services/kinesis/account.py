"""The account's settings: the minimum throughput billing commitment, which lasts for a day at least.

https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateAccountSettings.html
"""

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.kinesis.errors import invalid, limited, refused
from emulator.services.kinesis.service import service
from emulator.services.kinesis.tables import Account, accounts

LEAST = 24 * 3600.0  # seconds that a commitment lasts
WARMEST = 10 * 1024  # MiB a second


def commitment(ctx: Context) -> Account:
    return ctx.rows(accounts).get("account") or Account()


def check_warm(ctx: Context, wanted: int) -> None:
    """Whether a stream may have so much warm throughput. Raises LimitExceededException, ValidationException."""
    if commitment(ctx).status != "ENABLED":
        raise refused("Warm throughput needs the account's MinimumThroughputBillingCommitment to be enabled.")
    if wanted > WARMEST:
        raise limited(f"Warm throughput can't be more than {WARMEST} MiB per second.")


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
