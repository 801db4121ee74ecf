"""Conditions of rules: what may stand in them, and the two ways in which AWS tells them.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RuleCondition.html
"""

import ipaddress
import re

from emulator.services.elbv2.service import refused

CONFIGS = {
    "host-header": "HostHeaderConfig", "path-pattern": "PathPatternConfig", "http-header": "HttpHeaderConfig",
    "query-string": "QueryStringConfig", "http-request-method": "HttpRequestMethodConfig",
    "source-ip": "SourceIpConfig",
}  # fmt: skip
PLAIN = ("host-header", "path-pattern")  # fields whose values may stand in the condition itself
ONCE = ("host-header", "path-pattern", "http-request-method", "source-ip")  # fields that a rule may have once
VALUES = 5  # of all conditions of a rule together


def complete(conditions: list[dict]) -> list[dict]:
    """Conditions as they are stored and told. Raises ValidationError."""
    full = [_complete(each) for each in conditions]
    fields = [each["Field"] for each in full]
    for field in ONCE:
        if fields.count(field) > 1:
            raise refused(f"A rule can have only one '{field}' condition")
    if sum(len(_values(each)) for each in full) > VALUES:
        raise refused(f"A rule can have up to {VALUES} condition values")
    return full


def _values(condition: dict) -> list:
    config = condition[CONFIGS[condition["Field"]]]
    return [*config.get("Values", ()), *config.get("RegexValues", ())]


def _complete(condition: dict) -> dict:
    field = condition.get("Field")
    if field not in CONFIGS:
        raise refused(f"Condition field '{field}' must be one of '[{', '.join(CONFIGS)}]'")
    member = CONFIGS[field]
    config = condition.get(member, {})
    if field in PLAIN:
        config = {**{name: condition[name] for name in ("Values", "RegexValues") if condition.get(name)}, **config}
    if not (config.get("Values") or config.get("RegexValues")):
        raise refused(f"A condition value must be specified for the field '{field}'")
    _check(field, config)
    told = {"Field": field, member: config}
    if field in PLAIN and "Values" in config:
        told["Values"] = config["Values"]
    if field in PLAIN and "RegexValues" in config:
        told["RegexValues"] = config["RegexValues"]
    return told


def _check(field: str, config: dict) -> None:
    fits, message = VALUE_CHECKS.get(field, (lambda value: True, ""))
    for value in config.get("Values", ()):
        if field != "query-string" and len(value) > 128:
            raise refused(f"Condition value '{value}' must be at most 128 characters long")
        if not fits(value):
            raise refused(message.format(value))
    for pattern in config.get("RegexValues", ()):
        try:
            re.compile(pattern)
        except re.error:
            raise refused(f"The regular expression '{pattern}' is not valid") from None
    if field == "http-header" and not config.get("HttpHeaderName"):
        raise refused("An HTTP header condition must name the header")


def _is_network(value: str) -> bool:
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return "/" in value


# What the values of some fields must be, and what is said to any other.
VALUE_CHECKS = {
    "path-pattern": (re.compile(r"[A-Za-z0-9_\-.$/~\"'@:+&?*]+").fullmatch,
                     "The path pattern '{}' contains characters that are not valid"),
    "http-request-method": (re.compile("[A-Z_-]+").fullmatch, "The HTTP request method '{}' is not valid"),
    "source-ip": (_is_network, "Condition value '{}' is not a valid CIDR block"),
    "query-string": (lambda value: "Value" in value, "A query string condition must have a value"),
}  # fmt: skip
