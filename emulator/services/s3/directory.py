"""Directory buckets (S3 Express One Zone): creating and listing them, sessions, renaming objects.

Sessions are checked when they are used (bucket, mode, expiry); requests without one are let in, too, since clients that
are pointed at an endpoint of their own may not open any.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-buckets-overview.html
"""

import base64
import binascii
import re
from urllib.parse import unquote

from emulator.auth.access_keys import access_key
from emulator.auth.credentials import Credential, credentials
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.model import load
from emulator.services.s3 import checksums, conditions, service, versions
from emulator.services.s3.common import find_bucket, is_directory
from emulator.services.s3.documents import malformed
from emulator.services.s3.multipart import disturb
from emulator.services.s3.tables import Bucket, DirectorySession, buckets, directory_sessions, objects

NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,40}--(?P<zone>[a-z0-9]+-[a-z0-9-]+)--x-s3")
LASTS = 300  # seconds
READING = ("GET", "HEAD")
MOST = 1000  # buckets in one answer
STORAGE_CLASS = "EXPRESS_ONEZONE"


def check_request(name: str, configuration: dict) -> None:
    """Whether a CreateBucket request describes a directory bucket. Raises InvalidBucketName, InvalidRequest."""
    match = NAME.fullmatch(name)
    if match is None:
        raise AwsError("InvalidBucketName", "The specified bucket is not valid.", 400, BucketName=name)
    location, kind = configuration.get("Location") or {}, configuration.get("Bucket") or {}
    if kind.get("Type") != "Directory" or "Name" not in location:
        raise malformed()
    if location["Name"] != match["zone"]:
        raise checksums.invalid_request("The bucket name does not match the zone of the location constraint.")


def check_session(ctx: Context) -> None:
    """Hold a session's credentials to their bucket, mode and time. Raises AccessDenied, ExpiredToken."""
    name = ctx.input.get("Bucket")
    if name is None or not is_directory(name) or ctx.operation == "CreateSession":
        return
    session = ctx.rows(directory_sessions).get(ctx.principal.access_key)
    if session is None:
        return
    if session.expires <= ctx.now:
        raise AwsError("ExpiredToken", "The provided token has expired.", 400)
    writes = load("s3").operations[ctx.operation].method not in READING
    if session.bucket != name or (writes and session.mode == "ReadOnly"):
        raise AwsError("AccessDenied", "Access Denied", 403)


service.before.append(check_session)


def _require_directory(ctx: Context, name: str, expected_owner: str | None = None) -> Bucket:
    bucket = find_bucket(ctx, name, expected_owner)
    if not is_directory(name):
        raise checksums.invalid_request("This operation is supported for directory buckets only.")
    return bucket


@service.operation
def create_session(ctx: Context, Bucket, SessionMode=None, **given):
    """Credentials for one directory bucket, for five minutes. Raises NoSuchBucket, InvalidRequest."""
    if ctx.rows(buckets).get(Bucket) is None and is_directory(Bucket) and "amazonaws.com" not in ctx.client_host:
        # At an endpoint that is not AWS's own SDKs open a session also before they create the bucket.
        configurations = {}
    else:
        configurations = _require_directory(ctx, Bucket).configurations
    mode = SessionMode or "ReadWrite"
    if mode not in ("ReadWrite", "ReadOnly"):
        raise AwsError("InvalidArgument", "The session mode is not valid.", 400,
                       ArgumentName="x-amz-create-session-mode", ArgumentValue=mode)  # fmt: skip
    key, expires = access_key(ctx.ids, "ASIA", ctx.account), ctx.now + LASTS
    secret, token = ctx.ids.base64(30), ctx.ids.base64url(240)
    principal = replace(ctx.principal, access_key=key)
    ctx.rows(credentials).put(Credential(key, secret, principal, token, expires))
    ctx.rows(directory_sessions).put(DirectorySession(key, Bucket, mode, expires))
    ctx.after(24 * 3600, "forget_session", access_key=key)
    rules = (configurations.get("Encryption") or {}).get("Rules") or [{}]
    default = rules[0].get("ApplyServerSideEncryptionByDefault") or {}
    method = given.get("ServerSideEncryption") or default.get("SSEAlgorithm", "AES256")
    return {
        "ServerSideEncryption": method, "SSEKMSKeyId": given.get("SSEKMSKeyId") or default.get("KMSMasterKeyID"),
        "SSEKMSEncryptionContext": given.get("SSEKMSEncryptionContext"),
        "BucketKeyEnabled": True if method != "AES256" else None,
        "Credentials": {"AccessKeyId": key, "SecretAccessKey": secret, "SessionToken": token, "Expiration": expires},
    }  # fmt: skip


@service.job
def forget_session(ctx: Context, access_key: str):
    ctx.rows(directory_sessions).delete(access_key)
    ctx.rows(credentials).delete(access_key)


@service.operation
def list_directory_buckets(ctx: Context, ContinuationToken=None, MaxDirectoryBuckets=None):
    """The caller's directory buckets by name."""
    limit = MOST if MaxDirectoryBuckets is None else MaxDirectoryBuckets
    if not 0 <= limit <= MOST:
        raise AwsError("InvalidArgument", f"Argument max-directory-buckets must be an integer between 0 and {MOST}",
                       400, ArgumentName="max-directory-buckets", ArgumentValue=limit)  # fmt: skip
    start = _name_of(ContinuationToken) if ContinuationToken else ""
    found = [
        each for each in ctx.rows(buckets).by("owned", (ctx.account, start), (ctx.account, "\U0010ffff"))
        if is_directory(each.name) and each.region == ctx.region
    ]  # fmt: skip
    more = found[limit].name if len(found) > limit else None
    return {
        "Buckets": [
            {"Name": each.name, "CreationDate": each.created, "BucketRegion": each.region, "BucketArn": arn_of(each)}
            for each in found[:limit]
        ],
        "ContinuationToken": base64.b64encode(more.encode()).decode() if more else None,
    }


def _name_of(token: str) -> str:
    try:
        return base64.b64decode(token, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise AwsError("InvalidArgument", "The continuation token provided is incorrect", 400,
                       ArgumentName="continuation-token", ArgumentValue=token) from None  # fmt: skip


def arn_of(bucket: Bucket) -> str:
    return f"arn:aws:s3express:{bucket.region}:{bucket.account}:bucket/{bucket.name}"


@service.operation
def rename_object(ctx: Context, Bucket, Key, RenameSource, ClientToken=None, **given):
    """Give an object of a directory bucket another key, at once. Raises NoSuchKey, PreconditionFailed."""
    bucket = _require_directory(ctx, Bucket)
    source_key = unquote(RenameSource).removeprefix("/")
    source_key = source_key.removeprefix(f"{Bucket}/")
    rows = ctx.rows(objects, Bucket)
    source = versions.find_object(ctx, bucket, source_key)
    names = conditions.CONDITIONS
    condition = conditions.unmet(ctx, source, *[given.get(f"Source{name}") for name in names])
    target = rows.get(Key)
    if condition is None and target is not None:
        condition = conditions.unmet(ctx, target, *[given.get(f"Destination{name}") for name in names])
    elif condition is None and given.get("DestinationIfMatch") is not None:
        condition = "If-Match"
    if condition is not None:
        raise conditions.failed(condition)
    rows.delete(source_key)
    disturb(ctx, bucket, source_key)
    rows.put(replace(source, key=Key))
    return {}
