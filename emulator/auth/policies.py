"""Policy documents: parsed once, then asked whether a principal may do an action on a resource.

One evaluator for every kind of policy: identity policies, resource policies, session policies. How the kinds add up is
told by :mod:`emulator.auth.evaluation`.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from emulator.auth.canonical_ids import canonical_id
from emulator.auth.conditions import matches_glob, satisfied, substitute
from emulator.kernel.context import Context, Principal

ALLOW, DENY, IMPLICIT_DENY = "Allow", "Deny", "ImplicitDeny"

Keys = Mapping[str, list[str]]  # condition keys in lower case, each with its values


class Statement(NamedTuple):
    """One statement, every element a tuple. ``None``: the statement lacks the element.

    ``principals`` are (kind, value) pairs, for example ("AWS", "*"); ``conditions`` are (operator, key, values).
    """

    effect: str
    actions: tuple[str, ...] | None
    not_actions: tuple[str, ...] | None
    resources: tuple[str, ...] | None
    not_resources: tuple[str, ...] | None
    principals: tuple[tuple[str, str], ...] | None
    not_principals: tuple[tuple[str, str], ...] | None
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...]
    sid: str = ""


def as_tuple(value: Any) -> tuple[str, ...]:
    """One value or a list of them, as strings in the policy language's own spelling (``true``, not ``True``)."""
    values = value if isinstance(value, list) else [value]
    return tuple(each if isinstance(each, str) else orjson.dumps(each).decode() for each in values)


def _principals(value: Any) -> tuple[tuple[str, str], ...]:
    if value == "*":
        return (("AWS", "*"),)
    return tuple((kind, each) for kind, listed in value.items() for each in as_tuple(listed))


def statement(given: dict, read: Callable[[Any], tuple[str, ...]] = as_tuple) -> Statement:
    """A decoded statement; ``read`` makes tuples of its values."""

    def element(name: str, read=read):
        return read(given[name]) if name in given else None

    def actions(value: Any) -> tuple[str, ...]:
        return tuple(each.lower() for each in as_tuple(value))

    conditions = tuple(
        (operator, key, read(values))
        for operator, keys in given.get("Condition", {}).items()
        for key, values in keys.items()
    )
    return Statement(
        given["Effect"],
        element("Action", actions),
        element("NotAction", actions),
        element("Resource"),
        element("NotResource"),
        element("Principal", _principals),
        element("NotPrincipal", _principals),
        conditions,
        given.get("Sid", ""),
    )


def _without_variables(value: Any) -> tuple[str, ...]:
    """Values of a document from before there were variables: what looks like one means itself."""
    return tuple(each.replace("${", "${$}{") for each in as_tuple(value))


def statements_of(document: dict) -> tuple[Statement, ...]:
    """The statements of a decoded document, which was validated when it was accepted."""
    listed = document["Statement"]
    read = as_tuple if document.get("Version") == "2012-10-17" else _without_variables
    return tuple(statement(each, read) for each in (listed if isinstance(listed, list) else [listed]))


@lru_cache(maxsize=1024)
def parse(document: str) -> tuple[Statement, ...]:
    """The statements of a document in JSON. Raises ValueError, KeyError when it is none."""
    return statements_of(orjson.loads(document))


def decide(
    documents: Iterable[str], action: str, resource: str, ctx: Context, keys: Keys | None = None
) -> str:
    """What these policies (JSON texts) say together to the caller of ``ctx``: DENY before ALLOW before IMPLICIT_DENY.

    ``keys`` are condition keys of the service, in lower case, beside the global ones. A statement without a Principal
    (an identity policy) concerns whoever it is asked for.
    """
    context = None
    decision = IMPLICIT_DENY
    lowered = action.lower()
    for document in documents:
        for each in parse(document):
            if decision == ALLOW and each.effect == ALLOW:
                continue
            if context is None:
                context = global_keys(ctx) | (keys or {})
            if applies(each, lowered, resource, ctx.principal, context):
                if each.effect == DENY:
                    return DENY
                decision = ALLOW
    return decision


def applies(each: Statement, action: str, resource: str, principal: Principal, context: Keys) -> bool:
    """Whether a statement speaks of this action (in lower case) on this resource by this principal."""
    return obstacle(each, action, resource, principal, context) is None


