"""Permissions boundaries of users and roles. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"""

from emulator.auth.identities import ROLE, USER, document_of
from emulator.kernel.context import Context
from emulator.services.iam import entities
from emulator.services.iam.errors import invalid, missing
from emulator.services.iam.service import service


def checked(ctx: Context, arn: str | None) -> str:
    """A policy's ARN that can be a boundary. Raises InvalidInput, NoSuchEntity."""
    if arn is None:
        return ""
    if arn.count(":") < 5 or ":policy/" not in arn:
        raise invalid(f"ARN {arn} is not valid.")
    if document_of(ctx, arn) is None:
        raise missing("boundary", arn)
    return arn


def _put(ctx: Context, kind: str, name: str, arn: str) -> dict:
    identity = entities.find_modifiable(ctx, kind, name)
    entities.put(ctx, identity, boundary=checked(ctx, arn))
    return {}


def _delete(ctx: Context, kind: str, name: str) -> dict:
    identity = entities.find_modifiable(ctx, kind, name)
    if not identity.boundary:
        raise missing("entity", identity.arn)
    entities.put(ctx, identity, boundary="")
    return {}


@service.operation
def put_user_permissions_boundary(ctx, UserName, PermissionsBoundary):
    """Set or replace a user's boundary. Raises NoSuchEntity, InvalidInput."""
    return _put(ctx, USER, UserName, PermissionsBoundary)


@service.operation
def put_role_permissions_boundary(ctx, RoleName, PermissionsBoundary):
    """Set or replace a role's boundary. Raises NoSuchEntity, InvalidInput, UnmodifiableEntity."""
    return _put(ctx, ROLE, RoleName, PermissionsBoundary)


@service.operation
def delete_user_permissions_boundary(ctx, UserName):
    """Take a user's boundary away. Raises NoSuchEntity."""
    return _delete(ctx, USER, UserName)


@service.operation
def delete_role_permissions_boundary(ctx, RoleName):
    """Take a role's boundary away. Raises NoSuchEntity, UnmodifiableEntity."""
    return _delete(ctx, ROLE, RoleName)
