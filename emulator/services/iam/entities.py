"""Users, groups and roles: what they share. One kind differs from another by a row of ``KINDS``."""

from collections.abc import Iterator
from itertools import takewhile
from typing import Any, NamedTuple

from emulator.auth.identities import (
    GROUP,
    ROLE,
    USER,
    Attachment,
    Identity,
    Membership,
    attachments,
    identities,
    memberships,
)
from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.iam.common import arn, encoded, new_id, own_user, paged, tags_to_wire
from emulator.services.iam.errors import conflict, exists, missing, protected

SERVICE_LINKED = "/aws-service-role/"


class Kind(NamedTuple):
    """``prefix`` begins its unique ids; ``word`` its members on the wire (``UserName``, ``UserId``)."""

    prefix: str
    word: str


KINDS = {USER: Kind("AIDA", "User"), GROUP: Kind("AGPA", "Group"), ROLE: Kind("AROA", "Role")}


def find(ctx: Context, kind: str, name: str) -> Identity:
    """Raises NoSuchEntity."""
    found = ctx.rows(identities).get((kind, name.lower()))
    if found is None:
        raise missing(kind, name)
    return found


def find_modifiable(ctx: Context, kind: str, name: str) -> Identity:
    """As :func:`find`. Raises UnmodifiableEntity for a service-linked role."""
    found = find(ctx, kind, name)
    if kind == ROLE and found.path.startswith(SERVICE_LINKED):
        raise protected(found.name)
    return found


def find_user(ctx: Context, name: str | None) -> Identity:
    """The user named, or the caller's own. Raises NoSuchEntity; ValidationError when there is no user to mean."""
    return find(ctx, USER, name or own_user(ctx) or "root")


def all_of(ctx: Context, kind: str) -> Iterator[Identity]:
    """The identities of a kind, by name."""
    for each in ctx.rows(identities).range((kind, "")):
        if each.kind != kind:
            return
        yield each


def create(ctx: Context, kind: str, name: str, path: str | None, **more: Any) -> Identity:
    """Store a new identity. Raises EntityAlreadyExists."""
    rows = ctx.rows(identities)
    if (kind, name.lower()) in rows:
        raise exists(kind, name)
    path = path or "/"
    return rows.put(
        Identity(kind, name, path, new_id(ctx, KINDS[kind].prefix), arn(ctx, kind, path, name), ctx.now, **more)
    )


def put(ctx: Context, identity: Identity, **changes: Any) -> Identity:
    return ctx.rows(identities).put(replace(identity, **changes))


def rename(ctx: Context, identity: Identity, name: str | None, path: str | None) -> Identity:
    """Another name or path; what hangs on the name moves along. Raises EntityAlreadyExists."""
    rows = ctx.rows(identities)
    kind, name, path = identity.kind, name or identity.name, path or identity.path
    before, after = identity.name.lower(), name.lower()
    if before != after:
        if (kind, after) in rows:
            raise exists(kind, name)
        rows.delete((kind, before))
        _move(ctx, kind, before, after)
    return rows.put(replace(identity, name=name, path=path, arn=arn(ctx, kind, path, name)))


def _move(ctx: Context, kind: str, before: str, after: str) -> None:
    attached = ctx.rows(attachments)
    for each in list(takewhile(lambda each: (each.kind, each.name.lower()) == (kind, before),
                               attached.range((kind, before, "")))):  # fmt: skip
        attached.delete((kind, before, each.policy))
        attached.put(Attachment(kind, after, each.policy))
    rows = ctx.rows(memberships)
    for each in [each for each in rows if (each.user if kind == USER else each.group) == before]:
        rows.delete((each.group, each.user))
        rows.put(Membership(each.group, after) if kind == USER else Membership(after, each.user))


def delete(ctx: Context, identity: Identity) -> None:
    """Remove an identity that holds no policies. Raises DeleteConflict."""
    start = (identity.kind, identity.name.lower())
    first = next(ctx.rows(attachments).range((*start, "")), None)
    if first is not None and (first.kind, first.name.lower()) == start:
        raise conflict("policies")
    if identity.inline:
        raise conflict("inline")
    ctx.rows(identities).delete(start)


def listed(ctx: Context, kind: str, PathPrefix: str | None, member: str) -> dict:
    prefix = PathPrefix or "/"
    found = (each for each in all_of(ctx, kind) if each.path.startswith(prefix))
    return paged(ctx, member, found, lambda each: each.name.lower(), lambda each: view(ctx, each, "list"))


def view(ctx: Context, identity: Identity, form: str = "") -> dict:
    """An identity on the wire. ``form`` is "new", "get", "list" or "" for its bare members.

    Lists leave out tags and boundaries, as IAM's do.
    """
    word = KINDS[identity.kind].word
    shown = {
        "Path": identity.path, f"{word}Name": identity.name, f"{word}Id": identity.id, "Arn": identity.arn,
        "CreateDate": identity.created,
    }  # fmt: skip
    if identity.kind == ROLE:
        details = identity.details
        shown["AssumeRolePolicyDocument"] = encoded(details["AssumeRolePolicyDocument"])
        if form in ("get", "list"):
            shown["MaxSessionDuration"] = details["MaxSessionDuration"]
        if "Description" in details:
            shown["Description"] = details["Description"]
        if "SourceRoleTemplate" in details and form in ("get", "new"):
            shown["SourceRoleTemplate"] = details["SourceRoleTemplate"]
        if form == "get":
            shown["RoleLastUsed"] = last_used(ctx, identity)
    if form in ("get", "new"):
        shown |= boundary_of(identity)
        if identity.tags:
            shown["Tags"] = tags_to_wire(identity.tags)
    return shown


def boundary_of(identity: Identity) -> dict:
    """The member PermissionsBoundary, when there is one."""
    if not identity.boundary:
        return {}
    return {
        "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": identity.boundary}
    }


def last_used(ctx: Context, role: Identity) -> dict:
    """When and where a session of the role called last, as far as the emulator remembers its calls."""
    account = role.arn.split(":")[4]
    sessions = f"arn:aws:sts::{account}:assumed-role/{role.name}/"
    for call in ctx.history():
        if call.principal.startswith(sessions):
            return {"LastUsedDate": call.time, "Region": call.region}
    return {}