def obstacle(
    each: Statement, action: str, resource: str, principal: Principal, context: Keys
) -> tuple[str, tuple | None] | None:
    """Why a statement does not apply: the element, and the condition where it is that. None when it applies."""
    if each.actions is not None and not any(matches_glob(pattern, action) for pattern in each.actions):
        return "Action", None
    if each.not_actions is not None and any(matches_glob(pattern, action) for pattern in each.not_actions):
        return "NotAction", None
    if each.resources is not None and not _covers(each.resources, resource, context):
        return "Resource", None
    if each.not_resources is not None and _covers(each.not_resources, resource, context):
        return "NotResource", None
    if each.principals is not None and not reach(each, principal):
        return "Principal", None
    if each.not_principals is not None and any(is_principal(principal, *named) for named in each.not_principals):
        return "NotPrincipal", None
    for condition in each.conditions:
        if not satisfied(*condition, context):
            return "Condition", condition
    return None


def _covers(patterns: tuple[str, ...], resource: str, context: Keys) -> bool:
    return any(
        matches_glob(substitute(_completed(pattern), context, glob=True), resource) for pattern in patterns
    )


def _completed(pattern: str) -> str:
    """An incomplete ARN stands for all that begin so: ``arn:aws:sqs`` for ``arn:aws:sqs:*:*:*``."""
    missing = 5 - pattern.count(":")
    return pattern + ":*" * missing if missing > 0 and pattern.startswith("arn:") and "${" not in pattern else pattern


# How far the Principal element of a resource's policy reaches to a caller.
NOT_NAMED, ACCOUNT_NAMED, ROLE_NAMED, NAMED = range(4)


def reach(each: Statement, principal: Principal) -> int:
    """How a statement names a principal: not at all, by its account, as a session by its role, or itself."""
    if each.principals is None:
        return NAMED
    return max((_reach(principal, *named) for named in each.principals), default=NOT_NAMED)


def is_principal(principal: Principal, kind: str, value: str) -> bool:
    """Whether a Principal element's entry names this principal: itself, its account, its role, or everybody.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    return _reach(principal, kind, value) != NOT_NAMED


def _reach(principal: Principal, kind: str, value: str) -> int:
    if kind == "Service":
        return NAMED if principal.kind == "Service" and value in ("*", principal.user_id) else NOT_NAMED
    if kind == "Federated":
        federated = principal.kind == "Federated" and value in ("*", principal.arn, principal.user_id)
        return NAMED if federated else NOT_NAMED
    if kind == "CanonicalUser":
        if value == principal.user_id:  # an origin access identity has one of its own
            return NAMED
        return ACCOUNT_NAMED if principal.account and value == canonical_id(principal.account) else NOT_NAMED
    if kind != "AWS":
        return NOT_NAMED
    if value == "*":
        return NAMED
    if principal.kind in ("Anonymous", "Service", "Federated"):
        return NOT_NAMED
    if value in (principal.arn, principal.user_id) and principal.kind != "Account":
        return NAMED
    if principal.kind == "AssumedRole" and _names_role(principal, value):
        return ROLE_NAMED
    if value in (principal.account, f"arn:aws:iam::{principal.account}:root"):
        return ACCOUNT_NAMED
    return NOT_NAMED


def _names_role(principal: Principal, value: str) -> bool:
    """``arn:aws:sts::1:assumed-role/name/session`` is the role ``arn:aws:iam::1:role/path/name``, or its unique id."""
    name = principal.arn.split("/")[1]
    if value == principal.user_id.partition(":")[0]:
        return True
    return value.startswith(f"arn:aws:iam::{principal.account}:role/") and value.rsplit("/", 1)[1] == name


def global_keys(ctx: Context) -> dict[str, list[str]]:
    """The condition keys that every service has.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    keys = {
        "aws:sourceip": [ctx.source_ip],
        "aws:securetransport": ["true" if ctx.secure else "false"],
        "aws:epochtime": [str(int(ctx.now))],
        "aws:currenttime": [str(ctx.now)],
        "aws:requestedregion": [ctx.region],
    }
    for name in ("user-agent", "referer"):
        if name in ctx.headers:
            keys[f"aws:{name.replace('-', '')}"] = [ctx.headers[name]]
    return keys | caller_keys(ctx.principal)


def caller_keys(principal: Principal) -> dict[str, list[str]]:
    """The condition keys that tell of the caller and its session."""
    keys = {
        "aws:principaltype": [principal.kind],
        "aws:principalisawsservice": ["true" if principal.kind == "Service" else "false"],
    }
    if principal.kind == "Service":
        keys["aws:principalservicename"] = [principal.user_id]
    elif principal.kind != "Anonymous":
        keys["aws:principalarn"] = [principal.arn]
        keys["aws:principalaccount"] = [principal.account]
        keys["aws:userid"] = [principal.user_id]
        if principal.kind == "User":
            keys["aws:username"] = [principal.arn.rsplit("/", 1)[1]]
    for name, value in principal.session.items():
        keys[name] = [value]
    for tag, value in principal.tags.items():
        keys[f"aws:principaltag/{tag.lower()}"] = [value]
    return keys
