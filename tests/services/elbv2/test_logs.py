"""What logs in S3 and metrics in CloudWatch tell of load balancers."""

import gzip
import shlex
import shutil
import subprocess

import pytest

from tests.services.elbv2.conftest import curl, forward, say, until

pytestmark = [pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
              pytest.mark.usefixtures("data_plane")]


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


@pytest.fixture
def total(client):
    """``total(load balancer, name, group)``: a metric's sum in the first hour of frozen time, None without data."""
    def read(balancer, name, group=None, statistic="Sum"):
        at = [{"Name": "LoadBalancer", "Value": balancer.split("loadbalancer/")[1]}]
        at += [{"Name": "TargetGroup", "Value": group.rpartition(":")[2]}] if group else []
        found = client("cloudwatch").get_metric_statistics(
            Namespace=f"AWS/{'Network' if '/net/' in balancer else 'Application'}ELB", MetricName=name, Dimensions=at,
            StartTime=1_800_000_000, EndTime=1_800_003_600, Period=3600, Statistics=[statistic])["Datapoints"]
        return found[0][statistic] if found else None

    return read


def test_what_cloudwatch_is_told(emulator, balancer, listener, to, serve, address, free, total):
    emulator.freeze(1_800_000_000)
    lb, group = balancer(), to(serve())
    url = f"http://{address(listener(forward((group, 1)), LoadBalancerArn=lb, Port=free))}"
    sizes = [len(curl(url + path)[2]) for path in ("/", "/status/404", "/")]
    emulator.advance(60)
    assert total(lb, "RequestCount", group) == total(lb, "RequestCount") == total(lb, "NewConnectionCount") == 3.0
    assert total(lb, "HTTPCode_Target_4XX_Count", group) == 1.0
    assert 0 < total(lb, "TargetResponseTime", group, "Maximum") < 5
    assert total(lb, "ProcessedBytes") == sum(sizes)


def test_what_cloudwatch_is_told_of_flows(emulator, balancer, listener, to, serve, address, server_certificate, free,
                                          total):  # fmt: skip
    emulator.freeze(1_800_000_000)
    lb, group = balancer(Type="network"), to(serve(), Protocol="TCP")
    arn = listener(forward((group, 1)), LoadBalancerArn=lb, Protocol="TLS", Port=free,
                   Certificates=[{"CertificateArn": server_certificate("a.example.com")}])
    body = curl(f"https://{address(arn)}/x", "-k")[2]
    with pytest.raises(subprocess.CalledProcessError):
        curl(f"http://{address(arn)}/x")
    until(lambda: emulator.advance(60) or total(lb, "ProcessedBytes", group))
    assert total(lb, "ProcessedBytes", group) == total(lb, "ProcessedBytes") > len(body)
    assert (total(lb, "NewFlowCount"), total(lb, "ClientTLSNegotiationErrorCount")) == (1.0, 1.0)


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


def test_access_logs_of_tls_listeners(elb, balancer, listener, to, serve, address, server_certificate, free, logged):
    lb = balancer(Type="network")
    accesses, certificate = logged(lb, "access_logs"), server_certificate("a.example.com")
    arn = listener(forward((to(serve(), Protocol="TCP"), 1)), LoadBalancerArn=lb, Protocol="TLS", Port=free,
                   Certificates=[{"CertificateArn": certificate}], AlpnPolicy=["HTTP1Only"])
    where = address(arn)
    port = where.rpartition(":")[2]
    status, _, body = curl(f"https://a.example.com:{port}/x", "-k", "--resolve", f"a.example.com:{port}:127.0.0.1")
    assert status == 200
    until(lambda: accesses()[1])  # the connection ends
    (entry,) = accesses()[1]
    assert entry[:2] == ["tls", "2.0"] and entry[3].startswith("net/lb0/") and entry[4] == arn.rpartition("/")[2]
    assert int(entry[9]) > 50 and int(entry[10]) > len(body) and entry[12] == certificate
    assert entry[15:17] == ["tlsv12", "-"] and entry[17:21] == ["a.example.com", "http/1.1", "-", "h2,http/1.1"]
