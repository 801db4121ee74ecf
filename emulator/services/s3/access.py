"""Who may do what: the bucket's policy, its ACLs, its public access block, held against every operation.

Which action an operation needs is data. The owner's account may do everything that the policy does not deny (what its
users may do is IAM's matter); everybody else needs to be let in.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-s3-evaluates-access-control.html
"""

import re
from functools import cache
from typing import NamedTuple

from emulator.auth import actions, policies
from emulator.auth.s3_policies import is_public
from emulator.kernel.context import PARTITION, Context
from emulator.kernel.errors import AwsError
from emulator.services.s3 import acls, service, versions, ways
from emulator.services.s3.access_keys import condition_keys
from emulator.services.s3.common import canonical_id
from emulator.services.s3.public_access import blocks
from emulator.services.s3.tables import Bucket, Version, buckets


class Need(NamedTuple):
    """What an operation needs: an action; with ``versioned`` that other action when the input names a version.

    ``permission`` is what an ACL must grant for it, on the bucket or, with ``on_object``, on the object; None: no ACL
    can allow it. ``besides`` are further actions for those members that a request carries.
    """

    action: str
    versioned: str | None = None
    permission: str | None = None
    on_object: bool = False
    besides: tuple[tuple[str, str], ...] = ()


# What ACLs can allow: the permission, and whether it is the object's ACL that counts.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
PERMISSIONS: dict[str, tuple[str, bool]] = {
    **dict.fromkeys(("HeadBucket", "ListObjects", "ListObjectsV2", "ListObjectVersions", "ListMultipartUploads"),
                    ("READ", False)),
    **dict.fromkeys(("PutObject", "CopyObject", "CreateMultipartUpload", "UploadPart", "UploadPartCopy",
                     "CompleteMultipartUpload", "DeleteObject"), ("WRITE", False)),
    **dict.fromkeys(("GetObject", "HeadObject", "GetObjectAttributes", "GetObjectTorrent", "SelectObjectContent"),
                    ("READ", True)),
    "GetBucketAcl": ("READ_ACP", False), "PutBucketAcl": ("WRITE_ACP", False),
    "GetObjectAcl": ("READ_ACP", True), "PutObjectAcl": ("WRITE_ACP", True),
}  # fmt: skip


@cache
def need_of(operation: str) -> Need:
    """What an operation needs, by the same data that IAM goes by."""
    known = actions.of("s3")
    rows = [row for row in known.rows_of(operation) if not row.match and row.action != BYPASS]
    (action,) = {known.named(row.action) for row in rows if not row.when}
    versioned = next((known.named(row.action) for row in rows if row.when == "VersionId"), None)
    besides = tuple((row.when, known.named(row.action)) for row in rows if row.when not in ("", "VersionId"))
    return Need(action, versioned, *PERMISSIONS.get(operation, (None, False)), besides)


# Operations that answer for themselves: nobody's bucket yet, a form with its own signature, a website, a preflight, a
# batch that is decided key by key.
UNGUARDED = frozenset(("DeleteObjects", "PostObject", "OptionsBucket", "OptionsObject"))
BYPASS = "BypassGovernanceRetention"  # needed where it is made use of
OWNER_ALWAYS = frozenset(("s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"))


# The region whose endpoint a host of AWS's own is; without a region it is us-east-1's.
ENDPOINT = re.compile(
    r"(?:.+\.)?s3(?:-fips|-external-1)?(?:\.dualstack)?(?:[.-](?P<region>[a-z]{2}(?:-[a-z]+)+-\d))?"
    r"\.amazonaws\.com(?::\d+)?"
)


def access_denied(**members) -> AwsError:
    return AwsError("AccessDenied", "Access Denied", 403, **members)


