"""Instance profiles: at most one role each. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html"""

from emulator.auth.identities import ROLE, Identity, identities
from emulator.kernel.context import Context
from emulator.kernel.store import ACCOUNT, Record, Table, replace
from emulator.services.iam import entities
from emulator.services.iam.common import arn, new_id, paged, tags_of, tags_to_wire
from emulator.services.iam.errors import conflict, exists, missing, over_quota
from emulator.services.iam.service import service


class InstanceProfile(Record):
    """``role`` is the role's folded name, empty for none."""

    name: str
    path: str
    id: str
    arn: str
    created: float
    role: str = ""
    tags: dict[str, str] = {}


profiles = Table(
    "iam.instance_profile", InstanceProfile, key=lambda each: each.name.lower(), scope=ACCOUNT, ordered=True,
    indexes={"role": lambda each: each.role or None},
)  # fmt: skip


def find(ctx: Context, name: str) -> InstanceProfile:
    """Raises NoSuchEntity."""
    found = ctx.rows(profiles).get(name.lower())
    if found is None:
        raise missing("instance profile", name)
    return found


def of_role(ctx: Context, role: Identity) -> list[InstanceProfile]:
    name = role.name.lower()
    return list(ctx.rows(profiles).by("role", name, name))


def view(ctx: Context, profile: InstanceProfile, tags: bool = True) -> dict:
    roles = [entities.view(ctx, ctx.rows(identities)[(ROLE, profile.role)])] if profile.role else []
    shown = {
        "Path": profile.path, "InstanceProfileName": profile.name, "InstanceProfileId": profile.id,
        "Arn": profile.arn, "CreateDate": profile.created, "Roles": roles,
    }  # fmt: skip
    return shown | ({"Tags": tags_to_wire(profile.tags)} if tags and profile.tags else {})


@service.operation
def create_instance_profile(ctx, InstanceProfileName, Path=None, Tags=None):
    """Raises EntityAlreadyExists, InvalidInput."""
    rows, name, path = ctx.rows(profiles), InstanceProfileName, Path or "/"
    if name.lower() in rows:
        raise exists("instance profile", name)
    profile = InstanceProfile(
        name, path, new_id(ctx, "AIPA"), arn(ctx, "instance-profile", path, name), ctx.now, tags=tags_of(Tags)
    )
    return {"InstanceProfile": view(ctx, rows.put(profile))}


@service.operation
def get_instance_profile(ctx, InstanceProfileName):
    """Raises NoSuchEntity."""
    return {"InstanceProfile": view(ctx, find(ctx, InstanceProfileName))}


@service.operation
def delete_instance_profile(ctx, InstanceProfileName):
    """Raises NoSuchEntity; DeleteConflict while it holds a role."""
    profile = find(ctx, InstanceProfileName)
    if profile.role:
        raise conflict("profiles")
    ctx.rows(profiles).delete(profile.name.lower())
    return {}


@service.operation
def list_instance_profiles(ctx, PathPrefix=None, Marker=None, MaxItems=None):
    """Instance profiles by name, those under a path prefix."""
    found = (each for each in ctx.rows(profiles) if each.path.startswith(PathPrefix or "/"))
    return paged(ctx, "InstanceProfiles", found, lambda each: each.name.lower(), lambda each: view(ctx, each, False))


@service.operation
def list_instance_profiles_for_role(ctx, RoleName, Marker=None, MaxItems=None):
    """Raises NoSuchEntity."""
    found = of_role(ctx, entities.find(ctx, ROLE, RoleName))
    return paged(ctx, "InstanceProfiles", found, lambda each: each.name.lower(), lambda each: view(ctx, each, False))


@service.operation
def add_role_to_instance_profile(ctx, InstanceProfileName, RoleName):
    """Raises NoSuchEntity, UnmodifiableEntity; LimitExceeded when it holds a role already."""
    profile = find(ctx, InstanceProfileName)
    role = entities.find_modifiable(ctx, ROLE, RoleName)
    if profile.role:
        raise over_quota("InstanceSessionsPerInstanceProfile", 1)
    ctx.rows(profiles).put(replace(profile, role=role.name.lower()))
    return {}


@service.operation
def remove_role_from_instance_profile(ctx, InstanceProfileName, RoleName):
    """Raises NoSuchEntity, also for a role that it does not hold; UnmodifiableEntity."""
    profile = find(ctx, InstanceProfileName)
    role = entities.find_modifiable(ctx, ROLE, RoleName)
    if profile.role != role.name.lower():
        raise missing("role", RoleName)
    ctx.rows(profiles).put(replace(profile, role=""))
    return {}
