"""Packets of gateway load balancers, carried to appliances in Geneve and back.

There is no VPC here that would route packets to an endpoint of the load balancer. Who sends an IP packet as a datagram
to the listener's port (``/_elbv2/listeners``) stands for one: it gets back what the appliance makes of the packet.
https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/introduction.html
"""

import asyncio
import hashlib
from collections.abc import Callable
from contextlib import ExitStack
from typing import NamedTuple

from emulator.backends.http_client import is_loopback
from emulator.engines import geneve, tcp_resets
from emulator.services.elbv2 import attributes, listeners, target_groups, targets
from emulator.services.elbv2.flows import UDP_IDLE, hashed
from emulator.services.elbv2.forwarding import usable
from emulator.services.elbv2.listening import Plane

RESETS = {targets.DEREGISTERED: "deregistration", targets.UNHEALTHY: "unhealthy"}  # by why a target is lost


class Path(NamedTuple):
    """Where a flow goes: a target by its key in the store, for so many idle seconds, and whether its end is told."""

    target: tuple
    idle: float
    resets: bool


class Held(NamedTuple):
    """A flow that has its path: its sender, the last packet from there, and what happens when no other comes."""

    path: Path
    sender: tuple
    packet: bytes
    timer: asyncio.TimerHandle
    kept: ExitStack


def path(ctx, listener_arn: str, flow: geneve.Flow, held: Held | None) -> Path | None:
    """Where a flow's next packet goes; None where nothing takes it."""
    listener = listeners.Listener.find(ctx, {"ListenerArn": listener_arn})
    if listener is None:
        return None
    (each,) = listener.document["DefaultActions"][0]["ForwardConfig"]["TargetGroups"]
    group = target_groups.find(ctx, each["TargetGroupArn"])
    known = [(group.arn, target.id, target.port) for target in usable(ctx, group)]
    chosen, own = attributes.of("TargetGroup", group), attributes.of("Listener", listener)
    if held and (held.path.target in known or chosen["target_failover.on_unhealthy"] == "no_rebalance"):
        return held.path
    sticky = chosen["stickiness.type"] if chosen["stickiness.enabled"] == "true" else ""
    target = hashed(known, flow.held_by(sticky)) if known else None
    if target is None or not (ctx.setting("outbound") or is_loopback(*target[1:])):
        return None
    idle = own["tcp.idle_timeout.seconds"] if flow.protocol == tcp_resets.TCP else UDP_IDLE
    return Path(target, float(idle), own["send_tcp_reset.on_idle_timeout.enabled"] == "true")


def lost(ctx, group, target, why: str) -> None:
    """The senders of a lost appliance's flows are told so, where that is asked for."""
    chosen, event = attributes.of("TargetGroup", group), RESETS[why]
    if chosen.get(f"send_tcp_reset.on_{event}.enabled") == "true" and chosen[
            f"target_failover.on_{event}"] == "no_rebalance":
        ctx.backend(Plane).end_flows((group.arn, target.id, target.port))


targets.lost.append(lost)


class Packets(asyncio.DatagramProtocol):
    """A gateway load balancer's listener. ``choose`` is ``path`` without its context and listener."""

    def __init__(self, plane: Plane, arn: str, choose: Callable[[geneve.Flow, Held | None], Path | None]):
        self._plane, self._choose = plane, choose
        self._endpoint = int.from_bytes(hashlib.sha256(arn.encode()).digest()[:8])
        self._flows: dict[geneve.Flow, Held] = {}
        self._cookies: dict[int, geneve.Flow] = {}
        self._front = self._back = None

    async def start(self, host: str, port: int) -> int:
        loop = asyncio.get_running_loop()
        self._back, _ = await loop.create_datagram_endpoint(lambda: _Returning(self), local_addr=(host, 0))
        self._front, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(host, port))
        return self._front.get_extra_info("sockname")[1]

    def close(self) -> None:
        for flow in list(self._flows):
            self._end(flow, False)
        for transport in (self._front, self._back):
            if transport is not None:
                transport.close()

    def datagram_received(self, packet: bytes, sender) -> None:
        flow = geneve.flow(packet)
        if flow is None:
            return
        held = self._flows.get(flow)
        to = self._choose(flow, held)
        if to is None:
            return
        if held is None and to.resets and not tcp_resets.begins(packet):
            self._front.sendto(tcp_resets.reset(packet), sender)
            return
        cookie = self._hold(flow, to, sender, packet)
        self._back.sendto(geneve.wrapped(packet, self._endpoint, 0, cookie), to.target[1:])

    def _hold(self, flow: geneve.Flow, to: Path, sender, packet: bytes) -> int:
        """Remember a flow until it has been idle for long enough; its cookie."""
        self._end(flow, False)
        kept = ExitStack()
        kept.enter_context(self._plane.flow(to.target, lambda: self._end(flow, True)))
        timer = asyncio.get_running_loop().call_later(to.idle, self._end, flow, to.resets)
        cookie = _cookie(flow)
        self._flows[flow], self._cookies[cookie] = Held(to, sender, packet, timer, kept), flow
        return cookie

    def _end(self, flow: geneve.Flow, told: bool) -> None:
        """Forget a flow; ``told``: its sender gets a reset, where it is one of TCP."""
        held = self._flows.pop(flow, None)
        if held is None:
            return
        self._cookies.pop(_cookie(flow), None)
        held.timer.cancel()
        held.kept.close()
        answer = tcp_resets.reset(held.packet) if told else None
        if answer is not None:
            self._front.sendto(answer, held.sender)

    def returned(self, datagram: bytes) -> None:
        """An appliance lets a packet pass."""
        found = geneve.unwrapped(datagram)
        held = self._flows.get(self._cookies.get(found[1])) if found else None
        if held is not None:
            self._front.sendto(found[0], held.sender)


def _cookie(flow: geneve.Flow) -> int:
    """By which an appliance's packets name their flow."""
    return int.from_bytes(hashlib.sha256(repr(flow).encode()).digest()[:4])


class _Returning(asyncio.DatagramProtocol):
    def __init__(self, packets: Packets):
        self._packets = packets

    def datagram_received(self, data: bytes, _) -> None:
        self._packets.returned(data)