def check_endpoint(ctx: Context, bucket: Bucket) -> None:
    """Raises PermanentRedirect when the client addressed another region's endpoint by AWS's own name for it."""
    match = ENDPOINT.fullmatch(ctx.client_host)
    if match is not None and (match["region"] or "us-east-1") != bucket.region:
        raise AwsError(
            "PermanentRedirect",
            "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all "
            "future requests to this endpoint.",
            301,
            Bucket=bucket.name,
            Endpoint=f"{bucket.name}.s3.{bucket.region}.amazonaws.com",
            BucketRegion=bucket.region,
        )


def check(ctx: Context) -> None:
    """Hold an operation to the bucket that it names. Called before every operation. Raises AccessDenied."""
    given = ctx.input
    name = given.get("Bucket")
    expected = given.get("ExpectedBucketOwner")
    for account in (expected, given.get("ExpectedSourceBucketOwner")):
        if account is not None:
            check_expected_owner(account)
    operation = ctx.operation
    if operation == "CreateBucket" or given.get("Website") is not None:
        return
    if name is None:
        if ctx.principal.kind == "Anonymous":
            raise access_denied()
        return
    bucket = ctx.rows(buckets).get(name) or ways.enter(ctx, name)
    if bucket is None or operation in UNGUARDED:
        return
    if "amazonaws.com" in ctx.client_host:
        check_endpoint(ctx, bucket)
    if expected is not None and expected != bucket.account:
        raise access_denied()
    if is_open_to_owner(ctx, bucket):
        return
    if ctx.principal.account != bucket.account and given.get("RequestPayer") != "requester" and charges(bucket):
        raise access_denied()
    need = need_of(operation)
    key, version_id = given.get("Key"), given.get("VersionId")
    action = need.versioned if version_id and need.versioned else need.action
    if operation == "HeadBucket" and not permitted(ctx, action, bucket, need=need):
        raise access_denied(BucketRegion=bucket.region)  # clients learn a bucket's region so, whoever they are
    require(ctx, action, bucket, key, version_id, need)
    for member, besides in need.besides:
        if given.get(member) and given[member] != "private":
            require(ctx, besides, bucket, key, None, need)


def check_expected_owner(account: str) -> None:
    """Raises InvalidBucketOwnerAWSAccountID for what can't be an account."""
    if len(account) != 12 or not account.isdigit():
        raise AwsError(
            "InvalidBucketOwnerAWSAccountID",
            f"The value of the expected bucket owner parameter must be an AWS Account ID... [{account}]",
            400,
        )


def require(ctx: Context, action: str, bucket: Bucket, key: str | None = None, version_id: str | None = None,
            need: Need | None = None) -> None:  # fmt: skip
    """Raises AccessDenied when the caller may not do ``action`` on the bucket or the object."""
    if not permitted(ctx, action, bucket, key, version_id, need):
        raise access_denied()


def permitted(ctx: Context, action: str, bucket: Bucket, key: str | None = None, version_id: str | None = None,
              need: Need | None = None) -> bool:  # fmt: skip
    """Whether the caller may do ``action``; ``need`` (the operation's by default) tells what ACLs count."""
    need = need or need_of(ctx.operation)
    version = _version(ctx, bucket, key, version_id)
    owned = bucket.account == ctx.principal.account
    if ctx.way is not None and not ways.lets_through(ctx, ctx.way, action, key):
        return False
    document = bucket.configurations.get("Policy")
    if document is not None:
        resource = f"arn:aws:s3:::{bucket.name}" + ("" if key is None else f"/{key}")
        decision = policies.decide((document,), action, resource, ctx, condition_keys(ctx, bucket, version))
        if decision == policies.DENY:
            return owned and ctx.principal.kind == "Account" and action in OWNER_ALWAYS
        if decision == policies.ALLOW and (owned or not _is_restricted(ctx, bucket, document)):
            # That an object is missing is told to those only who may list.
            return owned or version is not None or not need.on_object or permitted(
                ctx, "s3:ListBucket", bucket, need=need_of("ListObjectsV2")
            )
    if owned and not (need.on_object and version is not None and version.owner != bucket.account):
        return True
    return need.permission is not None and _granted(ctx, bucket, version, need)


