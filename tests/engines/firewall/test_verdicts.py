"""Verdicts: the order of rules, groups and their overrides, labels, what is inserted and answered, tokens."""

import pytest

from emulator.engines.firewall import tokens
from emulator.engines.firewall.requests import WebRequest
from emulator.engines.firewall.statements import Sources
from emulator.engines.firewall.verdicts import Evaluation, Firewall, Group
from emulator.engines.places import UNKNOWN

SEEN = {"MetricName": "m"}
NOW = 1_800_000_000.0
GET = WebRequest("GET", "/a", headers=(("Host", "x.example.com"), ("Accept", "text/html")))


def at(path):
    return {"ByteMatchStatement": {"SearchString": path.encode(), "FieldToMatch": {"UriPath": {}},
                                   "PositionalConstraint": "EXACTLY",
                                   "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}}


def rule(name, priority, action, statement=None, **more):
    return {"Name": name, "Priority": priority, "Action": {action: more.pop("how", {})} if isinstance(action, str) else
            action, "Statement": statement or at("/a"), "VisibilityConfig": SEEN, **more}


def labelled(key, scope="LABEL"):
    return {"LabelMatchStatement": {"Scope": scope, "Key": key}}


@pytest.fixture
def judge():
    """``judge(rules, request, group=…, token=…)``: the verdict of a web ACL that otherwise allows."""

    def run(rules, request=GET, default="Allow", group=None, token="TOKEN_MISSING", bodies=None):
        sources = Sources(lambda arn: [], lambda arn: [], lambda address: UNKNOWN, lambda *_: False)
        firewall = Firewall(sources, lambda kind, body: group, lambda kind, immunity: token, lambda kind: b"page")
        acl = {"Rules": rules, "DefaultAction": {default: {}}, "LabelNamespace": "awswaf:1:webacl:a:",
               "CustomResponseBodies": bodies or {}}
        return Evaluation(acl, request, firewall).verdict()

    return run


def grouped(name="group", override="None", **more):
    return {"Name": name, "Priority": 0, "OverrideAction": {override: {}}, "VisibilityConfig": SEEN,
            "Statement": {"RuleGroupReferenceStatement": {"ARN": "g", **more}}}


GROUP = Group("g", "awswaf:1:rulegroup:g:", [
    rule("first", 0, "Count", RuleLabels=[{"Name": "seen"}]),
    rule("second", 1, "Block", labelled("seen"))])


def test_rules_in_the_order_of_their_priorities(judge):
    found = judge([rule("late", 5, "Allow"), rule("early", 1, "Block")])
    assert (found.action, found.ended.rule, found.answer.status) == ("BLOCK", "early", 403)
    assert judge([rule("other", 1, "Block", at("/b"))]).ended is None
    assert judge([], default="Block").answer.status == 403


def test_counting_goes_on_and_inserts(judge):
    insert = {"CustomRequestHandling": {"InsertHeaders": [{"Name": "seen", "Value": "1"}]}}
    found = judge([rule("count", 0, "Count", how=insert, RuleLabels=[{"Name": "c"}]),
                   rule("allow", 1, "Allow", labelled("c"), how=insert)])
    assert (found.action, found.ended.rule) == ("ALLOW", "allow")
    assert found.insert == (("x-amzn-waf-seen", "1"),) * 2 and found.labels == ("awswaf:1:webacl:a:c",)
    assert [each.rule for each in found.counted] == ["count"]


def test_a_groups_rules_decide(judge):
    found = judge([grouped()], group=GROUP)
    assert (found.action, found.ended.rule, found.ended.group) == ("BLOCK", "second", "g")
    assert found.labels == ("awswaf:1:rulegroup:g:seen",)


def test_overrides_of_a_groups_rules(judge):
    count = [{"Name": "second", "ActionToUse": {"Count": {}}}]
    found = judge([grouped(RuleActionOverrides=count)], group=GROUP)
    assert (found.action, [(each.rule, each.own) for each in found.counted]) == (
        "ALLOW", [("first", ""), ("second", "BLOCK")])
    assert judge([grouped(ExcludedRules=[{"Name": "second"}])], group=GROUP).action == "ALLOW"
    found = judge([grouped(override="Count")], group=GROUP)
    assert (found.action, found.counted[-1].own) == ("ALLOW", "BLOCK")


def test_later_rules_see_a_groups_labels(judge):
    group = GROUP._replace(rules=GROUP.rules[:1])
    space = labelled("awswaf:1:rulegroup:g:", "NAMESPACE")
    assert judge([grouped(), rule("after", 9, "Block", space)], group=group).ended.rule == "after"


def test_custom_answers(judge):
    how = {"CustomResponse": {"ResponseCode": 429, "CustomResponseBodyKey": "b", "ResponseHeaders": [
        {"Name": "retry-after", "Value": "9"}]}}
    bodies = {"b": {"ContentType": "APPLICATION_JSON", "Content": "{}"}}
    answer = judge([rule("r", 0, "Block", how=how)], bodies=bodies).answer
    assert (answer.status, answer.body) == (429, b"{}")
    assert answer.headers == (("retry-after", "9"), ("content-type", "application/json"))


@pytest.mark.parametrize(("kind", "status"), [("Captcha", 405), ("Challenge", 202)])
def test_tokens(judge, kind, status):
    found = judge([rule("r", 0, kind)])
    assert (found.answer.status, found.answer.body, found.token) == (status, b"page", "TOKEN_MISSING")
    assert ("x-amzn-waf-action", kind.lower()) in found.answer.headers
    assert judge([rule("r", 0, kind)], GET._replace(headers=())).answer.body == b""
    passed = judge([rule("r", 0, kind)], token="")
    assert (passed.action, [each.action for each in passed.counted]) == ("ALLOW", [kind.upper()])


def test_a_tokens_life():
    token = tokens.issue("secret", "Challenge", "example.com", NOW)

    def problem(**more):
        given = {"secret": "secret", "token": token, "kind": "Challenge", "domain": "example.com", "immunity": 300,
                 "now": NOW + 60, **more}
        return tokens.problem(**given)

    assert problem() == ""
    assert problem(token=None) == "TOKEN_MISSING"
    assert problem(token=token + "0") == problem(secret="other") == "TOKEN_INVALID"
    assert problem(domain="example.org") == "TOKEN_DOMAIN_MISMATCH"
    assert problem(now=NOW + 301) == "TOKEN_EXPIRED"
    assert problem(kind="Captcha") == "TOKEN_MISSING"  # a silent challenge is no puzzle
    assert problem(token=tokens.issue("secret", "Captcha", "example.com", NOW)) == ""


def test_a_challenge_solves_itself():
    page = tokens.page("secret", "Challenge", "/x?a=\"1\"", NOW).decode()
    assert "submit()" in page and "&quot;1&quot;" in page
    fields = {name: page.partition(f"name={name} value=")[2].partition(">")[0] for name in ("answer", "seal", "kind")}
    form = "&".join(f"{name}={value}" for name, value in fields.items())
    token, target = tokens.earned("secret", form.encode() + b"&target=//evil.example.com", "example.com", NOW + 1)
    assert target == "/" and tokens.problem("secret", token, "Challenge", "example.com", 300, NOW + 2) == ""
    assert tokens.earned("secret", form.encode(), "example.com", NOW + 301) is None
    assert tokens.earned("secret", b"kind=Challenge&seal=x&answer=1", "example.com", NOW) is None
