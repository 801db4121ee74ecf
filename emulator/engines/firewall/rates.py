"""Counting requests by key over a moving window, in steps of ten seconds; what passes a limit is held back.

https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based-high-level-settings.html
"""

from collections import defaultdict
from collections.abc import Hashable

STEP = 10  # seconds


class Rates:
    """The counters of one emulator. A rule is named by any key; its aggregation keys are texts."""

    def __init__(self):
        self._counts: dict[Hashable, dict[str, dict[int, int]]] = defaultdict(dict)
        self._limits: dict[Hashable, tuple[int, int]] = {}

    def close(self) -> None:
        self._counts.clear()

    def exceeds(self, rule: Hashable, key: str, limit: int, window: int, now: float) -> bool:
        """Count a request; whether there were more than ``limit`` of its key in the last ``window`` seconds."""
        self._limits[rule] = limit, window
        counts = self._counts[rule].setdefault(key, {})
        step = int(now // STEP)
        counts[step] = counts.get(step, 0) + 1
        for old in [each for each in counts if each <= step - window // STEP]:
            del counts[old]
        return sum(counts.values()) > limit

    def held(self, rule: Hashable, now: float) -> set[str]:
        """The keys that are over the limit now."""
        if rule not in self._limits:
            return set()
        limit, window = self._limits[rule]
        first = int(now // STEP) - window // STEP
        return {key for key, counts in self._counts[rule].items()
                if sum(count for step, count in counts.items() if step > first) > limit}
