"""Hosts that speak a user's own HTTP and no operations of AWS: addresses of functions and the like."""

import logging
import re
from typing import TYPE_CHECKING

from emulator import services
from emulator.auth import sigv4
from emulator.auth.credentials import principal_of
from emulator.gateway import chain
from emulator.gateway.hosts import REGION
from emulator.gateway.identify import Identity, scope
from emulator.kernel.context import ANONYMOUS, Context
from emulator.kernel.errors import AwsError
from emulator.model import load
from emulator.protocol.wire import Request, Response

if TYPE_CHECKING:
    from emulator.gateway.emulator import Emulator

logger = logging.getLogger("emulator.sites")

# By the label in the host: whose site it is. A service declares it with ``Service.site``.
SITES = {"lambda-url": "lambda", "acme": "acm"}
HOST = re.compile(rf"(?P<name>[a-z0-9]+)\.(?P<label>{'|'.join(SITES)})\.{REGION}\..+?(?::\d+)?")


def is_site(host: str) -> bool:
    """Whether a host is one of the sites."""
    return any(f".{label}." in host for label in SITES)


async def answer(emulator: "Emulator", request: Request, peer: str) -> Response:
    """The service's answer, its changes durable. Never raises."""
    found = HOST.fullmatch(request.headers.get("host", ""))
    if found is None:
        return _refused(AwsError("NotFound", "Not Found", 404))
    name = SITES[found["label"]]
    try:
        context = _context(emulator, request, name, found["region"], peer)
        site = services.load(name).sites[found["label"]]
        return await chain.own_answer(emulator, site(context, found["name"], request))
    except AwsError as error:
        return _refused(error)
    except Exception:
        logger.exception("%s could not answer %s %s", name, request.method, request.path)
        return _refused(AwsError("InternalFailure", "Internal Server Error", 500))


def _context(emulator: "Emulator", request: Request, name: str, region: str, peer: str) -> Context:
    """Raises AwsError for a wrong signature."""
    principal = _principal(emulator, request, name)
    account = principal.account or emulator.options.account
    context = Context(emulator.runtime, name, "", account, region, principal)
    context.source_ip, context.headers = peer, request.headers
    context.client_host, context.secure = request.headers.get("host", ""), emulator.options.secure
    return context


def _principal(emulator: "Emulator", request: Request, service: str):
    """Who asks: nobody in particular, unless the request is signed. Raises AwsError for a wrong signature."""
    access_key, region, _ = scope(request)
    if not access_key:
        return ANONYMOUS
    runtime, model = emulator.runtime, load(service)
    if emulator.options.verify_signatures:
        operation = next(iter(model.operations.values()))  # signatures name the service alone
        identity = Identity(service, region, access_key)
        sigv4.verify(request, identity, operation, model.protocols[0], runtime.store, runtime.clock.now())
    return principal_of(runtime.store, access_key, emulator.options.account)


def _refused(error: AwsError) -> Response:
    body = b'{"Message":"%s"}' % error.message.replace('"', "'").encode()
    return Response(error.status or 403, [("content-type", "application/json")], body)
