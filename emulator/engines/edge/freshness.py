"""How long an answer is kept.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html and HTTPStatusCodes.html
"""

from email.utils import parsedate_to_datetime

from emulator.engines.edge.messages import Answer
from emulator.engines.edge.selection import Rules

ALWAYS = frozenset((404, 414, 500, 501, 502, 503, 504))  # errors that are cached whatever their headers say
WHEN_TOLD = frozenset((400, 403, 405, 412, 415))
UNCACHED = frozenset((206, 304))


def directives(answer: Answer) -> dict[str, str]:
    """Cache-Control, by directive."""
    found = {}
    for part in (answer.get("cache-control") or "").split(","):
        name, _, value = part.strip().partition("=")
        if name:
            found[name.lower()] = value.strip('"')
    return found


def told(answer: Answer, now: float) -> float | None:
    """The seconds that the origin asks for; None when it says nothing."""
    said = directives(answer)
    if said.keys() & {"no-cache", "no-store", "private"}:
        return 0
    for name in ("s-maxage", "max-age"):
        if said.get(name, "").isdigit():
            return int(said[name])
    expires = answer.get("expires")
    if expires is None:
        return None
    try:
        return max(0.0, parsedate_to_datetime(expires).timestamp() - now)
    except ValueError:
        return 0


def lifetime(answer: Answer, rules: Rules, now: float, error_minimum: dict[int, int]) -> float:
    """Seconds for which an answer is fresh; 0: it is not kept. ``error_minimum`` is by status code."""
    if rules.maximum == 0 or answer.status in UNCACHED:
        return 0
    asked = told(answer, now)
    if answer.status >= 400:
        if answer.status in WHEN_TOLD and not asked and answer.status not in error_minimum:
            return 0
        if answer.status not in ALWAYS | WHEN_TOLD:
            return 0
        return max(error_minimum.get(answer.status, 10), min(asked or 0, rules.maximum))
    if asked is None:
        return max(rules.minimum, min(rules.default, rules.maximum))
    return max(rules.minimum, min(asked, rules.maximum))
