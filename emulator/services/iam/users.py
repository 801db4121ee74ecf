"""Users. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users.html"""

from emulator.auth.identities import USER, groups_of
from emulator.kernel.context import Context
from emulator.services.iam import boundaries, entities, owned
from emulator.services.iam.common import own_user, paged, tags_of
from emulator.services.iam.errors import conflict
from emulator.services.iam.service import service


@service.operation
def create_user(ctx, UserName, Path=None, PermissionsBoundary=None, Tags=None):
    """Raises EntityAlreadyExists, NoSuchEntity, InvalidInput."""
    boundary = boundaries.checked(ctx, PermissionsBoundary)
    user = entities.create(ctx, USER, UserName, Path, boundary=boundary, tags=tags_of(Tags))
    return {"User": entities.view(ctx, user, "new")}


@service.operation
def get_user(ctx, UserName=None):
    """A user, or the caller: without a name the root of an account is told too. Raises NoSuchEntity."""
    if UserName is None and not own_user(ctx):
        arn = f"arn:aws:iam::{ctx.account}:root"
        return {"User": {"UserId": ctx.account, "Arn": arn, "CreateDate": 0.0}}
    user = entities.find_user(ctx, UserName)
    return {"User": entities.view(ctx, user, "get") | owned.password_last_used(ctx, user)}


@service.operation
def list_users(ctx, PathPrefix=None, Marker=None, MaxItems=None):
    """Users by name, those under a path prefix."""
    return entities.listed(ctx, USER, PathPrefix, "Users")


@service.operation
def update_user(ctx, UserName, NewPath=None, NewUserName=None):
    """Another name or path. Raises NoSuchEntity, EntityAlreadyExists."""
    user = entities.find(ctx, USER, UserName)
    renamed = entities.rename(ctx, user, NewUserName, NewPath)
    owned.move(ctx, user, renamed)
    return {}


@service.operation
def delete_user(ctx, UserName):
    """Raises NoSuchEntity; DeleteConflict while the user has policies, groups or credentials."""
    user = entities.find(ctx, USER, UserName)
    owned.check_none(ctx, user)
    if groups_of(ctx, user):
        raise conflict("groups")
    entities.delete(ctx, user)
    return {}


@service.operation
def list_groups_for_user(ctx: Context, UserName, Marker=None, MaxItems=None):
    """The groups that a user is in, by name. Raises NoSuchEntity."""
    user = entities.find(ctx, USER, UserName)
    return paged(
        ctx, "Groups", groups_of(ctx, user), lambda each: each.name.lower(), lambda each: entities.view(ctx, each)
    )
