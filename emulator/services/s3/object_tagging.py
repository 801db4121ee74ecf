"""Tags of objects. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.s3 import service, tags
from emulator.services.s3.common import emit, find_bucket
from emulator.services.s3.documents import malformed
from emulator.services.s3.versions import find_target, shown_id, update

LIMIT = 10
SYSTEM = "Your TagKey cannot be prefixed with aws:"


def checked(tag_set: list[dict]) -> dict[str, str]:
    """A tag set as it is stored, keeping its order. Raises InvalidTag, BadRequest, MalformedXML."""
    if any("Key" not in tag or "Value" not in tag for tag in tag_set):
        raise malformed()
    tags.validate(tag_set, SYSTEM, LIMIT)
    return {tag["Key"]: tag["Value"] for tag in tag_set}


@service.operation
def put_object_tagging(ctx: Context, Bucket, Key, Tagging=None, VersionId=None, ExpectedBucketOwner=None):
    """Replace the tags of a version. Raises MalformedXML, InvalidTag; MethodNotAllowed for a delete marker."""
    bucket = find_bucket(ctx, Bucket, ExpectedBucketOwner)
    version = find_target(ctx, bucket, Key, VersionId, "PUT")
    if Tagging is None:
        raise malformed()
    version = update(ctx, bucket, replace(version, tags=checked(Tagging.get("TagSet") or [])))
    emit(ctx, bucket, "s3:ObjectTagging:Put", version)
    return {"VersionId": shown_id(bucket, version)}


@service.operation
def get_object_tagging(ctx: Context, Bucket, Key, VersionId=None, ExpectedBucketOwner=None):
    bucket = find_bucket(ctx, Bucket, ExpectedBucketOwner)
    try:
        version = find_target(ctx, bucket, Key, VersionId, "GET")
    except AwsError as error:
        if error.code == "NoSuchKey":  # here alone S3 names the bucket, too
            error.members["Key"] = f"{Bucket}/{Key}"
        raise
    return {
        "VersionId": shown_id(bucket, version),
        "TagSet": [{"Key": key, "Value": value} for key, value in version.tags.items()],
    }


@service.operation
def delete_object_tagging(ctx: Context, Bucket, Key, VersionId=None, ExpectedBucketOwner=None):
    bucket = find_bucket(ctx, Bucket, ExpectedBucketOwner)
    version = update(ctx, bucket, replace(find_target(ctx, bucket, Key, VersionId, "DELETE"), tags={}))
    emit(ctx, bucket, "s3:ObjectTagging:Delete", version)
    return {"VersionId": shown_id(bucket, version)}
