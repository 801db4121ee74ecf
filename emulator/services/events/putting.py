"""Events that come in: from callers, from AWS's services, from partners.

A source that begins with ``aws.`` is AWS's: entries of it are taken from services alone, that is from calls whose
principal is a service (``emulator.kernel.context.acting``).
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
"""

from typing import Any

import orjson

from emulator.kernel.context import Context
from emulator.services.events import endpoints, partners
from emulator.services.events.buses import Place, look, place
from emulator.services.events.errors import invalid
from emulator.services.events.routing import event, publish
from emulator.services.events.service import service

LARGEST = 256 * 1024  # bytes that the entries of one request may have
TIME_SIZE = 14  # bytes that an entry's time counts

Refusal = tuple[str, str]


def size_of(entry: dict[str, Any]) -> int:
    """As AWS counts: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html"""
    texts = [entry.get(name) or "" for name in ("Source", "DetailType", "Detail")] + list(entry.get("Resources") or ())
    return sum(len(text.encode()) for text in texts) + (TIME_SIZE if entry.get("Time") is not None else 0)


def _check_size(entries: list[dict]) -> None:
    if sum(map(size_of, entries)) > LARGEST:
        raise invalid("Total size of the entries in the request is over the limit.")


def _read(entry: dict[str, Any]) -> tuple[dict | None, Refusal | None]:
    """The detail of an entry, or why it is refused."""
    for name in ("Source", "DetailType", "Detail"):
        if not entry.get(name):
            return None, ("InvalidArgument", f"Parameter {name} is not valid. Reason: {name} is a required argument.")
    try:
        detail = orjson.loads(entry["Detail"])
    except orjson.JSONDecodeError:
        detail = None
    if not isinstance(detail, dict):
        return None, ("MalformedDetail", "Detail is malformed.")
    return detail, None


def _answer(entries: list[dict]) -> dict[str, Any]:
    return {"FailedEntryCount": sum("ErrorCode" in each for each in entries), "Entries": entries}


def _refused(refusal: Refusal) -> dict[str, str]:
    return {"ErrorCode": refusal[0], "ErrorMessage": refusal[1]}


@service.operation
def put_events(ctx, Entries, EndpointId=None):
    """Each entry has its own result. Raises ValidationException for too much at once and for an unknown endpoint."""
    _check_size(Entries)
    return _answer([_put(ctx, entry, EndpointId) for entry in Entries])


def _put(ctx: Context, entry: dict[str, Any], endpoint: str | None) -> dict[str, str]:
    detail, refusal = _read(entry)
    if refusal is None and entry["Source"].startswith("aws.") and ctx.principal.kind != "Service":
        refusal = ("NotAuthorizedForSource", "Not authorized for the source.")
    if refusal is not None:
        return _refused(refusal)
    named = place(ctx, entry.get("EventBusName"))
    places = [named] if endpoint is None else endpoints.places(ctx, endpoint, named)
    time = entry["Time"] if entry.get("Time") is not None else ctx.now
    made = None
    for at in places:
        origin = Place(at.name, ctx.account, at.region)
        made = event(ctx, origin, entry["Source"], entry["DetailType"], detail, entry.get("Resources") or [], time) | (
            {"id": made["id"]} if made else {}
        )
        if look(ctx, at) is not None:  # an event for a bus that is not there is taken, and lost
            publish(ctx, at, made, trace=entry.get("TraceHeader") or "")
    return {"EventId": made["id"]}


@service.operation
def put_partner_events(ctx, Entries):
    """Events of a partner, to the buses of its source in every account. Raises ValidationException."""
    _check_size(Entries)
    return _answer([_put_partner(ctx, entry) for entry in Entries])


def _put_partner(ctx: Context, entry: dict[str, Any]) -> dict[str, str]:
    detail, refusal = _read(entry)
    sources = partners.given_out(ctx, entry.get("Source") or "?")
    if refusal is None and not sources:
        refusal = ("NotAuthorizedForSource", "Not authorized for the source.")
    if refusal is not None:
        return _refused(refusal)
    time = entry["Time"] if entry.get("Time") is not None else ctx.now
    name, id = entry["Source"], ctx.ids.uuid()
    for account, source in sources:
        at = Place(name, account, ctx.region)
        if source.state == "ACTIVE" and look(ctx, at) is not None:
            made = event(ctx, at, name, entry["DetailType"], detail, entry.get("Resources") or [], time)
            publish(ctx, at, {**made, "id": id})
    return {"EventId": id}
