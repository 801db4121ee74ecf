"""What is unusual in a window of log events, against how often each of their patterns came before.

A pattern that never came is new; one that comes far more often than usual is too frequent. AWS finds more, by machine
learning: variations of tokens and of numbers. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/LogsAnomalyDetection.html
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from math import sqrt
from typing import Any, NamedTuple

from emulator.engines.insights.tokens import OPEN, expression_of, kind_of, parts_of, pattern_of, values_of

SPREAD = 3  # standard deviations from the mean up to which a count is usual
FEWEST = 3  # events above the mean that are usual at any rate
SAMPLES = 10  # events, and values of a token, that are told
SEVERE = re.compile(r"\b(fatal|error|exception|critical)\b", re.IGNORECASE)
WARNING = re.compile(r"\bwarn(ing)?\b", re.IGNORECASE)


class Usual(NamedTuple):
    """How often a pattern came: its counts in all windows, summed, and their squares; the count taken as usual."""

    total: int = 0
    squares: int = 0
    accepted: int = 0

    def learnt(self, count: int) -> "Usual":
        return Usual(self.total + count, self.squares + count * count, self.accepted)

    def most(self, windows: int) -> float:
        """The count up to which a window is usual, after so many."""
        mean = self.total / windows
        deviation = sqrt(max(0.0, self.squares / windows - mean * mean))
        return max(self.accepted, mean + max(SPREAD * deviation, FEWEST))


class Message(NamedTuple):
    timestamp: int
    text: str


class Unusual(NamedTuple):
    """A pattern whose events are unusual; ``usual`` is how many there may be, None for a new pattern."""

    pattern: str
    messages: list[Message]
    usual: float | None

    @property
    def priority(self) -> str:
        if SEVERE.search(self.pattern):
            return "HIGH"
        return "MEDIUM" if WARNING.search(self.pattern) or self.usual is None else "LOW"

    @property
    def description(self) -> str:
        count = len(self.messages)
        if self.usual is None:
            return f"New pattern: it came {count} times and was not seen before."
        return f"Pattern frequency: it came {count} times, where at most {self.usual:.0f} are usual."


def by_pattern(messages: Iterable[Message]) -> dict[str, list[Message]]:
    found: dict[str, list[Message]] = {}
    for each in messages:
        found.setdefault(pattern_of(each.text), []).append(each)
    return found


def unusual(window: dict[str, list[Message]], known: dict[str, Usual], windows: int) -> list[Unusual]:
    """What is unusual in a window, after so many windows in which patterns were as usual as is known."""
    found = []
    for pattern, messages in window.items():
        most = known[pattern].most(windows) if pattern in known else None
        if most is None or len(messages) > most:
            found.append(Unusual(pattern, messages, most))
    return found


def tokens(pattern: str, messages: Sequence[Message]) -> list[dict[str, Any]]:
    """A pattern's tokens as ``PatternTokens`` tells them, with the values that they have in some of its messages."""
    columns = list(zip(*(values_of(each.text) for each in messages)))
    told, at = [], 0
    for part in parts_of(pattern):
        if part != OPEN:
            told.append({"isDynamic": False, "tokenString": part})
            continue
        counts = Counter(columns[at]) if at < len(columns) else Counter()
        at += 1
        kinds = {kind_of(value) for value in counts}
        name = kinds.pop() if len(kinds) == 1 else "String"
        told.append({
            "isDynamic": True, "tokenString": OPEN, "dynamicTokenPosition": at, "inferredTokenName": f"{name}-{at}",
            "enumerations": dict(counts.most_common(SAMPLES)),
        })  # fmt: skip
    return told


def told(found: Unusual) -> dict[str, Any]:
    """What an anomaly tells of the pattern that it is of."""
    return {
        "patternString": found.pattern, "patternRegex": expression_of(found.pattern), "priority": found.priority,
        "description": found.description, "patternTokens": tokens(found.pattern, found.messages),
        "logSamples": [{"timestamp": each.timestamp, "message": each.text} for each in found.messages[-SAMPLES:]],
    }  # fmt: skip
