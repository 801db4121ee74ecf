"""Connections and datagrams through network load balancers."""

import contextlib
import json
import shutil
import socket
import threading

import pytest

from tests.services.elbv2.conftest import curl, forward, until

pytestmark = [pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
              pytest.mark.usefixtures("data_plane")]


def test_tcp_flows(elb, balancer, listener, to, serve, address, free):
    port = serve()
    arn = listener(forward((to(port, Protocol="TCP"), 1)), LoadBalancerArn=balancer(Type="network"), Protocol="TCP",
                   Port=free)
    assert json.loads(curl(f"http://{address(arn)}/x")[2])["server"] == port


def test_tls_ends_at_the_load_balancer(balancer, listener, to, serve, address, server_certificate, free):
    port = serve()
    arn = listener(forward((to(port, Protocol="TCP"), 1)), LoadBalancerArn=balancer(Type="network"), Protocol="TLS",
                   Port=free, Certificates=[{"CertificateArn": server_certificate("a.example.com")}])
    assert json.loads(curl(f"https://{address(arn)}/x", "-k")[2])["server"] == port


def test_a_target_that_ends_a_connection_ends_it_for_the_client(balancer, listener, to, address, server_certificate,
                                                                free):  # fmt: skip
    with socket.create_server(("127.0.0.1", 0)) as target:
        def serve():
            for _ in range(2):  # health checks connect, too
                with target.accept()[0] as connection:
                    if connection.recv(1000):
                        connection.sendall(b"HTTP/1.0 200 OK\r\n\r\nuntil the end")
                        return

        threading.Thread(target=serve, daemon=True).start()
        arn = listener(forward((to(target.getsockname()[1], Protocol="TCP"), 1)), Protocol="TLS", Port=free,
                       LoadBalancerArn=balancer(Type="network"),
                       Certificates=[{"CertificateArn": server_certificate("a.example.com")}])
        assert curl(f"https://{address(arn)}/", "-k")[2] == "until the end"


def test_a_target_is_told_of_the_client(elb, balancer, listener, to, address, free):
    with socket.create_server(("127.0.0.1", 0)) as target:
        target.settimeout(5)
        group = to(target.getsockname()[1], Protocol="TCP")
        elb.modify_target_group_attributes(TargetGroupArn=group, Attributes=[
            {"Key": "proxy_protocol_v2.enabled", "Value": "true"}])
        arn = listener(forward((group, 1)), LoadBalancerArn=balancer(Type="network"), Protocol="TCP", Port=free)
        host, _, port = address(arn).partition(":")
        with socket.create_connection((host, int(port))) as client:
            client.sendall(b"hello")
            while True:  # health checks connect, too, and say nothing
                seen, _ = target.accept()
                with seen:
                    seen.settimeout(5)
                    got = seen.recv(28)
                    if got:
                        assert got[:12] == b"\r\n\r\n\0\r\nQUIT\n" and got[16:20] == bytes((127, 0, 0, 1))
                        assert int.from_bytes(got[24:26]) == client.getsockname()[1]
                        assert seen.recv(5) == b"hello"
                        return


