"""Packets through gateway load balancers, and QUIC's packets through network ones, over real sockets."""

import asyncio
import contextlib
import ipaddress
import select
import socket
import struct
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from emulator.engines import geneve, quic_ids, tcp_resets
from emulator.services.elbv2 import packets
from tests.services.elbv2.conftest import forward

PORT = 6081  # of every appliance


def packet(source="10.0.0.1", destination="10.0.1.1", protocol=6, ports=(40000, 443), content=b"hello", flags=16):
    addresses = ipaddress.ip_address(source).packed + ipaddress.ip_address(destination).packed
    body = struct.pack("!HHIIBBHHH", *ports, 1000, 2000, 5 << 4, flags, 0, 0, 0) + content
    return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0, 64, protocol, 0) + addresses + body


@pytest.fixture
def sockets():
    """``sockets(host, port)``: a UDP socket that is closed after the test."""
    made = []

    def make(host="127.0.0.1", port=0):
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.settimeout(5)
        try:
            one.bind((host, port))
        except OSError as error:
            one.close()
            pytest.skip(f"{host}:{port} cannot be taken: {error}")
        made.append(one)
        return one

    yield make
    for each in made:
        each.close()


@pytest.mark.usefixtures("data_plane")
def test_packets_go_through_an_appliance(elb, balancer, group, address, sockets):
    hosts = ("127.0.71.1", "127.0.71.2")
    appliances = [sockets(host, PORT) for host in hosts]
    arn = group(Protocol="GENEVE", Port=PORT, HealthCheckPort="9")
    elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": host} for host in hosts])
    made = elb.create_listener(LoadBalancerArn=balancer(Type="gateway", Subnets=["subnet-0a"]),
                               DefaultActions=forward((arn, 1)))["Listeners"][0]["ListenerArn"]
    host, _, port = address(made).partition(":")
    sender = sockets()
    used = set()
    for number in range(8):
        there, back = packet(ports=(40000 + number, 443)), packet("10.0.1.1", "10.0.0.1", ports=(443, 40000 + number))
        seen = []
        for sent in (there, back):  # both directions of a flow see the same appliance
            sender.sendto(sent, (host, int(port)))
            (appliance,), _, _ = select.select(appliances, [], [], 5)
            seen.append(appliance.getsockname()[0])
            got, peer = appliance.recvfrom(2000)
            assert len(got) == len(sent) + 40 and got[:4] == b"\x08\x00\x08\x00"
            appliance.sendto(got.replace(b"hello", b"HELLO"), peer)
            assert sender.recvfrom(2000)[0] == sent.replace(b"hello", b"HELLO")
        assert len(set(seen)) == 1
        used |= set(seen)
    assert used == set(hosts)


@pytest.mark.usefixtures("data_plane")
def test_senders_are_told_of_flows_that_end(elb, balancer, group, address, sockets):
    appliance, sender = sockets("127.0.71.3", PORT), sockets()
    arn = group(Protocol="GENEVE", Port=PORT, HealthCheckPort="9")
    elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": "127.0.71.3"}])
    elb.modify_target_group_attributes(TargetGroupArn=arn, Attributes=[
        {"Key": "send_tcp_reset.on_deregistration.enabled", "Value": "true"},
        {"Key": "deregistration_delay.timeout_seconds", "Value": "0"}])
    made = elb.create_listener(LoadBalancerArn=balancer(Type="gateway", Subnets=["subnet-0a"]),
                               DefaultActions=forward((arn, 1)))["Listeners"][0]["ListenerArn"]
    elb.modify_listener_attributes(ListenerArn=made, Attributes=[
        {"Key": "send_tcp_reset.on_idle_timeout.enabled", "Value": "true"}])
    host, _, port = address(made).partition(":")

    def answer(sent):
        sender.sendto(sent, (host, int(port)))
        return sender.recvfrom(2000)[0]

    midway = answer(packet(flags=16))  # of a flow that nobody knows
    assert midway[20:36] == struct.pack("!HHIIBBH", 443, 40000, 2000, 0, 5 << 4, tcp_resets.RST, 0)
    sender.sendto(packet(flags=tcp_resets.SYN), (host, int(port)))
    assert appliance.recvfrom(2000)[0].endswith(b"hello")
    elb.deregister_targets(TargetGroupArn=arn, Targets=[{"Id": "127.0.71.3"}])
    ended = sender.recvfrom(2000)[0]
    assert ended[12:20] == bytes((10, 0, 1, 1, 10, 0, 0, 1)) and ended[33] == tcp_resets.RST | tcp_resets.ACK
    assert struct.unpack_from("!I", ended, 28) == (1000 + 1 + len(b"hello"),)


