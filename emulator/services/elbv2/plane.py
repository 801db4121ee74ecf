"""The data plane: listeners on real ports of this machine's loopback, opted in by the setting ``elbv2.data-plane=on``.

A listener has its own port where that is free to take; one below 1024 is moved up by 8000 (80 is 8080). Which it is,
``/_elbv2/listeners`` tells.
"""

import json

from emulator.backends.http_server import HttpServer
from emulator.resources.records import records
from emulator.services.elbv2 import flows, listener_certificates, listeners, serving, tls, trust_stores
from emulator.services.elbv2.listeners import Listener
from emulator.services.elbv2.listening import Plane, logger
from emulator.services.elbv2.service import enabled, following, service
from emulator.services.elbv2.trust_stores import TrustStore

HOST = "127.0.0.1"
LOWEST, MOVED = 1024, 8000
PAGE = "/_elbv2/listeners"


def _made_of(ctx, listener) -> tuple:
    """What a listener's server depends on, so that any other change leaves its connections alone."""
    document = listener.document
    mutual = document.get("MutualAuthentication", {})
    store = trust_stores.find(ctx, mutual["TrustStoreArn"]).private if mutual.get("TrustStoreArn") else None
    return (document.get("Protocol"), document.get("Port"), document.get("SslPolicy"),
            json.dumps(listener_certificates.of(listener)), json.dumps([mutual, store]))


def renew(ctx, *_) -> None:
    """Something has changed: let the servers follow, once the operation is over."""
    if enabled(ctx):
        ctx.after(0, "reconcile", job_id="reconcile")


following.append(renew)
for _hook in (Listener.on_create, Listener.on_update, Listener.on_delete, TrustStore.on_update):
    _hook(renew)


@service.job
def reconcile(ctx):
    return _reconcile(ctx)


async def _reconcile(ctx) -> None:
    """Start, stop and renew servers, until what listens is what is declared."""
    plane = ctx.backend(Plane)
    wanted = {each.arn: _made_of(ctx, each) for each in Listener.rows(ctx)}
    own = f":{ctx.region}:{ctx.account}:"
    for arn in [arn for arn in plane.serving if own in arn and plane.serving[arn][2] != wanted.get(arn)]:
        plane.serving.pop(arn)[0].close()
    for arn, made_of in wanted.items():
        if arn not in plane.serving:
            await _start(ctx, plane, arn, made_of)


async def _start(ctx, plane: Plane, arn: str, made_of: tuple) -> None:
    listener = Listener.find(ctx, {"ListenerArn": arn})
    if listener is None or listener.document.get("Protocol") is None:
        return
    try:
        server = _server(ctx, plane, listener)
        security = tls.server(ctx, listener) if listener.document["Protocol"] in listeners.SECURE else None
        port = await _listen(server, listener.document["Port"], security)
    except (tls.Unservable, OSError) as why:
        logger.warning("%s cannot be served: %s", arn, why)
        return
    plane.serving[arn] = server, port, made_of
    logger.info("%s listens on %s:%d", arn, HOST, port)


def _server(ctx, plane: Plane, listener):
    arn, protocol = listener.arn, listener.document["Protocol"]
    if protocol in ("HTTP", "HTTPS"):
        return HttpServer(lambda request: serving.answer(ctx.afresh(), plane, arn, request))
    if protocol in ("TCP", "TLS"):
        return flows.Stream(lambda client: flows.target(ctx.afresh(), plane, arn, client))
    if protocol == "UDP":
        return flows.Datagrams(lambda client: flows.target(ctx.afresh(), plane, arn, client))
    raise tls.Unservable(f"there is no data plane for the protocol {protocol}")


async def _listen(server, port: int, security) -> int:
    """Listen where it was asked for, or else anywhere."""
    try:
        return await server.start(HOST, port if port >= LOWEST else port + MOVED, security)
    except OSError:
        return await server.start(HOST, 0, security)


@service.start
def after_restart(ctx):
    """Listeners that were there before listen again."""
    for rows in ctx.partitions(records):
        if rows.partition[0] == "elbv2.Listener":
            there = ctx.afresh()
            _, there.account, there.region = rows.partition
            renew(there)


@service.page(PAGE)
def listening(ctx, rest):
    """Where each listener of this emulator is reached, by its ARN."""
    found = {arn: f"{HOST}:{port}" for arn, (_, port, _) in ctx.backend(Plane).serving.items()}
    return "application/json", json.dumps(found).encode()
