"""What every operation of S3 begins with, the bucket and whose it is; and how it tells of changes."""

from collections.abc import Callable

from emulator.auth.canonical_ids import canonical_id
from emulator.kernel.context import Context, Principal
from emulator.kernel.errors import AwsError
from emulator.services.s3.tables import Bucket, Version, buckets

S3 = Principal("Service", "", "s3.amazonaws.com", "s3.amazonaws.com")  # who does what nobody asked for at the moment

# Called with (ctx, bucket, event, version) after a change; event is for example ``s3:ObjectCreated:Put``.
listeners: list[Callable[[Context, Bucket, str, Version], None]] = []


def find_bucket(ctx: Context, name: str, expected_owner: str | None = None) -> Bucket:
    """The bucket, checked against ``ExpectedBucketOwner``. Raises NoSuchBucket, AccessDenied.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
    """
    bucket = ctx.rows(buckets).get(name)
    if bucket is None:
        raise AwsError("NoSuchBucket", "The specified bucket does not exist", 404, BucketName=name)
    if expected_owner is not None and expected_owner != bucket.account:
        raise AwsError("AccessDenied", "Access Denied", 403)
    return bucket


def is_directory(name: str) -> bool:
    """Whether a bucket is a directory bucket, as its name tells."""
    return name.endswith("--x-s3")


def emit(ctx: Context, bucket: Bucket, event: str, version: Version) -> None:
    """Tell those who listen (notifications) that an object changed."""
    for listener in listeners:
        listener(ctx, bucket, event, version)


def sequencer(ctx: Context) -> str:
    """What orders the events of one key: the greater came later."""
    return f"{int(ctx.now * 1_000_000):016X}"


def owner(account: str) -> dict[str, str]:
    """The ``Owner`` member of answers; since November 2025 it has no DisplayName."""
    return {"ID": canonical_id(account)}
