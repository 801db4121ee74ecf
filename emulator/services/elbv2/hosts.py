"""Load balancers under their own names at the emulator's one port: ``NAME-ID.REGION.elb.amazonaws.com`` in the Host
header, or ``NAME-ID.REGION.elb.localhost``, which browsers find on this machine.

The listener is the HTTP one of the lowest port, or the HTTPS one for who comes by TLS.
"""

from emulator.backends.http_client import read
from emulator.backends.http_messages import Request as Asked
from emulator.kernel.host_names import HostName, host_names
from emulator.protocol.wire import Request, Response
from emulator.services.elbv2 import listeners, serving
from emulator.services.elbv2.listening import Plane
from emulator.services.elbv2.load_balancers import LoadBalancer
from emulator.services.elbv2.replies import failed
from emulator.services.elbv2.service import service


def names(record) -> list[str]:
    """The host names of a load balancer that speaks HTTP."""
    if record.document["Type"] != "application":
        return []
    name = record.document["DNSName"].lower()
    return [name, name.replace(".amazonaws.com", ".localhost")]


@LoadBalancer.on_create
def named(ctx, record):
    for host in names(record):
        ctx.rows(host_names).put(HostName(host, service.name, record.arn))


@LoadBalancer.on_delete
def nameless(ctx, record):
    for host in names(record):
        ctx.rows(host_names).delete(host)


@service.hosted
async def serve(ctx, request: Request, name: HostName) -> Response:
    """Answer as the load balancer's listener does."""
    ctx.region = name.arn.split(":")[3]
    wanted = "HTTPS" if ctx.secure else "HTTP"
    known = [each for each in listeners.of(ctx, name.arn) if each.document["Protocol"] == wanted]
    if not known:
        return _out(failed(503), failed(503).body)
    listener = min(known, key=lambda each: each.document["Port"])
    target = request.path + (f"?{request.query}" if request.query else "")
    body = request.body if isinstance(request.body, bytes) else request.body.read()
    headers = tuple(pair for pair in request.headers.items() if not pair[0].startswith("x-paritylab-"))
    asked = Asked(request.method, target, "HTTP/1.1", headers, body, (ctx.source_ip, 0))
    found = await serving.answer(ctx, ctx.backend(Plane), listener.arn, asked)
    content = found.body if isinstance(found.body, bytes) else await read(found)
    return _out(found, content)


def _out(found, content: bytes) -> Response:
    headers = [(name.lower(), value) for name, value in found.headers]
    kept = [pair for pair in headers if pair[0] not in ("content-length", "connection")]
    return Response(found.status, kept, content)
