"""What IAM says to a call. ``audit`` writes a refusal down and lets the call pass; ``enforce`` refuses it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import logging
from collections.abc import Callable
from typing import NamedTuple

from emulator.auth import actions, organizations
from emulator.auth.evaluation import (
    BOUNDARY,
    IDENTITY,
    ORGANIZATION,
    RESOURCE,
    RESOURCE_CONTROL,
    SESSION,
    Decision,
    Question,
    Source,
    evaluate,
)
from emulator.auth.identities import (
    USER,
    Identity,
    account_of,
    document_of,
    identity_of,
    identity_policies,
    name_of,
)
from emulator.auth.policies import Keys, global_keys
from emulator.auth.usage import Usage
from emulator.kernel.context import Context, Principal
from emulator.kernel.errors import AwsError
from emulator.model import load

logger = logging.getLogger("emulator.iam")

# Code and status of a refusal by the service's first protocol, where its data names none.
DENIED = {
    "query": ("AccessDenied", 403), "rest-xml": ("AccessDenied", 403), "ec2": ("UnauthorizedOperation", 403),
    "json": ("AccessDeniedException", 400), "smithy-rpc-v2-cbor": ("AccessDeniedException", 400),
    "rest-json": ("AccessDeniedException", 403),
}  # fmt: skip
Layers = dict[str, tuple[Source, ...] | None]


class Facts(NamedTuple):
    """What the services know of their resources. Each function takes the context of the call.

    ``resource`` tells the ARN that the call acts on, several of them, or one for each action; None where the service
    does not say.
    ``policy`` tells of an ARN's resource its account and its policy, None where the service has no policies. ``tags``
    are the resource's, ``keys`` the condition keys of the service itself.
    """

    resource: Callable[[Context], actions.Resources | dict[str, str] | None]
    policy: Callable[[Context, str], tuple[str, str | None] | None]
    tags: Callable[[Context, str], dict[str, str]]
    keys: Callable[[Context, str], Keys]


def authorize(ctx: Context, mode: str, facts: Facts, usage: Usage) -> list[Decision]:
    """Hold a call to all policies. Returns the decisions; raises the service's AccessDenied in mode ``enforce``.

    What is refused of a batch whose elements are answered one by one stands in ``ctx.refused`` then.
    """
    known = actions.of(ctx.service)
    decisions = []
    for need in known.needs(ctx, ctx.operation, ctx.input, facts.resource(ctx)):
        decision = decide(ctx, need, known, facts)
        if decision is None:
            continue
        decisions.append(decision)
        usage.record(decision, ctx.now)
        if not decision.allowed:
            refused = refusal(ctx.service, decision, known)
            if mode == "enforce" and need.apart:
                ctx.refused = {**(ctx.refused or {}), (need.action, need.resource): refused}
                continue
            if mode == "enforce":
                refused.decisions = decisions
                raise refused
            logger.warning("audit: %s", refused.message)
    return decisions


def decide(ctx: Context, need: actions.Need, known: actions.Actions, facts: Facts) -> Decision | None:
    """The decision on one need; None where the service itself is the judge of who comes from elsewhere."""
    principal = ctx.principal
    held = facts.policy(ctx, need.resource)
    if principal.kind in ("Anonymous", "Service") and (held is None or known.own_resource_side):
        return None
    owner, document = held or (_owner(need.resource), None)
    foreign = principal.account != (owner or principal.account)
    identity = identity_of(ctx, principal.issuer or principal.arn)
    sources = layers_of(ctx, principal, identity)
    sources |= controls_of(ctx, principal, identity, owner)
    if document is not None:
        sources[RESOURCE] = (Source(need.resource, "resource", document),)

    def context() -> Keys:
        keys = global_keys(ctx) | principal_keys(principal, identity) | need.keys | facts.keys(ctx, need.resource)
        keys |= organizations.account_keys(ctx, principal.account, "principal")
        if owner:
            keys["aws:resourceaccount"] = [owner]
            keys |= organizations.account_keys(ctx, owner, "resource")
        for name, value in facts.tags(ctx, need.resource).items():
            keys[f"aws:resourcetag/{name.lower()}"] = [value]
        return keys

    return evaluate(
        Question(principal, need.action, need.resource, context), sources,
        foreign=foreign and not known.own_resource_side,
        needs_resource_policy=known.needs_resource_policy and held is not None and need.resource != "*",
    )  # fmt: skip


def _owner(resource: str) -> str:
    """The account in an ARN; empty where it tells none."""
    account = account_of(resource) if resource.count(":") >= 5 else ""
    return account if account.isdigit() else ""


def layers_of(ctx: Context, principal: Principal, identity: Identity | None) -> Layers:
    """The policies of a caller by layer; a layer that is absent does not restrict."""
    layers: Layers = {}
    if principal.kind in ("User", "AssumedRole", "FederatedUser") and not principal.issuer.endswith(":root"):
        found = identity_policies(ctx, identity) if identity else ()
        layers[IDENTITY] = tuple(Source(*each) for each in found)
        if identity is not None and identity.boundary:
            layers[BOUNDARY] = (_managed(ctx, identity.boundary),)
    sessions = [Source("session policy", "session", each) for each in principal.session_policies]
    sessions += [_managed(ctx, arn) for arn in principal.session_policy_arns]
    if sessions or principal.kind == "FederatedUser":
        layers[SESSION] = tuple(sessions)
    return layers


def controls_of(ctx: Context, principal: Principal, identity: Identity | None, owner: str) -> Layers:
    """The control policies of the caller's account and of the resource's, where an organization has them.

    Service-linked roles, services and the management account are not restricted.
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html#scp-effects-on-permissions
    """
    found = organizations.of(ctx)
    if found is None or principal.kind in ("Service", "Anonymous"):
        return {}
    if identity is not None and identity.path.startswith("/aws-service-role/"):
        return {}
    layers: Layers = {}
    for layer, account, kind in (
        (ORGANIZATION, principal.account, organizations.SERVICE_CONTROL),
        (RESOURCE_CONTROL, owner or principal.account, organizations.RESOURCE_CONTROL),
    ):
        levels = found.levels(account, kind)
        if levels:
            layers[layer] = tuple(Source(each.name, "organization", each.document, level) for level, each in levels)
    return layers


def _managed(ctx: Context, arn: str) -> Source:
    """A managed policy; one that is gone allows nothing."""
    return Source(name_of(arn), "managed", document_of(ctx, arn) or '{"Statement":[]}')


def principal_keys(principal: Principal, identity: Identity | None) -> Keys:
    """Condition keys that IAM knows of the caller: its role's ARN in place of the session's, and its tags."""
    if identity is None:
        return {}
    keys = {f"aws:principaltag/{name.lower()}": [value] for name, value in identity.tags.items()}
    keys |= {f"aws:principaltag/{name.lower()}": [value] for name, value in principal.tags.items()}
    if principal.kind == "AssumedRole":
        keys["aws:principalarn"] = [identity.arn]
    return keys


def principal_from(ctx: Context, arn: str) -> Principal:
    """A caller by its ARN: a user, a role (as a session of it) or a root; for questions without a call.

    Raises LookupError for an ARN that names none of these.
    """
    identity = identity_of(ctx, arn)
    account = account_of(arn) if arn.count(":") >= 5 else ""
    if identity is None:
        if arn == f"arn:aws:iam::{account}:root":
            return Principal("Account", account, arn, account)
        raise LookupError(f"IAM knows no {arn}")
    if identity.kind == USER:
        return Principal("User", account, identity.arn, identity.id)
    session = f"arn:aws:sts::{account}:assumed-role/{identity.name}/explain"
    return Principal("AssumedRole", account, session, f"{identity.id}:explain")


def refusal(service: str, decision: Decision, known: actions.Actions) -> AwsError:
    """The service's error, in AWS's words.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    """
    question, denied = decision.question, known.denied
    action = question.action.lower() if denied.get("lower") else question.action
    resource = f'"{question.resource}"' if denied.get("quoted") else question.resource
    code, status = DENIED[load(service).protocols[0]]
    message = (
        f"User: {question.principal.arn} is not authorized to perform: {action} on resource: {resource} "
        f"{decision.reason().replace(question.action, action)}"
    )
    return Refused(denied.get("code", code), message, denied.get("status", status))


class Refused(AwsError):
    """A refusal by IAM; ``decisions`` are those that led to it."""

    decisions: list[Decision]
