"""Origins: buckets through S3's own operations, all else over HTTP; and groups of two, of which one stands in.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistS3AndCustomOrigins.html
"""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

from emulator.backends import http
from emulator.engines import certificate_store
from emulator.engines.edge import pages, selection
from emulator.engines.edge.messages import Answer
from emulator.kernel.blobs import Staged
from emulator.kernel.context import ANONYMOUS, Principal, acting
from emulator.kernel.errors import AwsError
from emulator.model import load
from emulator.protocol import UnknownOperation, protocol_for
from emulator.protocol.errors import ParseError
from emulator.protocol.wire import Request
from emulator.services.cloudfront import edge_signing
from emulator.services.cloudfront.access import OriginAccessIdentity
from emulator.services.cloudfront.distribution_checks import is_bucket
from emulator.services.cloudfront.distributions import IDENTITY
from emulator.services.cloudfront.edge_visits import Visit
from emulator.services.cloudfront.networks import VpcOrigin

BUCKET = re.compile(r"(?P<bucket>.+?)\.s3(?:[.-](?P<region>[a-z]{2}-[a-z0-9-]+-\d))?(?:\.dualstack)?.*")
# Hosts of AWS that the emulator itself answers for.
OURS = (".elb.localhost", ".cloudfront.localhost", ".amazonaws.com", ".amazonaws.com.cn", ".on.aws", ".cloudfront.net",
        ".localhost.localstack.cloud")  # fmt: skip
DROPPED = selection.HOP_BY_HOP | {"date", "server"}  # the gateway writes its own
LARGEST = 32 * 1024 * 1024  # bytes of an object that is held, and kept, at the edge
SAFE = ("GET", "HEAD", "OPTIONS")
UNREACHED, LATE = 502, 504  # what the edge says of an origin that gives no answer, or none in time
# What S3 tells an origin on the answer itself.
SHARED = frozenset(("access-control-allow-origin", "access-control-allow-methods", "access-control-expose-headers",
                    "access-control-allow-credentials", "vary"))  # fmt: skip


class Manner(NamedTuple):
    """How an origin is asked: seconds for each part of its answer and for the whole, seconds and attempts for a
    connection, the file of the certificate that it is shown.
    """

    read: float = 30.0
    connecting: tuple[float, int] | None = None
    whole: float | None = None
    identity: str | None = None


PLAIN = Manner()


async def fetch(visit: Visit, conditions: dict[str, str], changed: dict | None = None) -> Answer:
    """The origin's answer; for a group the second member's, where the first one's is among the criteria.

    503 among them stands for an origin that can't be reached, too.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
    """
    config, target = visit.config, visit.behavior["TargetOriginId"]
    origins = {each["Id"]: each for each in config["Origins"]["Items"]}
    if changed and "select" in changed:
        target = changed["select"]
    group = next((each for each in config["OriginGroups"].get("Items", ()) if each["Id"] == target), None)
    if group is None:
        origin = origins[target]
        return await ask(visit, {**origin, **(_updated(changed) if changed else {})}, conditions)
    first, second = (origins[each["OriginId"]] for each in group["Members"]["Items"])
    answer = await ask(visit, first, conditions)
    codes = group["FailoverCriteria"]["StatusCodes"].get("Items", ())
    unreached = answer.made == "edge" and answer.status == UNREACHED
    if visit.asked.method in SAFE and (answer.status in codes or (unreached and 503 in codes)):
        return await ask(visit, second, conditions)
    return answer


def _updated(changed: dict) -> dict:
    """What a function's updateRequestOrigin changes of an origin."""
    given = changed.get("update", {})
    found = {"DomainName": given.get("domainName"), "OriginPath": given.get("originPath")}
    headers = [{"HeaderName": name, "HeaderValue": value} for name, value in given.get("customHeaders", {}).items()]
    if headers:
        found["CustomHeaders"] = {"Quantity": len(headers), "Items": headers}
    return {name: value for name, value in found.items() if value is not None}


