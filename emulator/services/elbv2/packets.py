"""Packets of gateway load balancers, carried to appliances in Geneve and back.

There is no VPC here that would route packets to an endpoint of the load balancer. Who sends an IP packet as a datagram
to the listener's port (``/_elbv2/listeners``) stands for one: it gets back what the appliance makes of the packet.
https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/introduction.html
"""

import asyncio
import hashlib
from collections.abc import Callable
from typing import NamedTuple

from emulator.backends.http_client import is_loopback
from emulator.engines import geneve
from emulator.services.elbv2 import attributes, listeners, target_groups
from emulator.services.elbv2.flows import UDP_IDLE, hashed
from emulator.services.elbv2.forwarding import usable

TCP = 6


class Held(NamedTuple):
    """A flow that has its appliance (address and port), who sent its last packet, and until when it is remembered."""

    appliance: tuple[str, int]
    sender: tuple
    until: float


def appliance(ctx, listener_arn: str, flow: geneve.Flow, held: Held | None) -> tuple[tuple[str, int], float] | None:
    """Where a flow's packet goes, and for how many seconds that is kept; None where nothing takes it."""
    listener = listeners.Listener.find(ctx, {"ListenerArn": listener_arn})
    if listener is None:
        return None
    (each,) = listener.document["DefaultActions"][0]["ForwardConfig"]["TargetGroups"]
    group = target_groups.find(ctx, each["TargetGroupArn"])
    known = [(target.id, target.port) for target in usable(ctx, group)]
    chosen = attributes.of("TargetGroup", group)
    stays = held is not None and (held.appliance in known or chosen["target_failover.on_unhealthy"] == "no_rebalance")
    anywhere = bool(ctx.setting("outbound"))
    if not stays and not known:
        return None
    sticky = chosen["stickiness.type"] if chosen["stickiness.enabled"] == "true" else ""
    to = held.appliance if stays else hashed(known, flow.held_by(sticky))
    idle = attributes.of("Listener", listener)["tcp.idle_timeout.seconds"] if flow.protocol == TCP else UDP_IDLE
    return (to, float(idle)) if anywhere or is_loopback(*to) else None


class Packets(asyncio.DatagramProtocol):
    """A gateway load balancer's listener. ``choose`` is ``appliance`` without its context and listener."""

    def __init__(self, arn: str, choose: Callable):
        self._endpoint = int.from_bytes(hashlib.sha256(arn.encode()).digest()[:8])
        self._choose = choose
        self._flows: dict[geneve.Flow, Held] = {}
        self._cookies: dict[int, geneve.Flow] = {}
        self._front = self._back = None

    async def start(self, host: str, port: int) -> int:
        loop = asyncio.get_running_loop()
        self._back, _ = await loop.create_datagram_endpoint(lambda: _Returning(self), local_addr=(host, 0))
        self._front, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(host, port))
        return self._front.get_extra_info("sockname")[1]

    def close(self) -> None:
        for transport in (self._front, self._back):
            if transport is not None:
                transport.close()

    def datagram_received(self, packet: bytes, sender) -> None:
        flow = geneve.flow(packet)
        if flow is None:
            return
        now = asyncio.get_running_loop().time()
        self._forget(now)
        chosen = self._choose(flow, self._flows.get(flow))
        if chosen is None:
            return
        to, idle = chosen
        cookie = int.from_bytes(hashlib.sha256(repr(flow).encode()).digest()[:4])
        self._flows[flow], self._cookies[cookie] = Held(to, sender, now + idle), flow
        self._back.sendto(geneve.wrapped(packet, self._endpoint, 0, cookie), to)

    def _forget(self, now: float) -> None:
        self._flows = {flow: held for flow, held in self._flows.items() if held.until > now}
        self._cookies = {cookie: flow for cookie, flow in self._cookies.items() if flow in self._flows}

    def returned(self, datagram: bytes) -> None:
        """An appliance lets a packet pass."""
        found = geneve.unwrapped(datagram)
        held = self._flows.get(self._cookies.get(found[1])) if found else None
        if held is not None:
            self._front.sendto(found[0], held.sender)


class _Returning(asyncio.DatagramProtocol):
    def __init__(self, packets: Packets):
        self._packets = packets

    def datagram_received(self, data: bytes, _) -> None:
        self._packets.returned(data)
