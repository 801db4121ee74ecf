"""What the operations share: whose they are, names, pages, policies."""

import re
from collections.abc import Callable, Iterator

from emulator.auth import s3_policies
from emulator.auth.conditions import matches_glob
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.service import Service
from emulator.kernel.store import Table
from emulator.resources import page

service = Service("s3control")

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-restrictions-limitations-naming-rules.html
NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,48}[a-z0-9]")
LOWER = "abcdefghijklmnopqrstuvwxyz0123456789"
MOST = 1000  # in one page
BLOCKED = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def check_account(ctx: Context) -> None:
    """Called before every operation: the account that is named is the caller's. Raises AccessDenied."""
    if ctx.input.get("AccountId") != ctx.account:
        raise AwsError("AccessDenied", "Access Denied", 403)


service.before.append(check_account)


def check_name(name: str, *endings: str) -> None:
    if not NAME.fullmatch(name) or name.endswith(endings):
        raise AwsError("InvalidAccessPoint", "The specified access point name or account is not valid.", 400)


def public_access_block(given: dict | None) -> dict[str, bool]:
    """All is blocked, unless a request says otherwise."""
    return dict.fromkeys(BLOCKED, True) if given is None else {name: given.get(name, False) for name in BLOCKED}


def accepted_policy(arn: str, policy: str, block: dict[str, bool]) -> str:
    """A policy for the point with this ARN and its objects. Raises MalformedPolicy, AccessDenied for a public one."""
    places = (arn, f"{arn}/object/")

    def is_resource(resource: str) -> bool:
        return any(resource.startswith(place) or matches_glob(resource, place) for place in places)

    accepted = s3_policies.accept(policy, is_resource)
    if block["BlockPublicPolicy"] and s3_policies.is_public(accepted):
        raise AwsError("AccessDenied", "Access Denied", 403)
    return accepted


def no_policy() -> AwsError:
    return AwsError("NoSuchAccessPointPolicy", "The specified accesspoint policy does not exist", 404)


def listed(
    ctx: Context, table: Table, place: tuple[str, ...], token: str | None, limit: int | None,
    matches: Callable = lambda record: True,
) -> tuple[list, str | None]:  # fmt: skip
    """A page of the records whose key begins with ``place``, and the next token. Raises InvalidNextToken."""
    rows = ctx.rows(table)

    def items(after) -> Iterator:
        for record in rows.range(after or place, after=after is not None):
            if table.key(record)[: len(place)] != place:
                return
            if matches(record):
                yield record

    invalid = ("InvalidNextTokenException", "The continuation token provided is incorrect")
    return page(ctx, items, table.key, token, min(limit or MOST, MOST), invalid=invalid)
