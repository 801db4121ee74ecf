"""TCP segments in IP packets, as far as a load balancer that ends their connections looks at them. Pure.

https://www.rfc-editor.org/rfc/rfc9293#section-3.10.7.1
"""

import ipaddress
import struct

TCP = 6
SYN, RST, ACK = 2, 4, 16


def _split(packet: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Source, destination and segment of an IP packet; None for what carries no whole TCP header."""
    if packet[0] >> 4 == 4:
        length = 4 * (packet[0] & 15)
        found = packet[12:16], packet[16:20], packet[length:] if packet[9] == TCP else b""
    else:
        found = packet[8:24], packet[24:40], packet[40:] if packet[6] == TCP else b""
    return found if len(found[2]) >= 20 else None


def begins(packet: bytes) -> bool:
    """Whether a packet may be the first of its flow: all but a TCP segment without SYN."""
    parts = _split(packet)
    return parts is None or bool(parts[2][13] & SYN)


def reset(packet: bytes) -> bytes | None:
    """The packet that ends a connection for the sender of this one; None where it is no TCP."""
    parts = _split(packet)
    if parts is None:
        return None
    source, destination, segment = parts
    ports, number, acknowledged = segment[2:4] + segment[:2], *struct.unpack_from("!II", segment, 4)
    if segment[13] & ACK:
        begun = struct.pack("!IIBB", acknowledged, 0, 5 << 4, RST)
    else:
        taken = len(segment) - 4 * (segment[12] >> 4) + bool(segment[13] & SYN)
        begun = struct.pack("!IIBB", 0, (number + taken) % 2**32, 5 << 4, RST | ACK)
    plain = ports + begun + bytes(6)  # without window, checksum and urgent pointer
    pseudo = destination + source + struct.pack("!HH", TCP, len(plain))
    told = plain[:16] + struct.pack("!H", checksum(pseudo + plain)) + plain[18:]
    return _header(ipaddress.ip_address(destination), ipaddress.ip_address(source), len(told)) + told


def _header(source, destination, length: int) -> bytes:
    addresses = source.packed + destination.packed
    if source.version == 6:
        return struct.pack("!IHBB", 6 << 28, length, TCP, 64) + addresses
    begun = struct.pack("!BBHHHBB", 0x45, 0, 20 + length, 0, 0, 64, TCP)
    return begun + struct.pack("!H", checksum(begun + bytes(2) + addresses)) + addresses


def checksum(content: bytes) -> int:
    """https://www.rfc-editor.org/rfc/rfc1071"""
    total = sum(struct.unpack(f"!{len(content) // 2}H", content))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return 0xFFFF - total
