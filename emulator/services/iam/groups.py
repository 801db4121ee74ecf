"""Groups and who is in them. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups.html"""

from collections.abc import Iterator

from emulator.auth.identities import GROUP, USER, Identity, Membership, groups_of, identities, memberships
from emulator.kernel.context import Context
from emulator.services.iam import entities
from emulator.services.iam.common import paged
from emulator.services.iam.errors import conflict, missing, over_quota
from emulator.services.iam.service import service

GROUPS_PER_USER = 10


def members(ctx: Context, group: Identity) -> Iterator[Identity]:
    """The users in a group, by name."""
    name, users = group.name.lower(), ctx.rows(identities)
    for each in ctx.rows(memberships).range((name, "")):
        if each.group != name:
            return
        yield users[(USER, each.user)]


@service.operation
def create_group(ctx, GroupName, Path=None):
    """Raises EntityAlreadyExists."""
    return {"Group": entities.view(ctx, entities.create(ctx, GROUP, GroupName, Path), "new")}


@service.operation
def get_group(ctx, GroupName, Marker=None, MaxItems=None):
    """A group and a page of its users. Raises NoSuchEntity."""
    group = entities.find(ctx, GROUP, GroupName)
    users = paged(
        ctx, "Users", members(ctx, group), lambda each: each.name.lower(),
        lambda each: entities.view(ctx, each, "list"),
    )  # fmt: skip
    return {"Group": entities.view(ctx, group)} | users


@service.operation
def list_groups(ctx, PathPrefix=None, Marker=None, MaxItems=None):
    """Groups by name, those under a path prefix."""
    return entities.listed(ctx, GROUP, PathPrefix, "Groups")


@service.operation
def update_group(ctx, GroupName, NewPath=None, NewGroupName=None):
    """Another name or path. Raises NoSuchEntity, EntityAlreadyExists."""
    entities.rename(ctx, entities.find(ctx, GROUP, GroupName), NewGroupName, NewPath)
    return {}


@service.operation
def delete_group(ctx, GroupName):
    """Raises NoSuchEntity; DeleteConflict while the group has users or policies."""
    group = entities.find(ctx, GROUP, GroupName)
    if next(members(ctx, group), None) is not None:
        raise conflict("users")
    entities.delete(ctx, group)
    return {}


@service.operation
def add_user_to_group(ctx, GroupName, UserName):
    """Adding a user who is in the group already changes nothing. Raises NoSuchEntity, LimitExceeded."""
    group, user = entities.find(ctx, GROUP, GroupName), entities.find(ctx, USER, UserName)
    found = groups_of(ctx, user)
    if len(found) >= GROUPS_PER_USER and group not in found:
        raise over_quota("GroupsPerUser", GROUPS_PER_USER)
    ctx.rows(memberships).put(Membership(group.name.lower(), user.name.lower()))
    return {}


@service.operation
def remove_user_from_group(ctx, GroupName, UserName):
    """Raises NoSuchEntity, also for a user who is not in the group."""
    group, user = entities.find(ctx, GROUP, GroupName), entities.find(ctx, USER, UserName)
    if ctx.rows(memberships).delete((group.name.lower(), user.name.lower())) is None:
        raise missing("user", UserName)
    return {}
