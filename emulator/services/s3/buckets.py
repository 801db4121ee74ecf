"""Buckets themselves: create, look at, list, delete.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingBucket.html
"""

import base64
import ipaddress
import re

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.s3 import acls, directory, service, tags
from emulator.services.s3.common import canonical_id, find_bucket, is_directory
from emulator.services.s3.documents import malformed
from emulator.services.s3.tables import Bucket, buckets, master_keys, objects, parts, uploads, versions

US_EAST_1 = "us-east-1"
OLD_NAMES = {"eu-west-1": "EU"}  # the one region that has a second name as a location constraint
REGIONS = frozenset((
    "af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1",
    "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
    "ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1",
    "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1",
    "mx-central-1", "sa-east-1", "us-east-2", "us-gov-east-1", "us-gov-west-1", "us-west-1", "us-west-2", "cn-north-1",
    "cn-northwest-1",
))  # fmt: skip
OWNERSHIPS = ("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter")
MOST_BUCKETS = 10000  # in one answer

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
RESERVED_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
RESERVED_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3", "-an")


def check_name(name: str) -> None:
    """Raises InvalidBucketName for a name that no bucket may have."""
    if (
        not NAME.fullmatch(name)
        or ".." in name
        or _is_address(name)
        or name.startswith(RESERVED_PREFIXES)
        or name.endswith(RESERVED_SUFFIXES)
    ):
        raise AwsError("InvalidBucketName", "The specified bucket is not valid.", 400, BucketName=name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return True


def region_for(ctx: Context, constraint: str | None) -> str:
    """The region of a new bucket: the endpoint's, unless us-east-1's was asked for a bucket elsewhere."""
    region = OLD_REGIONS.get(constraint or "", constraint)
    if ctx.region == US_EAST_1:
        if region is None:
            return US_EAST_1
        if region not in REGIONS:
            raise AwsError(
                "InvalidLocationConstraint", "The specified location-constraint is not valid", 400,
                LocationConstraint=constraint,
            )  # fmt: skip
        return region
    if region != ctx.region:
        raise AwsError(
            "IllegalLocationConstraintException",
            f"The {constraint or 'unspecified'} location constraint is incompatible for the region specific endpoint "
            "this request was sent to.",
            400,
        )
    return region


OLD_REGIONS = {old: region for region, old in OLD_NAMES.items()}


@service.operation
def create_bucket(ctx: Context, **given):
    """Create a bucket. Raises BucketAlreadyOwnedByYou, BucketAlreadyExists, InvalidBucketName, IllegalLocation…."""
    name = given["Bucket"]
    configuration = given.get("CreateBucketConfiguration") or {}
    if "Location" in configuration or "Bucket" in configuration:
        directory.check_request(name, configuration)
    else:
        check_name(name)
    if ctx.principal.kind == "Anonymous":
        raise AwsError("AccessDenied", "Access Denied", 403)
    region = ctx.region if is_directory(name) else region_for(ctx, configuration.get("LocationConstraint"))
    tag_set = _checked_tags(configuration.get("Tags") or [])
    existing = ctx.rows(buckets).get(name)
    if existing is not None:
        return _create_again(ctx, existing, region, tag_set)
    bucket = Bucket(
        name, ctx.account, region, float(int(ctx.now)), canonical_id(ctx.account),
        object_lock=bool(given.get("ObjectLockEnabledForBucket")),
    )  # fmt: skip
    settings = _settings(ctx, bucket, given)
    if tag_set:
        settings["Tagging"] = {"TagSet": tag_set}
    if configuration.get("LocationConstraint") in OLD_REGIONS:
        settings["Location"] = configuration["LocationConstraint"]
    ctx.rows(buckets).put(replace(bucket, configurations=settings))
    return _created(ctx, name, region)


def _created(ctx: Context, name: str, region: str) -> dict:
    """From us-east-1's endpoint a bucket elsewhere is told by its address, all others by their path."""
    if is_directory(name):
        return {"Location": address(ctx, name), "BucketArn": f"arn:aws:s3express:{region}:{ctx.account}:bucket/{name}"}
    location = f"/{name}" if region == US_EAST_1 else address(ctx, name)
    return {"Location": location, "BucketArn": f"arn:aws:s3:::{name}"}


def address(ctx: Context, name: str) -> str:
    """The URL of a bucket with its name in the host, as this endpoint is reached."""
    scheme, _, host = ctx.host.partition("://")
    return f"{scheme}://{host}/" if host.startswith(f"{name}.") else f"{scheme}://{name}.{host}/"


def _create_again(ctx: Context, existing: Bucket, region: str, tag_set: list) -> dict:
    if existing.account != ctx.account:
        raise AwsError(
            "BucketAlreadyExists",
            "The requested bucket name is not available. The bucket namespace is shared by all users of the system. "
            "Please select a different name and try again.",
            409,
            BucketName=existing.name,
        )
    if ctx.region == region == existing.region == US_EAST_1 and not tag_set:
        return _created(ctx, existing.name, region)  # the one region where this succeeds
    raise AwsError(
        "BucketAlreadyOwnedByYou",
        "Your previous request to create the named bucket succeeded and you already own it.",
        409,
        BucketName=existing.name,
    )


def _checked_tags(tag_set: list[dict]) -> list[dict]:
    """Tags given at creation; refused in other words than those of PutBucketTagging."""
    keys = [tag.get("Key") for tag in tag_set]
    for tag in tag_set:
        if "Key" not in tag or "Value" not in tag:
            raise malformed()
        if tag["Key"].startswith("aws:"):
            raise AwsError(
                "InvalidTag",
                "User-defined tag keys can't start with \"aws:\". This prefix is reserved for system tags. "
                'Remove "aws:" from your tag keys and try again.',
                400,
            )
        tags.check(tag["Key"], tag["Value"])
    if len(set(keys)) != len(keys):  # a defect of AWS, as recorded
        raise AwsError("InternalError", "We encountered an internal error. Please try again.", 500)
    return tag_set


def _settings(ctx: Context, bucket: Bucket, given: dict) -> dict:
    """What a new bucket is configured with: ownership, public access block, object lock, ACL."""
    ownership = given.get("ObjectOwnership") or "BucketOwnerEnforced"
    if ownership not in OWNERSHIPS:
        raise AwsError(
            "InvalidArgument", f"Invalid x-amz-object-ownership header: {ownership}", 400,
            ArgumentName="x-amz-object-ownership",
        )  # fmt: skip
    settings = {
        "OwnershipControls": {"Rules": [{"ObjectOwnership": ownership}]},
        "PublicAccessBlock": {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True,
                              "RestrictPublicBuckets": True},
    }  # fmt: skip
    if bucket.object_lock:
        settings |= {"Versioning": {"Status": "Enabled"}, "ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}
    acl = acls.requested(ctx, bucket, given, bucket.owner_id)
    if acl is not None and acl != acls.private(bucket.owner_id):
        if ownership == "BucketOwnerEnforced":
            raise AwsError(
                "InvalidBucketAclWithObjectOwnership",
                "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
                400,
            )
        if acls.is_public(acl):
            raise AwsError(
                "InvalidBucketAclWithBlockPublicAccessError",
                "Bucket cannot have public ACLs set with BlockPublicAccess enabled",
                400,
            )
        settings["Acl"] = acl
    return settings


@service.operation
def head_bucket(ctx: Context, Bucket, ExpectedBucketOwner=None):
    """Whether a bucket is there and may be reached, and its region."""
    bucket = find_bucket(ctx, Bucket, ExpectedBucketOwner)
    return {
        "BucketArn": f"arn:aws:s3:::{bucket.name}",
        "BucketRegion": bucket.region,
        "AccessPointAlias": ctx.way is not None and ctx.way.by_alias,
        "ContentType": "application/xml",
    }


@service.operation
def get_bucket_location(ctx: Context, Bucket, ExpectedBucketOwner=None):
    """The region as a location constraint; empty for us-east-1."""
    bucket = find_bucket(ctx, Bucket, ExpectedBucketOwner)
    constraint = bucket.configurations.get("Location") or bucket.region
    return {"LocationConstraint": "" if constraint == US_EAST_1 else constraint}


@service.operation
def delete_bucket(ctx: Context, Bucket, ExpectedBucketOwner=None):
    """Delete an empty bucket. Raises BucketNotEmpty."""
    bucket = find_bucket(ctx, Bucket, ExpectedBucketOwner)
    if len(ctx.rows(objects, bucket.name)) or len(ctx.rows(versions, bucket.name)):
        message = "The bucket you tried to delete is not empty"
        if bucket.versioning:
            message += ". You must delete all versions in the bucket."
        raise AwsError("BucketNotEmpty", message, 409, BucketName=bucket.name)
    started = ctx.rows(uploads, bucket.name)
    for upload in started:
        ctx.rows(parts, bucket.name, upload.upload_id).clear()
    started.clear()
    ctx.rows(buckets).delete(bucket.name)
    ctx.rows(master_keys).delete(bucket.name)
    return {}


@service.operation
def list_buckets(ctx: Context, MaxBuckets=None, ContinuationToken=None, Prefix=None, BucketRegion=None):
    """The caller's buckets by name. Regions are told only to those who ask for a part of the list, as on AWS."""
    if MaxBuckets is not None and not 1 <= MaxBuckets <= MOST_BUCKETS:
        raise AwsError(
            "InvalidArgument", f"Argument max-buckets must be an integer between 1 and {MOST_BUCKETS}", 400,
            ArgumentName="max-buckets", ArgumentValue=MaxBuckets,
        )  # fmt: skip
    start = _decoded(ContinuationToken) if ContinuationToken else ""
    found = [
        bucket
        for bucket in ctx.rows(buckets).by("owned", (ctx.account, start), (ctx.account, HIGHEST))
        if bucket.name.startswith(Prefix or "") and BucketRegion in (None, bucket.region)
        and not is_directory(bucket.name)
    ]
    partial = any(each is not None for each in (MaxBuckets, ContinuationToken, Prefix, BucketRegion))
    limit = MaxBuckets or MOST_BUCKETS
    output = {
        "Buckets": [
            {"Name": each.name, "CreationDate": each.created, "BucketArn": f"arn:aws:s3:::{each.name}"}
            | ({"BucketRegion": each.region} if partial else {})
            for each in found[:limit]
        ],
        "Owner": {"ID": canonical_id(ctx.account)},
    }
    if Prefix is not None:
        output["Prefix"] = Prefix
    if len(found) > limit:
        output["ContinuationToken"] = base64.b64encode(found[limit].name.encode()).decode()
    return output


HIGHEST = "\U0010ffff"


def _decoded(token: str) -> str:
    """The name that the next page begins with."""
    try:
        return base64.b64decode(token, validate=True).decode()
    except ValueError:
        raise AwsError(
            "InvalidArgument", "The continuation token provided is incorrect", 400, ArgumentName="continuation-token",
            ArgumentValue=token,
        ) from None  # fmt: skip
