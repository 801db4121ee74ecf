"""Managed policies and their versions. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html"""

from collections.abc import Iterator

from emulator.auth import managed
from emulator.auth.identities import (
    ManagedPolicy,
    PolicyVersion,
    account_of,
    attachments,
    identities,
    policies,
    version_of,
)
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.iam import grammar
from emulator.services.iam.common import arn, encoded, new_id, paged, tags_of, tags_to_wire
from emulator.services.iam.errors import conflict, exists, invalid, missing
from emulator.services.iam.service import service

VERSIONS = 5
AWS_DATE = 1_423_000_000.0  # when AWS's own policies say they were made, for want of each one's date


def find(ctx: Context, PolicyArn: str, kind: str = "policy") -> ManagedPolicy:
    """A policy of the account, or one of AWS's. Raises NoSuchEntity, InvalidInput."""
    if PolicyArn.count(":") < 5 or ":policy/" not in PolicyArn:
        raise invalid(f"ARN {PolicyArn} is not valid.")
    found = ctx.rows(policies).get(PolicyArn) or _from_aws(PolicyArn)
    if found is None:
        raise missing(kind, PolicyArn)
    return found


def find_own(ctx: Context, PolicyArn: str) -> ManagedPolicy:
    """A policy that the account may change. Raises NoSuchEntity, InvalidInput, AccessDenied."""
    found = find(ctx, PolicyArn)
    if account_of(PolicyArn) == "aws":
        raise AwsError(
            "AccessDenied",
            f"User: {ctx.principal.arn} is not authorized to perform: iam:{ctx.operation} on resource: policy "
            f"{PolicyArn}",
            403,
        )
    return found


def _from_aws(PolicyArn: str) -> ManagedPolicy | None:
    known = managed.find(PolicyArn)
    if known is None:
        return None
    version = PolicyVersion(known.version, known.document, AWS_DATE)
    return ManagedPolicy(
        known.arn, known.name, known.path, known.id, AWS_DATE, AWS_DATE, known.version, (version,),
        description=known.description or None,
    )  # fmt: skip


def find_version(policy: ManagedPolicy, VersionId: str) -> PolicyVersion:
    """Raises NoSuchEntity."""
    found = version_of(policy, VersionId)
    if found is None:
        raise AwsError("NoSuchEntity", f"Policy {policy.arn} version {VersionId} does not exist or is not attachable.")
    return found


def attachment_count(ctx: Context, PolicyArn: str) -> int:
    return ctx.rows(attachments).count("policy", PolicyArn, PolicyArn)


def boundary_count(ctx: Context, PolicyArn: str) -> int:
    return ctx.rows(identities).count("boundary", PolicyArn, PolicyArn)


def view(ctx: Context, policy: ManagedPolicy, form: str = "list") -> dict:
    """A policy on the wire; ``form`` "get" tells its description and tags too."""
    shown = {
        "PolicyName": policy.name, "PolicyId": policy.id, "Arn": policy.arn, "Path": policy.path,
        "DefaultVersionId": policy.default, "AttachmentCount": attachment_count(ctx, policy.arn),
        "PermissionsBoundaryUsageCount": boundary_count(ctx, policy.arn), "IsAttachable": True,
        "CreateDate": policy.created, "UpdateDate": policy.updated,
    }  # fmt: skip
    if form == "get" and policy.description is not None:
        shown["Description"] = policy.description
    if form in ("get", "new") and policy.tags:
        shown["Tags"] = tags_to_wire(policy.tags)
    return shown


def version_view(policy: ManagedPolicy, version: PolicyVersion, document: bool = False) -> dict:
    shown = {
        "VersionId": version.id, "IsDefaultVersion": version.id == policy.default, "CreateDate": version.created,
    }  # fmt: skip
    return shown | ({"Document": encoded(version.document)} if document else {})


def put(ctx: Context, policy: ManagedPolicy, **changes) -> ManagedPolicy:
    return ctx.rows(policies).put(replace(policy, **changes))


@service.operation
def create_policy(ctx, PolicyName, PolicyDocument, Path=None, Description=None, Tags=None):
    """Raises EntityAlreadyExists, MalformedPolicyDocument, InvalidInput, LimitExceeded."""
    path = Path or "/"
    name, folded = arn(ctx, "policy", path, PolicyName), PolicyName.lower()
    rows = ctx.rows(policies)
    if any(each.name.lower() == folded for each in rows):
        raise exists("policy", PolicyName)
    grammar.check_identity(PolicyDocument, grammar.MANAGED)
    version = PolicyVersion("v1", PolicyDocument, ctx.now)
    policy = rows.put(
        ManagedPolicy(
            name, PolicyName, path, new_id(ctx, "ANPA"), ctx.now, ctx.now, "v1", (version,), description=Description,
            tags=tags_of(Tags),
        )
    )  # fmt: skip
    return {"Policy": view(ctx, policy, "new")}


