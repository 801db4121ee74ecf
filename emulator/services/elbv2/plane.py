"""The data plane: listeners on real ports of this machine's loopback, opted in by the setting ``elbv2.data-plane=on``.

A listener has its own port where that is free to take; one below 1024 is moved up by 8000 (80 is 8080). Which it is,
``/_elbv2/listeners`` tells.
"""

import json

from emulator.backends import http_server
from emulator.backends.listening import Listening, plain
from emulator.engines import quic_ids
from emulator.resources.records import records
from emulator.services.elbv2 import (
    attributes,
    connection_logs,
    facts,
    flows,
    listener_certificates,
    listeners,
    packets,
    serving,
    tls,
    trust_stores,
)
from emulator.services.elbv2.listeners import Listener
from emulator.services.elbv2.listening import HOST, Plane, logger
from emulator.services.elbv2.service import enabled, following, service
from emulator.services.elbv2.trust_stores import TrustStore

LOWEST, MOVED = 1024, 8000
PAGE = "/_elbv2/listeners"


def _made_of(ctx, listener) -> tuple:
    """What a listener's server depends on, so that any other change leaves its connections alone."""
    document = listener.document
    mutual = document.get("MutualAuthentication", {})
    store = trust_stores.find(ctx, mutual["TrustStoreArn"]).private if mutual.get("TrustStoreArn") else None
    return (document.get("Protocol"), document.get("Port"), document.get("SslPolicy"),
            json.dumps(listener_certificates.of(listener)), json.dumps([mutual, store]), _protocols(ctx, listener))


def _protocols(ctx, listener) -> tuple[str, ...]:
    """What a secure listener offers by ALPN, by preference."""
    if listener.document.get("Protocol") == "TLS":
        return facts.ALPN[(listener.document.get("AlpnPolicy") or ["None"])[0]]
    newer = attributes.of("LoadBalancer", listeners.balancer(ctx, listener)).get("routing.http2.enabled") == "true"
    return ("h2", "http/1.1") if newer else ("http/1.1",)


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
    if listener is None:
        return
    try:
        server = _server(ctx, plane, listener)
        port = await _listen(server, listener.document.get("Port", 0))
    except (tls.Unservable, OSError) as why:
        logger.warning("%s cannot be served: %s", arn, why)
        return
    plane.serving[arn] = server, port, made_of
    logger.info("%s listens on %s:%d", arn, HOST, port)


def _server(ctx, plane: Plane, listener):
    """What serves a listener, by its protocol; those of gateway load balancers have none. Raises Unservable."""
    arn = listener.arn

    def datagrams(quic: bool = False):
        return flows.Datagrams(plane, lambda client, data: flows.way(
            ctx.afresh(), arn, client, quic_ids.server_id(data) if quic else None))

    def gateway():
        return packets.Packets(plane, arn, lambda *flow: packets.path(ctx.afresh(), arn, *flow))

    def http():
        converse = http_server.conversation(lambda request: serving.answer(ctx.afresh(), plane, arn, request),
                                            lambda: serving.times(ctx.afresh(), arn))
        return Listening(converse, _entrance(ctx, plane, listener))

    def streams():
        return Listening(flows.stream(ctx, plane, arn), _entrance(ctx, plane, listener))

    servers = {"HTTP": http, "HTTPS": http, "TCP": streams, "TLS": streams, "UDP": datagrams,
               "TCP_UDP": lambda: flows.Both(streams(), datagrams()), "QUIC": lambda: datagrams(True),
               "TCP_QUIC": lambda: flows.Both(streams(), datagrams(True)), None: gateway}
    return servers[listener.document.get("Protocol")]()


def _entrance(ctx, plane: Plane, listener):
    """How connections come in: by TLS where that is asked for, and logged. Raises Unservable."""
    def note(client, secured, failure: str) -> str:
        return connection_logs.note(ctx.afresh(), plane, listener.arn, client, secured, failure)

    async def logged(reader, writer):
        entered = await plain(reader, writer)
        return entered._replace(trace=note(entered.client, None, ""))

    if listener.document["Protocol"] in listeners.SECURE:
        return tls.entering(tls.server(ctx, listener, _protocols(ctx, listener)), note)
    return logged


async def _listen(server, port: int) -> int:
    """Listen where it was asked for, or else anywhere."""
    try:
        return await server.start(HOST, port + MOVED if 0 < port < LOWEST else port)
    except OSError:
        return await server.start(HOST, 0)


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
