"""Web ACLs stand before the rules of a load balancer."""

import shutil
import time

import pytest

from tests.services.elbv2.conftest import curl, say

pytestmark = [pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
              pytest.mark.usefixtures("data_plane")]


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