@service.operation
def get_policy(ctx, PolicyArn):
    """Raises NoSuchEntity, InvalidInput."""
    return {"Policy": view(ctx, find(ctx, PolicyArn), "get")}


@service.operation
def delete_policy(ctx, PolicyArn):
    """Raises NoSuchEntity, InvalidInput; DeleteConflict while it is attached, a boundary, or has versions."""
    policy = find_own(ctx, PolicyArn)
    if attachment_count(ctx, PolicyArn):
        raise conflict("attached")
    if boundary_count(ctx, PolicyArn):
        raise conflict("boundary")
    if len(policy.versions) > 1:
        raise conflict("versions")
    ctx.rows(policies).delete(PolicyArn)
    return {}


def everything(ctx: Context, scope: str) -> Iterator[ManagedPolicy]:
    """The account's policies and AWS's, or one of the two (Local, AWS), by ARN."""
    if scope != "AWS":
        yield from ctx.rows(policies)
    if scope != "Local":
        for each in managed.policies():
            yield _from_aws(each)


@service.operation
def list_policies(
    ctx, Scope=None, OnlyAttached=None, PathPrefix=None, PolicyUsageFilter=None, Marker=None, MaxItems=None
):
    """Policies by ARN; those that are attached, or used in one way, when asked."""

    def fits(policy: ManagedPolicy) -> bool:
        used = {"PermissionsPolicy": attachment_count, "PermissionsBoundary": boundary_count}
        return (
            policy.path.startswith(PathPrefix or "/")
            and (not OnlyAttached or attachment_count(ctx, policy.arn) > 0)
            and (PolicyUsageFilter is None or used[PolicyUsageFilter](ctx, policy.arn) > 0)
        )

    found = filter(fits, everything(ctx, Scope or "All"))
    return paged(ctx, "Policies", sorted(found, key=lambda each: each.arn), lambda each: each.arn,
                 lambda each: view(ctx, each))  # fmt: skip


# Versions


@service.operation
def create_policy_version(ctx, PolicyArn, PolicyDocument, SetAsDefault=None):
    """Raises NoSuchEntity, InvalidInput, MalformedPolicyDocument; LimitExceeded for a sixth version."""
    policy = find_own(ctx, PolicyArn)
    grammar.check_identity(PolicyDocument, grammar.MANAGED)
    if len(policy.versions) >= VERSIONS:
        raise AwsError(
            "LimitExceeded",
            f"A managed policy can have up to {VERSIONS} versions. Before you create a new version, you must delete an "
            "existing version.",
        )
    version = PolicyVersion(f"v{policy.latest + 1}", PolicyDocument, ctx.now)
    default = version.id if SetAsDefault else policy.default
    policy = put(ctx, policy, versions=(*policy.versions, version), latest=policy.latest + 1, default=default,
                 updated=ctx.now)  # fmt: skip
    return {"PolicyVersion": version_view(policy, version)}


@service.operation
def get_policy_version(ctx, PolicyArn, VersionId):
    """Raises NoSuchEntity, InvalidInput."""
    policy = find(ctx, PolicyArn)
    return {"PolicyVersion": version_view(policy, find_version(policy, VersionId), document=True)}


@service.operation
def list_policy_versions(ctx, PolicyArn, Marker=None, MaxItems=None):
    """The newest first. Raises NoSuchEntity, InvalidInput."""
    policy = find(ctx, PolicyArn)
    return paged(ctx, "Versions", reversed(policy.versions), lambda each: -int(each.id[1:]),
                 lambda each: version_view(policy, each))  # fmt: skip


@service.operation
def set_default_policy_version(ctx, PolicyArn, VersionId):
    """Raises NoSuchEntity, InvalidInput."""
    policy = find_own(ctx, PolicyArn)
    put(ctx, policy, default=find_version(policy, VersionId).id, updated=ctx.now)
    return {}


@service.operation
def delete_policy_version(ctx, PolicyArn, VersionId):
    """Raises NoSuchEntity, InvalidInput; DeleteConflict for the default version."""
    policy = find_own(ctx, PolicyArn)
    version = find_version(policy, VersionId)
    if version.id == policy.default:
        raise conflict("default")
    put(ctx, policy, versions=tuple(each for each in policy.versions if each is not version), updated=ctx.now)
    return {}
