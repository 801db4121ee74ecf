"""Log transformers: processors that make a JSON document of a log event's message.

``check(processors)`` refuses what is no transformer; ``transform(processors, message)`` runs one.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Transformation-Processors.html
"""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from emulator.engines.log_transformers import dates, grok
from emulator.engines.log_transformers.documents import get, put
from emulator.engines.log_transformers.mutators import MUTATORS
from emulator.engines.log_transformers.parsers import PARSERS
from emulator.engines.timed_regex import Expression

MOST = 20  # processors of a transformer
WHOLE = ("parseVPC", "parseRoute53", "parseCloudfront", "parsePostgres", "parseWAF")  # these read the message alone


class TransformerError(ValueError):
    """Processors that AWS refuses; the text is the reason."""


class Unsupported(ValueError):
    """A processor that AWS has and this engine has not."""


def check(processors: list[dict]) -> None:
    """Raises TransformerError, Unsupported."""
    if not isinstance(processors, list) or not processors or len(processors) > MOST:
        raise TransformerError(f"A transformer has 1 to {MOST} processors.")
    for at, each in enumerate(processors):
        if not isinstance(each, dict) or len(each) != 1:
            raise TransformerError("Each processor must have exactly one type.")
        name, given = next(iter(each.items()))
        if name == "parseToOCSF":
            raise Unsupported("The processor parseToOCSF")
        if (name not in PARSERS and name not in MUTATORS) or not isinstance(given, dict):
            raise TransformerError(f"The processor {name} is not known.")
        if at == 0 and name not in PARSERS:
            raise TransformerError("The first processor in a transformer must be a parser.")
        if name in WHOLE and at:
            raise TransformerError(f"{name} must be the first processor.")
        try:
            _check_settings(name, given)
        except (ValueError, ZoneInfoNotFoundError) as error:
            raise TransformerError(f"{name}: {error}") from None
        except (AttributeError, KeyError, TypeError):
            raise TransformerError(f"{name} is not as it should be.") from None


def _check_settings(name: str, given: dict) -> None:
    """Raises ValueError, ZoneInfoNotFoundError."""
    if name == "grok":
        grok.compiled(given["match"])
    elif name == "dateTimeConverter":
        for pattern in (*given["matchPatterns"], given.get("targetFormat", dates.TARGET)):
            dates.check(pattern)
        for zone in ("sourceTimezone", "targetTimezone"):
            ZoneInfo(given.get(zone, "UTC"))
    elif name == "substituteString":
        for each in given["entries"]:
            Expression(each["from"])


def transform(processors: list[dict], message: str) -> str | None:
    """The document that the processors make of a message, as JSON; None where the first can't read it."""
    document: dict = {}
    for at, each in enumerate(processors):
        name, given = next(iter(each.items()))
        if name in MUTATORS:
            _change(document, name, given, message)
        elif not _parse(document, name, given, message) and at == 0:
            return None
    return orjson.dumps(document, option=orjson.OPT_NON_STR_KEYS).decode()


def _change(document: dict, name: str, given: dict, message: str) -> None:
    """A processor that does not fit the document leaves it as far as it came."""
    try:
        MUTATORS[name](document, given, message)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return


def _parse(document: dict, name: str, given: dict, message: str) -> bool:
    """Whether a parser could read what it is to read."""
    source = given.get("source", "@message")
    try:
        text = message if source == "@message" else get(document, source)
        found = PARSERS[name](text, given) if isinstance(text, str) else None
        if found is not None and given.get("destination"):
            put(document, given["destination"], found)
            return True
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
    for key, value in (found or {}).items():
        if name != "parseKeyValue" or given.get("overwriteIfExists") or key not in document:
            document[key] = value
    return found is not None


__all__ = ["TransformerError", "Unsupported", "check", "transform"]
