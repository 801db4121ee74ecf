"""Plain pages that services serve beside their operations: certificates and the like. Anybody may read them."""

from typing import TYPE_CHECKING

from emulator import services
from emulator.gateway.identify import DEFAULT_REGION
from emulator.kernel.context import ANONYMOUS, Context
from emulator.protocol.wire import Request, Response

if TYPE_CHECKING:
    from emulator.gateway.emulator import Emulator

# By the beginning of the path: whose page it is. A service declares it with ``Service.page``.
PAGES = {
    "/SimpleNotificationService-": "sns", "/_elbv2/listeners": "elbv2", "/_elbv2/truststore/": "elbv2",
    "/_lambda/code/": "lambda", "/_lambda/layer/": "lambda", "/_sts/issuer/": "sts", "/_acm/approvals/": "acm",
    "/_ssm/patch-snapshot/": "ssm",
}  # fmt: skip
PREFIXES = tuple(PAGES)
# Hosts whose pages begin elsewhere: an issuer's own, whose first label names it.
HOSTS = {".tokens.sts.global.api.aws": "/_sts/issuer/"}


def place(request: Request) -> str | None:
    """The path of the page that a request is for, as the service knows it; None for what is no page's."""
    if request.path.startswith(PREFIXES):
        return request.path
    if request.path.startswith("/.well-known/"):
        host = request.headers.get("host", "").partition(":")[0]
        for suffix, prefix in HOSTS.items():
            if host.endswith(suffix):
                return f"{prefix}{host.removesuffix(suffix)}{request.path}"
    return None


def answer(emulator: "Emulator", request: Request, path: str) -> Response:
    """The page at a path that begins with one of PREFIXES; 404 when there is none."""
    prefix = next(each for each in PREFIXES if path.startswith(each))
    if request.method not in ("GET", "HEAD"):
        return _plain(405, b"Method Not Allowed")
    name = PAGES[prefix]
    page = services.load(name).pages[prefix]
    context = Context(emulator.runtime, name, "", emulator.options.account, DEFAULT_REGION, ANONYMOUS)
    context.client_host = request.headers.get("host", "")
    if context.client_host:
        context.host = f"http://{context.client_host}"
    found = page(context, path[len(prefix) :])
    if found is None:
        return _plain(404, b"Not Found")
    content_type, content = found
    return Response(200, [("content-type", content_type)], content)


def _plain(status: int, content: bytes) -> Response:
    return Response(status, [("content-type", "text/plain")], content)
