"""Who is called, where and by whom: service, region and access key.

Asked in this order: the host, the signature's scope, the target header, the form, the path.
"""

import re
from functools import cache
from typing import NamedTuple

from emulator.gateway import hosts
from emulator.model import SERVICES, load, manifest
from emulator.protocol import UnknownOperation, protocol_for
from emulator.protocol.wire import Request

CREDENTIAL = re.compile(r"Credential=([^/,]+)/(\d{8})/([^/,]*)/([^/,]+)/aws4_request")
CREDENTIAL_SIGV4A = re.compile(r"Credential=([^/,]+)/(\d{8})/([^/,]+)/aws4_request")
LEGACY = re.compile(r"AWS ([^:]+):(.+)")  # signature version 2: S3's oldest clients

DEFAULT_REGION = "us-east-1"
S3_CONTROL = "/v20180820/"  # begins its paths; it signs as S3 does


class Identity(NamedTuple):
    """``service`` is None when nothing names one that we know; then ``named`` holds what the caller named."""

    service: str | None
    region: str
    access_key: str  # empty: the request is not signed
    named: str = ""
    bucket: str | None = None
    website: bool = False


class _Tables:
    """The manifest, turned around for look-ups."""

    def __init__(self):
        self.by_signing_name: dict[str, list[str]] = {}
        self.by_prefix: dict[str, list[str]] = {}
        self.by_target: dict[str, str] = {}
        self.by_action: dict[tuple[str, str], str] = {}
        for name, each in manifest()["services"].items():
            self.by_signing_name.setdefault(each["signing_name"], []).append(name)
            self.by_prefix.setdefault(each["endpoint_prefix"], []).append(name)
            if each["target_prefix"]:
                self.by_target[each["target_prefix"]] = name
            if "query" in each["protocols"]:
                for operation in each["operations"]:
                    self.by_action[each["api_version"], operation] = name
        # Signed under another name than the service's own.
        for name in ("s3express", "s3-object-lambda"):
            self.by_signing_name.setdefault(name, ["s3"])


@cache
def tables() -> _Tables:
    return _Tables()


_scopes: dict[str, tuple[str, str, str]] = {}


def scope(request: Request) -> tuple[str, str, str]:
    """Access key, region and signing name of the signature; empty strings for what the request doesn't say."""
    authorization = request.headers.get("authorization")
    if authorization:
        begin = authorization.partition("/aws4_request")[0]  # a client's requests begin alike for a whole day
        known = _scopes.get(begin)
        if known is not None:
            return known
        match = CREDENTIAL.search(authorization)
        if match:
            if len(_scopes) < 1000:
                _scopes[begin] = match[1], match[3], match[4]
            return match[1], match[3], match[4]
        if authorization.startswith("AWS4-ECDSA"):
            match = CREDENTIAL_SIGV4A.search(authorization)
            if match:
                return match[1], "", match[3]
        match = LEGACY.match(authorization)
        if match:
            return match[1], "", "s3"
        return "", "", ""
    if "X-Amz-Credential" in request.query:
        parts = request.arguments.get("X-Amz-Credential", [""])[0].split("/")
        if len(parts) >= 4:
            return parts[0], parts[2] if len(parts) == 5 else "", parts[-2]
    if "AWSAccessKeyId=" in request.query:
        return request.arguments.get("AWSAccessKeyId", [""])[0], "", "s3"
    return "", "", ""


# By host, beginning of the signature and target: what the requests of one client have in common.
_identities: dict[tuple[str, str, str], Identity] = {}


def identify(request: Request) -> Identity:
    """Name the service that a request is for. Never raises: an unknown service has ``service`` None."""
    headers = request.headers
    authorization = headers.get("authorization")
    if not authorization:
        return _identify(request)
    target = headers.get("x-amz-target", "")
    key = headers.get("host", ""), authorization.partition("/aws4_request")[0], target
    known = _identities.get(key)
    if known is None or (not target and request.path.startswith(S3_CONTROL)):
        known = _identify(request)
        # Of a target that nobody has, more of the request may tell.
        told = target.rpartition(".")[0] in tables().by_target if target else "/s3/aws4_request" in authorization
        if told and len(_identities) < 1000 and known.service != "s3control":
            _identities[key] = known
    return known


def _identify(request: Request) -> Identity:
    headers = request.headers
    access_key, region, signing_name = scope(request)
    host_header = headers.get("host", "")
    host = hosts.parse(host_header)
    region = region or host.region or DEFAULT_REGION
    if host.service is not None and not host.is_prefix:
        website = host.service == "s3-website"
        return Identity("s3" if website else host.service, region, access_key, bucket=host.bucket, website=website)

    table = tables()
    candidates: list[str] = []
    if host.is_prefix:
        candidates = table.by_prefix.get(host.service, [])
    if not candidates and signing_name:
        candidates = table.by_signing_name.get(signing_name) or table.by_prefix.get(signing_name, [])
        if not candidates:
            return Identity(None, region, access_key, signing_name)

    target = headers.get("x-amz-target")
    if target and (service := table.by_target.get(target.rpartition(".")[0])):
        return Identity(service, region, access_key)
    if len(candidates) > 1:
        return Identity(_choose(candidates, request), region, access_key)
    if candidates:
        service = candidates[0]
        if service == "s3" and request.path.startswith(S3_CONTROL) and "x-amz-account-id" in headers:
            return Identity("s3control", region, access_key)
        bucket = hosts.bucket_of_local_host(host_header) if service == "s3" else None
        return Identity(service, region, access_key, bucket=bucket)
    if target:
        return Identity(None, region, access_key, target)
    return _anonymous(request, region, access_key, host_header)


def _choose(candidates: list[str], request: Request) -> str:
    """Among services that sign alike (SES v1 and v2, API Gateway v1 and v2, the Bedrocks): whose route fits."""
    form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    for name in candidates:
        model = load(name)
        protocol = model.protocols[0]
        if protocol == "json" or form != (protocol == "query"):
            continue  # a JSON API would have named its target
        try:
            protocol_for(model, protocol).route(request)
        except UnknownOperation:
            continue
        return name
    return candidates[0]


def _anonymous(request: Request, region: str, access_key: str, host_header: str) -> Identity:
    """Unsigned and unnamed: a query API's form, a queue's own URL, or S3."""
    table = tables()
    content_type = request.headers.get("content-type", "")
    if content_type.startswith("application/x-www-form-urlencoded") or "Action=" in request.query:
        form = request.form if request.body.__class__ is bytes else {}
        action = form.get("Action", "")
        service = table.by_action.get((form.get("Version", ""), action))
        if service is None and action:
            service = next((name for (_, each), name in table.by_action.items() if each == action), None)
        if service is not None:
            return Identity(service, region, access_key)
        if action:
            return Identity(None, region, access_key, action)
    if request.path.startswith("/service/") and request.headers.get("smithy-protocol"):
        wanted = request.path.split("/")[2]
        for name in SERVICES:
            if manifest()["services"][name]["target_prefix"] == wanted:
                return Identity(name, region, access_key)
        return Identity(None, region, access_key, wanted)
    return Identity("s3", region, access_key, bucket=hosts.bucket_of_local_host(host_header))
