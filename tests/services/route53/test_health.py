"""Health checks: what they find at a real endpoint, what others make of it, and what fails over."""

import http.server
import threading

import pytest

from tests.services.acm.conftest import wait


class Endpoint(http.server.BaseHTTPRequestHandler):
    status, text = 200, b"all is well"

    def do_GET(self):
        self.send_response(type(self).status)
        self.end_headers()
        self.wfile.write(type(self).text)

    def log_message(self, *_):
        pass


@pytest.fixture
def endpoint_server():
    Endpoint.status, Endpoint.text = 200, b"all is well"
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def check(route53):
    def make(reference="one", **config):
        given = {"IPAddress": "127.0.0.1", "Type": "HTTP", "ResourcePath": "/", "RequestInterval": 10,
                 "FailureThreshold": 1, **config}
        given = {name: value for name, value in given.items() if value is not None}
        return route53.create_health_check(CallerReference=reference, HealthCheckConfig=given)["HealthCheck"]["Id"]

    return make


def looked(route53, emulator, id, words):
    """Let the clock run until the checkers tell these words."""

    def told():
        seen = route53.get_health_check_status(HealthCheckId=id)["HealthCheckObservations"]
        return seen and words in seen[0]["StatusReport"]["Status"]

    for _ in range(3):
        emulator.advance(10)
    wait(emulator, told)


def test_what_is_told_of_a_check(route53, check, refused):
    id = check(Port=80, FullyQualifiedDomainName="example.com", FailureThreshold=3, RequestInterval=30)
    found = route53.get_health_check(HealthCheckId=id)["HealthCheck"]
    assert found == {"Id": id, "CallerReference": "one", "HealthCheckVersion": 1, "HealthCheckConfig": {
        "IPAddress": "127.0.0.1", "Port": 80, "Type": "HTTP", "ResourcePath": "/", "RequestInterval": 30,
        "FullyQualifiedDomainName": "example.com", "FailureThreshold": 3, "MeasureLatency": False, "Inverted": False,
        "Disabled": False, "EnableSNI": False}}  # fmt: skip
    same = {"IPAddress": "127.0.0.1", "Port": 80, "Type": "HTTP", "ResourcePath": "/", "RequestInterval": 30,
            "FullyQualifiedDomainName": "example.com", "FailureThreshold": 3}
    again = route53.create_health_check(CallerReference="one", HealthCheckConfig=same)
    assert again["HealthCheck"]["Id"] == id
    assert refused(check, Port=81)[0] == "HealthCheckAlreadyExists"
    changed = route53.update_health_check(HealthCheckId=id, HealthCheckVersion=1, Port=8080,
                                          ResetElements=["ResourcePath"])["HealthCheck"]  # fmt: skip
    assert changed["HealthCheckVersion"] == 2 and changed["HealthCheckConfig"]["Port"] == 8080
    assert "ResourcePath" not in changed["HealthCheckConfig"]
    assert refused(route53.update_health_check, HealthCheckId=id, HealthCheckVersion=1)[0] == (
        "HealthCheckVersionMismatch")
    assert route53.get_health_check_count()["HealthCheckCount"] == 1
    route53.delete_health_check(HealthCheckId=id)
    assert refused(route53.get_health_check, HealthCheckId=id)[0] == "NoSuchHealthCheck"


def test_checks_probe_and_failover_follows(route53, check, change, ask, emulator, endpoint_server, client):
    id = check(Port=endpoint_server, Type="HTTP_STR_MATCH", SearchString="well")
    change(("CREATE", "f", "A", ["192.0.2.1"], {"SetIdentifier": "1", "Failover": "PRIMARY", "HealthCheckId": id}),
           ("CREATE", "f", "A", ["192.0.2.2"], {"SetIdentifier": "2", "Failover": "SECONDARY"}))  # fmt: skip
    looked(route53, emulator, id, "Success: HTTP Status Code 200")
    assert ask("f", "A") == ["192.0.2.1"]
    Endpoint.text = b"all is lost"
    looked(route53, emulator, id, "not found in the response body")
    assert ask("f", "A") == ["192.0.2.2"]
    failure = route53.get_health_check_last_failure_reason(HealthCheckId=id)["HealthCheckObservations"]
    assert len(failure) == 8 and failure[0]["StatusReport"]["Status"].startswith("Failure: HTTP Status Code 200")
    found = client("cloudwatch").list_metrics(Namespace="AWS/Route53", MetricName="HealthCheckStatus")["Metrics"]
    assert [each["Dimensions"] for each in found] == [[{"Name": "HealthCheckId", "Value": id}]]
    Endpoint.text = b"well again"
    looked(route53, emulator, id, "Success")
    assert ask("f", "A") == ["192.0.2.1"]


