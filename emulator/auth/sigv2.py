"""Signature version 2 of S3, in the header (``AWS key:signature``) and in presigned URLs.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
"""

import hmac
from base64 import b64encode
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from hashlib import sha1

from emulator.auth import canonical
from emulator.auth.refusals import Dialect
from emulator.kernel.errors import AwsError
from emulator.protocol.wire import Request

# Parameters of the query that belong to the resource.
SUBRESOURCES = frozenset(
    (
        "accelerate", "acl", "analytics", "cors", "defaultObjectAcl", "delete", "inventory", "lifecycle", "location",
        "logging", "metrics", "notification", "object-lock", "legal-hold", "partNumber", "policy", "publicAccessBlock",
        "replication", "requestPayment", "response-cache-control", "response-content-disposition",
        "response-content-encoding", "response-content-language", "response-content-type", "response-expires",
        "restore", "retention", "select", "select-type", "storageClass", "tagging", "torrent", "uploadId", "uploads",
        "versionId", "versioning", "versions", "website",
    )
)  # fmt: skip


def applies(request: Request) -> bool:
    """Whether a request is signed with version 2, or tries to be."""
    authorization = request.headers.get("authorization")
    if authorization is not None:
        return authorization.startswith("AWS ")
    return "S" in request.query and not {"AWSAccessKeyId", "Signature"}.isdisjoint(request.arguments)


def verify(
    request: Request, words: Dialect, secret_key: Callable[[str, str], str], now: float, machine_now: float
) -> None:
    """Hold a request to its signature. ``secret_key(access key, session token)`` finds the secret or raises."""
    headers = request.headers
    authorization = headers.get("authorization")
    if authorization is not None:
        access_key, _, signature = authorization.removeprefix("AWS ").strip().partition(":")
        if not signature:
            raise AwsError(
                "InvalidArgument", "AWS authorization header is invalid.  Expected AwsAccessKeyId:signature", 400,
                ArgumentName="Authorization", ArgumentValue=authorization,
            )  # fmt: skip
        _check_date(headers, words, machine_now)
        date = "" if "x-amz-date" in headers else headers.get("date", "")
        token = headers.get("x-amz-security-token", "")
    else:
        given = {name: values[0] for name, values in request.arguments.items()}
        access_key, signature, date = (given.get(name) for name in ("AWSAccessKeyId", "Signature", "Expires"))
        if not (access_key and signature and date):
            raise AwsError(
                "AccessDenied",
                "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
                403,
            )
        _check_expires(date, words, now)
        token = given.get("x-amz-security-token", "")
    to_sign = string_to_sign(request, date)
    digest = hmac.digest(secret_key(access_key, token).encode(), to_sign.encode("utf-8", "surrogateescape"), sha1)
    if not hmac.compare_digest(b64encode(digest), signature.encode("utf-8", "replace")):
        raise words.refuse(
            "mismatch",
            AWSAccessKeyId=access_key,
            StringToSign=to_sign,
            SignatureProvided=signature,
            StringToSignBytes=to_sign.encode("utf-8", "surrogateescape").hex(" "),
        )


def string_to_sign(request: Request, date: str) -> str:
    """``date`` is the Date header, or the moment at which a presigned URL ends."""
    headers = request.headers
    amazon = {name: value for name, value in headers.items() if name.startswith("x-amz-")}
    if "authorization" not in headers:  # a presigned URL carries in the query what a client would send as headers
        for name, values in request.arguments.items():
            if name.lower().startswith("x-amz-"):
                amazon.setdefault(name.lower(), ",".join(values))
    lines = "".join(f"{name}:{' '.join(amazon[name].split())}\n" for name in sorted(amazon))
    wanted = sorted((name, values[0]) for name, values in request.arguments.items() if name in SUBRESOURCES)
    query = "&".join(f"{name}={value}" if value else name for name, value in wanted)
    resource = f"{request.path}?{query}" if query else request.path
    md5, content_type = headers.get("content-md5", ""), headers.get("content-type", "")
    return f"{request.method}\n{md5}\n{content_type}\n{date}\n{lines}{resource}"


def _check_date(headers: dict[str, str], words: Dialect, machine_now: float) -> None:
    text = headers.get("x-amz-date") or headers.get("date", "")
    signed = canonical.moment(text)
    if signed is None:
        try:
            signed = parsedate_to_datetime(text).timestamp()
        except ValueError:
            raise words.refuse("date") from None
    if abs(machine_now - signed) > words.minutes * 60:
        raise words.refuse(
            "skew",
            RequestTime=text,
            ServerTime=canonical.extended(machine_now),
            MaxAllowedSkewMilliseconds=words.minutes * 60_000,
        )


def _check_expires(text: str, words: Dialect, now: float) -> None:
    if not (text.isascii() and text.isdigit()):
        raise AwsError("AccessDenied", f"Invalid date (should be seconds since epoch): {text}", 403)
    if int(text) < now:
        raise words.refuse("expired", Expires=canonical.extended(int(text)), ServerTime=canonical.extended(now))