def test_datagrams(elb, balancer, listener, to, address, free):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as target, socket.socket(
            socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for each in (target, asking):
            each.bind(("127.0.0.1", 0))
            each.settimeout(5)
        group = to(target.getsockname()[1], Protocol="UDP", HealthCheckPort="9")
        arn = listener(forward((group, 1)), LoadBalancerArn=balancer(Type="network"), Protocol="UDP", Port=free)
        host, _, port = address(arn).partition(":")
        asking.sendto(b"ping", (host, int(port)))
        data, back = target.recvfrom(100)
        target.sendto(data + b" pong", back)
        assert asking.recvfrom(100)[0] == b"ping pong"


def test_tcp_and_udp_on_one_port(balancer, listener, to, serve, address, free):
    port = serve()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as target:
        target.bind(("127.0.0.1", port))
        target.settimeout(5)
        arn = listener(forward((to(port, Protocol="TCP_UDP"), 1)), LoadBalancerArn=balancer(Type="network"),
                       Protocol="TCP_UDP", Port=free)
        where = address(arn)
        assert f'"server": {port}' in curl(f"http://{where}/")[2]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.sendto(b"ping", ("127.0.0.1", int(where.rpartition(":")[2])))
            assert target.recvfrom(100)[0] == b"ping"


@pytest.fixture
def echo():
    """The port of a server that tells each connection where it comes from, and repeats what it gets."""
    server = socket.create_server(("127.0.0.1", 0))

    def talk(connection, peer):
        with connection, contextlib.suppress(OSError):  # health checks only knock
            connection.sendall(peer[0].encode().ljust(20))
            while data := connection.recv(1000):
                connection.sendall(data)

    def accept():
        while True:
            try:
                accepted = server.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=accepted, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield server.getsockname()[1]
    server.close()


@pytest.mark.parametrize("kept, seen", [("true", "127.0.0.7"), ("false", "127.0.0.1")])
def test_the_clients_address(elb, balancer, listener, to, echo, address, free, kept, seen):
    group = to(echo, Protocol="TCP")
    elb.modify_target_group_attributes(TargetGroupArn=group, Attributes=[
        {"Key": "preserve_client_ip.enabled", "Value": kept}])
    arn = listener(forward((group, 1)), LoadBalancerArn=balancer(Type="network"), Protocol="TCP", Port=free)
    port = int(address(arn).rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5, source_address=("127.0.0.7", 0)) as client:
        assert client.recv(20).decode().strip() == seen


def test_flows_to_a_target_that_is_gone_end(elb, emulator, balancer, listener, to, echo, address, free):
    group = to(echo, Protocol="TCP")
    elb.modify_target_group_attributes(TargetGroupArn=group, Attributes=[
        {"Key": "deregistration_delay.connection_termination.enabled", "Value": "true"},
        {"Key": "deregistration_delay.timeout_seconds", "Value": "60"}])
    arn = listener(forward((group, 1)), LoadBalancerArn=balancer(Type="network"), Protocol="TCP", Port=free)
    with socket.create_connection(("127.0.0.1", int(address(arn).rpartition(":")[2])), timeout=5) as client:
        client.recv(20)
        elb.deregister_targets(TargetGroupArn=group, Targets=[{"Id": "127.0.0.1", "Port": echo}])
        client.sendall(b"still there")
        assert client.recv(20) == b"still there"
        emulator.advance(61)
        assert client.recv(20) == b""


def test_an_unhealthy_target_drains(elb, emulator, balancer, listener, to, echo, free):
    group = to(echo, Protocol="TCP", HealthCheckIntervalSeconds=10)
    listener(forward((group, 1)), LoadBalancerArn=balancer(Type="network"), Protocol="TCP", Port=free)
    elb.modify_target_group_attributes(TargetGroupArn=group, Attributes=[
        {"Key": "target_health_state.unhealthy.connection_termination.enabled", "Value": "false"},
        {"Key": "target_health_state.unhealthy.draining_interval_seconds", "Value": "300"}])

    def becomes(state, seconds):
        found = elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        return found[0]["TargetHealth"]["State"] == state or emulator.advance(seconds)

    until(lambda: becomes("healthy", 11))
    elb.modify_target_group(TargetGroupArn=group, HealthCheckPort="9")
    until(lambda: becomes("unhealthy.draining", 11))
    until(lambda: becomes("unhealthy", 301))


def test_a_load_balancer_behind_another(elb, balancer, listener, group, ok, address, free):
    inner = balancer()
    address(listener(ok, LoadBalancerArn=inner, Port=80))
    behind = group(Protocol="TCP", Port=80, TargetType="alb")
    elb.register_targets(TargetGroupArn=behind, Targets=[{"Id": inner, "Port": 80}])
    arn = listener(forward((behind, 1)), LoadBalancerArn=balancer(Type="network"), Protocol="TCP", Port=free)
    assert curl(f"http://{address(arn)}/")[2] == "ok"