async def ask(visit: Visit, origin: dict, conditions: dict[str, str]) -> Answer:
    """One origin's answer; an error page of CloudFront's own where it gives none."""
    asked = visit.asked
    headers, query = selection.for_origin(asked, visit.rules, visit.provided())
    headers.update(visit.inserted)
    headers.update(conditions)
    headers["host"] = headers.get("host", origin["DomainName"])
    headers.setdefault("user-agent", "Amazon CloudFront")
    before = asked.headers.get("via")
    headers["via"] = (f"{before}, " if before else "") + f"1.1 {visit.domain} (CloudFront)"
    headers["x-amz-cf-id"] = visit.id
    before = asked.headers.get("x-forwarded-for")
    headers["x-forwarded-for"] = f"{before}, {asked.ip}" if before else asked.ip
    for each in origin["CustomHeaders"].get("Items", ()):
        headers[each["HeaderName"].lower()] = each["HeaderValue"]
    path = origin["OriginPath"] + asked.path
    if is_bucket(origin["DomainName"]):
        answer = await _ask_bucket(visit, origin, path, query, headers)
    else:
        answer = await _ask_host(visit, origin, path, query, headers)
    answer.headers = [(name, value) for name, value in answer.headers if name.lower() not in DROPPED]
    return answer


def _signer(visit: Visit, origin: dict) -> Principal:
    """Who asks S3: CloudFront for this distribution, an origin access identity, or nobody."""
    ctx = visit.ctx
    if edge_signing.control(visit, origin) is not None:
        return acting("cloudfront.amazonaws.com", visit.distribution.arn, ctx.account)
    named = origin.get("S3OriginConfig", {}).get("OriginAccessIdentity", "").removeprefix(IDENTITY)
    identity = OriginAccessIdentity.find(ctx, {"Id": named}) if named else None
    if identity is not None:
        arn = f"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity {named}"
        return Principal("User", ctx.account, arn, identity.document["S3CanonicalUserId"])
    return ANONYMOUS


async def _ask_bucket(visit: Visit, origin: dict, path: str, query: str, headers: dict[str, str]) -> Answer:
    found = BUCKET.fullmatch(origin["DomainName"])
    method, body = visit.asked.method, visit.asked.body
    if method == "OPTIONS":
        return await _preflight(visit, origin, path, headers)
    sent = {name: value for name, value in headers.items() if name != "authorization"}
    request = Request("GET" if method == "HEAD" else method, f"/{found['bucket']}{path}", query, sent, body)
    protocol = protocol_for(load("s3"), "rest-xml")
    try:
        operation, labels = protocol.route(request)
        codec = protocol.codec(operation)
        if operation.streaming_input is not None:
            request.body = Staged(body)
        given = codec.decode(request, labels)
        result = await visit.ctx.call_waiting("s3", operation.name, given, as_=_signer(visit, origin),
                                              **({"region": found["region"]} if found["region"] else {}))  # fmt: skip
        response = codec.encode(result, visit.ctx.ids.s3_request_id())
    except (UnknownOperation, ParseError) as error:
        return pages.error(400, f"Bad request. {error}", visit.id)
    except AwsError as error:
        shape = operation.errors.get(error.code)
        error.status = error.status or (shape.error_status if shape else 400)
        response = protocol.encode_error(error, visit.ctx.ids.s3_request_id(), operation)
    answer = Answer(response.status, list(response.headers), _content(response.body))
    if "origin" in headers:
        asked = {**headers, "access-control-request-method": method}
        allowed = await _preflight(visit, origin, path, asked)
        answer.headers += [(name, value) for name, value in allowed.headers if name.lower() in SHARED]
    return answer


def _content(body):
    """A content in memory, unless it is too large for that."""
    if isinstance(body, bytes) or body.size > LARGEST:
        return body
    try:
        return body.read()
    finally:
        body.close()


