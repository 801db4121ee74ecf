"""From a bus to its rules' targets: which rules an event matches, and where it goes from there.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus.html
"""

from datetime import UTC, datetime
from typing import Any

from emulator.engines import event_patterns
from emulator.engines.event_fields import fields_of
from emulator.engines.target_calls import Arn
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.events import bus_log, delivery
from emulator.services.events.buses import Place, look, place, rules_of
from emulator.services.events.senders import sender
from emulator.services.events.service import service
from emulator.services.events.tables import Rule

HOPS = 5  # buses that an event passes at once; beyond, each hop takes a second, so that a ring of buses can't hang
HOP_DELAY = 1.0


def event(
    ctx: Context, at: Place, source: str, detail_type: str, detail: Any, resources: list[str], time: float
) -> dict[str, Any]:
    """An event that begins its way on a bus, its members in AWS's order."""
    return {
        "version": "0", "id": ctx.ids.uuid(), "detail-type": detail_type, "source": source, "account": at.account,
        "time": iso(time), "region": at.region, "resources": resources, "detail": detail,
    }  # fmt: skip


def iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def publish(
    ctx: Context, at: Place, event: dict[str, Any], hops: int = 0, only: tuple[str, ...] = (), trace: str = ""
) -> None:
    """Send an event to the targets of every rule of the bus that it matches; of some rules (ARNs) ``only``, if any."""
    fields, standard = None, False
    bus_log.step(ctx, at, event, "EVENT_RECEIPT")
    bus_log.step(ctx, at, event, "RULE_MATCH_START")
    for rule in rules_of(ctx, at):
        if rule.pattern and rule.enabled and (not only or rule.arn in only):
            fields = fields or fields_of(event)
            if event_patterns.parse(rule.pattern).matches(fields):
                if rule.managed_by is None:
                    standard = True
                    bus_log.step(ctx, at, event, "RULE_MATCH", {"rule_arn": rule.arn})
                send(ctx, at, rule, event, ctx.now, hops, trace)
    if not standard:
        bus_log.step(ctx, at, event, "NO_STANDARD_RULES_MATCHED")


def send(
    ctx: Context, at: Place, rule: Rule, event: dict[str, Any], ingested: float, hops: int = 0, trace: str = ""
) -> None:
    """Hand an event to all targets of a rule."""
    for target in rule.targets:
        delivery.deliver(ctx, delivery.Delivery(
            event, ingested, rule.arn, rule.name, target, list(at), ctx.now, 1, hops,
            trace,
        ))  # fmt: skip


@sender("event-bus")
def _to_bus(ctx: Context, sent, arn: Arn, payload: str) -> None:
    """On to another bus; in another region under a new id. Raises what dead letters call it."""
    here, there = Place(*sent.at), place(ctx, arn.text)
    event = sent.event
    for kind, origin, at, to in (
        ("ACCOUNT", event["account"], here.account, there.account),
        ("REGION", event["region"], here.region, there.region),
    ):
        if origin != at != to:
            raise AwsError(f"THIRD_{kind}_HOP_DETECTED", f"The event comes from another {kind.lower()}.", 400)
    if look(ctx, there) is None:
        raise AwsError("NO_RESOURCE", f"Event bus {there.name} does not exist.", 400)
    if there.region != here.region:
        event = {**event, "id": ctx.ids.uuid()}
    if sent.hops < HOPS:
        publish(ctx, there, event, sent.hops + 1, trace=sent.trace)
    else:
        ctx.after(HOP_DELAY, "hop", bus=list(there), event=event, hops=sent.hops, trace=sent.trace)


@service.job
def hop(ctx, bus, event, hops, trace):
    """The late arrival of an event that has passed many buses."""
    publish(ctx, Place(*bus), event, hops, trace=trace)
