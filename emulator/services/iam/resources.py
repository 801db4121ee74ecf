"""Which resource of IAM a call acts on, for IAM's own enforcement, and the tags of one.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from collections.abc import Callable

from emulator.auth.identities import GROUP, ROLE, USER, identities, policies
from emulator.kernel.context import Context
from emulator.services.iam import instance_profiles, oidc, saml, server_certificates
from emulator.services.iam.common import arn
from emulator.services.iam.mfa import devices
from emulator.services.iam.service import service


def _named(kind: str, table=identities) -> Callable[[Context, str], str]:
    """The ARN of the one with a name: the one that stands, else where it would be made."""

    def find(ctx: Context, name: str) -> str:
        key = (kind, name.lower()) if table is identities else name.lower()
        found = ctx.rows(table).get(key)
        return found.arn if found else arn(ctx, kind, ctx.input.get("Path") or "/", name)

    return find


def _given(ctx: Context, value: str) -> str:
    return value


# The member that names the resource, in order of preference, and how its ARN is found.
MEMBERS: dict[str, Callable[[Context, str], str]] = {
    "InstanceProfileName": _named("instance-profile", instance_profiles.profiles),
    "GroupName": _named(GROUP),
    "RoleName": _named(ROLE),
    "UserName": _named(USER),
    "ServerCertificateName": _named("server-certificate", server_certificates.certificates),
    "PolicyArn": _given,
    "PolicySourceArn": _given,
    "OpenIDConnectProviderArn": _given,
    "SAMLProviderArn": _given,
    "SerialNumber": _given,
    "PolicyName": lambda ctx, name: arn(ctx, "policy", ctx.input.get("Path") or "/", name),
    "VirtualMFADeviceName": lambda ctx, name: arn(ctx, "mfa", ctx.input.get("Path") or "/", name),
    "Name": lambda ctx, name: arn(ctx, "saml-provider", "/", name),
    "Url": lambda ctx, url: arn(ctx, "oidc-provider", "/", url.partition("://")[2] or url),
    "Arn": _given,
}
# Operations on the caller's own user where none is named.
OWN = frozenset((
    "ChangePassword", "CreateAccessKey", "CreateLoginProfile", "DeactivateMFADevice", "DeleteAccessKey",
    "DeleteLoginProfile", "DeleteSigningCertificate", "GetLoginProfile", "GetUser", "ListAccessKeys", "ListMFADevices",
    "ListSSHPublicKeys", "ListServiceSpecificCredentials", "ListSigningCertificates", "ResetServiceSpecificCredential",
    "UpdateAccessKey", "UpdateServiceSpecificCredential", "UpdateSigningCertificate", "UploadSigningCertificate",
))  # fmt: skip
TAGGED = (policies, oidc.providers, saml.providers, devices, instance_profiles.profiles,
          server_certificates.certificates, identities)  # fmt: skip


def resource_of(ctx: Context) -> str:
    """The ARN that a call acts on; ``*`` for lists and the account's settings."""
    for member, find in MEMBERS.items():
        value = ctx.input.get(member)
        if isinstance(value, str):
            return find(ctx, value)
    if ctx.operation in OWN and ctx.principal.kind == "User":
        return ctx.principal.arn
    return "*"


def tags_of(ctx: Context, resource: str) -> dict[str, str]:
    """The tags of what has this ARN."""
    for table in TAGGED:
        rows = ctx.rows(table)
        found = rows.get(resource) or next((each for each in rows if getattr(each, "arn", "") == resource), None)
        if found is not None:
            return found.tags
    return {}


service.resource_of = resource_of
service.resource_tags = tags_of
