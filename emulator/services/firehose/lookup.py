"""Finding delivery streams by name."""

from emulator.kernel.context import Context
from emulator.services.firehose.errors import in_use, not_found
from emulator.services.firehose.tables import DeliveryStream, streams


def find(ctx: Context, name: str) -> DeliveryStream:
    """Raises ResourceNotFoundException."""
    found = ctx.rows(streams).get(name)
    if found is None:
        raise not_found(name, ctx.account)
    return found


def active(ctx: Context, name: str) -> DeliveryStream:
    """Raises ResourceInUseException for a stream that is made or goes, ResourceNotFoundException."""
    found = find(ctx, name)
    if found.status != "ACTIVE":
        raise in_use(f"Firehose {name} under account {ctx.account} is in {found.status} state.")
    return found


def by_id(ctx: Context, name: str, id: str) -> DeliveryStream | None:
    found = ctx.rows(streams).get(name)
    return found if found is not None and found.id == id else None
