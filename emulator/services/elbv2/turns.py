"""Whose turn it is among targets: by the algorithm of their group, or by whom a client's cookie holds on to.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
"""

from contextlib import contextmanager

from emulator.engines.listener_rules import chosen
from emulator.services.elbv2 import attributes
from emulator.services.elbv2.targets import Target, well_since


class Choice:
    """Who is next: counters of one load balancer's target groups, in memory."""

    def __init__(self):
        self.turns: dict[str, int] = {}
        self.busy: dict[tuple, int] = {}

    def pick(self, ctx, group, known: list[Target], held: str) -> Target:
        for each in known:
            if held and key_of(each) == held:
                return each
        settings = attributes.of("TargetGroup", group)
        algorithm = settings.get("load_balancing.algorithm.type", "round_robin")
        if algorithm == "weighted_random":
            return known[ctx.ids.below(len(known))]
        shares = _shares(ctx, group, known, int(settings.get("slow_start.duration_seconds", "0")))
        if algorithm == "round_robin" and min(shares) < 1.0 == max(shares):
            place = chosen(list(enumerate(shares)), ctx.ids.below(10**6) / 10**6)
            return known[place or 0]
        turn = self.turns[group.arn] = self.turns.get(group.arn, -1) + 1
        if algorithm == "least_outstanding_requests":
            return min(known, key=lambda each: self.busy.get((group.arn, key_of(each)), 0))
        return known[turn % len(known)]

    @contextmanager
    def working(self, group, target: Target):
        """The target has one request more, for as long."""
        key = group.arn, key_of(target)
        self.busy[key] = self.busy.get(key, 0) + 1
        try:
            yield
        finally:
            self.busy[key] -= 1


def _shares(ctx, group, known: list[Target], seconds: int) -> list[float]:
    """What each target takes of a full share: less in its first seconds, while there is one that takes all."""
    return [min(1.0, max(0.0, ctx.now - well_since(group, each)) / seconds) if seconds else 1.0 for each in known]


def key_of(target: Target) -> str:
    return f"{target.id}:{target.port}"
