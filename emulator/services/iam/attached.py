"""Policies on users, groups and roles: managed ones attached, inline ones embedded. One set of operations a kind."""

from emulator.auth.identities import (
    GROUP,
    ROLE,
    USER,
    Attachment,
    Identity,
    attached,
    attachments,
    identities,
    name_of,
)
from emulator.kernel.context import Context
from emulator.services.iam import entities, grammar, policies
from emulator.services.iam.common import encoded, paged
from emulator.services.iam.errors import missing, over_quota
from emulator.services.iam.service import service

ATTACHED = 10  # managed policies of one identity
KINDS = {USER: "UserName", GROUP: "GroupName", ROLE: "RoleName"}


def attach(ctx: Context, identity: Identity, PolicyArn: str) -> None:
    """Raises NoSuchEntity, InvalidInput, LimitExceeded."""
    policies.find(ctx, PolicyArn, "attachable policy")
    found = set(attached(ctx, identity))
    if len(found - {PolicyArn}) >= ATTACHED:
        raise over_quota(f"PoliciesPer{identity.kind.title()}", ATTACHED)
    ctx.rows(attachments).put(Attachment(identity.kind, identity.name, PolicyArn))


def detach(ctx: Context, identity: Identity, PolicyArn: str) -> None:
    """Raises NoSuchEntity."""
    if ctx.rows(attachments).delete((identity.kind, identity.name.lower(), PolicyArn)) is None:
        raise missing("policy", PolicyArn)


def listed(ctx: Context, identity: Identity, PathPrefix: str | None) -> dict:
    prefix = f":policy{PathPrefix or '/'}"
    found = sorted((name_of(arn), arn) for arn in attached(ctx, identity) if prefix in arn)
    return paged(ctx, "AttachedPolicies", found, lambda each: each,
                 lambda each: {"PolicyName": each[0], "PolicyArn": each[1]})  # fmt: skip


def embed(ctx: Context, identity: Identity, PolicyName: str, PolicyDocument: str) -> None:
    """Raises MalformedPolicyDocument, LimitExceeded."""
    grammar.check_identity(PolicyDocument)
    inline = {**identity.inline, PolicyName: PolicyDocument}
    grammar.check_inline_size(identity, inline)
    entities.put(ctx, identity, inline=inline)


def embedded(identity: Identity, PolicyName: str) -> str:
    """Raises NoSuchEntity."""
    found = identity.inline.get(PolicyName)
    if found is None:
        raise missing(f"{identity.kind} policy", PolicyName)
    return found


def remove(ctx: Context, identity: Identity, PolicyName: str) -> None:
    """Raises NoSuchEntity."""
    embedded(identity, PolicyName)
    entities.put(ctx, identity, inline={name: each for name, each in identity.inline.items() if name != PolicyName})


def _declare(kind: str, member: str) -> None:
    """The eight operations of one kind of identity."""
    find, modifiable = entities.find, entities.find_modifiable

    def attach_policy(ctx, /, **given):
        attach(ctx, modifiable(ctx, kind, given[member]), given["PolicyArn"])

    def detach_policy(ctx, /, **given):
        detach(ctx, modifiable(ctx, kind, given[member]), given["PolicyArn"])

    def list_attached(ctx, /, **given):
        return listed(ctx, find(ctx, kind, given[member]), given.get("PathPrefix"))

    def put_policy(ctx, /, **given):
        embed(ctx, modifiable(ctx, kind, given[member]), given["PolicyName"], given["PolicyDocument"])

    def get_policy(ctx, /, **given):
        identity, name = find(ctx, kind, given[member]), given["PolicyName"]
        document = encoded(embedded(identity, name))
        return {member: identity.name, "PolicyName": name, "PolicyDocument": document}

    def delete_policy(ctx, /, **given):
        remove(ctx, modifiable(ctx, kind, given[member]), given["PolicyName"])

    def list_inline(ctx, /, **given):
        return paged(ctx, "PolicyNames", sorted(find(ctx, kind, given[member]).inline), lambda each: each)

    service.functions |= {
        f"attach_{kind}_policy": attach_policy, f"detach_{kind}_policy": detach_policy,
        f"list_attached_{kind}_policies": list_attached, f"put_{kind}_policy": put_policy,
        f"get_{kind}_policy": get_policy, f"delete_{kind}_policy": delete_policy, f"list_{kind}_policies": list_inline,
    }  # fmt: skip


for _kind, _member in KINDS.items():
    _declare(_kind, _member)

ENTITIES = {GROUP: ("PolicyGroups", "Group"), USER: ("PolicyUsers", "User"), ROLE: ("PolicyRoles", "Role")}


@service.operation
def list_entities_for_policy(
    ctx, PolicyArn, EntityFilter=None, PathPrefix=None, PolicyUsageFilter=None, Marker=None, MaxItems=None
):
    """Who has a policy attached, or as a boundary. Raises NoSuchEntity, InvalidInput."""
    policies.find(ctx, PolicyArn)
    rows = ctx.rows(identities)
    found: dict[tuple[str, str], Identity] = {}
    if PolicyUsageFilter != "PermissionsBoundary":
        for each in ctx.rows(attachments).by("policy", PolicyArn, PolicyArn):
            found[each.kind, each.name.lower()] = rows[(each.kind, each.name.lower())]
    if PolicyUsageFilter != "PermissionsPolicy":
        for each in rows.by("boundary", PolicyArn, PolicyArn):
            found[each.kind, each.name.lower()] = each
    wanted = {"User": USER, "Role": ROLE, "Group": GROUP}.get(EntityFilter)
    fitting = [
        (key, each) for key, each in sorted(found.items())
        if each.path.startswith(PathPrefix or "/") and (wanted is None or each.kind == wanted)
    ]  # fmt: skip
    answer = paged(ctx, "found", fitting, lambda each: each[0], lambda each: each[1])
    shown = answer.pop("found")
    for kind, (member, word) in ENTITIES.items():
        answer[member] = [{f"{word}Name": each.name, f"{word}Id": each.id} for each in shown if each.kind == kind]
    return answer
