"""Web ACLs and what they are made of, for one test each."""

import pytest

SEEN = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": False, "MetricName": "m"}


@pytest.fixture
def waf(client):
    return client("wafv2")


@pytest.fixture
def rule():
    """``rule(statement, action="Block", …)`` is a rule with a name and priority of its own."""
    count = iter(range(1000))

    def make(statement, action="Block", **more):
        place = next(count)
        kind = "OverrideAction" if "Managed" in str(statement) or "RuleGroupReference" in str(statement) else "Action"
        doing = {kind: {action: {}}} if isinstance(action, str) else {kind: action}
        return {"Name": f"r{place}", "Priority": place, "Statement": statement, **doing,
                "VisibilityConfig": {**SEEN, "MetricName": f"r{place}"}, **more}

    return make


@pytest.fixture
def acl(waf):
    """``acl(rule, …)`` makes a web ACL and gives its summary."""
    count = iter(range(100))

    def make(*rules, **given):
        given = {"Name": f"acl{next(count)}", "Scope": "REGIONAL", "DefaultAction": {"Allow": {}},
                 "VisibilityConfig": SEEN, "Rules": list(rules), **given}
        return waf.create_web_acl(**given)["Summary"]

    return make


def matching(field, text, constraint="CONTAINS", *transformations):
    """A byte match statement."""
    changed = [{"Priority": place, "Type": kind} for place, kind in enumerate(transformations or ("NONE",))]
    return {"ByteMatchStatement": {"SearchString": text, "FieldToMatch": field, "PositionalConstraint": constraint,
                                   "TextTransformations": changed}}


@pytest.fixture
def match():
    return matching
