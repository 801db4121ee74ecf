"""Finding log groups and streams: by name, by ARN (which may be another account's)."""

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.logs.errors import invalid, no_group, no_stream
from emulator.services.logs.tables import Group, Stream, groups, streams

BOTH = "LogGroup name and LogGroup ARN are mutually exclusive parameters."
NEITHER = "Either logGroupName or logGroupIdentifier must be specified."


def millis(ctx: Context) -> int:
    return int(ctx.now * 1000)


def owner(arn: str) -> dict[str, str]:
    """Account and region of an ARN, as ``ctx.rows`` takes them; empty for what is no ARN."""
    parts = arn.split(":", 5)
    return {"account": parts[4], "region": parts[3]} if len(parts) == 6 else {}


def name_of(identifier: str) -> str:
    """The log group's name in its ARN (with or without ``:*``), or a name as it is."""
    if not identifier.startswith("arn:"):
        return identifier
    return identifier.split(":", 6)[-1].removesuffix(":*")


def find(ctx: Context, identifier: str) -> Group | None:
    where = owner(identifier) if identifier.startswith("arn:") else {}
    return ctx.rows(groups, **where).get(name_of(identifier))


def group(ctx: Context, identifier: str) -> Group:
    """The log group with a name or ARN. Raises ResourceNotFoundException."""
    found = find(ctx, identifier)
    if found is None:
        raise no_group()
    return found


def either(ctx: Context, name: str | None, identifier: str | None, both=invalid) -> Group:
    """The log group that one of two members names. Raises InvalidParameterException, ResourceNotFoundException."""
    if name is not None and identifier is not None:
        raise both(BOTH)
    if name is None and identifier is None:
        raise invalid(NEITHER)
    return group(ctx, name if identifier is None else identifier)


def save(ctx: Context, found: Group, **changes) -> Group:
    return ctx.rows(groups, **found.place).put(replace(found, **changes))


def streams_of(ctx: Context, found: Group):
    return ctx.rows(streams, found.id, **found.place)


def stream(ctx: Context, found: Group, name: str) -> Stream:
    """A stream of a log group. Raises ResourceNotFoundException."""
    one = streams_of(ctx, found).get(name)
    if one is None:
        raise no_stream()
    return one
