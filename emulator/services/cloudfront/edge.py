"""The edge: the way of a viewer's request through a distribution, top to bottom.

    host -> distribution, behavior -> who may, how and from where -> viewer request -> cache, else origin
         -> error pages -> viewer response -> headers -> out

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HowCloudFrontWorks.html
"""

from dataclasses import replace
from urllib.parse import urlsplit

from emulator.engines.edge import bodies, freshness, pages, response_headers, selection
from emulator.engines.edge.cache import EdgeCache, Kept, tags_of
from emulator.engines.edge.messages import Answer, Asked
from emulator.protocol.wire import Request, Response
from emulator.services.cloudfront import edge_checks, edge_encryption, edge_metrics
from emulator.services.cloudfront import edge_logs as logs
from emulator.services.cloudfront import edge_origins as origins
from emulator.services.cloudfront.common import service
from emulator.services.cloudfront.distributions import Distribution
from emulator.services.cloudfront.edge_functions import called
from emulator.services.cloudfront.edge_visits import POP, Visit, at, visit
from emulator.services.cloudfront.tenants import Tenant


@service.hosted
async def serve(ctx, request: Request, name) -> Response:
    """Answer a viewer. ``name`` tells the distribution or the tenant; None: nobody has this host."""
    id = ctx.ids.base64url(40) + "=="
    headers = {each: value for each, value in request.headers.items() if not each.startswith("x-paritylab-")}
    certificate = bytes.fromhex(request.headers.get("x-paritylab-certificate", ""))
    asked = Asked(
        request.method, request.path, request.query, headers, request.body, ctx.source_ip, ctx.secure, certificate,
        request.headers.get("x-paritylab-server-name", ""))  # fmt: skip
    kind = Tenant if name is not None and ":distribution-tenant/" in name.arn else Distribution
    record = kind.find_arn(ctx, name.arn) if name is not None else None
    if record is None:
        return _out(pages.error(403, edge_checks.UNKNOWN, id), id)
    found = visit(ctx, record, asked, id)
    sent = replace(asked)
    answer = await _answer(found)
    logs.write(found, sent, answer)
    edge_metrics.count(found, sent, answer)
    return _finished(found, answer)


async def _answer(here: Visit) -> Answer:
    for check in edge_checks.CHECKS:
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


# The cache, and what is behind it


async def _cached(here: Visit) -> Answer:
    """What the cache holds, as long as it is fresh; else what the origin says."""
    methods = (*edge_checks.READS, *here.behavior["AllowedMethods"]["CachedMethods"]["Items"])
    cache = here.ctx.backend(EdgeCache)
    if here.asked.method not in methods:
        return await _from_origin(here, {})
    key = (here.distribution.id[-1], here.tenant.id[-1] if here.tenant else "",
           selection.cache_key(here.asked, here.rules, here.provided()))  # fmt: skip
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
        kept = Kept(renewed, now, now + _lifetime(here, renewed), _tags(here, renewed))
        cache.put(key, kept)
        return _hit(here, kept, "RefreshHit from cloudfront")
    seconds = _lifetime(here, answer) if answer.made != "function" or here.asked.method in edge_checks.READS else 0
    if here.behavior["Compress"]:
        bodies.compress(answer, selection.accepted_encodings(here.asked, here.rules))
    if seconds > 0 and answer.held:
        cache.put(key, Kept(answer.copy(), now, now + seconds, _tags(here, answer)))
    return answer


def _tags(here: Visit, answer: Answer) -> frozenset[str]:
    """What an answer can be forgotten by beside its path."""
    header = here.config.get("CacheTagConfig", {}).get("HeaderName")
    return tags_of(answer, header) if header else frozenset()


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
