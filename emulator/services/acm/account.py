"""The account's configuration. https://docs.aws.amazon.com/acm/latest/APIReference/API_PutAccountConfiguration.html"""

from emulator.kernel.store import REGION, Record, Table
from emulator.resources import idempotency
from emulator.services.acm.service import service

DAYS = 45  # before expiry, by default


class Configuration(Record):
    days: int


configurations = Table("acm.configuration", Configuration, key=lambda _: "account", scope=REGION)


@service.operation
def get_account_configuration(ctx):
    kept = ctx.rows(configurations).get("account")
    return {"ExpiryEvents": {"DaysBeforeExpiry": kept.days if kept else DAYS}}


@service.operation
def put_account_configuration(ctx, IdempotencyToken, ExpiryEvents=None):
    """Raises ConflictException for a token that was used for something else."""
    given = {"ExpiryEvents": ExpiryEvents or {}}
    if idempotency.replay(ctx, "PutAccountConfiguration", IdempotencyToken, given) is None:
        ctx.rows(configurations).put(Configuration((ExpiryEvents or {}).get("DaysBeforeExpiry", DAYS)))
        idempotency.remember(ctx, "PutAccountConfiguration", IdempotencyToken, given, {})
