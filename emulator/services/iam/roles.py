"""Roles. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html"""

from emulator.auth.identities import ROLE, USER, Identity, identities
from emulator.kernel.context import Context
from emulator.services.iam import boundaries, entities, grammar, instance_profiles
from emulator.services.iam.common import tags_of
from emulator.services.iam.errors import conflict, invalid_value
from emulator.services.iam.service import service

HOUR = 3600


def trusting(ctx: Context, document: str) -> str:
    """A trust policy, checked. Raises MalformedPolicyDocument, also for principals that don't exist."""
    grammar.check_trust(document, lambda arn: exists(ctx, arn))
    return document


def exists(ctx: Context, arn: str) -> bool:
    """Whether the user or role that an ARN names stands; what is no IAM user or role counts as standing."""
    account, resource = arn.split(":", 5)[4:]
    kind, _, name = resource.partition("/")
    if kind not in (USER, ROLE) or "*" in arn:
        return True
    found: Identity | None = ctx.rows(identities, account=account).get((kind, name.rsplit("/", 1)[-1].lower()))
    return found is not None and found.arn == arn


@service.operation
def create_role(
    ctx, RoleName, AssumeRolePolicyDocument, Path=None, Description=None, MaxSessionDuration=None,
    PermissionsBoundary=None, Tags=None,
):  # fmt: skip
    """Raises EntityAlreadyExists, MalformedPolicyDocument, InvalidInput, NoSuchEntity."""
    if (Path or "/").startswith(entities.SERVICE_LINKED):
        raise invalid_value(
            "Paths cannot begin with /aws-service-role/. To create a service-linked role, use the "
            "CreateServiceLinkedRole operation."
        )
    details = {
        "AssumeRolePolicyDocument": trusting(ctx, AssumeRolePolicyDocument),
        "MaxSessionDuration": MaxSessionDuration or HOUR,
    }
    if Description is not None:
        details["Description"] = Description
    boundary = boundaries.checked(ctx, PermissionsBoundary)
    role = entities.create(ctx, ROLE, RoleName, Path, boundary=boundary, tags=tags_of(Tags), details=details)
    shown = entities.view(ctx, role, "new")
    if MaxSessionDuration is not None:
        shown["MaxSessionDuration"] = MaxSessionDuration
    return {"Role": shown}


@service.operation
def get_role(ctx, RoleName):
    """Raises NoSuchEntity."""
    return {"Role": entities.view(ctx, entities.find(ctx, ROLE, RoleName), "get")}


@service.operation
def list_roles(ctx, PathPrefix=None, Marker=None, MaxItems=None):
    """Roles by name, those under a path prefix."""
    return entities.listed(ctx, ROLE, PathPrefix, "Roles")


@service.operation
def update_role(ctx, RoleName, Description=None, MaxSessionDuration=None):
    """Raises NoSuchEntity, UnmodifiableEntity."""
    role = entities.find_modifiable(ctx, ROLE, RoleName)
    given = {"Description": Description, "MaxSessionDuration": MaxSessionDuration}
    _detail(ctx, role, **{name: value for name, value in given.items() if value is not None})
    return {}


@service.operation
def update_role_description(ctx, RoleName, Description):
    """Raises NoSuchEntity, UnmodifiableEntity."""
    role = _detail(ctx, entities.find_modifiable(ctx, ROLE, RoleName), Description=Description)
    return {"Role": entities.view(ctx, role, "get")}


@service.operation
def update_assume_role_policy(ctx, RoleName, PolicyDocument):
    """Raises NoSuchEntity, MalformedPolicyDocument, UnmodifiableEntity."""
    role = entities.find_modifiable(ctx, ROLE, RoleName)
    _detail(ctx, role, AssumeRolePolicyDocument=trusting(ctx, PolicyDocument))
    return {}


def _detail(ctx: Context, role: Identity, **changes) -> Identity:
    return entities.put(ctx, role, details={**role.details, **changes})


@service.operation
def delete_role(ctx, RoleName):
    """Raises NoSuchEntity, UnmodifiableEntity; DeleteConflict while it has policies or is in an instance profile."""
    role = entities.find_modifiable(ctx, ROLE, RoleName)
    if instance_profiles.of_role(ctx, role):
        raise conflict("profiles")
    entities.delete(ctx, role)
    return {}
