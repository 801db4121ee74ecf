"""Who used which actions on which resources while IAM was asked, and the least policy that allows just that."""

from itertools import groupby
from typing import Any

from emulator.auth.evaluation import Decision
from emulator.auth.identities import ROLE

KEPT = 50_000  # combinations of principal, action and resource


class Use:
    """``refused`` is whether the last decision on it was a refusal."""

    __slots__ = ("count", "last", "refused")

    def __init__(self):
        self.count = 0
        self.last = 0.0
        self.refused = False


class Usage:
    """In memory, for one emulator; the oldest combinations are forgotten first."""

    def __init__(self):
        self._uses: dict[tuple[str, str, str], Use] = {}

    def clear(self) -> None:
        self._uses.clear()

    def record(self, decision: Decision, now: float) -> None:
        question = decision.question
        key = (entity(question.principal.arn), question.action, question.resource)
        use = self._uses.get(key)
        if use is None:
            if len(self._uses) >= KEPT:
                del self._uses[next(iter(self._uses))]
            use = self._uses[key] = Use()
        use.count += 1
        use.last = now
        use.refused = not decision.allowed

    def rows(self, principal: str | None = None) -> list[dict[str, Any]]:
        """What was used, by principal, action and resource."""
        return [
            {"principal": who, "action": action, "resource": resource, "count": use.count, "last": use.last,
             "refused": use.refused}
            for (who, action, resource), use in sorted(self._uses.items(), key=lambda item: item[0])
            if principal is None or who == entity(principal)
        ]  # fmt: skip

    def policy(self, principal: str | None = None) -> dict[str, Any]:
        """The policy that allows exactly what was used, refused or not: actions on the same resources together."""
        by_action: dict[str, set[str]] = {}
        for row in self.rows(principal):
            by_action.setdefault(row["action"], set()).add(row["resource"])

        def place(action: str) -> tuple:
            return action.partition(":")[0].lower(), tuple(sorted(by_action[action]))

        statements = []
        for (_, resources), named in groupby(sorted(by_action, key=lambda each: (place(each), each)), place):
            found = list(named)
            statements.append({
                "Effect": "Allow", "Action": found[0] if len(found) == 1 else found,
                "Resource": resources[0] if len(resources) == 1 else list(resources),
            })  # fmt: skip
        return {"Version": "2012-10-17", "Statement": statements}


def entity(arn: str) -> str:
    """The identity behind a principal: the role of a session, by its name alone."""
    if ":assumed-role/" not in arn:
        return arn
    account, name = arn.split(":")[4], arn.split("/")[1]
    return f"arn:aws:iam::{account}:{ROLE}/{name}"
