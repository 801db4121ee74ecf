"""Connections and datagrams of network load balancers, carried to targets as they are.

https://docs.aws.amazon.com/elasticloadbalancing/latest/network/introduction.html
"""

import asyncio
import contextlib
import hashlib
import socket
import struct
from collections.abc import Callable
from typing import NamedTuple

from emulator.backends import http_client
from emulator.backends.http_messages import Entered, Unreachable
from emulator.backends.listening import pipe
from emulator.engines.listener_rules import chosen
from emulator.services.elbv2 import access_logs, attributes, listeners, log_files, metrics, target_groups, targets
from emulator.services.elbv2.forwarding import usable
from emulator.services.elbv2.listening import HOST, Plane

TIMEOUT = 10.0
UDP_IDLE = 120.0  # seconds after which a client's datagrams are a new flow
PROXY_V2 = b"\r\n\r\n\x00\r\nQUIT\n"


class Way(NamedTuple):
    """Where a flow goes, and how."""

    target: tuple  # its key in the store
    host: str
    port: int
    secure: bool
    proxied: bool  # whether the target is told of the client by the proxy protocol
    local: str | None  # the address that the target sees, if it is to be the client's
    idle: float
    anywhere: bool


def way(ctx, listener_arn: str, flow: tuple, server: str | None = None) -> Way | None:
    """The target of a new flow (its client's address and port): by weight of groups, then the one that QUIC names by
    its ``server`` id, or else by a hash of the flow.
    """
    listener = listeners.Listener.find(ctx, {"ListenerArn": listener_arn})
    if listener is None:
        return None
    config = listener.document["DefaultActions"][0]["ForwardConfig"]
    weighted = [(each["TargetGroupArn"], each["Weight"]) for each in config["TargetGroups"]]
    arn = chosen(weighted, ctx.ids.below(10**6) / 10**6)
    group = target_groups.find(ctx, arn) if arn else None
    known = usable(ctx, group) if group else []
    if not known:
        return None
    held = attributes.of("TargetGroup", group)
    named = [each for each in known if server is not None and each.quic == server]
    target = hashed(named or known, flow[:1] if held["stickiness.enabled"] == "true" else flow)
    idle = attributes.of("Listener", listener).get("tcp.idle_timeout.seconds", UDP_IDLE)
    address = _address(ctx, group, target)
    return address and Way(
        (group.arn, target.id, target.port), *address, group.document["Protocol"] == "TLS",
        held["proxy_protocol_v2.enabled"] == "true", flow[0] if held["preserve_client_ip.enabled"] == "true" else None,
        float(idle), bool(ctx.setting("outbound")))


def _address(ctx, group, target) -> tuple[str, int] | None:
    """Where a target is reached; an application load balancer at its own listener on that port, if it listens."""
    if group.document["TargetType"] != "alb":
        return target.id, target.port
    serving = ctx.backend(Plane).serving
    ports = [serving[each.arn][1] for each in listeners.of(ctx, target.id)
             if each.document["Port"] == target.port and each.arn in serving]
    return (HOST, ports[0]) if ports else None


def hashed(known: list, flow: tuple):
    """The one of several targets that a flow belongs to, always the same while these are there."""
    place = hashlib.sha256("/".join(map(str, flow)).encode()).digest()[:8]
    return known[int.from_bytes(place) % len(known)]


def stream(ctx, plane: Plane, listener_arn: str) -> Callable:
    """What is done with a connection at a TCP or TLS listener."""
    async def carry(entered: Entered) -> None:
        now, began = ctx.afresh(), ctx.monotonic()
        to = way(now, listener_arn, entered.client)
        if to is None:
            return
        agreed = (entered.tls.protocol(),) if to.secure and entered.tls and entered.tls.protocol() else ()
        counted = _Counted(entered)
        try:
            other = await http_client.connect(to.host, to.port, TIMEOUT, to.anywhere, to.secure, agreed, to.local)
            here = entered.writer.get_extra_info("sockname")[:2]
            first = proxy_header(entered.client, here) if to.proxied else b""
            with plane.flow(to.target, asyncio.current_task().cancel):
                await pipe((counted, counted), other, first, to.idle)
        except Unreachable:
            return
        finally:
            _tell(ctx.afresh(), plane, listener_arn, to, entered, counted, ctx.monotonic() - began, *agreed)

    return carry


class _Counted:
    """A client's connection, and how many bytes have come and gone."""

    def __init__(self, entered: Entered):
        self._reader, self._writer = entered.reader, entered.writer
        self.came = self.sent = 0
        self.drain, self.close = entered.writer.drain, entered.writer.close
        self.can_write_eof = entered.writer.can_write_eof

    async def read(self, size: int) -> bytes:
        data = await self._reader.read(size)
        self.came += len(data)
        return data

    def write(self, data: bytes) -> None:
        self.sent += len(data)
        self._writer.write(data)

    def write_eof(self) -> None:
        self._writer.write_eof()


