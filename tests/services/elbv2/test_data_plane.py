"""Listeners on real ports, asked by curl: rules, actions, targets, stickiness, TLS, health."""

import json
import shutil
import socket
import subprocess
import threading
import time

import pytest
import websockets.sync.client
import websockets.sync.server

from tests.services.elbv2.conftest import curl, forward, say, until

pytestmark = [pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
              pytest.mark.usefixtures("data_plane")]


def test_a_request_reaches_its_target(listener, to, serve, address, free):
    port = serve()
    where = address(listener(forward((to(port), 1)), Port=free))
    assert where == f"127.0.0.1:{free}"
    status, headers, body = curl(f"http://{where}/a/b?c=%20d", "-H", "Host: shop.example.com", "-d", "hello")
    told = json.loads(body)
    assert status == 200 and (told["method"], told["path"], told["body"]) == ("POST", "/a/b?c=%20d", "hello")
    assert told["headers"]["host"] == f"shop.example.com:{free}"
    assert told["headers"]["x-forwarded-for"] == "127.0.0.1"
    assert (told["headers"]["x-forwarded-proto"], told["headers"]["x-forwarded-port"]) == ("http", str(free))
    assert told["headers"]["x-amzn-trace-id"].startswith("Root=1-")
    assert "connection" in headers


