"""Default Host Management Configuration: the role that EC2's instances are managed by. It is a service setting.

https://docs.aws.amazon.com/systems-manager/latest/userguide/fleet-manager-default-host-management-configuration.html
"""

import json

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.ssm import settings
from emulator.services.ssm.common import invalid, service

SETTING = "/ssm/managed-instance/default-ec2-instance-management-role"
NAME, PATH = "AWSSystemsManagerDefaultEC2InstanceManagementRole", "/service-role/"
POLICY = "arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}]})  # fmt: skip


@service.operation
def register_default_host_management_configuration(ctx: Context, PermissionModel, RoleArn=None, Overwrite=None):
    """Name the role, or have it made. Raises ValidationException; ``Overwrite`` lets it replace another."""
    own = PermissionModel == "SERVICE_MANAGED"
    if own == (RoleArn is not None):
        raise invalid(f"RoleArn {'must not' if own else 'must'} be set when PermissionModel is {PermissionModel}.")
    if settings.value(ctx, SETTING) != settings.DEFAULTS[SETTING] and not Overwrite:
        raise invalid("Default Host Management Configuration is already registered. Set Overwrite to replace it.")
    role = _managed(ctx) if own else _given(ctx, RoleArn)
    settings.update_service_setting(ctx, SETTING, role.partition(":role/")[2])
    return {"RoleArn": role}


def _managed(ctx: Context) -> str:
    """The role that Systems Manager makes, made once. Raises what IAM refuses."""
    try:
        found = ctx.call("iam", "CreateRole", {"RoleName": NAME, "Path": PATH, "AssumeRolePolicyDocument": TRUST})
    except AwsError as error:
        if error.code != "EntityAlreadyExists":
            raise
        found = ctx.call("iam", "GetRole", {"RoleName": NAME})
    try:
        ctx.call("iam", "AttachRolePolicy", {"RoleName": NAME, "PolicyArn": POLICY})
    except AwsError as error:
        if error.code != "NoSuchEntity":  # while that policy is not among those that IAM has here
            raise
    return found["Role"]["Arn"]


def _given(ctx: Context, role: str) -> str:
    """A role that stands, of this account. Raises ValidationException."""
    try:
        return ctx.call("iam", "GetRole", {"RoleName": role.rpartition("/")[2]})["Role"]["Arn"]
    except AwsError as error:
        if error.code != "NoSuchEntity":
            raise
        raise invalid(f"The role {role} does not exist.") from None


@service.operation
def deregister_default_host_management_configuration(ctx: Context):
    """The setting goes back to its default; a role that Systems Manager made goes."""
    role = settings.value(ctx, SETTING)
    settings.reset_service_setting(ctx, SETTING)
    if role == f"{PATH[1:]}{NAME}":
        try:
            for each in ctx.call("iam", "ListAttachedRolePolicies", {"RoleName": NAME})["AttachedPolicies"]:
                ctx.call("iam", "DetachRolePolicy", {"RoleName": NAME, "PolicyArn": each["PolicyArn"]})
            ctx.call("iam", "DeleteRole", {"RoleName": NAME})
        except AwsError as error:
            if error.code != "NoSuchEntity":
                raise
    return {}
