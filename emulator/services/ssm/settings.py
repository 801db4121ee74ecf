"""Service settings, the role that manages hosts by default, and policies that share parameters and work items.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ServiceSetting.html
"""

import hashlib
import json
from operator import attrgetter

from emulator.kernel.context import Context, arn
from emulator.kernel.errors import AwsError
from emulator.kernel.store import Record, Table
from emulator.resources import page
from emulator.services.ssm.common import INVALID_TOKEN, service

# The settings there are, with AWS's defaults.
DEFAULTS = {
    "/ssm/appmanager/appmanager-enabled": "false",
    "/ssm/automation/customer-script-log-destination": "",
    "/ssm/automation/customer-script-log-group-name": "",
    "/ssm/documents/console/public-sharing-permission": "Disable",
    "/ssm/managed-instance/activation-tier": "standard",
    "/ssm/managed-instance/default-ec2-instance-management-role": "$None",
    "/ssm/opsinsights/opscenter": "Disabled",
    "/ssm/parameter-store/default-parameter-tier": "Standard",
    "/ssm/parameter-store/high-throughput-enabled": "false",
}
MAX_POLICIES = 50


class Setting(Record):
    """A setting that was changed."""

    id: str
    value: str
    modified: float  # epoch seconds
    by: str  # ARN


class Policy(Record):
    """A resource policy."""

    resource: str
    id: str
    text: str
    hash: str


changed = Table("ssm.setting", Setting, key=attrgetter("id"))
policies = Table("ssm.resource_policy", Policy, key=lambda policy: (policy.resource, policy.id), ordered=True)


def _setting_id(text: str) -> str:
    """A setting by id or ARN. Raises ServiceSettingNotFound."""
    name = text.split(":servicesetting", 1)[-1] if text.startswith("arn:") else text
    if name not in DEFAULTS:
        raise AwsError("ServiceSettingNotFound", f"The specified service setting {text} wasn't found.")
    return name


def value(ctx: Context, name: str) -> str:
    found = ctx.rows(changed).get(name)
    return DEFAULTS[name] if found is None else found.value


@service.operation
def get_service_setting(ctx: Context, SettingId):
    """Raises ServiceSettingNotFound."""
    name = _setting_id(SettingId)
    found = ctx.rows(changed).get(name)
    return {"ServiceSetting": {
        "SettingId": name, "SettingValue": value(ctx, name), "ARN": arn(ctx, "ssm", f"servicesetting{name}"),
        "LastModifiedDate": found.modified if found is not None else 0.0,
        "LastModifiedUser": found.by if found is not None else "System",
        "Status": "Customized" if found is not None else "Default",
    }}  # fmt: skip


@service.operation
def update_service_setting(ctx: Context, SettingId, SettingValue):
    name = _setting_id(SettingId)
    ctx.rows(changed).put(Setting(name, SettingValue, ctx.now, ctx.principal.arn))
    return {}


@service.operation
def reset_service_setting(ctx: Context, SettingId):
    name = _setting_id(SettingId)
    ctx.rows(changed).delete(name)
    return get_service_setting(ctx, name)


# Resource policies


def _check_policy(text: str) -> None:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not found.get("Statement"):
        raise AwsError("MalformedResourcePolicyDocumentException", "The specified policy document is malformed.")


def _policy(ctx: Context, resource: str, policy_id: str, policy_hash: str | None) -> Policy:
    found = ctx.rows(policies).get((resource, policy_id))
    if found is None:
        raise AwsError("ResourcePolicyNotFoundException", "No policies with the specified policy ID and hash could be "
                       "found.")  # fmt: skip
    if found.hash != policy_hash:
        raise AwsError("ResourcePolicyConflictException", "The hash provided in the call doesn't match the stored "
                       "hash. Confirm that the hash is the current one and try again.")  # fmt: skip
    return found


def _of_resource(ctx: Context, resource: str):
    for policy in ctx.rows(policies).range((resource,)):
        if policy.resource != resource:
            return
        yield policy


@service.operation
def put_resource_policy(ctx: Context, ResourceArn, Policy, PolicyId=None, PolicyHash=None):
    """Raises MalformedResourcePolicyDocumentException, ResourcePolicyConflictException, ..."""
    _check_policy(Policy)
    if PolicyId is not None:
        _policy(ctx, ResourceArn, PolicyId, PolicyHash)
    elif sum(1 for _ in _of_resource(ctx, ResourceArn)) >= MAX_POLICIES:
        raise AwsError("ResourcePolicyLimitExceededException", "The limit of resource policies is reached.")
    record = _made(ResourceArn, PolicyId or ctx.ids.uuid(), Policy)
    ctx.rows(policies).put(record)
    return {"PolicyId": record.id, "PolicyHash": record.hash}


def _made(resource: str, policy_id: str, text: str) -> Policy:
    return Policy(resource, policy_id, text, hashlib.sha256(text.encode()).hexdigest())


@service.operation
def get_resource_policies(ctx: Context, ResourceArn, NextToken=None, MaxResults=None):
    found, following = page(ctx, _of_resource(ctx, ResourceArn), attrgetter("id"), NextToken, MaxResults or 50,
                            query=ResourceArn, invalid=INVALID_TOKEN)  # fmt: skip
    return {
        "Policies": [{"PolicyId": each.id, "PolicyHash": each.hash, "Policy": each.text} for each in found],
        "NextToken": following,
    }


@service.operation
def delete_resource_policy(ctx: Context, ResourceArn, PolicyId, PolicyHash, DeletionMode=None):
    """Raises ResourcePolicyNotFoundException, ResourcePolicyConflictException."""
    _policy(ctx, ResourceArn, PolicyId, PolicyHash)
    ctx.rows(policies).delete((ResourceArn, PolicyId))
    return {}