def test_every_condition(elb, listener, address, free):
    arn = listener(say("default"), Port=free)
    conditions = {
        "host": {"Field": "host-header", "HostHeaderConfig": {"Values": ["*.Example.com"]}},
        "path": {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/img/*.p?g"]}},
        "header": {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Kind", "Values": ["b*"]}},
        "method": {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["DELETE"]}},
        "query": {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "v", "Value": "2*"}]}},
        "source": {"Field": "source-ip", "SourceIpConfig": {"Values": ["127.0.0.0/8"]}},
    }
    for place, (name, condition) in enumerate(conditions.items(), 1):
        elb.create_rule(ListenerArn=arn, Priority=place, Conditions=[condition], Actions=say(name))
    url = f"http://{address(arn)}"
    assert curl(url, "-H", "Host: a.example.com")[2] == "host"
    assert curl(f"{url}/img/a.png")[2] == "path"
    assert curl(url, "-H", "X-Kind: Bee")[2] == "header"
    assert curl(url, "-X", "DELETE")[2] == "method"
    assert curl(f"{url}/?v=21")[2] == "query"
    assert curl(url)[2] == "source"
    elb.delete_rule(RuleArn=elb.describe_rules(ListenerArn=arn)["Rules"][5]["RuleArn"])
    assert curl(f"{url}/img/a.jpeg")[2] == "default"


def test_redirects_and_fixed_answers(elb, listener, address, free):
    arn = listener(say("plain"), Port=free)
    redirect = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "Path": "/new/#{path}",
                                                       "StatusCode": "HTTP_302"}}
    elb.create_rule(ListenerArn=arn, Priority=1, Conditions=[{"Field": "path-pattern", "Values": ["/old/*"]}],
                    Actions=[redirect])
    url = f"http://{address(arn)}"
    status, headers, _ = curl(f"{url}/old/a?b=1", "-H", "Host: shop.example.com")
    assert (status, headers["location"]) == (302, "https://shop.example.com:443/new/old/a?b=1")
    status, headers, body = curl(url)
    assert (status, body, headers["server"]) == (200, "plain", "awselb/2.0")
    assert headers["content-type"] == "text/plain; charset=utf-8"


def test_transforms_rewrite(elb, listener, to, serve, address, free):
    arn = listener(say("default"), Port=free)
    elb.create_rule(ListenerArn=arn, Priority=1, Actions=forward((to(serve()), 1)),
                    Conditions=[{"Field": "path-pattern", "Values": ["/v1/*"]}], Transforms=[
        {"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [{"Regex": "^/v1/(.*)$", "Replace": "/$1"}]}},
        {"Type": "host-header-rewrite",
         "HostHeaderRewriteConfig": {"Rewrites": [{"Regex": "^.*$", "Replace": "inside.example.com"}]}}])
    told = json.loads(curl(f"http://{address(arn)}/v1/things?x=1")[2])
    assert (told["path"], told["headers"]["host"]) == ("/things?x=1", "inside.example.com")


def test_targets_take_turns_and_cookies_hold_on(elb, listener, to, serve, address, free, tmp_path):
    ports = [serve(), serve()]
    arn = to(*ports)
    url = f"http://{address(listener(forward((arn, 1)), Port=free))}/"
    assert {json.loads(curl(url)[2])["server"] for _ in range(4)} == set(ports)
    elb.modify_target_group_attributes(TargetGroupArn=arn, Attributes=[{"Key": "stickiness.enabled", "Value": "true"}])
    jar = str(tmp_path / "jar")
    seen = [json.loads(curl(url, "-c", jar, "-b", jar)[2])["server"] for _ in range(4)]
    assert len(set(seen)) == 1
    assert "AWSALB=" in curl(url)[1]["set-cookie"] and "AWSALBCORS=" in curl(url)[1]["set-cookie"]


def test_an_applications_cookie_holds_on(elb, listener, to, serve, address, free, tmp_path):
    arn = to(serve(), serve())
    elb.modify_target_group_attributes(TargetGroupArn=arn, Attributes=[
        {"Key": "stickiness.enabled", "Value": "true"}, {"Key": "stickiness.type", "Value": "app_cookie"},
        {"Key": "stickiness.app_cookie.cookie_name", "Value": "session"}])
    url, jar = f"http://{address(listener(forward((arn, 1)), Port=free))}", str(tmp_path / "jar")
    first = json.loads(curl(f"{url}/app", "-c", jar, "-b", jar)[2])["server"]
    assert [json.loads(curl(url, "-b", jar)[2])["server"] for _ in range(3)] == [first] * 3
    assert "set-cookie" not in curl(url)[1]


def test_what_is_no_request(listener, address, free):
    host, _, port = address(listener(say("in"), Port=free)).partition(":")

    def answer(sent):
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.sendall(sent)
            return connection.recv(100).split(b"\r\n")[0]

    assert answer(b"nonsense\r\n\r\n") == b"HTTP/1.1 400 Bad Request"
    assert answer(b"GET / HTTP/1.1\r\n\r\n") == b"HTTP/1.1 400 Bad Request"
    assert answer(b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 70000 + b"\r\n\r\n").startswith(b"HTTP/1.1 413")
    assert answer(b"GET / HTTP/1.0\r\n\r\n") == b"HTTP/1.1 200 OK"


def test_headers_with_odd_names(elb, balancer, listener, to, serve, address, free):
    lb = balancer()
    url = f"http://{address(listener(forward((to(serve()), 1)), LoadBalancerArn=lb, Port=free))}"

    def seen():
        return "odd_name" in json.loads(curl(url, "-H", "Odd_Name: 1")[2])["headers"]

    assert seen()
    elb.modify_load_balancer_attributes(LoadBalancerArn=lb, Attributes=[
        {"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "true"}])
    assert not seen()


def test_weights_and_sticky_groups(listener, to, serve, address, free, tmp_path):
    one, none = serve(), serve()
    url = f"http://{address(listener(forward((to(one), 1), (to(none), 0)), Port=free))}"
    assert {json.loads(curl(url)[2])["server"] for _ in range(4)} == {one}
    sticky = forward((to(serve()), 1), (to(serve()), 1), TargetGroupStickinessConfig={
        "Enabled": True, "DurationSeconds": 60})
    url, jar = f"http://{address(listener(sticky, Port=80))}", str(tmp_path / "jar")
    assert len({json.loads(curl(url, "-c", jar, "-b", jar)[2])["server"] for _ in range(6)}) == 1


def test_websockets_pass_through(listener, to, address, free):
    def echo(connection):
        for message in connection:
            connection.send(f"{connection.request.path} {message}")

    with websockets.sync.server.serve(echo, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        arn = listener(forward((to(server.socket.getsockname()[1]), 1)), Port=free)
        with websockets.sync.client.connect(f"ws://{address(arn)}/chat") as socket_:
            for word in ("one", "two"):
                socket_.send(word)
                assert socket_.recv(timeout=5) == f"/chat {word}"
        server.shutdown()


def test_large_bodies_go_both_ways(listener, to, serve, address, free, tmp_path):
    sent = tmp_path / "sent"
    sent.write_text("0123456789" * 300_000)
    told = json.loads(curl(f"http://{address(listener(forward((to(serve()), 1)), Port=free))}/x",
                           "--data-binary", f"@{sent}", "-H", "Expect: 100-continue")[2].rpartition("\r\n\r\n")[2])
    assert told["body"] == sent.read_text()


def test_what_no_target_answers(elb, listener, to, group, address, free):
    empty = listener(forward((group(), 1)), Port=free)
    status, headers, body = curl(f"http://{address(empty)}")
    assert (status, headers["server"]) == (503, "awselb/2.0") and "503 Service Temporarily Unavailable" in body
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        refusing = listener(forward((to(closed.getsockname()[1]), 1)), Port=81)
        assert curl(f"http://{address(refusing)}")[0] == 502


def health(elb, arn):
    return elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"][0]["TargetHealth"]


def test_health_is_really_asked_for(elb, emulator, listener, to, serve, free):
    arn = to(serve())
    listener(forward((arn, 1)), Port=free)
    until(lambda: health(elb, arn)["State"] == "healthy")
    serve.last.status = 500
    until(lambda: emulator.advance(31) or health(elb, arn) == {
        "State": "unhealthy", "Reason": "Target.ResponseCodeMismatch",
        "Description": "Health checks failed with these codes: [500]"})


def test_traffic_goes_to_healthy_targets_while_there_are_enough(elb, emulator, listener, to, serve, address, free):
    well = serve()
    ill = serve()
    serve.last.status = 500
    arn = to(well, ill)
    url = f"http://{address(listener(forward((arn, 1)), Port=free))}"

    def states():
        found = elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        return {each["Target"]["Port"]: each["TargetHealth"]["State"] for each in found}

    until(lambda: emulator.advance(31) or states() == {well: "healthy", ill: "unhealthy"})
    assert {json.loads(curl(url)[2])["server"] for _ in range(4)} == {well}
    elb.modify_target_group_attributes(TargetGroupArn=arn, Attributes=[
        {"Key": "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "Value": "2"}])
    assert {json.loads(curl(url)[2])["server"] for _ in range(4)} == {well, ill}


def test_names_of_load_balancers_at_the_gateway(elb, endpoint, balancer, listener, to, serve):
    lb, port = balancer(), serve()
    listener(forward((to(port), 1)), LoadBalancerArn=lb, Port=8080)
    listener(say("lowest"), LoadBalancerArn=lb, Port=80)
    name = elb.describe_load_balancers(LoadBalancerArns=[lb])["LoadBalancers"][0]["DNSName"]
    local = name.replace(".amazonaws.com", ".localhost")
    for host in (name, local, f"{local}:4566"):
        assert curl(f"{endpoint}/a", "-H", f"Host: {host}")[2] == "lowest"
    elb.modify_listener(ListenerArn=elb.describe_listeners(LoadBalancerArn=lb)["Listeners"][1]["ListenerArn"],
                        DefaultActions=forward((to(port), 1)))
    told = json.loads(curl(f"{endpoint}/a?b=1", "-H", f"Host: {name}", "-d", "x")[2])
    assert (told["server"], told["path"], told["body"]) == (port, "/a?b=1", "x")
    elb.delete_load_balancer(LoadBalancerArn=lb)
    assert curl(f"{endpoint}/a", "-H", f"Host: {name}")[2] != "lowest"


def test_a_listener_that_goes_stops_listening(elb, listener, address, free):
    arn = listener(say("here"), Port=free)
    url = f"http://{address(arn)}"
    assert curl(url)[2] == "here"
    elb.delete_listener(ListenerArn=arn)

    def gone():
        try:
            return curl(url)[0] == 503
        except subprocess.CalledProcessError:
            return True

    until(gone)


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
