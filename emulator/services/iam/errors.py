"""IAM's errors and their words."""

from emulator.kernel.errors import AwsError

MISSING = {
    "user": "The user with name {} cannot be found.",
    "group": "The group with name {} cannot be found.",
    "role": "The role with name {} cannot be found.",
    "policy": "Policy {} was not found.",
    "user policy": "The user policy with name {} cannot be found.",
    "group policy": "The group policy with name {} cannot be found.",
    "role policy": "The role policy with name {} cannot be found.",
    "attachable policy": "Policy {} does not exist or is not attachable.",
    "boundary": "Scope ARN: {} does not exist or is not attachable.",
    "instance profile": "Instance Profile {} cannot be found.",
    "server certificate": "The Server Certificate with name {} cannot be found.",
    "certificate": "The Certificate with id {} cannot be found.",
    "access key": "The Access Key with id {} cannot be found.",
    "login profile": "Login Profile for User {} cannot be found.",
    "login profile to change": "Cannot find Login Profile for User {}",
    "oidc provider": "OpenIDConnect Provider not found for arn {}",
    "saml provider": "Manifest not found for arn {}",
    "password policy": "The Password Policy with domain name {} cannot be found.",
    "ssh key": "The Public Key with id {} cannot be found.",
    "service credential": "No such credential {} exists",
    "mfa device": "VirtualMFADevice with serial number {} doesn't exist.",
    "user's mfa device": "MFA Device invalid for user.",
    "alias": "The account alias {} cannot be found.",
    "task": "The deletion task {} cannot be found.",
    "job": "Job {} cannot be found.",
    "entity": "ARN {} was not found.",
    "delegation request": "Delegation request {} not found.",
    "role template": "Role template {} cannot be found.",
}
EXISTING = {
    "user": "User with name {} already exists.",
    "group": "Group with name {} already exists.",
    "role": "Role with name {} already exists.",
    "policy": "A policy called {} already exists. Duplicate names are not allowed.",
    "instance profile": "Instance Profile {} already exists.",
    "login profile": "Login Profile for user {} already exists.",
    "server certificate": "The Server Certificate with name {} already exists.",
    "oidc provider": "Provider with url {} already exists.",
    "saml provider": "EntityAlreadyExists: {}",
    "mfa device": "MFADevice entity at the same path and name already exists.",
    "alias": "The account alias {} already exists.",
}
CONFLICTS = {
    "policies": "Cannot delete entity, must detach all policies first.",
    "inline": "Cannot delete entity, must delete policies first.",
    "users": "Cannot delete entity, must remove users from group first.",
    "groups": "Cannot delete entity, must remove user from all groups first.",
    "profiles": "Cannot delete entity, must remove roles from instance profile first.",
    "login": "Cannot delete entity, must delete login profile first.",
    "keys": "Cannot delete entity, must delete access keys first.",
    "certificates": "Cannot delete entity, must delete signing certificates first.",
    "ssh": "Cannot delete entity, must delete SSH public keys first.",
    "credentials": "Cannot delete entity, must delete service-specific credentials first.",
    "mfa": "Cannot delete entity, must delete MFA device first.",
    "mfa in use": "Cannot delete MFA device that is in use; deactivate it first.",
    "attached": "Cannot delete a policy attached to entities.",
    "boundary": "Cannot delete a policy that is being used as a permissions boundary.",
    "versions": "This policy has more than one version. Before you delete a policy, you must delete the policy's "
    "versions. The default version is deleted with the policy.",
    "default": "Cannot delete the default version of a policy.",
}


def missing(kind: str, name: str) -> AwsError:
    return AwsError("NoSuchEntity", MISSING[kind].format(name))


def exists(kind: str, name: str) -> AwsError:
    return AwsError("EntityAlreadyExists", EXISTING[kind].format(name))


def conflict(reason: str) -> AwsError:
    return AwsError("DeleteConflict", CONFLICTS[reason])


def over_quota(quota: str, limit: int) -> AwsError:
    return AwsError("LimitExceeded", f"Cannot exceed quota for {quota}: {limit}")


def invalid(message: str) -> AwsError:
    return AwsError("InvalidInput", message)


def invalid_value(message: str) -> AwsError:
    """What IAM says of input that the model's constraints let pass."""
    return AwsError("ValidationError", message, 400)


def protected(role: str) -> AwsError:
    return AwsError(
        "UnmodifiableEntity",
        f"Cannot perform the operation on the protected role '{role}' - this role is only modifiable by AWS",
    )
