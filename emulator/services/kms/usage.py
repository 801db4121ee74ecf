"""Which cryptographic operation a key did last.

https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyLastUsage.html
"""

from emulator.kernel.context import Context
from emulator.services.kms import keys
from emulator.services.kms.errors import dry_run
from emulator.services.kms.service import service
from emulator.services.kms.tables import Key, Usage, usages


def note(ctx: Context, key: Key) -> None:
    """The operation at hand is about to use a key. Raises DryRunOperationException where that was all to be known."""
    if ctx.input.get("DryRun"):
        raise dry_run()
    rows = ctx.rows(usages, account=key.account, region=key.region)
    rows.put(Usage(key.id, ctx.operation, ctx.now, ctx.ids.uuid(), ctx.request_id))


@service.operation
def get_key_last_usage(ctx: Context, KeyId):
    """Raises NotFoundException, InvalidArnException."""
    key = keys.find(ctx, KeyId, by_alias=False)
    last = ctx.rows(usages, account=key.account).get(key.id)
    found = {}
    if last is not None:
        found = {"Operation": last.operation, "Timestamp": last.time, "CloudTrailEventId": last.event,
                 "KmsRequestId": last.request}  # fmt: skip
    return {"KeyId": key.id, "KeyLastUsage": found, "TrackingStartDate": key.created, "KeyCreationDate": key.created}
