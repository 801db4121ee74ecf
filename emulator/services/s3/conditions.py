"""Conditional requests: reads, sources of copies, and writes.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.s3.tables import Bucket, Version
from emulator.services.s3.versions import no_such_key

CONDITIONS = ("IfMatch", "IfUnmodifiedSince", "IfNoneMatch", "IfModifiedSince")


def failed(condition: str) -> AwsError:
    message = "At least one of the pre-conditions you specified did not hold"
    return AwsError("PreconditionFailed", message, 412, Condition=condition)


def matches(etag: str, wanted: str) -> bool:
    """Whether a header's list of entity tags, or ``*``, holds the tag; quotes may be missing."""
    if wanted == "*":
        return True
    bare = etag.strip('"')
    return any(each.strip().removeprefix("W/").strip('"') == bare for each in wanted.split(","))


def check_read(ctx: Context, version: Version, given: dict) -> None:
    """Conditions of GetObject and HeadObject. Raises PreconditionFailed, or NotModified (304)."""
    condition = unmet(ctx, version, *[given.get(name) for name in CONDITIONS])
    if condition is None:
        return
    if condition in ("If-Match", "If-Unmodified-Since"):
        raise failed(condition)
    kept = ("CacheControl", "Expires")
    raise AwsError(
        "NotModified", "Not Modified", 304, ETag=version.etag, LastModified=version.modified,
        **{name: version.described[name] for name in kept if name in version.described},
    )  # fmt: skip


def check_source(ctx: Context, version: Version, given: dict) -> None:
    """Conditions on the source of a copy. Raises PreconditionFailed."""
    condition = unmet(ctx, version, *[given.get(f"CopySource{name}") for name in CONDITIONS])
    if condition is not None:
        raise failed(f"x-amz-copy-source-{condition}")


def unmet(ctx: Context, version: Version, match, unmodified_since, none_match, modified_since) -> str | None:
    """The first condition that does not hold, in the order in which S3 looks at them; None when all hold.

    A matching If-Match makes If-Unmodified-Since void, a met If-None-Match makes If-Modified-Since void.
    """
    modified = int(version.modified)
    if match is not None:
        if not matches(version.etag, match):
            return "If-Match"
    elif unmodified_since is not None and modified > unmodified_since:
        return "If-Unmodified-Since"
    if none_match is not None:
        if matches(version.etag, none_match):
            return "If-None-Match"
    elif modified_since is not None and modified <= modified_since <= ctx.now:
        return "If-Modified-Since"
    return None


def check_write(ctx: Context, bucket: Bucket, key: str, current: Version | None, given: dict) -> None:
    """Conditions on what a write would replace. Raises PreconditionFailed, NoSuchKey, NotImplemented."""
    match, none_match = given.get("IfMatch"), given.get("IfNoneMatch")
    if match is None and none_match is None:
        return
    if match is not None and none_match is not None:
        raise not_implemented("If-Match,If-None-Match", "Multiple conditional request headers present in the request")
    if none_match is not None:
        if none_match != "*":
            raise refused("If-None-Match")
        if current is not None:
            raise failed("If-None-Match")
        return
    if match == "*":
        raise refused("If-Match")
    if current is None:
        raise no_such_key(ctx, bucket, key)
    if not matches(current.etag, match):
        raise failed("If-Match")


def check_delete(current: Version | None, given: dict) -> None:
    """Conditions of DeleteObject; those on size and time are for directory buckets only."""
    for member, header in (
        ("IfMatchLastModifiedTime", "x-amz-if-match-last-modified-time"),
        ("IfMatchSize", "x-amz-if-match-size"),
    ):
        if given.get(member) is not None:
            raise not_implemented(header)
    match = given.get("IfMatch")
    if match is not None and (current is None or not matches(current.etag, match)):
        raise failed("If-Match")


def refused(header: str) -> AwsError:
    return not_implemented(header, f"We don't accept the provided value of {header} header for this API")


def not_implemented(header: str, more: str | None = None) -> AwsError:
    """S3's own refusal of a header in a place where it has no meaning."""
    message = "A header you provided implies functionality that is not implemented"
    return AwsError("NotImplemented", message, 501, Header=header, additionalMessage=more)
