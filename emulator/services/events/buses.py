"""Event buses: the default one that is always there, custom ones, and those of partners' event sources.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus.html
"""

from typing import Any, NamedTuple

from emulator.kernel.context import Context, arn
from emulator.kernel.store import replace
from emulator.resources import page
from emulator.services.events import partners
from emulator.services.events.errors import exists, invalid, not_found
from emulator.services.events.service import service
from emulator.services.events.tables import Bus, Rule, buses, rules

DEFAULT = "default"
SETTINGS = ("Description", "KmsKeyIdentifier", "DeadLetterConfig", "LogConfig")
PAGE = 100


class Place(NamedTuple):
    """Where a bus is."""

    name: str
    account: str
    region: str

    @property
    def where(self) -> dict[str, str]:
        return {"account": self.account, "region": self.region}


def place(ctx: Context, named: str | None) -> Place:
    """The bus that a name or ARN means, whether or not it exists; without one, the caller's default bus."""
    if named is not None and named.startswith("arn:"):
        parts = named.split(":", 5)
        return Place(parts[5].partition("/")[2], parts[4], parts[3])
    return Place(named or DEFAULT, ctx.account, ctx.region)


def look(ctx: Context, at: Place) -> Bus | None:
    """The bus at a place; the default one is made when it is first looked for."""
    rows = ctx.rows(buses, **at.where)
    bus = rows.get(at.name)
    if bus is None and at.name == DEFAULT:
        named = arn(ctx, "events", f"event-bus/{DEFAULT}", at.region, at.account)
        bus = rows.put(Bus(DEFAULT, named, ctx.now, ctx.now))
    return bus


def find(ctx: Context, named: str | None) -> tuple[Bus, Place]:
    """Raises ResourceNotFoundException."""
    at = place(ctx, named)
    bus = look(ctx, at)
    if bus is None:
        raise not_found(f"Event bus {at.name} does not exist.")
    return bus, at


def rules_of(ctx: Context, at: Place) -> list[Rule]:
    """The rules of a bus in the order of their names."""
    found = []
    for rule in ctx.rows(rules, **at.where).range((at.name,)):
        if rule.bus != at.name:
            break
        found.append(rule)
    return found


def shown(bus: Bus) -> dict[str, Any]:
    answer = {"Name": bus.name, "Arn": bus.arn, "CreationTime": bus.created, "LastModifiedTime": bus.modified}
    return answer | {"Policy": bus.policy} if bus.policy else answer


def told(bus: Bus) -> dict[str, Any]:
    """The settings that answers repeat."""
    return {name: bus.settings[name] for name in SETTINGS if name in bus.settings}


@service.operation
def create_event_bus(ctx, Name, EventSourceName=None, Tags=(), **given):
    """Raises ResourceAlreadyExistsException, ResourceNotFoundException (source), ValidationException."""
    rows = ctx.rows(buses)
    if Name == DEFAULT or Name in rows:
        raise exists(f"Event bus {Name} already exists.")
    if EventSourceName is not None:
        if EventSourceName != Name:
            raise invalid("EventSourceName must match the name of the event bus.")
        partners.activate(ctx, EventSourceName)
    elif "/" in Name:
        raise invalid("Event bus name must not contain '/'.")
    settings = {name: given[name] for name in SETTINGS if name in given}
    tags = {tag["Key"]: tag["Value"] for tag in Tags}
    bus = rows.put(Bus(Name, arn(ctx, "events", f"event-bus/{Name}"), ctx.now, ctx.now, settings, tags=tags))
    return {"EventBusArn": bus.arn, **told(bus)}


@service.operation
def update_event_bus(ctx, Name=DEFAULT, **given):
    """Raises ResourceNotFoundException."""
    bus, at = find(ctx, Name)
    settings = {**bus.settings, **{name: given[name] for name in SETTINGS if name in given}}
    bus = ctx.rows(buses, **at.where).put(replace(bus, settings=settings, modified=ctx.now))
    return {"Name": bus.name, "Arn": bus.arn, **told(bus)}


@service.operation
def describe_event_bus(ctx, Name=None):
    """Raises ResourceNotFoundException."""
    bus, _ = find(ctx, Name)
    return {**shown(bus), **told(bus)}


@service.operation
def list_event_buses(ctx, NamePrefix="", NextToken=None, Limit=PAGE):
    """In the order of their names."""
    look(ctx, place(ctx, None))
    found = [bus for bus in ctx.rows(buses) if bus.name.startswith(NamePrefix)]
    listed, following = page(ctx, found, lambda bus: bus.name, NextToken, Limit, query=NamePrefix)
    answer = {"EventBuses": [{**shown(bus), **_description(bus)} for bus in listed]}
    return answer | {"NextToken": following} if following else answer


def _description(bus: Bus) -> dict[str, str]:
    return {name: bus.settings[name] for name in ("Description",) if name in bus.settings}


@service.operation
def delete_event_bus(ctx, Name):
    """Deleting what is not there succeeds. Raises ValidationException for the default bus and one with rules."""
    at = place(ctx, Name)
    if at.name == DEFAULT:
        raise invalid(f"Cannot delete event bus {DEFAULT}.")
    if any(rule.managed_by is None for rule in rules_of(ctx, at)):
        raise invalid("Event bus can't be deleted since it has rules.")
    bus = ctx.rows(buses, **at.where).delete(at.name)
    if bus is not None:
        for rule in rules_of(ctx, at):
            ctx.rows(rules, **at.where).delete((rule.bus, rule.name))
        partners.release(ctx, at.name)
    return {}
