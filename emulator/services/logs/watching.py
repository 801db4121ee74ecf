"""Who is told of events as they come: live tails, metric filters, subscriptions."""

from collections.abc import Sequence

from emulator.kernel.context import Context
from emulator.services.logs import findings, metric_filters, protection, subscribers, tails, transforming
from emulator.services.logs.tables import Event, Group, Stream


def came(ctx: Context, found: Group, of: Stream, events: Sequence[Event]) -> None:
    """Events were kept; their messages are readable here, also where the group's are sealed."""
    tails.came(ctx, found, of, events)
    findings.came(ctx, found, protection.policies(ctx, found), events)
    if found.kind == "STANDARD":
        metric_filters.embedded(ctx, found, events)
    transformed = transforming.of(ctx, found)
    if found.metric_filters:
        metric_filters.came(ctx, found, events, transformed)
    subscribers.came(ctx, found, of, events, transformed)
