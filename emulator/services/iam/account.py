"""Settings of the account: its alias, summary, properties, STS's token version, outbound identity federation.

https://docs.aws.amazon.com/IAM/latest/UserGuide/console_account-alias.html
"""

from operator import attrgetter
from typing import Any

from emulator.auth.identities import GROUP, ROLE, USER, policies
from emulator.auth.issuers import issuer
from emulator.auth.mfa import devices
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import ACCOUNT, GLOBAL, Record, Table, replace
from emulator.services.iam import access_keys, entities, grammar, groups, instance_profiles, server_certificates
from emulator.services.iam import signing_certificates as signing
from emulator.services.iam.attached import ATTACHED
from emulator.services.iam.common import paged
from emulator.services.iam.errors import exists, invalid, missing
from emulator.services.iam.oidc import providers as oidc_providers
from emulator.services.iam.policies import VERSIONS
from emulator.services.iam.saml import providers as saml_providers
from emulator.services.iam.service import service

# The quotas that an account begins with: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
QUOTAS = {
    "AccessKeysPerUserQuota": access_keys.KEYS, "AssumeRolePolicySizeQuota": grammar.TRUST,
    "AttachedPoliciesPerGroupQuota": ATTACHED, "AttachedPoliciesPerRoleQuota": ATTACHED,
    "AttachedPoliciesPerUserQuota": ATTACHED, "GlobalEndpointTokenVersion": 1,
    "GroupPolicySizeQuota": grammar.INLINE[GROUP], "GroupsPerUserQuota": groups.GROUPS_PER_USER, "GroupsQuota": 300,
    "InstanceProfilesQuota": 1000, "PoliciesQuota": 1500, "PolicySizeQuota": grammar.MANAGED,
    "PolicyVersionsInUseQuota": 10000, "RolePolicySizeQuota": grammar.INLINE[ROLE], "RolesQuota": 1000,
    "ServerCertificatesQuota": server_certificates.CERTIFICATES,
    "SigningCertificatesPerUserQuota": signing.CERTIFICATES, "UserPolicySizeQuota": grammar.INLINE[USER],
    "UsersQuota": 5000, "VersionsPerPolicyQuota": VERSIONS,
}  # fmt: skip


class Account(Record):
    """``issuer`` is where outbound tokens come from, empty while that is disabled."""

    id: str
    alias: str = ""
    token_version: int = 1
    properties: dict[str, Any] = {}
    issuer: str = ""


class Alias(Record):
    """Aliases are one of a kind across all accounts."""

    alias: str
    account: str


accounts = Table("iam.account", Account, key=attrgetter("id"), scope=ACCOUNT)
aliases = Table("iam.alias", Alias, key=attrgetter("alias"), scope=GLOBAL)


def of(ctx: Context) -> Account:
    return ctx.rows(accounts).get(ctx.account) or Account(ctx.account)


def put(ctx: Context, **changes) -> None:
    ctx.rows(accounts).put(replace(of(ctx), **changes))


@service.operation
def create_account_alias(ctx, AccountAlias):
    """Sets the account's one alias. Raises EntityAlreadyExists when another account has it."""
    rows = ctx.rows(aliases)
    holder = rows.get(AccountAlias)
    if holder is not None and holder.account != ctx.account:
        raise exists("alias", AccountAlias)
    rows.delete(of(ctx).alias)
    rows.put(Alias(AccountAlias, ctx.account))
    put(ctx, alias=AccountAlias)
    return {}


@service.operation
def delete_account_alias(ctx, AccountAlias):
    """Raises NoSuchEntity."""
    if of(ctx).alias != AccountAlias:
        raise missing("alias", AccountAlias)
    ctx.rows(aliases).delete(AccountAlias)
    put(ctx, alias="")
    return {}


@service.operation
def list_account_aliases(ctx, Marker=None, MaxItems=None):
    alias = of(ctx).alias
    return paged(ctx, "AccountAliases", [alias] if alias else [], lambda each: each)


@service.operation
def set_security_token_service_preferences(ctx, GlobalEndpointTokenVersion):
    """Which version of tokens the global endpoint of STS issues: v1Token or v2Token."""
    put(ctx, token_version=int(GlobalEndpointTokenVersion[1]))
    return {}


@service.operation
def get_account_summary(ctx):
    """Counts and quotas."""
    counts = {kind: sum(1 for _ in entities.all_of(ctx, kind)) for kind in (USER, GROUP, ROLE)}
    found = ctx.rows(policies)
    all_devices = list(ctx.rows(devices))
    summary = QUOTAS | {
        "Users": counts[USER], "Groups": counts[GROUP], "Roles": counts[ROLE], "Policies": len(found),
        "PolicyVersionsInUse": sum(len(each.versions) for each in found),
        "InstanceProfiles": len(ctx.rows(instance_profiles.profiles)),
        "ServerCertificates": len(ctx.rows(server_certificates.certificates)),
        "Providers": len(ctx.rows(saml_providers)) + len(ctx.rows(oidc_providers)),
        "MFADevices": len(all_devices), "MFADevicesInUse": sum(1 for each in all_devices if each.user),
        "AccountAccessKeysPresent": int(bool(access_keys.of_user(ctx, ctx.account))),
        "AccountSigningCertificatesPresent": int(bool(signing.of_user(ctx, ctx.account))),
        "AccountMFAEnabled": int(any(each.user == ctx.account for each in all_devices)),
        "GlobalEndpointTokenVersion": of(ctx).token_version,
    }  # fmt: skip
    return {"SummaryMap": summary}


@service.operation
def get_account_properties(ctx):
    return {"Properties": of(ctx).properties}


@service.operation
def put_account_properties(ctx, Properties):
    """Properties given replace those of the same name. Raises InvalidInput."""
    namespaces = {name.partition("/")[0] for name in Properties}
    if len(namespaces) > 1 or any(name.count("/") != 1 or name.endswith("/") for name in Properties):
        raise invalid("All keys must have the form Namespace/PropertyName and belong to the same namespace.")
    put(ctx, properties={**of(ctx).properties, **Properties})
    return {}


@service.operation
def enable_outbound_web_identity_federation(ctx):
    """Raises FeatureEnabled."""
    if of(ctx).issuer:
        raise AwsError("FeatureEnabled", "Outbound identity federation is already enabled for this account.")
    put(ctx, issuer=issuer(ctx.account))
    return {"IssuerIdentifier": issuer(ctx.account)}


@service.operation
def disable_outbound_web_identity_federation(ctx):
    """Raises FeatureDisabled."""
    _issuer(ctx)
    put(ctx, issuer="")
    return {}


@service.operation
def get_outbound_web_identity_federation_info(ctx):
    """Raises FeatureDisabled."""
    return {"IssuerIdentifier": _issuer(ctx), "JwtVendingEnabled": True}


def _issuer(ctx: Context) -> str:
    found = of(ctx).issuer
    if not found:
        raise AwsError("FeatureDisabled", "Outbound identity federation is not enabled for this account.")
    return found
