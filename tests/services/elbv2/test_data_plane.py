"""Listeners on real ports, asked by curl: rules, actions, targets, stickiness, TLS, functions, the firewall, flows."""

import gzip
import json
import shlex
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


def test_https_by_name_and_with_client_certificates(elb, client, listener, ok, address, authority, server_certificate,
                                                    serve, to, free, tmp_path):
    (tmp_path / "ca.pem").write_text(authority.certificate)
    first, second = server_certificate("a.example.com"), server_certificate("*.b.example.com")
    arn = listener(forward((to(serve()), 1)), Protocol="HTTPS", Port=free, Certificates=[{"CertificateArn": first}])
    elb.add_listener_certificates(ListenerArn=arn, Certificates=[{"CertificateArn": second}])
    elb.modify_listener(ListenerArn=arn, SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06")

    def ask(host, *options):
        port = address(arn).rpartition(":")[2]
        return curl(f"https://{host}:{port}/", "--cacert", str(tmp_path / "ca.pem"), "--resolve",
                    f"{host}:{port}:127.0.0.1", *options)

    assert ask("a.example.com")[0] == ask("x.b.example.com")[0] == 200
    with pytest.raises(subprocess.CalledProcessError):
        ask("c.example.com")
    s3 = client("s3")
    s3.create_bucket(Bucket="trust")
    s3.put_object(Bucket="trust", Key="ca.pem", Body=authority.certificate.encode())
    store = elb.create_trust_store(Name="store", CaCertificatesBundleS3Bucket="trust",
                                   CaCertificatesBundleS3Key="ca.pem")["TrustStores"][0]["TrustStoreArn"]
    elb.modify_listener(ListenerArn=arn, MutualAuthentication={"Mode": "verify", "TrustStoreArn": store})
    certificate, key = authority.issue("client")
    (tmp_path / "client.pem").write_text(certificate)
    (tmp_path / "client.key").write_text(key)
    shown = ("--cert", str(tmp_path / "client.pem"), "--key", str(tmp_path / "client.key"))

    def verified():
        try:
            return "x-amzn-mtls-clientcert-subject" in ask("a.example.com", *shown)[2]
        except subprocess.CalledProcessError:
            return False

    until(verified)
    assert json.loads(ask("a.example.com", *shown)[2])["headers"]["x-amzn-mtls-clientcert-subject"] == "CN=client"
    with pytest.raises(subprocess.CalledProcessError):
        ask("a.example.com")
    s3.put_object(Bucket="trust", Key="crl.pem", Body=authority.revoke(certificate).encode())
    elb.add_trust_store_revocations(TrustStoreArn=store, RevocationContents=[
        {"S3Bucket": "trust", "S3Key": "crl.pem"}])
    until(lambda: not verified())


def test_the_firewall_stands_before_the_rules(client, balancer, listener, address, free):
    waf, lb = client("wafv2"), balancer()
    seen = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": False, "MetricName": "m"}

    def rule(name, place, action, statement, **more):
        return {"Name": name, "Priority": place, "Action": action, "Statement": statement,
                "VisibilityConfig": {**seen, "MetricName": name}, **more}

    def path(text):
        return {"ByteMatchStatement": {"SearchString": text, "FieldToMatch": {"UriPath": {}},
                                       "PositionalConstraint": "STARTS_WITH",
                                       "TextTransformations": [{"Priority": 0, "Type": "URL_DECODE"}]}}

    custom = {"Block": {"CustomResponse": {"ResponseCode": 418, "CustomResponseBodyKey": "tea", "ResponseHeaders": [
        {"Name": "x-pot", "Value": "short"}]}}}
    group = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesSQLiRuleSet"}}
    acl = waf.create_web_acl(
        Name="acl", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=seen,
        CustomResponseBodies={"tea": {"ContentType": "TEXT_PLAIN", "Content": "teapot"}}, Rules=[
            rule("admin", 0, {"Block": {}}, path(b"/admin")), rule("tea", 1, custom, path(b"/tea")),
            rule("puzzle", 2, {"Captcha": {}}, path(b"/puzzle")),
            rule("rate", 3, {"Block": {}}, {"RateBasedStatement": {
                "Limit": 10, "AggregateKeyType": "IP", "ScopeDownStatement": path(b"/often")}}),
            {"Name": "sql", "Priority": 4, "OverrideAction": {"None": {}}, "Statement": group,
             "VisibilityConfig": {**seen, "MetricName": "sql"}}])["Summary"]
    waf.associate_web_acl(WebACLArn=acl["ARN"], ResourceArn=lb)
    url = f"http://{address(listener(say('in'), LoadBalancerArn=lb, Port=free))}"
    assert curl(f"{url}/")[2] == "in"
    status, _, body = curl(f"{url}/%61dmin")
    assert status == 403 and "403 Forbidden" in body
    status, headers, body = curl(f"{url}/tea")
    assert (status, headers["x-pot"], body) == (418, "short", "teapot")
    assert curl(f"{url}/?q=1%27%20OR%20%271%27=%271")[0] == 403
    assert [curl(f"{url}/often")[0] for _ in range(12)] == [200] * 10 + [403] * 2
    held = waf.get_rate_based_statement_managed_keys(
        Scope="REGIONAL", WebACLName="acl", WebACLId=acl["Id"], RuleName="rate")
    assert held["ManagedKeysIPV4"]["Addresses"] == ["127.0.0.1/32"]
    _solve(url)
    window = {"StartTime": time.time() - 600, "EndTime": time.time() + 600}
    samples = waf.get_sampled_requests(WebAclArn=acl["ARN"], RuleMetricName="sql", Scope="REGIONAL",
                                       TimeWindow=window, MaxItems=10)["SampledRequests"]
    assert [(each["Action"], each["ResponseCodeSent"]) for each in samples] == [("BLOCK", 403)]
    assert samples[0]["RuleNameWithinRuleGroup"] == "AWS#AWSManagedRulesSQLiRuleSet#SQLi_QUERYARGUMENTS"
    paths = waf.get_top_path_statistics_by_traffic(WebAclArn=acl["ARN"], Scope="REGIONAL", TimeWindow=window, Limit=1,
                                                   NumberOfTopTrafficBotsPerPath=1)["PathStatistics"]
    assert (paths[0]["Path"], paths[0]["RequestCount"]) == ("/often", 12)


def _solve(url):
    """A CAPTCHA puzzle: asked, answered wrongly, answered well, and passed by its token."""
    status, headers, body = curl(f"{url}/puzzle", "-H", "Accept: text/html")
    assert (status, headers["x-amzn-waf-action"]) == (405, "captcha")
    seal = body.partition('name=seal value=')[2].partition(">")[0]
    first, _, rest = body.partition("<label>")[2].partition(" + ")
    answer = int(first) + int(rest.partition(" =")[0])
    form = f"kind=Captcha&seal={seal}&target=/puzzle&answer="
    assert curl(f"{url}/.aws-waf/token", "-d", form + "0")[0] == 403
    status, headers, _ = curl(f"{url}/.aws-waf/token", "-d", form + str(answer))
    assert (status, headers["location"]) == (303, "/puzzle")
    token = headers["set-cookie"].partition(";")[0]
    assert curl(f"{url}/puzzle", "-H", f"Cookie: {token}")[2] == "in"
    assert curl(f"{url}/puzzle", "-H", f"Cookie: {token}x")[0] == 405


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


def test_access_logs(elb, client, emulator, balancer, listener, to, serve, address, free):
    emulator.freeze(1_800_000_000)
    s3, lb = client("s3"), balancer()
    s3.create_bucket(Bucket="logs")
    elb.modify_load_balancer_attributes(LoadBalancerArn=lb, Attributes=[
        {"Key": "access_logs.s3.enabled", "Value": "true"}, {"Key": "access_logs.s3.bucket", "Value": "logs"},
        {"Key": "access_logs.s3.prefix", "Value": "front"}])
    port, arn = serve(), listener(say("default"), LoadBalancerArn=lb, Port=free)
    group = to(port)
    elb.create_rule(ListenerArn=arn, Priority=7, Actions=forward((group, 1)),
                    Conditions=[{"Field": "path-pattern", "Values": ["/x*"]}])
    url = f"http://{address(arn)}"
    for path in ("/xyz?a=1", "/other"):
        curl(url + path, "-A", "agent/1")
    emulator.advance(301)
    found = s3.list_objects_v2(Bucket="logs")["Contents"]
    assert found[0]["Key"].startswith("front/AWSLogs/000000000000/elasticloadbalancing/us-east-1/2027/01/15/")
    body = s3.get_object(Bucket="logs", Key=found[0]["Key"])["Body"].read()
    one, other = (shlex.split(line) for line in gzip.decompress(body).decode().splitlines())
    assert one[:2] == ["http", "2027-01-15T08:00:00.000000Z"] and one[2].startswith("app/lb0/")
    assert (one[4], one[8], one[9]) == (f"127.0.0.1:{port}", "200", "200")
    assert one[12:14] == [f"GET http://127.0.0.1:{free}/xyz?a=1 HTTP/1.1", "agent/1"]
    assert (one[16], one[20], one[22]) == (group, "7", "forward")
    assert (other[4], other[8], other[9], other[20], other[22]) == ("-", "200", "-", "0", "fixed-response")


def test_what_cloudwatch_is_told(client, emulator, balancer, listener, to, serve, address, free):
    emulator.freeze(1_800_000_000)
    lb, group = balancer(), to(serve())
    url = f"http://{address(listener(forward((group, 1)), LoadBalancerArn=lb, Port=free))}"
    for path in ("/", "/status/404", "/"):
        curl(url + path)
    emulator.advance(60)
    dimensions = [{"Name": "LoadBalancer", "Value": lb.split("loadbalancer/")[1]},
                  {"Name": "TargetGroup", "Value": group.rpartition(":")[2]}]

    def total(name, at):
        found = client("cloudwatch").get_metric_statistics(
            Namespace="AWS/ApplicationELB", MetricName=name, Dimensions=at, StartTime=1_800_000_000 - 300,
            EndTime=1_800_000_300, Period=300, Statistics=["Sum", "Maximum"])["Datapoints"]
        return [each["Sum" if "Count" in name else "Maximum"] for each in found]

    assert total("RequestCount", dimensions) == total("RequestCount", dimensions[:1]) == [3.0]
    assert total("HTTPCode_Target_4XX_Count", dimensions) == [1.0]
    assert 0 < total("TargetResponseTime", dimensions)[0] < 5


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
