"""Connections at listeners: how long they last, where they go, and what logs tell of them."""

import contextlib
import shutil
import socket
import threading
import time

import pytest

from tests.services.elbv2.conftest import curl, forward, until

pytestmark = [pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
              pytest.mark.usefixtures("data_plane")]


def test_health_check_logs(elb, emulator, balancer, listener, to, serve, free, logged):
    lb = balancer()
    checks, port = logged(lb, "health_check_logs"), serve()
    group = to()
    listener(forward((group, 1)), LoadBalancerArn=lb, Port=free)
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "127.0.0.1", "Port": port}])

    def becomes(state):
        found = elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        return emulator.advance(31) or found[0]["TargetHealth"]["State"] == state

    until(lambda: becomes("healthy"))
    serve.last.status = 503
    until(lambda: becomes("unhealthy"))
    key, entries = checks()
    assert "/health_check_log_000000000000_elasticloadbalancing_us-east-1_app.lb0." in key
    name = group.split("/")[1]
    results = {(each[0], each[3], each[4], *each[5:8]) for each in entries}
    assert results == {("http", f"127.0.0.1:{port}", name, "PASS", "200", "-"),
                       ("http", f"127.0.0.1:{port}", name, "FAIL", "503", "TargetError")}
    assert all(0 < float(each[2]) < 5 for each in entries)


def test_a_new_target_starts_slowly(elb, emulator, listener, to, serve, address, free):
    emulator.freeze(1_800_000_000)
    old, new = serve(), serve()
    arn = to(old)
    elb.modify_target_group_attributes(TargetGroupArn=arn, Attributes=[
        {"Key": "slow_start.duration_seconds", "Value": "900"}])
    url = f"http://{address(listener(forward((arn, 1)), Port=free))}/"

    def healthy(count):
        found = elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        return [each["TargetHealth"]["State"] for each in found].count("healthy") == count

    until(lambda: healthy(1))
    emulator.advance(1000)
    elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": "127.0.0.1", "Port": new}])
    until(lambda: healthy(2))

    def share():
        return sum(f'"server": {new}' in curl(url)[2] for _ in range(20))

    assert share() == 0
    emulator.advance(901)
    until(lambda: healthy(2))
    assert share() == 10


def test_connections_that_idle_are_closed(elb, balancer, listener, ok, address, free):
    lb = balancer()
    elb.modify_load_balancer_attributes(LoadBalancerArn=lb, Attributes=[
        {"Key": "idle_timeout.timeout_seconds", "Value": "1"}])
    host, _, port = address(listener(ok, LoadBalancerArn=lb, Port=free)).partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        began = time.monotonic()
        while connection.recv(1000):
            pass
        assert 0.9 < time.monotonic() - began < 4


def test_a_host_header_is_kept_where_that_is_asked_for(elb, balancer, listener, to, serve, address, free):
    lb = balancer()
    url = f"http://{address(listener(forward((to(serve()), 1)), LoadBalancerArn=lb, Port=free))}/"
    assert f'"host": "a.example.com:{free}"' in curl(url, "-H", "Host: a.example.com")[2]
    elb.modify_load_balancer_attributes(LoadBalancerArn=lb, Attributes=[
        {"Key": "routing.http.preserve_host_header.enabled", "Value": "true"}])
    assert '"host": "a.example.com"' in curl(url, "-H", "Host: a.example.com")[2]


@pytest.mark.parametrize("mode, statuses, open_after", [
    ("monitor", [200, 200, 200], [True, True, True]), ("defensive", [200, 200, 200], [True, True, False]),
    ("strictest", [200, 400, 400], [True, False, False])])
def test_requests_that_servers_may_read_differently(elb, balancer, listener, ok, address, free, mode, statuses,
                                                    open_after):  # fmt: skip
    lb = balancer()
    elb.modify_load_balancer_attributes(LoadBalancerArn=lb, Attributes=[
        {"Key": "routing.http.desync_mitigation_mode", "Value": mode}])
    host, _, port = address(listener(ok, LoadBalancerArn=lb, Port=free)).partition(":")
    for more, status, stays in zip((b"", b"X: \xff\r\n", b"Content-Length: 2\r\n"), statuses, open_after, strict=True):
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n" + more + b"\r\n" + b"12"[:2 * (b"Length" in more)])
            head = connection.recv(1000)
            assert int(head.split()[1]) == status and (b"Connection: keep-alive" in head) is stays


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


def test_access_logs_of_tls_listeners(elb, balancer, listener, to, serve, address, server_certificate, free, logged):
    lb = balancer(Type="network")
    accesses, certificate = logged(lb, "access_logs"), server_certificate("a.example.com")
    arn = listener(forward((to(serve(), Protocol="TCP"), 1)), LoadBalancerArn=lb, Protocol="TLS", Port=free,
                   Certificates=[{"CertificateArn": certificate}], AlpnPolicy=["HTTP1Only"])
    where = address(arn)
    port = where.rpartition(":")[2]
    status, _, body = curl(f"https://a.example.com:{port}/x", "-k", "--resolve", f"a.example.com:{port}:127.0.0.1")
    assert status == 200
    time.sleep(0.1)  # the connection ends
    (entry,) = accesses()[1]
    assert entry[:2] == ["tls", "2.0"] and entry[3].startswith("net/lb0/") and entry[4] == arn.rpartition("/")[2]
    assert int(entry[9]) > 50 and int(entry[10]) > len(body) and entry[12] == certificate
    assert entry[15:17] == ["tlsv12", "-"] and entry[17:21] == ["a.example.com", "http/1.1", "-", "h2,http/1.1"]
