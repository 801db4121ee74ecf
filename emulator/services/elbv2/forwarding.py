"""Forwarding: which target gets a request, what it is told, and what stays with the client's cookie.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
"""

import base64
import contextlib
import re
from datetime import UTC, datetime
from email.utils import format_datetime

from emulator.backends import http2_client, http_client
from emulator.backends.http_messages import HOP, Answer, Request, Response, Unreachable
from emulator.engines.listener_rules import Asked, chosen
from emulator.services.elbv2 import attributes, functions, target_groups, targets
from emulator.services.elbv2.replies import Failed
from emulator.services.elbv2.turns import key_of

# Headers that the load balancer writes itself.
OWN = frozenset(("host", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-port", "content-length"))
VALID = re.compile(r"[-A-Za-z0-9]+")  # names of headers
FETCH = {"HTTP1": http_client.fetch, "HTTP2": http2_client.fetch, "GRPC": http2_client.fetch}


def cookies(request: Request) -> dict[str, str]:
    pairs = (pair.strip().partition("=") for pair in (request.header("cookie") or "").split(";"))
    return {name: value for name, _, value in pairs if name}


def _sealed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _opened(text: str) -> str:
    with contextlib.suppress(ValueError):
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    return ""


def _set_cookies(name: str, value: str, seconds: int, now: float) -> list[tuple[str, str]]:
    """A cookie of the load balancer, and its twin for other sites' pages."""
    expires = format_datetime(datetime.fromtimestamp(now + seconds, UTC), usegmt=True)
    return [("set-cookie", f"{name}={value}; Expires={expires}; Path=/"),
            ("set-cookie", f"{name}CORS={value}; Expires={expires}; Path=/; SameSite=None")]  # fmt: skip


def choose_group(ctx, action: dict, request: Request) -> tuple[str, list[tuple[str, str]]]:
    """The target group of a forward action by weight or by the client's cookie, and the cookies to set."""
    config = action["ForwardConfig"]
    weighted = [(each["TargetGroupArn"], each["Weight"]) for each in config["TargetGroups"]]
    sticky = config.get("TargetGroupStickinessConfig", {})
    if sticky.get("Enabled") and len(weighted) > 1:
        held = _opened(cookies(request).get("AWSALBTG", ""))
        arn = held if held in dict(weighted) else chosen(weighted, ctx.ids.below(10**6) / 10**6)
        return arn, _set_cookies("AWSALBTG", _sealed(arn or ""), sticky.get("DurationSeconds", 3600), ctx.now)
    return chosen(weighted, ctx.ids.below(10**6) / 10**6), []


def usable(ctx, group) -> list[targets.Target]:
    """The targets that may get traffic: the healthy ones, or all that are registered when too few are healthy."""
    known = [each for each in targets.of(ctx, group.arn) if each.draining is None]
    healthy = [each for each in known if targets.health(ctx, group, each, True)["State"] in ("healthy", "unavailable")]
    held = attributes.of("TargetGroup", group)
    count, share = (held.get(f"target_group_health.unhealthy_state_routing.minimum_healthy_targets.{each}", "off")
                    for each in ("count", "percentage"))
    enough = len(healthy) >= (int(count) if count.isdecimal() else 1) and (
        not share.isdecimal() or 100 * len(healthy) >= int(share) * len(known))
    return healthy if enough else known


def _stickiness(ctx, group, target, request: Request, answered) -> list[tuple[str, str]]:
    chosen_ones = attributes.of("TargetGroup", group)
    if chosen_ones.get("stickiness.enabled") != "true":
        return []
    if chosen_ones["stickiness.type"] == "lb_cookie":
        seconds = int(chosen_ones["stickiness.lb_cookie.duration_seconds"])
        return _set_cookies("AWSALB", _sealed(key_of(target)), seconds, ctx.now)
    own = chosen_ones["stickiness.app_cookie.cookie_name"]
    if any(name.lower() == "set-cookie" and value.startswith(f"{own}=") for name, value in answered):
        seconds = int(chosen_ones["stickiness.app_cookie.duration_seconds"])
        expires = format_datetime(datetime.fromtimestamp(ctx.now + seconds, UTC), usegmt=True)
        return [("set-cookie", f"AWSALBAPP-0={_sealed(key_of(target))}; Expires={expires}; Path=/")]
    return []


def _held(group, request: Request) -> str:
    """The target that a client's cookie names, if this group keeps clients to their targets."""
    chosen_ones = attributes.of("TargetGroup", group)
    if chosen_ones.get("stickiness.enabled") != "true":
        return ""
    name = "AWSALB" if chosen_ones["stickiness.type"] == "lb_cookie" else "AWSALBAPP-0"
    return _opened(cookies(request).get(name, ""))


def onward(request: Request, asked: Asked, balancer: dict[str, str], insert) -> list[tuple[str, str]]:
    """The headers that a target gets. ``balancer``: attributes of the load balancer."""
    kept = [("host", _host(request, asked, balancer))]
    kept += [pair for pair in request.headers if pair[0].lower() not in HOP | OWN]
    if balancer["routing.http.drop_invalid_header_fields.enabled"] == "true":
        kept = [pair for pair in kept if VALID.fullmatch(pair[0])]
    mode, seen = balancer["routing.http.xff_header_processing.mode"], request.header("x-forwarded-for")
    if mode == "append":
        port = f":{request.client[1]}" if balancer["routing.http.xff_client_port.enabled"] == "true" else ""
        kept.append(("x-forwarded-for", (f"{seen}, " if seen else "") + request.client[0] + port))
    elif mode == "preserve" and seen:
        kept.append(("x-forwarded-for", seen))
    kept += [("x-forwarded-proto", asked.protocol.lower()), ("x-forwarded-port", str(asked.port)), *insert]
    if request.grpc:
        kept.append(("te", "trailers"))  # servers of gRPC insist on it
    elif request.body or request.method in ("POST", "PUT", "PATCH"):
        kept.append(("content-length", str(len(request.body))))
    upgrade = request.header("upgrade")
    return kept + ([("connection", "Upgrade"), ("upgrade", upgrade)] if upgrade else [("connection", "close")])


def _host(request: Request, asked: Asked, balancer: dict[str, str]) -> str:
    """The Host header: as it came if that is to be, else with the port where that is not the protocol's own."""
    given = request.header("host") or ""
    if asked.host != given.partition(":")[0].lower():  # a rule's transform rewrote it
        return asked.host
    if balancer["routing.http.preserve_host_header.enabled"] == "true":
        return given
    return asked.host if asked.port in (80, 443) else f"{asked.host}:{asked.port}"


def compatible(request: Request, version: str) -> bool:
    """Whether targets of a protocol version can be asked so; else the answer has the status 464."""
    newer = request.version == "HTTP/2.0"
    return {"HTTP1": not request.grpc, "HTTP2": newer, "GRPC": newer and request.method == "POST"}[version]


async def forward(ctx, plane, action: dict, request: Request, asked: Asked, balancer: dict, insert, trail) -> Response:
    """Answer a request by a target of a forward action; ``trail`` learns which. Raises Failed."""
    arn, set_cookies = choose_group(ctx, action, request)
    if arn is None:
        raise Failed(503)
    group = target_groups.find(ctx, arn)
    if not compatible(request, group.document.get("ProtocolVersion", "HTTP1")):
        raise Failed(464)
    known = usable(ctx, group)
    if not known:
        raise Failed(503)
    target = plane.choice.pick(ctx, group, known, _held(group, request))
    trail.sent = ctx.monotonic()
    if group.document["TargetType"] == "lambda":
        trail.reached(group.arn, "-", "-")
        found = await functions.answer(ctx, group, target.id, functions.event(group, request, asked, insert))
        trail.came = ctx.monotonic()
        return found
    try:
        with plane.choice.working(group, target):
            answer = await _ask(ctx, group, target, request, asked, balancer, insert)
    except Unreachable as refusal:
        trail.reached(group.arn, key_of(target), "-")
        raise Failed(504 if refusal.timed_out else 502) from None
    trail.came = ctx.monotonic()
    trail.reached(group.arn, key_of(target), answer.status)
    found = [(name, value) for name, value in answer.headers if name.lower() not in HOP or answer.tunnel]
    found += set_cookies + _stickiness(ctx, group, target, request, answer.headers)
    body = answer.body if answer.tunnel is None else b""
    return Response(answer.status, tuple(found), body, answer.tunnel, answer.trailers)


async def _ask(ctx, group, target, request: Request, asked: Asked, balancer: dict, insert) -> Answer:
    """What a target answers. Raises Unreachable."""
    path = asked.path + (f"?{asked.query}" if asked.query else "")
    body = request.body if request.more is None else request.more
    return await FETCH[group.document.get("ProtocolVersion", "HTTP1")](
        request.method, path, tuple(onward(request, asked, balancer, insert)), body, target.id, target.port,
        timeout=float(balancer["idle_timeout.timeout_seconds"]), anywhere=bool(ctx.setting("outbound")),
        secure=group.document["Protocol"] == "HTTPS")
