"""What every write of an object settles before it happens: names, limits, headers, tags, lock, encryption.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
"""

from typing import Any
from urllib.parse import parse_qsl

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.s3 import acls, encryption, locks, object_tagging, words
from emulator.services.s3.tables import Bucket

MAX_KEY = 1024  # bytes of UTF-8
MAX_METADATA = 2048  # bytes of user-defined names and values together
MAX_PUT = 5 * 1024**3  # bytes of one PutObject or UploadPart
STORAGE_CLASSES = (
    "STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE",
    "GLACIER_IR",
)  # fmt: skip
SYSTEM = ("CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "Expires")
DESCRIBING = frozenset((*SYSTEM, "ContentType", "WebsiteRedirectLocation", "Metadata"))
DEFAULT_TYPE = "binary/octet-stream"


def settle(ctx: Context, bucket: Bucket, key: str, given: dict) -> dict[str, Any]:
    """The fields of a Version or Upload that the request's headers decide. Raises AWS's errors for what is wrong."""
    check_key(key)
    owner, acl = acls.for_new_object(ctx, bucket, given, ctx.principal.account or bucket.account)
    found = {"described": described(given) | encryption.settle(ctx, bucket, given), "owner": owner, "acl": acl}
    storage_class = given.get("StorageClass")
    if storage_class is not None:
        found["storage_class"] = checked_storage_class(storage_class)
    if "Tagging" in given:
        found["tags"] = tags_of_header(given["Tagging"])
    lock = locks.of_write(ctx, bucket, given)
    if lock is not None:
        found["lock"] = lock
    return found


def headers(given: dict) -> dict:
    """A request's input with its metadata as S3 gives it back: encoded words are read, then written where needed."""
    metadata = given.get("Metadata")
    if not metadata:
        return given
    return {**given, "Metadata": {name: words.encoded(words.decoded(value)) for name, value in metadata.items()}}


def check_key(key: str) -> None:
    if len(key) * 4 > MAX_KEY and len(key.encode()) > MAX_KEY:
        size = len(key.encode())
        raise AwsError("KeyTooLongError", "Your key is too long", 400, Size=size, MaxSizeAllowed=MAX_KEY)


def check_size(size: int) -> None:
    if size > MAX_PUT:
        raise AwsError(
            "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", 400,
            ProposedSize=size, MaxSizeAllowed=MAX_PUT,
        )  # fmt: skip


def described(given: dict) -> dict[str, Any]:
    """System-defined and user-defined metadata, as GetObject's output members."""
    if DESCRIBING.isdisjoint(given):
        return {"ContentType": DEFAULT_TYPE}
    found: dict[str, Any] = {name: given[name] for name in SYSTEM if given.get(name)}
    found["ContentType"] = given.get("ContentType", DEFAULT_TYPE)  # one that is sent empty stays empty
    if given.get("WebsiteRedirectLocation") is not None:
        found["WebsiteRedirectLocation"] = checked_redirect(given["WebsiteRedirectLocation"])
    metadata = given.get("Metadata")
    if metadata:
        size = sum(len(name.encode()) + len(value.encode()) for name, value in metadata.items())
        if size > MAX_METADATA:
            raise AwsError(
                "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size", 400,
                Size=size, MaxSizeAllowed=MAX_METADATA,
            )  # fmt: skip
        found["Metadata"] = {name.lower(): value for name, value in metadata.items()}
    return found


def checked_redirect(location: str) -> str:
    if not location.startswith(("/", "http://", "https://")):
        raise AwsError("InvalidRedirectLocation", "The website redirect location must have a prefix of 'http://' or "
                       "'https://' or '/'.", 400)  # fmt: skip
    return location


def checked_storage_class(name: str) -> str:
    if name not in STORAGE_CLASSES:
        message = "The storage class you specified is not valid"
        raise AwsError("InvalidStorageClass", message, 400, StorageClassRequested=name)
    return name


def tags_of_header(text: str) -> dict[str, str]:
    """The ``x-amz-tagging`` header: a query string without repeated names. Raises InvalidArgument, InvalidTag."""
    pairs = parse_qsl(text, keep_blank_values=True)
    tags = dict(pairs)
    if len(tags) != len(pairs) or (text and not pairs) or any("," in name or "," in value for name, value in pairs):
        raise AwsError(
            "InvalidArgument", "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query "
            "parameters without tag name duplicates.", 400, ArgumentName="x-amz-tagging", ArgumentValue=text,
        )  # fmt: skip
    return object_tagging.checked([{"Key": name, "Value": value} for name, value in pairs])
