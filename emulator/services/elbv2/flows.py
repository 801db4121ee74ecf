"""Connections and datagrams of network load balancers, carried to targets as they are.

https://docs.aws.amazon.com/elasticloadbalancing/latest/network/introduction.html
"""

import asyncio
import contextlib
import hashlib
import socket
import struct
from typing import NamedTuple

from emulator.backends import http_client
from emulator.backends.http_server import pipe
from emulator.engines.listener_rules import chosen
from emulator.services.elbv2 import attributes, listeners, target_groups
from emulator.services.elbv2.forwarding import usable

TIMEOUT = 10.0
UDP_IDLE = 120.0  # seconds after which a client's datagrams are a new flow
PROXY_V2 = b"\r\n\r\n\x00\r\nQUIT\n"


class Way(NamedTuple):
    """Where a flow goes, and how."""

    host: str
    port: int
    secure: bool
    proxied: bool  # whether the target is told of the client by the proxy protocol
    anywhere: bool


def target(ctx, plane, listener_arn: str, client: tuple[str, int]) -> Way | None:
    """The target of a new flow: by weight of groups, then by a hash of the flow; None where there is none."""
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
    flow = client[0] if held.get("stickiness.enabled") == "true" else f"{client[0]}:{client[1]}"
    place = int.from_bytes(hashlib.sha256(flow.encode()).digest()[:8]) % len(known)
    return Way(known[place].id, known[place].port, group.document["Protocol"] == "TLS",
               held["proxy_protocol_v2.enabled"] == "true", bool(ctx.setting("outbound")))


class Stream:
    """TCP, or TLS that ends here."""

    def __init__(self, choose):
        self._choose = choose
        self._server: asyncio.Server | None = None
        self._flows: set[asyncio.Task] = set()

    async def start(self, host: str, port: int, ssl=None) -> int:
        self._server = await asyncio.start_server(self._carry, host, port, ssl=ssl)
        return self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        self._server.close()
        for each in self._flows:
            each.cancel()

    async def _carry(self, reader, writer) -> None:
        task = asyncio.current_task()
        self._flows.add(task)
        try:
            client, here = writer.get_extra_info("peername")[:2], writer.get_extra_info("sockname")[:2]
            way = self._choose(client)
            if way is None:
                return
            other = await http_client.connect(way.host, way.port, TIMEOUT, way.anywhere, way.secure)
            await pipe((reader, writer), other, proxy_header(client, here) if way.proxied else b"")
        except (http_client.Unreachable, asyncio.CancelledError):
            pass
        finally:
            self._flows.discard(task)
            with contextlib.suppress(ConnectionError, RuntimeError):
                writer.close()


def proxy_header(client: tuple[str, int], here: tuple[str, int]) -> bytes:
    """https://www.haproxy.org/download/2.3/doc/proxy-protocol.txt, version 2, TCP over IPv4."""
    addresses = socket.inet_aton(client[0]) + socket.inet_aton(here[0]) + struct.pack("!HH", client[1], here[1])
    return PROXY_V2 + struct.pack("!BBH", 0x21, 0x11, len(addresses)) + addresses


class Datagrams(asyncio.DatagramProtocol):
    """UDP: each client's datagrams go to one target, whose answers come back to it."""

    def __init__(self, choose):
        self._choose = choose
        self._sessions: dict[tuple, tuple] = {}  # by client: the transport to its target, and the end of its idling
        self._transport = None

    async def start(self, host: str, port: int, ssl=None) -> int:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(host, port))
        return self._transport.get_extra_info("sockname")[1]

    def close(self) -> None:
        for transport, timer in self._sessions.values():
            timer.cancel()
            transport.close()
        self._transport.close()

    def datagram_received(self, data: bytes, client) -> None:
        found = self._sessions.get(client)
        if found is not None and not found[0].is_closing():
            found[0].sendto(data)
            return
        way = self._choose(client[:2])
        if way is not None and (way.anywhere or http_client.is_loopback(way.host, way.port)):
            asyncio.get_running_loop().create_task(self._open(way, client, data))

    async def _open(self, way: Way, client, data: bytes) -> None:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Back(self._transport, client), remote_addr=(way.host, way.port))
        self._sessions[client] = transport, loop.call_later(UDP_IDLE, transport.close)
        transport.sendto(data)


class _Back(asyncio.DatagramProtocol):
    """What a target answers, to its client."""

    def __init__(self, front, client):
        self._front, self._client = front, client

    def datagram_received(self, data: bytes, _) -> None:
        self._front.sendto(data, self._client)
