"""Static websites: index and error documents, redirects, errors as pages.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html
"""

from html import escape
from http import HTTPStatus

from emulator.kernel.blobs import Body
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.protocol.rest_xml import host_id
from emulator.services.s3 import objects, service
from emulator.services.s3.access import need_of, permitted
from emulator.services.s3.tables import Bucket, Version, buckets
from emulator.services.s3.tables import objects as current
from emulator.services.s3.website_rules import location, redirect_for

# What a page takes over from GetObject's answer; the rest of it is not told on a website.
SHOWN = frozenset((
    "StatusCode", "ETag", "LastModified", "ContentType", "ContentRange", "CacheControl", "ContentDisposition",
    "ContentEncoding", "ContentLanguage", "Expires", "Metadata", "VersionId", "ServerSideEncryption", "Body",
))  # fmt: skip
CONDITIONS = ("IfMatch", "IfModifiedSince", "IfNoneMatch", "IfUnmodifiedSince", "Range")
MISSING = AwsError("NoSuchKey", "The specified key does not exist.", 404)


@service.operation
def get_website_object(ctx: Context, **given):
    """Serve a page, a redirect, or an error as a page; never raises an error that would be XML."""
    bucket = ctx.rows(buckets).get(given["Bucket"])
    try:
        if bucket is None:
            raise AwsError("NoSuchBucket", "The specified bucket does not exist", 404, BucketName=given["Bucket"])
        website = bucket.configurations.get("Website")
        if website is None:
            raise AwsError(
                "NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration", 404,
                BucketName=bucket.name,
            )  # fmt: skip
    except AwsError as error:
        return page(ctx, error)
    key = given["Key"].removeprefix("/")
    if "RedirectAllRequestsTo" in website:
        return redirect(301, location(website["RedirectAllRequestsTo"], key, ctx.host))
    early = redirect_for(website, key, None, ctx.host)
    if early is not None:
        return redirect(*early)
    try:
        return serve(ctx, bucket, website, key, given)
    except AwsError as error:
        if error.status == 304:
            raise
        return failed(ctx, bucket, website, key, error)


@service.operation
def head_website_object(ctx: Context, **given):
    """As GET, without the content but with its length."""
    answer = get_website_object(ctx, **given)
    body = answer.pop("Body", None)
    if isinstance(body, Body):
        answer["ContentLength"] = body.size
        body.close()
    elif body is not None:
        answer["ContentLength"] = len(body)
    return answer


def _not_allowed(method: str):
    def refuse(ctx: Context, **given):
        return page(
            ctx,
            AwsError(
                "MethodNotAllowed", "The specified method is not allowed against this resource.", 405,
                Method=method, ResourceType="OBJECT",
            ),
        )  # fmt: skip

    return refuse


for _verb in ("post", "put", "delete"):
    service.functions[f"{_verb}_website_object"] = _not_allowed(_verb.upper())


def serve(ctx: Context, bucket: Bucket, website: dict, key: str, given: dict) -> dict:
    """The object, or the index document of the directory, or a redirect to the directory."""
    suffix = website["IndexDocument"]["Suffix"]
    wanted = key + suffix if not key or key.endswith("/") else key
    version = readable(ctx, bucket, wanted)
    if version is None:
        if wanted == key and readable(ctx, bucket, f"{key}/{suffix}") is not None:
            return redirect(302, f"/{key}/")
        raise AwsError(MISSING.code, MISSING.message, 404, Key=wanted)
    if "WebsiteRedirectLocation" in version.described:
        return redirect(301, version.described["WebsiteRedirectLocation"])
    return _content(ctx, bucket, wanted, {name: given[name] for name in CONDITIONS if name in given})


def _content(ctx: Context, bucket: Bucket, key: str, given: dict) -> dict:
    answer = objects.get_object(ctx, bucket.name, key, **given)
    return {name: value for name, value in answer.items() if name in SHOWN}


def readable(ctx: Context, bucket: Bucket, key: str) -> Version | None:
    """The current object of a key, None for none: a website tells everybody. Raises AccessDenied."""
    version = ctx.rows(current, bucket.name).get(key)
    if version is not None and not permitted(ctx, "s3:GetObject", bucket, key, None, need_of("GetObject")):
        raise AwsError("AccessDenied", "Access Denied", 403)
    return version


def failed(ctx: Context, bucket: Bucket, website: dict, key: str, error: AwsError) -> dict:
    """The answer to a failure: a rule's redirect, the error document, or S3's own page."""
    late = redirect_for(website, key, error.status, ctx.host)
    if late is not None:
        return redirect(*late)
    document = website.get("ErrorDocument")
    if document is None:
        return page(ctx, error)
    try:
        version = readable(ctx, bucket, document["Key"])
        if version is None:
            raise AwsError(MISSING.code, MISSING.message, 404, Key=document["Key"])
    except AwsError as second:
        return page(ctx, error, second)
    if "WebsiteRedirectLocation" in version.described:
        return redirect(301, version.described["WebsiteRedirectLocation"])
    return {**_content(ctx, bucket, document["Key"], {}), "StatusCode": error.status, **_told(error)}


def redirect(status: int, url: str) -> dict:
    return {"StatusCode": status, "Location": url, "Body": b""}


def _told(error: AwsError) -> dict:
    return {
        "ErrorCode": error.code,
        "ErrorMessage": error.message,
        "ErrorDetail": {name: str(value) for name, value in error.members.items() if value is not None},
    }


def page(ctx: Context, error: AwsError, second: AwsError | None = None) -> dict:
    """An error as S3's own page, with a second error when the error document couldn't be had either."""
    title = f"{error.status} {HTTPStatus(error.status).phrase}"
    details = {**_details(error), "RequestId": ctx.request_id, "HostId": host_id(ctx.request_id)}
    custom = "" if second is None else (
        "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n" + _listed(_details(second))
    )  # fmt: skip
    text = (
        f"<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n{_listed(details)}{custom}"
        "<hr/>\n</body>\n</html>\n"
    )
    return {
        "StatusCode": error.status,
        "ContentType": "text/html; charset=utf-8",
        "Body": text.encode(),
        **_told(error),
    }


def _details(error: AwsError) -> dict:
    return {"Code": error.code, "Message": error.message, **error.members}


def _listed(details: dict) -> str:
    rows = "".join(f"<li>{name}: {escape(str(value), quote=False)}</li>\n" for name, value in details.items())
    return f"<ul>\n{rows}</ul>\n"
