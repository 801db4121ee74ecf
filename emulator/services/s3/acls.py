"""Access control lists of buckets and objects: canned ones, grants in headers, and whole documents.

An ACL is stored as GetBucketAcl answers it: ``{"Owner": {"ID"}, "Grants": [{"Grantee", "Permission"}]}``.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
"""

import re
from typing import Any

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.s3 import service
from emulator.services.s3.common import canonical_id, find_bucket
from emulator.services.s3.configurations import configured
from emulator.services.s3.documents import malformed
from emulator.services.s3.public_access import blocks
from emulator.services.s3.tables import Bucket, Version, buckets

GROUPS = "http://acs.amazonaws.com/groups/"
ALL_USERS = f"{GROUPS}global/AllUsers"
AUTHENTICATED_USERS = f"{GROUPS}global/AuthenticatedUsers"
LOG_DELIVERY = f"{GROUPS}s3/LogDelivery"
PUBLIC_GROUPS = (ALL_USERS, AUTHENTICATED_USERS)
EC2_BUNDLES = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c"  # EC2's account

PERMISSIONS = ("FULL_CONTROL", "WRITE", "WRITE_ACP", "READ", "READ_ACP")

# What a canned ACL grants besides the owner's FULL_CONTROL: (grantee, permission). ``None`` is the bucket's owner.
CANNED: dict[str, tuple[tuple[str | None, str], ...]] = {
    "private": (),
    "public-read": ((ALL_USERS, "READ"),),
    "public-read-write": ((ALL_USERS, "READ"), (ALL_USERS, "WRITE")),
    "authenticated-read": ((AUTHENTICATED_USERS, "READ"),),
    "aws-exec-read": ((EC2_BUNDLES, "READ"),),
    "bucket-owner-read": ((None, "READ"),),
    "bucket-owner-full-control": ((None, "FULL_CONTROL"),),
    "log-delivery-write": ((LOG_DELIVERY, "WRITE"), (LOG_DELIVERY, "READ_ACP")),
}
# Input members that grant, their headers and what they grant.
GRANTS = {
    "GrantFullControl": ("x-amz-grant-full-control", "FULL_CONTROL"),
    "GrantRead": ("x-amz-grant-read", "READ"),
    "GrantReadACP": ("x-amz-grant-read-acp", "READ_ACP"),
    "GrantWrite": ("x-amz-grant-write", "WRITE"),
    "GrantWriteACP": ("x-amz-grant-write-acp", "WRITE_ACP"),
}
ASKING = frozenset(("ACL", *GRANTS))  # members of an upload that ask for an ACL
GRANTEE = re.compile(r'\s*(id|uri|emailAddress)\s*=\s*("[^"]*"|[^,"]*)\s*', re.IGNORECASE)
CANONICAL_ID = re.compile(r"[0-9a-f]{64}")


def _invalid_argument(message: str, name: str, value: str | None = None) -> AwsError:
    return AwsError("InvalidArgument", message, 400, ArgumentName=name, ArgumentValue=value)


def user(identifier: str) -> dict[str, str]:
    return {"ID": identifier, "Type": "CanonicalUser"}


def group(uri: str) -> dict[str, str]:
    return {"URI": uri, "Type": "Group"}


def grant(grantee: dict[str, str], permission: str) -> dict[str, Any]:
    return {"Grantee": grantee, "Permission": permission}


def private(owner_id: str) -> dict[str, Any]:
    """The ACL of what was created without one."""
    return {"Owner": {"ID": owner_id}, "Grants": [grant(user(owner_id), "FULL_CONTROL")]}


def of_bucket(bucket: Bucket) -> dict[str, Any]:
    return bucket.configurations.get("Acl") or private(bucket.owner_id)


def of_version(version: Version) -> dict[str, Any]:
    return version.acl or private(canonical_id(version.owner))


def ownership(bucket: Bucket) -> str:
    """Who owns objects: BucketOwnerEnforced, BucketOwnerPreferred, or ObjectWriter (also without any controls)."""
    controls = bucket.configurations.get("OwnershipControls")
    return controls["Rules"][0]["ObjectOwnership"] if controls else "ObjectWriter"


def is_public(acl: dict[str, Any]) -> bool:
    return any(each["Grantee"].get("URI") in PUBLIC_GROUPS for each in acl["Grants"])


# Reading ACLs from a request


def canned(name: str, owner_id: str, bucket_owner_id: str) -> dict[str, Any]:
    """A canned ACL as a document. Raises InvalidArgument."""
    if name not in CANNED:
        raise _invalid_argument("", "x-amz-acl", name)
    acl = private(owner_id)
    for grantee, permission in CANNED[name]:
        if grantee is None:
            if bucket_owner_id != owner_id:
                acl["Grants"].append(grant(user(bucket_owner_id), permission))
        else:
            acl["Grants"].append(grant(group(grantee) if grantee.startswith(GROUPS) else user(grantee), permission))
    return acl


def from_headers(given: dict, owner_id: str) -> dict[str, Any]:
    """The ACL that the grant headers spell out; the owner gets nothing beyond them."""
    grants = []
    for member, (header, permission) in GRANTS.items():
        if given.get(member):
            grants += [grant(each, permission) for each in _grantees(header, given[member])]
    return {"Owner": {"ID": owner_id}, "Grants": grants}


def _grantees(header: str, text: str) -> list[dict[str, str]]:
    found = []
    for part in re.split(r',(?=(?:[^"]*"[^"]*")*[^"]*$)', text):
        match = GRANTEE.fullmatch(part)
        if match is None:
            raise _invalid_argument("Argument format not recognized", header, text)
        kind, value = match[1].lower(), match[2].strip('"')
        if kind == "uri":
            found.append(_checked_group(value, "uri"))
        elif kind == "id":
            found.append(_checked_user(value, "id"))
        else:
            raise _unresolvable(value)
    return found


