"""Packets in Geneve, as gateway load balancers carry them to appliances: headers, options, and whose flow one is. Pure.

https://aws.amazon.com/blogs/networking-and-content-delivery/integrate-your-custom-logic-or-appliance-with-aws-gateway-load-balancer/
and https://www.rfc-editor.org/rfc/rfc8926
"""

import ipaddress
import struct
from typing import NamedTuple

AWS = 0x0108  # the class of its options
ENDPOINT, ATTACHMENT, COOKIE = 1, 2, 3  # their types
ETHER = {4: 0x0800, 6: 0x86DD}  # by IP version
WITH_PORTS = (6, 17)  # protocols whose packets begin with two ports: TCP, UDP


class Flow(NamedTuple):
    """Whose packet it is; both directions of a flow are alike, the lower end first."""

    protocol: int
    ends: tuple[tuple[str, int], tuple[str, int]]

    def held_by(self, stickiness: str) -> tuple:
        """What of a flow decides on its appliance, by the target group's type of stickiness ("" for all of it)."""
        addresses = [address for address, _ in self.ends]
        return {"source_ip_dest_ip": (*addresses,), "source_ip_dest_ip_proto": (*addresses, self.protocol)}.get(
            stickiness, (self.protocol, *self.ends))


def flow(packet: bytes) -> Flow | None:
    """The flow of an IP packet; None for what is no such packet."""
    try:
        if packet[0] >> 4 == 4:
            protocol, addresses, length = packet[9], (packet[12:16], packet[16:20]), 4 * (packet[0] & 15)
        elif packet[0] >> 4 == 6:
            protocol, addresses, length = packet[6], (packet[8:24], packet[24:40]), 40
        else:
            return None
        ports = struct.unpack_from("!HH", packet, length) if protocol in WITH_PORTS else (0, 0)
        one, other = zip((str(ipaddress.ip_address(each)) for each in addresses), ports, strict=True)
    except (IndexError, ValueError, struct.error):
        return None
    return Flow(protocol, (min(one, other), max(one, other)))


def wrapped(packet: bytes, endpoint: int, attachment: int, cookie: int) -> bytes:
    """A packet as an appliance gets it: where it came in, and its flow's cookie, which it has to give back."""
    options = b"".join(struct.pack(f"!HBB{len(value)}s", AWS, kind, len(value) // 4, value) for kind, value in (
        (ENDPOINT, endpoint.to_bytes(8)), (ATTACHMENT, attachment.to_bytes(8)), (COOKIE, cookie.to_bytes(4))))
    return struct.pack("!BBHI", len(options) // 4, 0, ETHER[packet[0] >> 4], 0) + options + packet


def unwrapped(datagram: bytes) -> tuple[bytes, int] | None:
    """The packet that an appliance gives back, and its flow's cookie; None for what is none of that."""
    try:
        first, _, ether, _ = struct.unpack_from("!BBHI", datagram)
        place, end = 8, 8 + 4 * (first & 63)
        found = None
        while place < end:
            owner, kind, words = struct.unpack_from("!HBB", datagram, place)
            if (owner, kind) == (AWS, COOKIE):
                (found,) = struct.unpack_from("!I", datagram, place + 4)
            place += 4 + 4 * (words & 31)
    except struct.error:
        return None
    return (datagram[end:], found) if first >> 6 == 0 and ether in ETHER.values() and found is not None else None