async def _preflight(visit: Visit, origin: dict, path: str, headers: dict[str, str]) -> Answer:
    """What the bucket's CORS rules say to an origin: S3 answers everybody that."""
    asked = {name: value for name, value in headers.items() if name.startswith("access-control-") or name == "origin"}
    return await _send(visit, "OPTIONS", _ours(visit.ctx) + path, {**asked, "host": origin["DomainName"]}, b"")


async def _ask_host(visit: Visit, origin: dict, path: str, query: str, headers: dict[str, str]) -> Answer:
    """A custom origin: on this machine unless the emulator may go out; AWS's own hosts are the emulator's."""
    ctx, custom = visit.ctx, origin.get("CustomOriginConfig") or _of_vpc(visit, origin)
    host = origin["DomainName"]
    policy = custom.get("OriginProtocolPolicy", "http-only")
    secure = policy == "https-only" or (policy == "match-viewer" and visit.asked.secure)
    port = custom.get("HTTPSPort" if secure else "HTTPPort", 443 if secure else 80)
    if host.endswith(OURS):
        base, headers["host"] = _ours(ctx), host
    else:
        address = "127.0.0.1" if host == "localhost" or host.endswith(".localhost") else host
        base = f"{'https' if secure else 'http'}://{address}:{port}"
    url, body = base + path + (f"?{query}" if query else ""), visit.asked.body
    connecting = float(origin["ConnectionTimeout"]), origin["ConnectionAttempts"]
    read, whole = float(custom.get("OriginReadTimeout", 30)), origin.get("ResponseCompletionTimeout") or None
    with (edge_signing.signed(visit, origin, url, headers, body) as sent, _identity(ctx, custom) as identity):
        return await _send(visit, visit.asked.method, url, sent, body, Manner(read, connecting, whole, identity))


@contextmanager
def _identity(ctx, custom: dict) -> Iterator[str | None]:
    """The file of the certificate that the origin is shown (mutual TLS), for as long as it is asked; None for none."""
    arn = custom.get("OriginMtlsConfig", {}).get("ClientCertificateArn")
    material = certificate_store.find(ctx, arn) if arn else None
    if material is None:
        yield None
        return
    from emulator.engines import certificate_contexts  # loads cryptography

    with certificate_contexts.readable(certificate_contexts.bundle(material)) as path:
        yield path


def _of_vpc(visit: Visit, origin: dict) -> dict:
    """Ports and protocol of a VPC origin, with the timeouts that the distribution has for it."""
    own = origin.get("VpcOriginConfig", {})
    record = VpcOrigin.find(visit.ctx, {"Id": own.get("VpcOriginId", "")})
    return {**(record.document["VpcOriginEndpointConfig"] if record else {}), **own}


def _ours(ctx) -> str:
    """Where the emulator listens, for hosts of AWS."""
    at = urlsplit(ctx.endpoint)
    return f"http://{at.hostname}:{at.port}"


async def _send(visit: Visit, method: str, url: str, headers: dict[str, str], body: bytes,
                manner: Manner = PLAIN) -> Answer:  # fmt: skip
    anywhere = bool(visit.ctx.setting("outbound"))
    asking = visit.ctx.in_thread(
        http.request, method, url, headers, body, manner.read, anywhere, True, manner.connecting, manner.identity)
    try:
        outcome = await asyncio.wait_for(asking, manner.whole)
    except TimeoutError:
        return pages.error(LATE, "CloudFront did not get the whole answer from the origin in time.", visit.id)
    if not outcome.status:
        late = "timed out" in outcome.reason
        reason = "CloudFront attempted to establish a connection with the origin, but either the attempt failed or the "
        reason += f"origin closed the connection. {outcome.reason}"
        return pages.error(LATE if late else UNREACHED, reason, visit.id)
    return Answer(outcome.status, list(outcome.headers), outcome.body)
