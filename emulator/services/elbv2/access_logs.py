"""Entries of access logs: requests at application load balancers, connections at TLS listeners of network ones.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html and
https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html
"""

from typing import Any

from emulator.backends.http_messages import Entered, Request, Response
from emulator.engines.desync import COMPLIANT
from emulator.engines.listener_rules import Asked
from emulator.services.elbv2.log_files import moment, resource


class Trail:
    """What happens to a request on its way: the parts of its log entry. Times are of a clock that only measures."""

    def __init__(self, began: float, trace: str):
        self.began, self.trace = began, trace
        self.sent = self.came = None  # when a target was asked, when it answered
        self.priority: Any = "-"
        self.compliance = COMPLIANT
        self.actions: list[str] = []
        self.error = self.redirect = self.target = self.target_status = self.group = "-"

    def reached(self, group: str, target: str, status: int | str) -> None:
        self.group, self.target, self.target_status = group, target, str(status)

    def times(self, now: float) -> str:
        """Seconds until a target was asked, until it answered, and until its answer was passed on."""
        if self.sent is None or self.came is None:
            return "-1 -1 -1"
        return f"{self.sent - self.began:.3f} {self.came - self.sent:.3f} {now - self.came:.3f}"


def _kind(request: Request, asked: Asked, found: Response) -> str:
    secure = "s" if asked.protocol == "HTTPS" else ""
    if found.tunnel:
        return f"ws{secure}"
    if request.version == "HTTP/2.0":
        return "grpcs" if request.grpc else "h2"
    return f"http{secure}"


def entry(ctx, balancer, request: Request, asked: Asked, trail: Trail, found: Response, sent: int) -> str:
    """The entry of a request whose answer had ``sent`` bytes."""
    url = f"{asked.protocol.lower()}://{asked.host}:{asked.port}{request.target}"
    tls = request.tls
    cipher, protocol, name, certificate = (
        (tls.cipher(), tls.version(), tls.name() or "-", tls.certificate()) if tls else ("-", "-", "-", "-"))
    now = moment(ctx.now)
    return " ".join(map(str, (
        _kind(request, asked, found), now, resource(balancer.arn), f"{request.client[0]}:{request.client[1]}",
        trail.target, trail.times(ctx.monotonic()), found.status, trail.target_status, len(request.body), sent,
        f'"{request.method} {url} {request.version}"', f'"{request.header("user-agent") or "-"}"', cipher, protocol,
        trail.group, f'"{trail.trace}"', f'"{name}"', f'"{certificate}"', trail.priority, now,
        f'"{",".join(trail.actions) or "-"}"', f'"{trail.redirect}"', f'"{trail.error}"', f'"{trail.target}"',
        f'"{trail.target_status}"', *(f'"{each}"' for each in trail.compliance), request.trace,
    )))  # fmt: skip


def connection_entry(ctx, listener, entered: Entered, seconds: float, came: int, sent: int, protocol: str) -> str:
    """The entry of a TLS connection that has ended. ``protocol``: what was agreed on by ALPN with the target."""
    tls, here = entered.tls, entered.writer.get_extra_info("sockname")
    balancer, _, id = listener.arn.split(":listener/")[1].rpartition("/")
    began, ended = (moment(each).partition(".")[0] for each in (ctx.now - seconds, ctx.now))
    return " ".join(map(str, (
        "tls", "2.0", ended, balancer, id, f"{entered.client[0]}:{entered.client[1]}", f"{here[0]}:{here[1]}",
        round(seconds * 1000), round(tls.seconds * 1000), came, sent, "-", tls.certificate(), "-", tls.cipher(),
        tls.version().lower().replace(".", ""), "-", tls.name() or "-", tls.protocol() or "-", protocol or "-",
        f'"{",".join(tls.offered)}"' if tls.offered else "-", began,
    )))  # fmt: skip
