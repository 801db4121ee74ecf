"""Hosts that a service answers for itself: distributions and the names that lead to them. Requests, not operations.

A service declares ``Service.hosted`` and keeps its names in the table of host names.
"""

import logging
from typing import TYPE_CHECKING

from emulator import services
from emulator.gateway.chain import own_answer
from emulator.gateway.identify import DEFAULT_REGION
from emulator.kernel.context import ANONYMOUS, Context
from emulator.kernel.host_names import HostName, found, host_names
from emulator.protocol.wire import Request, Response

if TYPE_CHECKING:
    from emulator.gateway.emulator import Emulator

logger = logging.getLogger("emulator.hosted")

# By the end of the host: whose it is, whether a resource has that name or not; and the end that stands in the table.
SUFFIXES = {".cloudfront.net": ("cloudfront", ".cloudfront.net"),
            ".cloudfront.localhost": ("cloudfront", ".cloudfront.net")}  # fmt: skip
ENDS = tuple(SUFFIXES)


def is_hosted(host: str) -> bool:
    """Whether a host is, by its form, one that a service answers for itself; names of users' own come beside them."""
    return host.endswith(ENDS) or ".cloudfront." in host


def owner(emulator: "Emulator", request: Request) -> tuple[str, HostName | None] | None:
    """The service that answers for a request's host, and the name; None for all other hosts."""
    host = request.headers.get("host", "")
    rows = emulator.runtime.store.rows(host_names)
    if not is_hosted(host) and not len(rows):
        return None
    name = host.partition(":")[0].lower()
    for end, (service, kept) in SUFFIXES.items():
        if name.endswith(end):
            return service, rows.get(name.removesuffix(end) + kept)
    own = found(rows, name)
    return (own.service, own) if own is not None else None


async def answer(emulator: "Emulator", request: Request, peer: str, service: str, name: HostName | None) -> Response:
    """The service's answer, its changes durable. Never raises."""
    options = emulator.options
    account = name.arn.split(":")[4] if name is not None else options.account
    context = Context(emulator.runtime, service, "", account, DEFAULT_REGION, ANONYMOUS)
    context.source_ip = peer
    context.host = f"http://{request.headers.get('host', '')}"
    context.secure = "x-paritylab-secure" in request.headers or options.secure
    try:
        return await own_answer(emulator, services.load(service).host(context, request, name))
    except Exception:
        logger.exception("%s could not answer %s %s", service, request.method, request.path)
        return Response(500, [("content-type", "text/plain")], b"Internal Server Error")
