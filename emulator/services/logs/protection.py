"""Data protection policies: which sensitive data is hidden from those who read a log group, unless they may unmask it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/mask-sensitive-log-data.html
"""

from collections.abc import Callable
from functools import lru_cache

import orjson

from emulator.engines.data_identifiers import PREFIX, find, is_pattern
from emulator.kernel.context import Context
from emulator.services.logs import account_rules, findings
from emulator.services.logs.errors import invalid
from emulator.services.logs.group_policies import renewed
from emulator.services.logs.lookup import group, save
from emulator.services.logs.service import service
from emulator.services.logs.tables import Event, Group, Policy

KIND = "DATA_PROTECTION_POLICY"
VERSION = "2021-06-01"
LONGEST = 30_720  # characters


def check(text: str) -> None:
    """Raises InvalidParameterException for what is no data protection policy."""
    if len(text) > LONGEST:
        raise invalid(f"The policy document is longer than {LONGEST} characters.")
    try:
        policy = orjson.loads(text)
        statements = policy["Statement"]
        operations = [next(iter(each["Operation"])) for each in statements]
        names = [name for each in statements for name in each["DataIdentifier"]]
    except (ValueError, KeyError, TypeError, StopIteration):
        raise invalid("The policy document is not a valid data protection policy.") from None
    if policy.get("Version") != VERSION or not policy.get("Name"):
        raise invalid(f"The policy document needs a Name and the Version {VERSION}.")
    if operations != ["Audit", "Deidentify"]:
        raise invalid("The policy document needs two statements, the first with Audit, the second with Deidentify.")
    destinations = (statements[0]["Operation"]["Audit"] or {}).get("FindingsDestination") or {}
    if set(destinations) - findings.DESTINATIONS.keys():
        raise invalid("A FindingsDestination is CloudWatchLogs, Firehose or S3.")
    custom = {each["Name"]: each["Regex"] for each in _custom(policy)}
    for name in names:
        if not name.startswith(PREFIX) and not is_pattern(custom.get(name, "")):
            raise invalid(f"The data identifier {name} is not known.")


def _custom(policy: dict) -> list[dict]:
    return (policy.get("Configuration") or {}).get("CustomDataIdentifier") or []


@lru_cache(maxsize=256)
def _hidden(text: str) -> tuple[tuple[str, ...], dict[str, str]]:
    """The identifiers whose data a policy hides, and the patterns of its own ones."""
    policy = orjson.loads(text)
    names = [name for each in policy["Statement"] if "Deidentify" in each["Operation"]
             for name in each["DataIdentifier"]]  # fmt: skip
    return tuple(names), {each["Name"]: each["Regex"] for each in _custom(policy)}


def shown(ctx: Context, found: Group, unmask: bool, message: Callable[[Event], str]) -> Callable[[Event], str]:
    """What gives an event's message as a reader sees it."""
    rules = [] if unmask else [_hidden(each) for each in policies(ctx, found)]
    if not rules:
        return message

    def masked(event: Event) -> str:
        text = message(event)
        for names, custom in rules:
            text = _masked(text, names, custom)
        return text

    return masked


def policies(ctx: Context, found: Group) -> list[str]:
    """The documents that hold for a log group: the account's and its own."""
    return [each for each in (_of_account(ctx, found), _own(found)) if each]


def _own(found: Group) -> str:
    return found.data_protection.document if found.data_protection is not None else ""


def _of_account(ctx: Context, found: Group) -> str:
    return next((each.document for each in account_rules.holding(ctx, found, KIND)), "")


def _masked(text: str, names: tuple[str, ...], custom: dict[str, str]) -> str:
    parts, place = [], 0
    for each in find(text, names, custom):
        if each.start >= place:
            parts += [text[place : each.start], "*" * (each.end - each.start)]
            place = each.end
    return "".join((*parts, text[place:]))


@service.operation
def put_data_protection_policy(ctx, logGroupIdentifier, policyDocument):
    """Raises InvalidParameterException, ResourceNotFoundException."""
    found = group(ctx, logGroupIdentifier)
    check(policyDocument)
    policy = renewed(ctx, found.data_protection, policyDocument)
    save(ctx, found, data_protection=policy)
    return _told(logGroupIdentifier, policy)


@service.operation
def get_data_protection_policy(ctx, logGroupIdentifier):
    """The group's policy; none where there is none. Raises ResourceNotFoundException."""
    found = group(ctx, logGroupIdentifier)
    if not _own(found):
        return {"logGroupIdentifier": logGroupIdentifier}
    return _told(logGroupIdentifier, found.data_protection)


@service.operation
def delete_data_protection_policy(ctx, logGroupIdentifier):
    """Raises InvalidParameterException, ResourceNotFoundException."""
    found = group(ctx, logGroupIdentifier)
    if not _own(found):
        raise invalid("The log group has no data protection policy.")
    save(ctx, found, data_protection=renewed(ctx, found.data_protection, ""))


def _told(identifier: str, policy: Policy) -> dict:
    return {"logGroupIdentifier": identifier, "policyDocument": policy.document, "lastUpdatedTime": policy.modified}
