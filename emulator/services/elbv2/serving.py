"""A request at an application load balancer's listener: firewall, rules, actions, answer.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html
"""

from collections.abc import AsyncIterator, Callable

from emulator.backends.http_messages import Pieces, Request, Response, Times
from emulator.engines import desync
from emulator.engines.firewall import port as firewall
from emulator.engines.firewall.requests import WebRequest
from emulator.engines.listener_rules import Asked, matching, redirect, rewritten
from emulator.kernel.errors import AwsError
from emulator.services.elbv2 import (
    access_logs,
    attributes,
    authentication,
    listeners,
    log_files,
    metrics,
    replies,
    rules,
    tls,
)
from emulator.services.elbv2.forwarding import forward
from emulator.services.elbv2.replies import failed

LOGGED = {"authenticate-oidc": "authenticate", "authenticate-cognito": "authenticate"}  # as access logs call actions
RESPONSE_HEADERS = {
    "routing.http.response.strict_transport_security.header_value": "Strict-Transport-Security",
    "routing.http.response.access_control_allow_origin.header_value": "Access-Control-Allow-Origin",
    "routing.http.response.access_control_allow_methods.header_value": "Access-Control-Allow-Methods",
    "routing.http.response.access_control_allow_headers.header_value": "Access-Control-Allow-Headers",
    "routing.http.response.access_control_allow_credentials.header_value": "Access-Control-Allow-Credentials",
    "routing.http.response.access_control_expose_headers.header_value": "Access-Control-Expose-Headers",
    "routing.http.response.access_control_max_age.header_value": "Access-Control-Max-Age",
    "routing.http.response.content_security_policy.header_value": "Content-Security-Policy",
    "routing.http.response.x_content_type_options.header_value": "X-Content-Type-Options",
    "routing.http.response.x_frame_options.header_value": "X-Frame-Options",
}  # fmt: skip


async def answer(ctx, plane, listener_arn: str, request: Request) -> Response:
    """What the client gets. ``ctx`` is this request's own."""
    try:
        listener = listeners.find(ctx, listener_arn)
        balancer = listeners.balancer(ctx, listener)
    except AwsError:
        return failed(503)  # it has just been deleted
    asked = _asked(listener, request)
    if asked is None:
        return failed(400)
    trail = access_logs.Trail(ctx.monotonic(), request.header("x-amzn-trace-id") or _trace(ctx))
    found = await _through(ctx, plane, listener, balancer, request, asked, trail)

    def finish(sent: int) -> None:
        if log_files.wanted(balancer, "access_logs"):
            entry = access_logs.entry(ctx, balancer, request, asked, trail, found, sent)
            log_files.note(ctx, plane, balancer, "access_logs", entry)
        metrics.answered(ctx, balancer, request, trail, found, sent)

    if isinstance(found.body, bytes):
        finish(len(found.body))
        return found
    return found._replace(body=_Walked(found.body, finish))


class _Walked:
    """A body that tells how much of it was walked when it is closed."""

    def __init__(self, body: Pieces, finish: Callable[[int], None]):
        self._body, self._finish = body, finish
        self._sent = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._body:
            self._sent += len(piece)
            yield piece

    async def aclose(self) -> None:
        try:
            await self._body.aclose()
        finally:
            self._finish(self._sent)


def _trace(ctx) -> str:
    return f"Root=1-{int(ctx.now):08x}-{ctx.ids.hex(24)}"


def times(ctx, listener_arn: str) -> Times:
    """How long connections of a listener may be idle, and last."""
    chosen = attributes.of("LoadBalancer", listeners.balancer(ctx, listeners.find(ctx, listener_arn)))
    return Times(float(chosen["idle_timeout.timeout_seconds"]), float(chosen["client_keep_alive.seconds"]))