def _checked_group(uri: str, name: str) -> dict[str, str]:
    if uri not in (*PUBLIC_GROUPS, LOG_DELIVERY):
        raise _invalid_argument("Invalid group uri", name, uri)
    return group(uri)


def _checked_user(identifier: str, name: str) -> dict[str, str]:
    if not CANONICAL_ID.fullmatch(identifier):
        raise _invalid_argument("Invalid id", name, identifier)
    return user(identifier)


def _unresolvable(address: str) -> AwsError:
    """Accounts have no mail addresses here, and AWS has stopped to look grantees up by theirs."""
    return AwsError(
        "UnresolvableGrantByEmailAddress", "The e-mail address you provided does not match any account on record.", 400
    )


def from_document(document: dict, owner_id: str) -> dict[str, Any]:
    """An AccessControlPolicy document, checked."""
    owner = document.get("Owner")
    if not owner or "Grants" not in document:
        raise malformed()
    if owner.get("ID") != owner_id:
        if not CANONICAL_ID.fullmatch(owner.get("ID") or ""):
            raise _invalid_argument("Invalid id", "CanonicalUser/ID", owner.get("ID"))
        raise AwsError("AccessDenied", "Access Denied", 403)
    grants = []
    for each in document["Grants"]:
        grantee = each.get("Grantee")
        if not grantee or each.get("Permission") not in PERMISSIONS:
            raise malformed()
        kind = grantee.get("Type")
        if kind == "Group":
            checked = _checked_group(grantee.get("URI") or "", "Group/URI")
        elif kind == "CanonicalUser":
            checked = _checked_user(grantee.get("ID") or "", "CanonicalUser/ID")
        elif kind == "AmazonCustomerByEmail":
            raise _unresolvable(grantee.get("EmailAddress", ""))
        else:
            raise malformed()
        grants.append(grant(checked, each["Permission"]))
    return {"Owner": {"ID": owner_id}, "Grants": grants}


def requested(ctx: Context, bucket: Bucket, given: dict, owner_id: str) -> dict[str, Any] | None:
    """The ACL that an input asks for with ``ACL`` and ``Grant…`` members; None when it asks for none.

    Raises AccessControlListNotSupported when the bucket has its ACLs disabled, AccessDenied for a public one that the
    public access block forbids.
    """
    name = given.get("ACL")
    granted = [member for member in GRANTS if given.get(member)]
    if name and granted:
        raise AwsError("InvalidRequest", "Specifying both Canned ACLs and Header Grants is not allowed", 400)
    if not name and not granted:
        return None
    acl = canned(name, owner_id, bucket.owner_id) if name else from_headers(given, owner_id)
    hold_to_settings(ctx, bucket, acl, name)
    return acl


def hold_to_settings(ctx: Context, bucket: Bucket, acl: dict[str, Any], name: str | None = None) -> None:
    """Refuse an ACL that the bucket's ownership controls or public access block do not allow."""
    if ownership(bucket) == "BucketOwnerEnforced" and name != "bucket-owner-full-control":
        raise AwsError("AccessControlListNotSupported", "The bucket does not allow ACLs", 400)
    if is_public(acl) and blocks(ctx, bucket, "BlockPublicAcls"):
        raise AwsError("AccessDenied", "Access Denied", 403)


def for_new_object(
    ctx: Context, bucket: Bucket, given: dict, account: str
) -> tuple[str, dict[str, Any] | None]:
    """The account that owns a new object, and its ACL (None: private), for the input of an upload by ``account``.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
    """
    rule = ownership(bucket)
    if ASKING.isdisjoint(given):
        return bucket.account if rule == "BucketOwnerEnforced" else account, None
    full_control = given.get("ACL") == "bucket-owner-full-control"
    enforced = rule == "BucketOwnerEnforced"
    owner = bucket.account if enforced or (rule == "BucketOwnerPreferred" and full_control) else account
    acl = requested(ctx, bucket, given, canonical_id(owner))
    return owner, None if enforced or acl == private(canonical_id(owner)) else acl


def replacement(ctx: Context, bucket: Bucket, given: dict, owner_id: str) -> dict[str, Any]:
    """The ACL of a PutBucketAcl or PutObjectAcl request, from headers or body."""
    acl = requested(ctx, bucket, given, owner_id)
    document = given.get("AccessControlPolicy")
    if acl is None and document is None:
        raise AwsError(
            "MissingSecurityHeader", "Your request was missing a required header", 400, MissingHeaderName="x-amz-acl"
        )
    if acl is not None and document is not None:
        raise AwsError("UnexpectedContent", "This request does not support content", 400)
    if acl is None:
        acl = from_document(document, owner_id)
        hold_to_settings(ctx, bucket, acl)
    return acl


# Operations


@service.operation
def get_bucket_acl(ctx: Context, Bucket, ExpectedBucketOwner=None):
    """The bucket's owner and grants."""
    return of_bucket(find_bucket(ctx, Bucket, ExpectedBucketOwner))


@service.operation
def put_bucket_acl(ctx: Context, **given):
    """Replace the bucket's ACL. Raises AccessControlListNotSupported, InvalidArgument, AccessDenied."""
    bucket = find_bucket(ctx, given["Bucket"], given.get("ExpectedBucketOwner"))
    ctx.rows(buckets).put(configured(bucket, "Acl", replacement(ctx, bucket, given, bucket.owner_id)))
    return {}
