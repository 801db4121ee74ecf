"""What web ACLs write down of requests at a load balancer, asked for by curl."""

import json
import shutil
import subprocess
import time

import pytest

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
OK = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "MessageBody": "in"}}]


@pytest.fixture
def site(client, emulator, endpoint):
    """(the ARN, the address) of a load balancer that listens."""
    emulator.settings["elbv2.data-plane"] = "on"
    elb = client("elbv2")
    made = elb.create_load_balancer(Name="site", Subnets=["subnet-0a", "subnet-0b"])
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    listener = elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80,
                                   DefaultActions=OK)["Listeners"][0]["ListenerArn"]
    for _ in range(100):
        where = json.loads(get(f"{endpoint}/_elbv2/listeners")).get(listener)
        if where:
            break
        time.sleep(0.02)
    yield arn, f"http://{where}"
    del emulator.settings["elbv2.data-plane"]


def get(url, *options):
    return subprocess.run(["curl", "-s", "-m", "5", *options, url], capture_output=True, check=True).stdout


@pytest.fixture
def protected(waf, acl, rule, match, site):
    """(the summary of the web ACL, the address)."""
    arn, url = site
    made = acl(rule(match({"UriPath": {}}, b"/admin", "STARTS_WITH"), RuleLabels=[{"Name": "admin"}]),
               rule({"GeoMatchStatement": {"CountryCodes": ["NL"]}}, "Count"))
    waf.associate_web_acl(WebACLArn=made["ARN"], ResourceArn=arn)
    return made, url


def test_records_in_a_bucket(waf, client, protected):
    made, url = protected
    s3 = client("s3")
    s3.create_bucket(Bucket="aws-waf-logs-here")
    waf.put_logging_configuration(LoggingConfiguration={
        "ResourceArn": made["ARN"], "LogDestinationConfigs": ["arn:aws:s3:::aws-waf-logs-here"],
        "RedactedFields": [{"SingleHeader": {"Name": "x-secret"}}, {"QueryString": {}}],
        "LoggingFilter": {"DefaultBehavior": "DROP", "Filters": [{
            "Behavior": "KEEP", "Requirement": "MEETS_ANY",
            "Conditions": [{"ActionCondition": {"Action": "BLOCK"}}]}]}})
    get(f"{url}/")
    get(f"{url}/admin?token=1", "-H", "X-Secret: hidden")
    rows = s3.list_objects_v2(Bucket="aws-waf-logs-here")["Contents"]
    assert len(rows) == 1 and rows[0]["Key"].startswith("AWSLogs/000000000000/WAFLogs/us-east-1/acl0/")
    entry = json.loads(s3.get_object(Bucket="aws-waf-logs-here", Key=rows[0]["Key"])["Body"].read())
    assert (entry["action"], entry["terminatingRuleId"], entry["responseCodeSent"]) == ("BLOCK", "r0", 403)
    assert entry["labels"] == [{"name": "awswaf:000000000000:webacl:acl0:admin"}]
    asked = entry["httpRequest"]
    assert (asked["uri"], asked["args"], asked["httpMethod"]) == ("/admin", "REDACTED", "GET")
    assert {"name": "X-Secret", "value": "REDACTED"} in asked["headers"] and b"hidden" not in json.dumps(entry).encode()
    assert entry["httpSourceName"] == "ALB" and "app/site/" in entry["httpSourceId"]


def test_records_in_a_log_group(waf, client, emulator, protected):
    made, url = protected
    logs = client("logs")
    logs.create_log_group(logGroupName="aws-waf-logs-group")
    waf.put_logging_configuration(LoggingConfiguration={
        "ResourceArn": made["ARN"],
        "LogDestinationConfigs": ["arn:aws:logs:us-east-1:000000000000:log-group:aws-waf-logs-group"]})
    emulator.settings["places"] = "127.0.0.0/8=NL/64496"
    get(f"{url}/x")
    del emulator.settings["places"]
    events = logs.filter_log_events(logGroupName="aws-waf-logs-group")["events"]
    entry = json.loads(events[0]["message"])
    assert (events[0]["logStreamName"], entry["terminatingRuleId"]) == ("us-east-1_acl0_0", "Default_Action")
    assert entry["nonTerminatingMatchingRules"] == [{"ruleId": "r1", "action": "COUNT", "ruleMatchDetails": []}]
    assert {"name": "awswaf:clientip:geo:country:NL"} in entry["labels"]
    assert {"name": "awswaf:clientip:geo:region:NL-XX"} in entry["labels"]
    assert entry["httpRequest"]["country"] == "NL"


def test_a_lost_record_costs_the_request_nothing(waf, protected):
    made, url = protected
    waf.put_logging_configuration(LoggingConfiguration={
        "ResourceArn": made["ARN"], "LogDestinationConfigs": ["arn:aws:s3:::aws-waf-logs-absent"]})
    assert get(f"{url}/x") == b"in"


def test_what_cloudwatch_is_told(waf, client, emulator, acl, rule, match, site):
    emulator.freeze(1_800_000_000)
    arn, url = site
    told = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": True, "MetricName": "front"}
    block = rule(match({"UriPath": {}}, b"/admin", "STARTS_WITH"), VisibilityConfig={**told, "MetricName": "admin"})
    made = acl(block, VisibilityConfig=told)
    waf.associate_web_acl(WebACLArn=made["ARN"], ResourceArn=arn)
    for path in ("/admin", "/admin/x", "/"):
        get(url + path)
    emulator.advance(60)

    def total(name, rule_name):
        found = client("cloudwatch").get_metric_statistics(
            Namespace="AWS/WAFV2", MetricName=name, Statistics=["Sum"], Period=300, StartTime=1_800_000_000 - 300,
            EndTime=1_800_000_300, Dimensions=[{"Name": "Region", "Value": "us-east-1"},
                                               {"Name": "Rule", "Value": rule_name},
                                               {"Name": "WebACL", "Value": "front"}])
        return [each["Sum"] for each in found["Datapoints"]]

    assert total("BlockedRequests", "ALL") == total("BlockedRequests", "admin") == [2.0]
    assert total("AllowedRequests", "ALL") == total("AllowedRequests", "Default_Action") == [1.0]
    window = {"StartTime": 1_800_000_000 - 600, "EndTime": 1_800_000_600}
    sampled = waf.get_sampled_requests(WebAclArn=made["ARN"], RuleMetricName="admin", Scope="REGIONAL",
                                       TimeWindow=window, MaxItems=10)
    assert sampled["SampledRequests"] == []