def charges(bucket: Bucket) -> bool:
    """Whether those who ask pay. https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html"""
    return bucket.configurations.get("RequestPayment", {}).get("Payer") == "Requester"


def require_object(ctx: Context, operation: str, bucket: Bucket, key: str, version_id: str | None) -> None:
    """As ``operation`` itself would need it: for the source of a copy, or one key of a batch. Raises AccessDenied."""
    if ctx.refused is None and is_open_to_owner(ctx, bucket):
        return
    need = need_of(operation)
    action = need.versioned if version_id else need.action
    refused = _refused(ctx, action, bucket, key)
    if refused is not None:
        raise refused
    require(ctx, action, bucket, key, version_id, need)


def may(ctx: Context, action: str, bucket: Bucket, key: str, version_id: str) -> bool:
    """Whether the caller may do what an operation does not always need, by IAM and by the bucket's policy."""
    return _refused(ctx, action, bucket, key) is None and permitted(ctx, action, bucket, key, version_id, Need(action))


def _refused(ctx: Context, action: str, bucket: Bucket, key: str) -> AwsError | None:
    """What IAM answered about a part of the call."""
    return ctx.refused and ctx.refused.get((action, f"arn:{PARTITION}:s3:::{bucket.name}/{key}"))


def is_open_to_owner(ctx: Context, bucket: Bucket) -> bool:
    """Whether the caller is the owner and nothing can restrict it: the common case."""
    return (
        bucket.account == ctx.principal.account
        and "Policy" not in bucket.configurations
        and acls.ownership(bucket) == "BucketOwnerEnforced"
        and ways.is_open(ctx.way, ctx.principal.account)
    )


def _version(ctx: Context, bucket: Bucket, key: str | None, version_id: str | None) -> Version | None:
    if key is None:
        return None
    if version_id:
        return versions.version_of(ctx, bucket, key, version_id)
    return versions.newest(ctx, bucket, key)


def _is_restricted(ctx: Context, bucket: Bucket, document: str) -> bool:
    """Whether a public policy is held back from other accounts by RestrictPublicBuckets."""
    return is_public(document) and blocks(ctx, bucket, "RestrictPublicBuckets")


def _granted(ctx: Context, bucket: Bucket, version: Version | None, need: Need) -> bool:
    """Whether an ACL grants the permission. An object that isn't there is looked for on the bucket's READ."""
    account = ctx.principal.account
    if need.on_object and version is not None and not version.delete_marker:
        if account and version.owner == account:
            return True
        acl, permission = acls.of_version(version), need.permission
    elif need.on_object:
        acl, permission = acls.of_bucket(bucket), "READ"
    else:
        acl, permission = acls.of_bucket(bucket), need.permission
    if acls.ownership(bucket) == "BucketOwnerEnforced":
        return False
    identities = {canonical_id(account)} if account else set()
    if not blocks(ctx, bucket, "IgnorePublicAcls"):
        identities.add(acls.ALL_USERS)
        if account:
            identities.add(acls.AUTHENTICATED_USERS)
    return any(
        each["Permission"] in (permission, "FULL_CONTROL")
        and (each["Grantee"].get("ID") or each["Grantee"].get("URI")) in identities
        for each in acl["Grants"]
    )


service.before.append(check)


def resource_policy(ctx: Context, arn: str) -> tuple[str, str | None] | None:
    """The account and the policy of the bucket in an ARN, for IAM; None when there is no such bucket."""
    bucket = ctx.rows(buckets).get(arn.rpartition(":")[2].partition("/")[0])
    return (bucket.account, bucket.configurations.get("Policy")) if bucket is not None else None


service.resource_policy = resource_policy
service.resource_of = ways.resource_of
