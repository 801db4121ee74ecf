"""The condition keys that S3 gives to policies.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html#amazons3-policy-keys
"""

from urllib.parse import parse_qsl

from emulator.kernel.context import Context
from emulator.services.s3 import ways
from emulator.services.s3.tables import Bucket, Version

# Input members whose value is a condition key's.
MEMBERS = {
    "Prefix": "s3:prefix",
    "Delimiter": "s3:delimiter",
    "MaxKeys": "s3:max-keys",
    "VersionId": "s3:versionid",
    "ACL": "s3:x-amz-acl",
    "GrantFullControl": "s3:x-amz-grant-full-control",
    "GrantRead": "s3:x-amz-grant-read",
    "GrantReadACP": "s3:x-amz-grant-read-acp",
    "GrantWrite": "s3:x-amz-grant-write",
    "GrantWriteACP": "s3:x-amz-grant-write-acp",
    "CopySource": "s3:x-amz-copy-source",
    "MetadataDirective": "s3:x-amz-metadata-directive",
    "ServerSideEncryption": "s3:x-amz-server-side-encryption",
    "SSEKMSKeyId": "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "SSECustomerAlgorithm": "s3:x-amz-server-side-encryption-customer-algorithm",
    "StorageClass": "s3:x-amz-storage-class",
    "WebsiteRedirectLocation": "s3:x-amz-website-redirect-location",
    "ObjectLockMode": "s3:object-lock-mode",
    "ObjectLockLegalHoldStatus": "s3:object-lock-legal-hold",
    "IfMatch": "s3:if-match",
    "IfNoneMatch": "s3:if-none-match",
}


def condition_keys(ctx: Context, bucket: Bucket, version: Version | None) -> dict[str, list[str]]:
    """Keys in lower case, each with its values."""
    given = ctx.input
    keys = {key: [str(given[member])] for member, key in MEMBERS.items() if given.get(member) is not None}
    keys["s3:resourceaccount"] = keys["aws:resourceaccount"] = [bucket.account]
    if ctx.way is not None:
        keys |= ways.keys(ctx.way)
    digest = ctx.headers.get("x-amz-content-sha256")
    if digest:
        keys["s3:x-amz-content-sha256"] = [digest]
    if ctx.principal.access_key:
        header = ctx.headers.get("authorization", "")
        keys["s3:authtype"] = ["REST-HEADER" if header else "REST-QUERY-STRING"]
        keys["s3:signatureversion"] = ["AWS" if header.startswith("AWS ") else "AWS4-HMAC-SHA256"]
    if version is not None:
        for name, value in version.tags.items():
            keys[f"s3:existingobjecttag/{name.lower()}"] = [value]
    tags = _requested_tags(given.get("Tagging"))
    if tags:
        keys["s3:requestobjecttagkeys"] = list(tags)
        for name, value in tags.items():
            keys[f"s3:requestobjecttag/{name.lower()}"] = [value]
    return keys


def _requested_tags(tagging: str | dict | None) -> dict[str, str]:
    """The tags that a request sets: in a header (a query string) or in a body (a tag set)."""
    if isinstance(tagging, str):
        return dict(parse_qsl(tagging, keep_blank_values=True))
    return {tag["Key"]: tag["Value"] for tag in (tagging or {}).get("TagSet") or ()}
