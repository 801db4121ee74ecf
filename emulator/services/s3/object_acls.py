"""The access control lists of objects.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html
"""

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.s3 import acls, service, versions
from emulator.services.s3.common import canonical_id, emit, find_bucket


@service.operation
def get_object_acl(ctx: Context, Bucket, Key, VersionId=None, ExpectedBucketOwner=None):
    """An object's owner and grants. Raises NoSuchKey, NoSuchVersion, MethodNotAllowed for a delete marker."""
    bucket = find_bucket(ctx, Bucket, ExpectedBucketOwner)
    return acls.of_version(versions.find_target(ctx, bucket, Key, VersionId, "GET"))


@service.operation
def put_object_acl(ctx: Context, **given):
    """Replace an object's ACL. Raises AccessControlListNotSupported, InvalidArgument, AccessDenied, NoSuchKey."""
    bucket = find_bucket(ctx, given["Bucket"], given.get("ExpectedBucketOwner"))
    version = versions.find_target(ctx, bucket, given["Key"], given.get("VersionId"), "PUT")
    owner_id = canonical_id(version.owner)
    acl = acls.replacement(ctx, bucket, given, owner_id)
    if acls.ownership(bucket) != "BucketOwnerEnforced":
        version = versions.update(ctx, bucket, replace(version, acl=None if acl == acls.private(owner_id) else acl))
    emit(ctx, bucket, "s3:ObjectAcl:Put", version)
    return {}
