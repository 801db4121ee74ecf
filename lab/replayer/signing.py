"""Signatures for rebuilt requests: header or query as recorded, for the recorded host and payload hash."""

import hashlib
import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from emulator.model import load
from lab.replayer import chunks
from lab.replayer.transport import Outgoing

#: The secret is not looked at by emulators that take any caller; those that check know this one.
SECRET = "test"

#: Query parameters that a presigned URL gets anew.
PRESIGNED = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Signature",
             "X-Amz-Security-Token")


#: The credential scope of an Authorization header.
AUTHORIZED = re.compile(r"Credential=[^/]+/([^,]+)")


def sign(outgoing: Outgoing, service: str, region: str, access_key: str) -> Outgoing:
    """The request with an Authorization header, or with fresh presigned parameters when it had some.

    A body in signed chunks is framed anew. Raises Unreplayable when it can't be read.
    """
    credentials = Credentials(access_key, SECRET)
    name = load(service).signing_name
    if "X-Amz-Algorithm=" in outgoing.target:
        return _presign(outgoing, credentials, name, region)
    payload = outgoing.header("x-amz-content-sha256")
    if payload is None or (len(payload) == 64 and payload.isalnum()):
        payload = hashlib.sha256(outgoing.body).hexdigest()
    base = S3SigV4Auth if service == "s3" else SigV4Auth
    auth = type("RecordedPayload", (base,), {"payload": lambda self, request: payload})(credentials, name, region)
    request = _request(outgoing)
    if payload in chunks.SIGNED:  # the length is signed along, and doesn't depend on the signatures
        request.headers["Content-Length"] = str(len(_chunked(outgoing, lambda text: "0" * 64)))
    auth.add_auth(request)
    signed = [(key, value) for key, value in request.headers.items() if key.lower() not in ("host", "content-length")]
    made = Outgoing(outgoing.method, outgoing.host, outgoing.target, signed, outgoing.body)
    if payload in chunks.SIGNED:
        made.body = _chunked(made, lambda text: auth.signature(text, request))
    return made


def _chunked(outgoing: Outgoing, signature: Callable[[str], str]) -> bytes:
    """The body in chunks signed anew; ``signature`` makes the signature of a string."""
    parts, trailers = chunks.parse(outgoing.body)
    authorization = outgoing.header("Authorization") or ""
    scope = AUTHORIZED.search(authorization)
    return chunks.frame(parts, trailers, outgoing.header("X-Amz-Date") or "", scope[1] if scope else "",
                        authorization.rpartition("=")[2], signature)


def _request(outgoing: Outgoing) -> AWSRequest:
    headers: dict[str, str] = {}
    for name, value in outgoing.headers:
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return AWSRequest(outgoing.method, f"https://{outgoing.host}{outgoing.target}", headers, outgoing.body)


def _signed_method(outgoing: Outgoing, pairs: list[tuple[str, str]]) -> str:
    """The method that a presigned URL is for: SDKs name its operation, and a test may use it with another method."""
    operation = load("s3").operations.get(dict(pairs).get("x-id", ""))
    return operation.method if operation else outgoing.method


def _presign(outgoing: Outgoing, credentials: Credentials, name: str, region: str) -> Outgoing:
    path, _, query = outgoing.target.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    expires = next((int(value) for key, value in pairs if key == "X-Amz-Expires"), 3600)
    kept = [(key, value) for key, value in pairs if key not in (*PRESIGNED, "X-Amz-Expires")]
    signed_headers = next((value.split(";") for key, value in pairs if key == "X-Amz-SignedHeaders"), ["host"])
    headers = [pair for pair in outgoing.headers if pair[0].lower() in signed_headers]
    others = [pair for pair in outgoing.headers if pair[0].lower() not in signed_headers]
    target = f"{path}?{urlencode(kept)}" if kept else path
    # Without the body: a presigned URL doesn't cover it, and botocore would take it for a form's fields.
    request = _request(Outgoing(_signed_method(outgoing, pairs), outgoing.host, target, headers, b""))
    base = S3SigV4QueryAuth if name == "s3" else SigV4QueryAuth
    base(credentials, name, region, expires=expires).add_auth(request)
    target = request.url.split(outgoing.host, 1)[1]
    return Outgoing(outgoing.method, outgoing.host, target, [*headers, *others], outgoing.body)
