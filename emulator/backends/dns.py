"""A DNS server on UDP and TCP: messages in and out; what they say is the caller's.

RFC 1035, EDNS (RFC 6891), client subnets (RFC 7871), the DO bit (RFC 3225).
"""

import asyncio
import logging
import struct
from collections.abc import Callable
from typing import NamedTuple

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdatatype

from emulator.engines import dns_wire
from emulator.engines.dns_resolution import Answer, Data

logger = logging.getLogger("emulator.dns")

PLAIN = 512  # bytes of an answer over UDP to who names no size
LARGEST = 4096  # bytes of an answer over UDP at most, as Route 53 has it
TRIES = 5  # for a port that is free in TCP and UDP
IDLE = 30.0  # seconds that a TCP connection may be silent


class Question(NamedTuple):
    """``client`` is the address that routing goes by: the subnet that the resolver tells, else the resolver's own."""

    name: str
    type: str
    client: str
    resolver: str
    protocol: str
    dnssec: bool


class DnsServer:
    """``answer(question)`` gives an Answer, or None for a name that is nobody's."""

    def __init__(self, answer: Callable[[Question], Answer | None]):
        self._answer = answer
        self._udp: asyncio.DatagramTransport | None = None
        self._tcp: asyncio.Server | None = None
        self.port = 0

    async def start(self, host: str, port: int) -> "DnsServer":
        """Listen; port 0 takes a free one. Raises OSError when a port is taken."""
        loop = asyncio.get_running_loop()
        for last in (False,) * TRIES + (True,):
            self._tcp = await asyncio.start_server(self._stream, host, port)
            self.port = self._tcp.sockets[0].getsockname()[1]
            try:
                address = host, self.port
                self._udp, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self), local_addr=address)
                break
            except OSError:  # a free port of TCP may be taken in UDP
                self._tcp.close()
                if port or last:
                    raise
        return self

    def close(self) -> None:
        if self._udp is not None:
            self._udp.close()
        if self._tcp is not None:
            self._tcp.close()

    def respond(self, wire: bytes, address: str, protocol: str) -> bytes | None:
        """The answer to a message; None for what deserves none."""
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return _unreadable(wire)
        if query.flags & dns.flags.QR:
            return None
        reply = dns.message.make_response(query)
        if query.opcode() != dns.opcode.QUERY or len(query.question) != 1:
            reply.set_rcode(dns.rcode.NOTIMP if query.opcode() != dns.opcode.QUERY else dns.rcode.FORMERR)
            return reply.to_wire()
        try:
            found = self._answer(_question(query, address, protocol))
            _fill(reply, found)
            size = 65535 if protocol == "TCP" else min(query.payload, LARGEST) if query.edns >= 0 else PLAIN
            return _fitted(reply, size)
        except Exception:
            logger.exception("a question could not be answered")
            reply = dns.message.make_response(query)
            reply.set_rcode(dns.rcode.SERVFAIL)
            return reply.to_wire()

    async def _stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = writer.get_extra_info("peername")[0]
        try:
            while True:
                length = struct.unpack("!H", await asyncio.wait_for(reader.readexactly(2), IDLE))[0]
                answer = self.respond(await asyncio.wait_for(reader.readexactly(length), IDLE), address, "TCP")
                if answer is not None:
                    writer.write(struct.pack("!H", len(answer)) + answer)
                    await writer.drain()
        except (asyncio.IncompleteReadError, TimeoutError, ConnectionError):
            pass
        finally:
            writer.close()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: DnsServer):
        self._server = server

    def connection_made(self, transport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, address) -> None:
        answer = self._server.respond(data, address[0], "UDP")
        if answer is not None:
            self._transport.sendto(answer, address)


def _question(query: dns.message.Message, address: str, protocol: str) -> Question:
    asked = query.question[0]
    subnet = next((each.address for each in query.options if isinstance(each, dns.edns.ECSOption)), address)
    return Question(
        dns_wire.text(asked.name), dns.rdatatype.to_text(asked.rdtype), subnet, address, protocol,
        bool(query.ednsflags & dns.flags.DO),
    )  # fmt: skip


def _fill(reply: dns.message.Message, found: Answer | None) -> None:
    if found is None:
        reply.set_rcode(dns.rcode.REFUSED)
        return
    reply.set_rcode(dns.rcode.from_text(found.code))
    if found.authoritative:
        reply.flags |= dns.flags.AA
    reply.answer = _rrsets(found.answers)
    reply.authority = _rrsets(found.authority)
    reply.additional = _rrsets(found.additional)


def _rrsets(data: tuple[Data, ...]) -> list:
    return [dns_wire.rrset(each) for each in data]


def _fitted(reply: dns.message.Message, size: int) -> bytes:
    """The message, without what can be missed where it is too long; else the news that it is, so that the client asks
    again over TCP.
    """
    for left in ((), ("additional",), ("additional", "authority") if reply.answer else ()):
        for section in left:
            setattr(reply, section, [])
        try:
            return reply.to_wire(max_size=size)
        except dns.exception.TooBig:
            continue
    reply.answer, reply.authority, reply.additional = [], [], []
    reply.flags |= dns.flags.TC
    return reply.to_wire()


def _unreadable(wire: bytes) -> bytes | None:
    """FORMERR for a message whose header can be read."""
    if len(wire) < 12 or wire[2] & 0x80:
        return None
    return wire[:2] + struct.pack("!HHHHH", 0x8001, 0, 0, 0, 0)
