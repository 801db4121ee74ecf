"""Rules on schedules: ``rate(5 minutes)`` and ``cron(…)`` in UTC, on the emulator's clock.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
"""

import re

from emulator.engines.schedules import At, parse
from emulator.kernel.context import Context
from emulator.services.events import routing
from emulator.services.events.buses import Place
from emulator.services.events.errors import invalid
from emulator.services.events.service import service
from emulator.services.events.tables import Rule, rules

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)(s?)\)")


def check(expression: str) -> None:
    """Raises ValidationException."""
    rate = _RATE.fullmatch(expression)
    if expression.startswith("rate") and (rate is None or (int(rate[1]) == 1) == bool(rate[3])):
        raise _refused()  # one minute, but five minutes
    if expression.startswith("cron") and len(expression.split()) != 6:
        raise _refused()
    try:
        if isinstance(parse(expression), At):
            raise _refused()
    except ValueError:
        raise _refused() from None


def _refused():
    return invalid("Parameter ScheduleExpression is not valid.")


def _job(at: Place, rule: Rule) -> str:
    return f"schedule/{at.account}/{at.region}/{rule.name}"


def arm(ctx: Context, at: Place, rule: Rule) -> None:
    """Wait for the rule's next due time, counted from now; none while it is disabled."""
    if rule.schedule and rule.enabled:
        _wait(ctx, at, rule, ctx.now, ctx.now)
    else:
        disarm(ctx, at, rule)


def _wait(ctx: Context, at: Place, rule: Rule, anchor: float, moment: float) -> None:
    expression = parse(rule.schedule)
    due = expression.following(moment) if hasattr(expression, "following") else expression.next(anchor, moment)
    if due is not None:
        ctx.at(due, "scheduled", job_id=_job(at, rule), bus=list(at), name=rule.name, created=rule.created,
               anchor=anchor, time=due)  # fmt: skip


def disarm(ctx: Context, at: Place, rule: Rule) -> None:
    ctx.cancel(_job(at, rule))


@service.job
def scheduled(ctx, bus, name, created, anchor, time):
    """A rule is due: its targets get the scheduled event, and it waits for the next time."""
    at = Place(*bus)
    rule = ctx.rows(rules, **at.where).get((at.name, name))
    if rule is None or rule.created != created or not rule.enabled:
        return
    _wait(ctx, at, rule, anchor, time)
    event = routing.event(ctx, at, "aws.events", "Scheduled Event", {}, [rule.arn], time)
    routing.send(ctx, at, rule, event, ctx.now)
