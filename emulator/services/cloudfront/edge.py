"""The edge: the way of a viewer's request through a distribution, top to bottom.

    host -> distribution, behavior -> who may, how and from where -> viewer request -> cache, else origin
         -> error pages -> viewer response -> headers -> out

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HowCloudFrontWorks.html
"""

from dataclasses import replace
from urllib.parse import urlsplit

from emulator.engines.edge import bodies, freshness, pages, response_headers, selection, signed
from emulator.engines.edge.cache import EdgeCache, Kept
from emulator.engines.edge.messages import Answer, Asked
from emulator.engines.firewall import port
from emulator.engines.firewall.requests import WebRequest
from emulator.kernel.errors import AwsError
from emulator.protocol.wire import Request, Response
from emulator.resources.documents import every
from emulator.services.cloudfront import edge_encryption, edge_metrics
from emulator.services.cloudfront import edge_logs as logs
from emulator.services.cloudfront import edge_origins as origins
from emulator.services.cloudfront.access import KeyGroup, PublicKey
from emulator.services.cloudfront.common import service
from emulator.services.cloudfront.distributions import Distribution
from emulator.services.cloudfront.edge_functions import called
from emulator.services.cloudfront.edge_visits import POP, Visit, at, visit
from emulator.services.cloudfront.tenants import Tenant

READS = ("GET", "HEAD")
BLOCKED = "The Amazon CloudFront distribution is configured to block access from your country."
DISALLOWED = ("This distribution is not configured to allow the HTTP request method that was used for this request. "
              "The distribution supports only cachable requests.")  # fmt: skip
UNKNOWN = "Bad request. We can't connect to the server for this app or website at this time."


@service.hosted
async def serve(ctx, request: Request, name) -> Response:
    """Answer a viewer. ``name`` tells the distribution or the tenant; None: nobody has this host."""
    id = ctx.ids.base64url(40) + "=="
    headers = {each: value for each, value in request.headers.items() if not each.startswith("x-paritylab-")}
    asked = Asked(request.method, request.path, request.query, headers, request.body, ctx.source_ip, ctx.secure)
    kind = Tenant if name is not None and ":distribution-tenant/" in name.arn else Distribution
    record = kind.find_arn(ctx, name.arn) if name is not None else None
    if record is None:
        return _out(pages.error(403, UNKNOWN, id), id)
    found = visit(ctx, record, asked, id)
    sent = replace(asked)
    answer = await _answer(found)
    logs.write(found, sent, answer)
    edge_metrics.count(found, sent, answer)
    return _finished(found, answer)


async def _answer(here: Visit) -> Answer:
    for check in CHECKS:
        answer = check(here)
        if answer is not None:
            here.state = "Redirect from cloudfront" if answer.status == 301 else "Error from cloudfront"
            return answer if answer.status == 301 else await _with_error_page(here, answer)
    changed = await called(here, "viewer-request")
    if isinstance(changed, Answer):
        if changed.made == "edge":
            here.state = "Error from cloudfront"
        return changed
    if changed is not None:
        here.asked = changed
    if here.asked.path == "/" and here.config["DefaultRootObject"]:
        here.asked.path = f"/{here.config['DefaultRootObject']}"
    answer = await _with_error_page(here, await _cached(here))
    if answer.status < 400:
        changed = await called(here, "viewer-response", answer)
        if changed is not None:
            return changed
    return answer


# Who may, how and from where: each check answers instead of the origin, or gives None


def check_enabled(here: Visit) -> Answer | None:
    return None if here.config["Enabled"] else pages.error(403, UNKNOWN, here.id)


def check_loop(here: Visit) -> Answer | None:
    """A distribution that is its own origin asks itself only once."""
    looped = f"{here.domain} (CloudFront)" in here.asked.headers.get("via", "")
    return pages.error(403, "This distribution is its own origin.", here.id) if looped else None


def check_undone(here: Visit) -> Answer | None:
    """What this edge can't do is refused, not left away: certificates of viewers."""
    if here.config.get("ViewerMtlsConfig", {}).get("Mode") != "required":
        return None
    return pages.error(501, "This edge does not do certificates of viewers (mutual TLS).", here.id)


def check_protocol(here: Visit) -> Answer | None:
    policy = here.behavior["ViewerProtocolPolicy"]
    if here.asked.secure or policy == "allow-all":
        return None
    if policy == "https-only" or here.asked.method not in READS:
        return pages.error(403, "Bad request. The distribution only allows HTTPS.", here.id)
    query = f"?{here.asked.query}" if here.asked.query else ""
    return Answer(301, [("Location", f"https://{here.asked.headers.get('host', '')}{here.asked.path}{query}")], b"",
                  "edge")  # fmt: skip


