"""Whose turn it is among targets: by the algorithm of their group, or by whom a client's cookie holds on to."""

from emulator.services.elbv2 import attributes
from emulator.services.elbv2.targets import Target


class Choice:
    """Who is next: counters of one load balancer's target groups, in memory."""

    def __init__(self):
        self.turns: dict[str, int] = {}
        self.busy: dict[tuple, int] = {}

    def pick(self, ctx, group, known: list[Target], held: str) -> Target:
        for each in known:
            if held and key_of(each) == held:
                return each
        algorithm = attributes.of("TargetGroup", group).get("load_balancing.algorithm.type", "round_robin")
        if algorithm == "weighted_random":
            return known[ctx.ids.below(len(known))]
        turn = self.turns[group.arn] = self.turns.get(group.arn, -1) + 1
        if algorithm == "least_outstanding_requests":
            return min(known, key=lambda each: self.busy.get((group.arn, key_of(each)), 0))
        return known[turn % len(known)]


def key_of(target: Target) -> str:
    return f"{target.id}:{target.port}"