def _tell(ctx, plane: Plane, listener_arn: str, to: Way, entered: Entered, counted: _Counted, seconds: float,
          protocol: str = "") -> None:
    """Count a connection that has ended; log it, if it was one of TLS."""
    listener = listeners.Listener.find(ctx, {"ListenerArn": listener_arn})
    if listener is None:
        return
    balancer = listeners.balancer(ctx, listener)
    metrics.carried(ctx, balancer, to.target[0], counted.came + counted.sent)
    if entered.tls is not None and log_files.wanted(balancer, "access_logs"):
        entry = access_logs.connection_entry(ctx, listener, entered, seconds, counted.came, counted.sent, protocol)
        log_files.note(ctx, plane, balancer, "access_logs", entry)


def proxy_header(client: tuple[str, int], here: tuple[str, int]) -> bytes:
    """https://www.haproxy.org/download/2.3/doc/proxy-protocol.txt, version 2, TCP over IPv4."""
    addresses = socket.inet_aton(client[0]) + socket.inet_aton(here[0]) + struct.pack("!HH", client[1], here[1])
    return PROXY_V2 + struct.pack("!BBH", 0x21, 0x11, len(addresses)) + addresses


class Datagrams(asyncio.DatagramProtocol):
    """UDP: each client's datagrams go to one target, whose answers come back to it.

    ``choose`` gives the Way of a client's first datagram.
    """

    def __init__(self, plane: Plane, choose: Callable[[tuple, bytes], Way | None]):
        self._plane, self._choose = plane, choose
        self._sessions: dict[tuple, _Session] = {}  # by client
        self._tasks: set[asyncio.Task] = set()  # which the loop itself would let go of
        self._transport = None

    async def start(self, host: str, port: int) -> int:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(host, port))
        return self._transport.get_extra_info("sockname")[1]

    def close(self) -> None:
        for session in list(self._sessions.values()):
            session.close()
        self._transport.close()

    def datagram_received(self, data: bytes, client) -> None:
        session = self._sessions.get(client)
        if session is None:
            to = self._choose(client[:2], data)
            if to is None or not (to.anywhere or http_client.is_loopback(to.host, to.port)):
                return
            session = self._sessions[client] = _Session(self._transport, client, data)
            task = asyncio.get_running_loop().create_task(self._run(session, to))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            session.send(data)

    async def _run(self, session: "_Session", to: Way) -> None:
        loop = asyncio.get_running_loop()
        try:
            with self._plane.flow(to.target, session.close), contextlib.suppress(OSError):
                await loop.create_datagram_endpoint(lambda: session, remote_addr=(to.host, to.port),
                                                    local_addr=(to.local, 0) if to.local else None)
                await session.ended()
        finally:
            self._sessions.pop(session.client, None)


class _Session(asyncio.DatagramProtocol):
    """A client's flow of datagrams, until it is idle or closed."""

    def __init__(self, front, client, first: bytes):
        self.client = client
        self._front, self._waiting = front, [first]
        self._back = None
        self._closed = asyncio.Event()
        self._fresh = True  # whether something has come since it was last looked at

    def connection_made(self, transport) -> None:
        self._back = transport
        for data in self._waiting:
            transport.sendto(data)

    def send(self, data: bytes) -> None:
        self._fresh = True
        if self._back is None:
            self._waiting.append(data)
        else:
            self._back.sendto(data)

    def datagram_received(self, data: bytes, _) -> None:
        self._fresh = True
        self._front.sendto(data, self.client)

    def close(self) -> None:
        self._closed.set()

    async def ended(self) -> None:
        while self._fresh and not self._closed.is_set():
            self._fresh = False
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closed.wait(), UDP_IDLE)
        self._back.close()


class Both:
    """TCP and UDP on one port."""

    def __init__(self, stream, datagrams: Datagrams):
        self._parts = stream, datagrams

    async def start(self, host: str, port: int) -> int:
        stream, datagrams = self._parts
        port = await stream.start(host, port)
        try:
            return await datagrams.start(host, port)
        except OSError:
            stream.close()
            raise

    def close(self) -> None:
        for part in self._parts:
            part.close()


def end(ctx, group, target, why: str) -> None:
    """A target is lost: the flows to it end, where its group's attributes ask for that."""
    if attributes.of("TargetGroup", group).get(f"{why}.connection_termination.enabled") == "true":
        ctx.backend(Plane).end_flows((target.group, target.id, target.port))


targets.lost.append(end)