def check_method(here: Visit) -> Answer | None:
    allowed = here.asked.method in here.behavior["AllowedMethods"]["Items"]
    return None if allowed else pages.error(403, DISALLOWED, here.id)


def check_location(here: Visit) -> Answer | None:
    rule = here.config["Restrictions"]["GeoRestriction"]
    listed = here.country in rule.get("Items", ())
    blocked = {"whitelist": not listed, "blacklist": listed}.get(rule["RestrictionType"], False)
    return pages.error(403, BLOCKED, here.id) if blocked else None


def check_firewall(here: Visit) -> Answer | None:
    """What the distribution's web ACL says."""
    acl, asked = here.config["WebACLId"], here.asked
    if not acl.startswith("arn:"):
        return None
    request = WebRequest(asked.method, asked.path, asked.query, tuple(asked.headers.items()), asked.body, asked.ip)
    try:
        passage = port.inspect(here.ctx, request, "CF", resource=here.distribution.arn, acl=acl)
    except AwsError as error:
        return pages.error(500, f"The web ACL {acl} could not be asked: {error.message}", here.id)
    here.inserted = passage.insert
    if passage.answer is None:
        return None
    body = passage.answer.body or pages.error(passage.answer.status, "Request blocked.", here.id).body
    headers = list(passage.answer.headers) or [("Content-Type", "text/html")]
    return Answer(passage.answer.status, headers, body, "edge")


def check_signature(here: Visit) -> Answer | None:
    groups = here.behavior["TrustedKeyGroups"].get("Items", ())
    if not groups and not here.behavior["TrustedSigners"]["Quantity"]:
        return None  # accounts that sign have no keys here: what they signed is signed by nobody known
    keys = {}
    for record in (KeyGroup.find(here.ctx, {"Id": each}) for each in groups):
        for id in every(record.document, "KeyGroupConfig.Items[]") if record else ():
            key = PublicKey.find(here.ctx, {"Id": id})
            if key is not None:
                keys[id] = key.document["PublicKeyConfig"]["EncodedKey"]
    try:
        signed.check(here.asked, _urls(here), keys, here.ctx.now)
    except signed.Denied as error:
        return pages.refusal(*error.args)
    return None


def _urls(here: Visit) -> list[str]:
    """The forms of what is asked that may be signed: by this host or CloudFront's own, over either scheme."""
    query = "&".join(part for name, part in here.asked.parameters if name not in signed.PARAMETERS)
    rest = here.asked.path + (f"?{query}" if query else "")
    hosts = dict.fromkeys((here.asked.headers.get("host", ""), here.asked.host, here.domain))
    return [f"{scheme}://{host}{rest}" for host in hosts for scheme in ("https", "http")]


CHECKS = (check_enabled, check_loop, check_undone, check_protocol, check_method, check_location, check_firewall,
          check_signature)  # fmt: skip


# The cache, and what is behind it


async def _cached(here: Visit) -> Answer:
    """What the cache holds, as long as it is fresh; else what the origin says."""
    methods = (*READS, *here.behavior["AllowedMethods"]["CachedMethods"]["Items"])
    cache = here.ctx.backend(EdgeCache)
    if here.asked.method not in methods:
        return await _from_origin(here, {})
    key = (here.distribution.id[-1], here.tenant.id[-1] if here.tenant else "",
           selection.cache_key(here.asked, here.rules))  # fmt: skip
    kept = cache.get(key)
    if kept is not None and here.ctx.now < kept.fresh_until:
        return _hit(here, kept, "Hit from cloudfront")
    conditions = _conditions(kept.answer) if kept is not None and kept.answer.status == 200 else {}
    answer = await _from_origin(here, conditions)
    now = here.ctx.now
    if answer.status == 304 and kept is not None and conditions:
        renewed = kept.answer.copy()
        for name, value in answer.headers:
            renewed.set(name, value)
        kept = Kept(renewed, now, now + _lifetime(here, renewed))
        cache.put(key, kept)
        return _hit(here, kept, "RefreshHit from cloudfront")
    seconds = _lifetime(here, answer) if answer.made != "function" or here.asked.method in READS else 0
    if here.behavior["Compress"]:
        bodies.compress(answer, selection.accepted_encodings(here.asked, here.rules))
    if seconds > 0 and answer.held:
        cache.put(key, Kept(answer.copy(), now, now + seconds))
    return answer


