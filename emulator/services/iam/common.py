"""What IAM's operations share: ids, paths, pages, tags in IAM's form, and who the caller's own user is."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from emulator.auth.access_keys import access_key
from emulator.auth.identities import USER, name_of
from emulator.kernel.context import PARTITION, Context
from emulator.kernel.ids import BASE32
from emulator.resources import page
from emulator.services.iam.errors import invalid, invalid_value

PAGE = 100  # items of a page when none are asked for
MOST_TAGS = 50
INVALID_MARKER = ("ValidationError", "Invalid Marker.", 400)


def new_id(ctx: Context, prefix: str) -> str:
    """A unique id of 21 characters: ``AIDA…`` for a user."""
    return access_key(ctx.ids, prefix, ctx.account) + ctx.ids.text(1, BASE32)


def arn(ctx: Context, kind: str, path: str, name: str) -> str:
    return f"arn:{PARTITION}:iam::{ctx.account}:{kind}{path}{name}"


def encoded(document: str) -> str:
    """A policy as IAM gives it back: percent-encoded as RFC 3986 has it."""
    return quote(document, safe="")


def paged(ctx: Context, member: str, items: Iterable, key: Callable[[Any], Any], show: Callable = lambda each: each):
    """One page of a list as IAM answers it: ``{member: […], IsTruncated, Marker}``. Items come sorted by ``key``."""
    asked = {name: value for name, value in ctx.input.items() if name not in ("Marker", "MaxItems")}
    limit = int(ctx.input.get("MaxItems") or PAGE)
    found, following = page(ctx, items, key, ctx.input.get("Marker"), limit, query=asked, invalid=INVALID_MARKER)
    answer = {member: [show(each) for each in found], "IsTruncated": following is not None}
    return answer | ({"Marker": following} if following else {})


def own_user(ctx: Context) -> str:
    """The name of the caller's user; empty for the account's root. Raises ValidationError for a session."""
    if ctx.principal.kind == USER.title():
        return name_of(ctx.principal.arn)
    if ctx.principal.kind == "Account":
        return ""
    raise invalid_value("Must specify userName when calling with non-User credentials")


# Tags


def tags_to_wire(tags: dict[str, str]) -> list[dict]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tags_of(given: list[dict] | None) -> dict[str, str]:
    """Tags of a new resource. Raises InvalidInput."""
    return add_tags({}, given or [])


def add_tags(tags: dict[str, str], given: list[dict]) -> dict[str, str]:
    """The tags with some added; keys differ by more than case. Raises InvalidInput, LimitExceeded.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules
    """
    folded = [each["Key"].lower() for each in given]
    if len(set(folded)) < len(folded):
        raise invalid("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    if any(key.startswith("aws:") for key in folded):
        raise invalid("One or more tag keys starts with the reserved prefix aws:.")
    kept = {key: value for key, value in tags.items() if key.lower() not in folded}
    merged = kept | {each["Key"]: each["Value"] for each in given}
    if len(merged) > MOST_TAGS:
        raise invalid(f"The number of tags exceeds the maximum of {MOST_TAGS} tags.")
    return merged


def remove_tags(tags: dict[str, str], keys: list[str]) -> dict[str, str]:
    folded = {key.lower() for key in keys}
    return {key: value for key, value in tags.items() if key.lower() not in folded}