def test_resets_have_checksums():
    for source, destination in (("10.0.0.1", "10.0.1.1"), ("fd00::1", "fd00::2")):
        one, other = (ipaddress.ip_address(each).packed for each in (source, destination))
        segment = packet()[20:]
        head = packet()[:20] if len(one) == 4 else struct.pack("!IHBB", 6 << 28, len(segment), 6, 64) + one + other
        made = tcp_resets.reset(head + segment)
        body = made[len(head):]
        assert tcp_resets.checksum(other + one + struct.pack("!HH", 6, len(body)) + body) == 0
        assert len(one) == 16 or tcp_resets.checksum(made[:20]) == 0
    assert tcp_resets.reset(packet(protocol=17)) is None and tcp_resets.begins(packet(protocol=17))


def test_what_is_no_packet():
    assert geneve.flow(b"") is geneve.flow(b"\x45") is geneve.flow(b"\x15" * 60) is None
    assert geneve.unwrapped(b"\x08") is geneve.unwrapped(bytes(8)) is None
    assert geneve.unwrapped(geneve.wrapped(packet(), 1, 2, 3)) == (packet(), 3)


@pytest.mark.parametrize("stickiness, alike", [("", False), ("source_ip_dest_ip_proto", False),
                                               ("source_ip_dest_ip", True)])
def test_what_of_a_flow_is_held(stickiness, alike):
    one, other = geneve.flow(packet()), geneve.flow(packet(protocol=17))
    assert (one.held_by(stickiness) == other.held_by(stickiness)) is alike
    six = b"\x60" + bytes(3) + b"\x00\x08\x3a\x40" + ipaddress.ip_address("fd00::1").packed * 2 + bytes(8)
    assert geneve.flow(six).ends == (("fd00::1", 0), ("fd00::1", 0))


@pytest.mark.usefixtures("data_plane")
def test_quic_finds_its_server_by_the_connection_id(elb, balancer, group, listener, address, free, sockets):
    servers = {f"0x{place:016x}": sockets() for place in (1, 2, 3)}
    arn = group(Protocol="QUIC", HealthCheckPort="9")
    elb.register_targets(TargetGroupArn=arn, Targets=[
        {"Id": "127.0.0.1", "Port": each.getsockname()[1], "QuicServerId": id} for id, each in servers.items()])
    host, _, port = address(listener(forward((arn, 1)), LoadBalancerArn=balancer(Type="network"), Protocol="QUIC",
                                     Port=free)).partition(":")
    for id, server in servers.items():
        for _ in range(3):  # a client that moves to another address stays with its server
            client = sockets()
            client.sendto(b"\x40\x11" + bytes.fromhex(id[2:]) + b"nonce, and what is sealed", (host, int(port)))
            data, back = server.recvfrom(100)
            server.sendto(b"answer", back)
            assert data.endswith(b"sealed") and client.recvfrom(100)[0] == b"answer"
    told = elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    assert {each["Target"]["QuicServerId"] for each in told} == set(servers)


def test_ids_of_quic_servers():
    assert quic_ids.server_id(b"\xc0\0\0\0\1\x09" + bytes(range(9)) + b"\0") == "0x0102030405060708"
    assert quic_ids.server_id(b"\xc0\0\0\0\1\x08" + bytes(range(9))) is quic_ids.server_id(b"\x40abc") is None


def test_targets_of_quic_have_server_ids(elb, group, refused):
    told = refused(elb.register_targets, TargetGroupArn=group(Protocol="QUIC"), Targets=[{"Id": "10.0.0.4"}])
    assert told[:2] == (400, "ValidationError")


def test_a_flow_that_ended_leaves_nothing():
    async def hold():
        plane = SimpleNamespace(flow=lambda target, end: contextlib.nullcontext())
        to = packets.Path(("arn", "127.0.71.4", PORT), 60.0, False)
        made = packets.Packets(plane, "arn", lambda flow, held: to)
        made._front = made._back = Mock()
        made.datagram_received(packet(), ("127.0.0.1", 1))
        assert made._flows and made._cookies
        made.close()
        return made._flows, made._cookies

    assert asyncio.run(hold()) == ({}, {})
