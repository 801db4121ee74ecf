"""An alarm takes a state: it is remembered, told to the event bus and to alarms above it, and acted upon.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
"""

from typing import Any

import orjson

from emulator.kernel.context import Context, Principal
from emulator.kernel.store import replace
from emulator.services.cloudwatch import acting, composites, documents, remembering
from emulator.services.cloudwatch.tables import Alarm, alarms

CLOUDWATCH = Principal("Service", "", "cloudwatch.amazonaws.com", "cloudwatch.amazonaws.com")


def change(
    ctx: Context, alarm: Alarm, state: str, reason: str, data: str, transition: bool = False, **more: Any
) -> Alarm:
    """Give an alarm a state with its reason; ``more`` is remembered with it. Without a new state nothing is done,
    but for a ``transition`` that was asked for, whose reason is kept."""
    rows = ctx.rows(alarms)
    if state == alarm.state:
        if transition:
            rows.put(replace(alarm, reason=reason, data=data, updated=ctx.now))
        return alarm
    changed = rows.put(replace(
        alarm, state=state, reason=reason, data=data, updated=ctx.now, transitioned=ctx.now, more=alarm.more | more
    ))  # fmt: skip
    remembering.note(ctx, changed, "StateUpdate", f"Alarm updated from {alarm.state} to {state}", {
        "oldState": documents.state(alarm), "newState": documents.state(changed)
    })  # fmt: skip
    ctx.call("events", "PutEvents", {"Entries": [{
        "Source": "aws.cloudwatch", "DetailType": "CloudWatch Alarm State Change", "Resources": [changed.arn],
        "Time": ctx.now, "Detail": orjson.dumps(documents.detail(changed, alarm)).decode(),
    }]}, as_=CLOUDWATCH)  # fmt: skip
    acting.acts(ctx, changed, alarm)
    composites.child_changed(ctx, changed)
    return changed
