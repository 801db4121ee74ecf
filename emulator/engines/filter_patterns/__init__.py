"""CloudWatch Logs' filter patterns: terms, JSON conditions, space-delimited fields; shared by all that filter logs.

``parse(text)`` gives a pattern with ``matches(message)``, ``extract(message)`` (what TestMetricFilter tells) and
``values(message, selector)`` (what a metric takes its value or dimension from).

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

from functools import cache, lru_cache

from emulator.engines.filter_patterns import conditions
from emulator.engines.filter_patterns.patterns import JsonPattern, SpacePattern, TextPattern

Pattern = TextPattern | JsonPattern | SpacePattern


class PatternError(ValueError):
    """A pattern that AWS refuses; the text is the reason."""


@lru_cache(maxsize=4096)
def parse(text: str) -> Pattern:
    """Raises PatternError."""
    from lark.exceptions import LarkError  # a library that only those need who filter

    kind = {"{": "json", "[": "space"}.get(text.strip()[:1], "text")
    try:
        return _reader(kind)(text)
    except ValueError as error:
        raise PatternError(str(error)) from None
    except LarkError:
        raise PatternError("Invalid filter pattern") from None


@cache
def _reader(kind: str):
    """What reads the patterns of one kind."""
    from emulator.engines.filter_patterns import reading

    return reading.reader(kind)


__all__ = ["JsonPattern", "Pattern", "PatternError", "SpacePattern", "TextPattern", "conditions", "parse"]
