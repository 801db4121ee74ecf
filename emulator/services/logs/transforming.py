"""Transformers of log groups: what they make of events, and TestTransformer.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Transformation.html
"""

from collections.abc import Callable

from emulator.kernel.context import Context
from emulator.services.logs.tables import Event, Group


def of(ctx: Context, found: Group) -> Callable[[Event], str]:
    """What gives an event's message as the group's transformer makes it; as it is where there is none."""
    return lambda event: event.message
