"""Forwarding: which target gets a request, what it is told, and what stays with the client's cookie.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
"""

import base64
import contextlib
import json
import re
from datetime import UTC, datetime
from email.utils import format_datetime

from emulator.backends import http_client
from emulator.backends.http_client import Unreachable
from emulator.backends.http_server import Request, Response
from emulator.engines.listener_rules import Asked, chosen
from emulator.kernel.context import acting
from emulator.kernel.errors import AwsError
from emulator.services.elbv2 import attributes, target_groups, targets
from emulator.services.elbv2.replies import failed
from emulator.services.elbv2.turns import key_of

HOP = frozenset(("connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"))
VALID = re.compile(r"[-A-Za-z0-9]+")  # names of headers
TIMEOUT = 60.0
LAMBDA_LARGEST = 2**20  # bytes of a body that a function gets or gives


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
    kept = [(name, value) for name, value in request.headers if name.lower() not in HOP]
    if balancer["routing.http.drop_invalid_header_fields.enabled"] == "true":
        kept = [pair for pair in kept if VALID.fullmatch(pair[0])]
    upgrade = request.header("upgrade")
    mode = balancer["routing.http.xff_header_processing.mode"]
    seen = request.header("x-forwarded-for")
    if mode != "preserve":
        kept = [pair for pair in kept if pair[0].lower() != "x-forwarded-for"]
    if mode == "append":
        port = f":{request.client[1]}" if balancer["routing.http.xff_client_port.enabled"] == "true" else ""
        kept.append(("x-forwarded-for", (f"{seen}, " if seen else "") + request.client[0] + port))
    kept = [pair for pair in kept if pair[0].lower() not in ("x-forwarded-proto", "x-forwarded-port", "content-length")]
    kept += [("x-forwarded-proto", asked.protocol.lower()), ("x-forwarded-port", str(asked.port)), *insert]
    if request.body or request.method in ("POST", "PUT", "PATCH"):
        kept.append(("content-length", str(len(request.body))))
    if upgrade:
        return [*kept, ("connection", "Upgrade"), ("upgrade", upgrade)]
    return [*kept, ("connection", "close")]


async def forward(ctx, plane, action: dict, request: Request, asked: Asked, balancer: dict, insert, trail) -> Response:
    """Answer a request by a target of a forward action; ``trail`` learns which."""
    arn, set_cookies = choose_group(ctx, action, request)
    if arn is None:
        return failed(503)
    group = target_groups.find(ctx, arn)
    known = usable(ctx, group)
    if not known:
        return failed(503)
    target = plane.choice.pick(ctx, group, known, _held(group, request))
    if group.document["TargetType"] == "lambda":
        trail.reached(group.arn, "-", "-")
        return await _invoke(ctx, group, target.id, request, asked, insert)
    headers = onward(request, asked, balancer, insert)
    if asked.host != (request.header("host") or "").partition(":")[0].lower():  # a rule's transform rewrote it
        headers = [pair for pair in headers if pair[0].lower() != "host"] + [("host", asked.host)]
    path = asked.path + (f"?{asked.query}" if asked.query else "")
    busy, key = plane.choice.busy, (group.arn, key_of(target))
    busy[key] = busy.get(key, 0) + 1
    try:
        answer = await http_client.fetch(
            request.method, path, tuple(headers), request.body, target.id, target.port, timeout=TIMEOUT,
            anywhere=bool(ctx.setting("outbound")), secure=group.document.get("Protocol") == "HTTPS")
    except Unreachable as refusal:
        trail.reached(group.arn, key_of(target), "-")
        return failed(504 if refusal.timed_out else 502)
    finally:
        busy[key] -= 1
    trail.reached(group.arn, key_of(target), answer.status)
    found = [(name, value) for name, value in answer.headers if name.lower() not in HOP or answer.tunnel]
    found += set_cookies + _stickiness(ctx, group, target, request, answer.headers)
    return Response(answer.status, tuple(found), answer.body if answer.tunnel is None else b"", answer.tunnel)


# Functions: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html


def event(group, request: Request, asked: Asked, insert) -> dict:
    """The event that a function gets."""
    headers = [(name.lower(), value) for name, value in request.headers if name.lower() not in HOP]
    headers += [("x-forwarded-for", request.client[0]), ("x-forwarded-port", str(asked.port)),
                ("x-forwarded-proto", asked.protocol.lower()), *insert]
    arguments = [(key, value) for key, _, value in (each.partition("=") for each in asked.query.split("&")) if key]
    many = attributes.of("TargetGroup", group)["lambda.multi_value_headers.enabled"] == "true"
    try:
        body, encoded = request.body.decode(), False
    except UnicodeDecodeError:
        body, encoded = base64.b64encode(request.body).decode(), True
    return {
        "requestContext": {"elb": {"targetGroupArn": group.arn}}, "httpMethod": request.method, "path": asked.path,
        **({"multiValueQueryStringParameters": _gathered(arguments), "multiValueHeaders": _gathered(headers)}
           if many else {"queryStringParameters": dict(arguments), "headers": dict(headers)}),
        "body": body, "isBase64Encoded": encoded,
    }  # fmt: skip


def _gathered(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


async def _invoke(ctx, group, function: str, request: Request, asked: Asked, insert) -> Response:
    if len(request.body) > LAMBDA_LARGEST:
        return failed(413)
    payload = json.dumps(event(group, request, asked, insert)).encode()
    principal = acting("elasticloadbalancing.amazonaws.com", group.arn, ctx.account)
    try:
        given = {"FunctionName": function, "Payload": payload}
        answer = await ctx.call_waiting("lambda", "Invoke", given, as_=principal)
        content = answer["Payload"]
        content = content if isinstance(content, bytes) else b"".join(content)
        if "FunctionError" in answer:
            return failed(502)
        return _of_function(json.loads(content))
    except (AwsError, ValueError, KeyError, TypeError, AttributeError):
        return failed(502)


def _of_function(told: dict) -> Response:
    """A function's answer as HTTP. Raises ValueError and its kin for one that is none."""
    headers = [(name, str(value)) for name, value in (told.get("headers") or {}).items()]
    headers += [(name, str(each)) for name, found in (told.get("multiValueHeaders") or {}).items() for each in found]
    body = told.get("body") or ""
    content = base64.b64decode(body) if told.get("isBase64Encoded") else body.encode()
    if len(content) > LAMBDA_LARGEST:
        raise ValueError("too large")
    return Response(int(told["statusCode"]), tuple(headers), content)