def test_tcp_and_calculated_checks(route53, check, change, ask, emulator, endpoint_server):
    tcp = check("tcp", Type="TCP", Port=endpoint_server, ResourcePath=None)
    closed = check("closed", Type="TCP", Port=1, ResourcePath=None)
    both = route53.create_health_check(CallerReference="both", HealthCheckConfig={
        "Type": "CALCULATED", "ChildHealthChecks": [tcp, closed], "HealthThreshold": 2})["HealthCheck"]["Id"]
    change(("CREATE", "c", "A", ["192.0.2.1"], {"SetIdentifier": "1", "Weight": 1, "HealthCheckId": both}),
           ("CREATE", "c", "A", ["192.0.2.2"], {"SetIdentifier": "2", "Weight": 1}))  # fmt: skip
    looked(route53, emulator, tcp, "Success: TCP connection established.")
    looked(route53, emulator, closed, "Failure")
    assert {tuple(ask("c", "A")) for _ in range(8)} == {("192.0.2.2",)}
    route53.update_health_check(HealthCheckId=both, HealthThreshold=1)
    assert {tuple(ask("c", "A")) for _ in range(40)} == {("192.0.2.1",), ("192.0.2.2",)}
    route53.update_health_check(HealthCheckId=both, Inverted=True)
    assert {tuple(ask("c", "A")) for _ in range(8)} == {("192.0.2.2",)}


def test_a_check_that_leaves_the_machine_says_why_not(route53, check, emulator):
    id = check(IPAddress="198.51.100.1", Port=80)
    looked(route53, emulator, id, "not on this machine")
    assert route53.get_health_check_status(HealthCheckId=id)["HealthCheckObservations"]


def test_an_alarm_tells_health(route53, client, change, ask):
    given = {"Type": "CLOUDWATCH_METRIC", "AlarmIdentifier": {"Region": "us-east-1", "Name": "alarm"},
             "InsufficientDataHealthStatus": "Unhealthy"}
    id = route53.create_health_check(CallerReference="a", HealthCheckConfig=given)["HealthCheck"]["Id"]
    change(("CREATE", "a", "A", ["192.0.2.1"], {"SetIdentifier": "1", "Failover": "PRIMARY", "HealthCheckId": id}),
           ("CREATE", "a", "A", ["192.0.2.2"], {"SetIdentifier": "2", "Failover": "SECONDARY"}))  # fmt: skip
    assert ask("a", "A") == ["192.0.2.2"]
    cloudwatch = client("cloudwatch")
    cloudwatch.put_metric_alarm(AlarmName="alarm", MetricName="m", Namespace="n", Period=60, EvaluationPeriods=1,
                                Threshold=1, ComparisonOperator="GreaterThanThreshold", Statistic="Sum")  # fmt: skip
    cloudwatch.set_alarm_state(AlarmName="alarm", StateValue="OK", StateReason="test")
    assert ask("a", "A") == ["192.0.2.1"]
    found = route53.get_health_check(HealthCheckId=id)["HealthCheck"]["CloudWatchAlarmConfiguration"]
    assert (found["MetricName"], found["Period"], found["Statistic"]) == ("m", 60, "Sum")


def test_checkers_have_addresses(route53):
    assert len(route53.get_checker_ip_ranges()["CheckerIpRanges"]) > 8