async def _through(ctx, plane, listener, balancer, request: Request, asked: Asked, trail) -> Response:
    """Past the firewall, to the rule that is met, and what its actions make of it."""
    chosen = attributes.of("LoadBalancer", balancer)
    if request.version != "HTTP/2.0":
        trail.compliance = desync.classified(request.method, request.headers)
    mode = chosen["routing.http.desync_mitigation_mode"]
    if trail.compliance.level in desync.BLOCKED[mode]:
        return failed(400)._replace(last=True)
    insert = _told(listener, balancer, request, trail)
    with ctx.transaction():
        passage = firewall.inspect(ctx, _web_request(request, asked), "ALB", resource=balancer.arn)
    if passage.answer is not None:
        trail.actions.append("waf")
        return _blocked(passage.answer)
    met = matching([rules.Rule.view(ctx, each) for each in rules.of(ctx, listener.arn)], asked)
    trail.priority = 0 if met["IsDefault"] else met["Priority"]
    asked = rewritten(met["Transforms"], asked)
    stored = rules.Rule.get(ctx, {"RuleArn": met["RuleArn"]}).document["Actions"] or listener.document["DefaultActions"]
    try:
        found = await _act(ctx, plane, stored, request, asked, chosen, [*insert, *passage.insert], trail)
    except replies.Failed as failure:
        trail.error, found = failure.reason, failed(failure.status)
    last = trail.compliance.level in desync.CLOSED[mode]
    return _dressed(found, attributes.of("Listener", listener))._replace(last=last)


def _asked(listener, request: Request) -> Asked | None:
    host = (request.header("host") or "").rpartition(":")
    name = host[0] if host[2].isdecimal() and host[0] else "".join(host)
    path, _, query = request.target.partition("?")
    if (not path.startswith("/") and path != "*") or (request.version == "HTTP/1.1" and request.header("host") is None):
        return None
    return Asked(request.method, name.lower(), path, query, request.headers, request.client[0],
                 listener.document["Protocol"], listener.document["Port"])


def _web_request(request: Request, asked: Asked) -> WebRequest:
    return WebRequest(request.method, asked.path, asked.query, request.headers, request.body, request.client[0],
                      request.version)


def _told(listener, balancer, request: Request, trail) -> list[tuple[str, str]]:
    """What targets are told of the connection and the trace."""
    found = [] if request.header("x-amzn-trace-id") else [("x-amzn-trace-id", trail.trace)]
    if request.tls is None:
        return found
    names = attributes.of("Listener", listener)
    if attributes.of("LoadBalancer", balancer)["routing.http.x_amzn_tls_version_and_cipher_suite.enabled"] == "true":
        found += [(names["routing.http.request.x_amzn_tls_version.header_name"], request.tls.version()),
                  (names["routing.http.request.x_amzn_tls_cipher_suite.header_name"], request.tls.cipher())]
    return found + tls.client_headers(listener, request.tls, names)


def _blocked(said) -> Response:
    if said.body or any(name.lower() == "content-type" for name, _ in said.headers):
        return Response(said.status, (("Server", replies.SERVER), *said.headers), said.body)
    plain = failed(said.status) if said.status >= 400 else Response(said.status, (("Server", replies.SERVER),))
    return plain._replace(headers=(*plain.headers, *said.headers))


async def _act(
    ctx, plane, actions: list[dict], request: Request, asked: Asked, balancer: dict, insert, trail
) -> Response:
    """Do the actions in order; authentication answers, or adds to what the target is told. Raises Failed."""
    set_cookies: list[tuple[str, str]] = []
    for action in actions:
        kind = action["Type"]
        trail.actions.append(LOGGED.get(kind, kind))
        if kind == "fixed-response":
            found = replies.fixed(action["FixedResponseConfig"])
        elif kind == "redirect":
            status, trail.redirect = redirect(action["RedirectConfig"], asked)
            found = replies.redirected(status, trail.redirect)
        elif kind == "forward":
            found = await forward(ctx, plane, action, request, asked, balancer, insert, trail)
        else:
            passed = await authentication.check(ctx, plane, action, request, asked)
            if isinstance(passed, Response):
                return passed
            insert, set_cookies = [*insert, *passed.insert], [*set_cookies, *passed.cookies]
            continue
        return found._replace(headers=(*found.headers, *set_cookies))
    return failed(500)


def _dressed(found: Response, chosen: dict[str, str]) -> Response:
    """The answer with the headers that the listener sets, and without the one that it hides."""
    more = [(name, chosen[key]) for key, name in RESPONSE_HEADERS.items() if chosen.get(key)]
    replaced = {name.lower() for name, _ in more}
    if chosen.get("routing.http.response.server.enabled") == "false":
        replaced.add("server")
    return found._replace(headers=(*(pair for pair in found.headers if pair[0].lower() not in replaced), *more))
