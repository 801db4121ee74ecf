"""Tag sets as S3 accepts them, on buckets and on objects.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
"""

import re

from emulator.kernel.errors import AwsError

ALLOWED = re.compile(r"[\w\s_.:/=+\-@]*", re.UNICODE)


def validate(tag_set: list[dict[str, str]], system: str, limit: int | None = None) -> None:
    """Raises InvalidTag for a tag set that S3 refuses. ``system`` is the message for keys that begin with ``aws:``."""
    seen: set[str] = set()
    for tag in tag_set:
        key, value = tag["Key"], tag["Value"]
        if key in seen:
            raise AwsError("InvalidTag", "Cannot provide multiple Tags with the same key", 400, TagKey=key)
        seen.add(key)
        if key.startswith("aws:"):
            raise AwsError("InvalidTag", system, 400, TagKey=key)
        check(key, value)
    if limit is not None and len(tag_set) > limit:
        raise AwsError("BadRequest", f"Object tags cannot be greater than {limit}", 400)


def check(key: str, value: str) -> None:
    """Refuse characters and lengths that no tag may have. Raises InvalidTag."""
    if not 0 < len(key) <= 128 or not ALLOWED.fullmatch(key):
        raise AwsError("InvalidTag", "The TagKey you have provided is invalid", 400, TagKey=key)
    if len(value) > 256 or not ALLOWED.fullmatch(value):
        raise AwsError("InvalidTag", "The TagValue you have provided is invalid", 400, TagKey=key, TagValue=value)