def _hit(here: Visit, kept: Kept, state: str) -> Answer:
    answer = kept.answer.copy()
    age = int(answer.get("age") or 0) if (answer.get("age") or "0").isdigit() else 0
    here.state = state if answer.status < 400 else "Error from cloudfront"
    answer.set("Age", str(age + int(here.ctx.now - kept.came)))
    return answer


def _conditions(answer: Answer) -> dict[str, str]:
    """How to ask the origin whether a stale answer is still right."""
    pairs = (("if-none-match", answer.get("etag")), ("if-modified-since", answer.get("last-modified")))
    return {name: value.removeprefix("W/") for name, value in pairs if value}


def _lifetime(here: Visit, answer: Answer) -> float:
    own = here.config["CustomErrorResponses"].get("Items", ())
    minimum = {each["ErrorCode"]: each["ErrorCachingMinTTL"] for each in own}
    return freshness.lifetime(answer, here.rules, here.ctx.now, minimum)


async def _from_origin(here: Visit, conditions: dict[str, str]) -> Answer:
    """The origin's answer, with the functions before and after it."""
    changed = edge_encryption.applied(here)
    if isinstance(changed, Answer):
        return changed
    here.asked = changed
    changed = await called(here, "origin-request", origin=_described(here))
    if isinstance(changed, Answer):
        return changed
    before = here.moved(changed) if changed is not None else here
    answer = await origins.fetch(before, conditions, here.changed_origin)
    after = await called(before, "origin-response", answer)
    return answer if after is None else after


def _described(here: Visit) -> dict:
    """The origin as functions of Lambda@Edge see it."""
    config = here.config["Origins"]["Items"]
    origin = next((each for each in config if each["Id"] == here.behavior["TargetOriginId"]), config[0])
    common = {
        "domainName": origin["DomainName"], "path": origin["OriginPath"], "customHeaders": {
            each["HeaderName"].lower(): [{"key": each["HeaderName"], "value": each["HeaderValue"]}]
            for each in origin["CustomHeaders"].get("Items", ())}}  # fmt: skip
    if "S3OriginConfig" in origin:
        return {"s3": {**common, "authMethod": "none", "region": ""}}
    custom = origin.get("CustomOriginConfig", {})
    return {"custom": {
        **common, "port": custom.get("HTTPPort", 80), "protocol": "http",
        "readTimeout": custom.get("OriginReadTimeout", 30), "keepaliveTimeout": custom.get("OriginKeepaliveTimeout", 5),
        "sslProtocols": custom.get("OriginSslProtocols", {}).get("Items", [])}}  # fmt: skip


async def _with_error_page(here: Visit, answer: Answer) -> Answer:
    """The configured page for an error, under its own status."""
    if answer.status < 400:
        return answer
    if here.state == "Miss from cloudfront":
        here.state = "Error from cloudfront"
    for each in here.config["CustomErrorResponses"].get("Items", ()):
        if each["ErrorCode"] == answer.status and each["ResponsePagePath"]:
            parts = urlsplit(each["ResponsePagePath"])
            asked = Asked("GET", parts.path, parts.query, here.asked.headers, b"", here.asked.ip, here.asked.secure)
            page = await _cached(at(here.ctx, here.distribution, here.tenant, here.config, asked, here.id))
            if page.status == 200:
                page.status = int(each["ResponseCode"])
                return page
    return answer


# Out


def _finished(here: Visit, answer: Answer) -> Response:
    """The headers that every answer gets, and the part of the content that the viewer asks for."""
    answer = bodies.cut(bodies.conditional(answer, here.asked), here.asked)
    policy = here.response_policy
    if policy is not None:
        response_headers.apply(policy, here.asked, answer)
        timing = response_headers.server_timing(policy, POP, here.id, "Hit" in here.state)
        if timing:
            answer.headers.append(("Server-Timing", timing))
    answer.headers += here.headers
    answer.set("X-Cache", here.state)
    if here.asked.method == "HEAD":
        answer.set("Content-Length", str(answer.size))
        if not answer.held:
            answer.body.close()
            answer.body = b""
    return _out(answer, here.id, here.domain)


def _out(answer: Answer, id: str, domain: str = "cloudfront.net") -> Response:
    answer.headers.append(("Via", f"1.1 {domain} (CloudFront)"))
    answer.headers += [("X-Amz-Cf-Pop", POP), ("X-Amz-Cf-Id", id)]
    if answer.get("x-cache") is None:
        answer.set("X-Cache", "Error from cloudfront")
    return Response(answer.status, answer.headers, answer.body)
