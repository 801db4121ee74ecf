"""Web ACLs, rule groups and sets as resources: locks, scopes, references, capacity, what is refused."""

import json

import pytest

SEEN = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": False, "MetricName": "m"}
GONE = ("WAFNonexistentItemException",
        "AWS WAF couldn\u2019t perform the operation because your resource doesn\u2019t exist.")


@pytest.fixture
def ip_set(waf):
    def make(name="set", scope="REGIONAL", addresses=("192.0.2.0/24",), version="IPV4"):
        return waf.create_ip_set(Name=name, Scope=scope, IPAddressVersion=version,
                                 Addresses=list(addresses))["Summary"]

    return make


def test_a_set_under_its_lock(waf, ip_set, refused):
    made = ip_set()
    assert made["ARN"].startswith("arn:aws:wafv2:us-east-1:000000000000:regional/ipset/set/")
    named = {"Name": "set", "Scope": "REGIONAL", "Id": made["Id"]}
    found = waf.get_ip_set(**named)
    assert found["IPSet"]["Addresses"] == ["192.0.2.0/24"] and found["LockToken"] == made["LockToken"]
    new = waf.update_ip_set(**named, LockToken=made["LockToken"], Addresses=["198.51.100.7/32"])["NextLockToken"]
    assert waf.get_ip_set(**named)["IPSet"]["Addresses"] == ["198.51.100.7/32"]
    assert refused(waf.update_ip_set, **named, LockToken=made["LockToken"], Addresses=[]) == (
        "WAFOptimisticLockException", "AWS WAF couldn\u2019t save your changes because someone changed the resource "
                                      "after you started to edit it. Reapply your changes.")
    assert refused(ip_set)[0] == "WAFDuplicateItemException"
    assert refused(waf.get_ip_set, **{**named, "Name": "other"}) == GONE
    assert [each["Name"] for each in waf.list_ip_sets(Scope="REGIONAL")["IPSets"]] == ["set"]
    assert waf.list_ip_sets(Scope="CLOUDFRONT")["IPSets"] == []
    waf.delete_ip_set(**named, LockToken=new)
    assert refused(waf.get_ip_set, **named) == GONE


@pytest.mark.parametrize("address", ["192.0.2.1", "192.0.2.1/24", "0.0.0.0/0", "2001:db8::/32", "here"])
def test_addresses_that_are_none(ip_set, refused, address):
    assert refused(ip_set, addresses=[address]) == (
        "WAFInvalidParameterException",
        f"Error reason: The parameter contains formatting that is not valid., field: IP_ADDRESS, parameter: {address}")


def test_patterns_have_no_lookaround(waf, refused):
    given = {"Name": "p", "Scope": "REGIONAL", "RegularExpressionList": [{"RegexString": "a(?=b)"}]}
    assert refused(waf.create_regex_pattern_set, **given)[0] == "WAFInvalidParameterException"
    made = waf.create_regex_pattern_set(**{**given, "RegularExpressionList": [{"RegexString": "a+b"}]})["Summary"]
    found = waf.get_regex_pattern_set(Name="p", Scope="REGIONAL", Id=made["Id"])["RegexPatternSet"]
    assert found["RegularExpressionList"] == [{"RegexString": "a+b"}]


def test_cloudfronts_scope_is_in_one_region(client, refused):
    far = client("wafv2", region="eu-west-1")
    assert refused(far.list_web_acls, Scope="CLOUDFRONT") == (
        "WAFInvalidParameterException",
        "Error reason: The scope is not valid., field: SCOPE_VALUE, parameter: CLOUDFRONT")


def test_a_web_acl_is_told_as_it_was_written(waf, acl, rule, match, ip_set, refused):
    rules = [rule(match({"UriPath": {}}, b"/admin", "STARTS_WITH", "LOWERCASE")),
             rule({"IPSetReferenceStatement": {"ARN": ip_set()["ARN"]}}, "Count")]
    made = acl(*rules, Description="front")
    named = {"Name": "acl0", "Scope": "REGIONAL", "Id": made["Id"]}
    found = waf.get_web_acl(**named)["WebACL"]
    assert found["Rules"] == rules and found["Description"] == "front"
    assert (found["Capacity"], found["LabelNamespace"]) == (13, "awswaf:000000000000:webacl:acl0:")
    assert waf.get_web_acl(ARN=made["ARN"])["WebACL"] == found
    new = waf.update_web_acl(**named, LockToken=made["LockToken"], DefaultAction={"Block": {}}, VisibilityConfig=SEEN)
    changed = waf.get_web_acl(**named)["WebACL"]
    assert changed["DefaultAction"] == {"Block": {}} and changed["Rules"] == [] and changed["Description"] == ""
    next_token = waf.delete_firewall_manager_rule_groups(
        WebACLArn=made["ARN"], WebACLLockToken=new["NextLockToken"])["NextWebACLLockToken"]
    waf.delete_web_acl(**named, LockToken=next_token)
    assert refused(waf.get_web_acl, **named) == GONE


def test_what_is_referred_to_stays(waf, acl, rule, ip_set, refused):
    made = ip_set()
    acl(rule({"IPSetReferenceStatement": {"ARN": made["ARN"]}}))
    assert refused(waf.delete_ip_set, Name="set", Scope="REGIONAL", Id=made["Id"], LockToken=made["LockToken"])[0] == (
        "WAFAssociatedItemException")
    assert refused(acl, **{"Rules": [rule({"IPSetReferenceStatement": {"ARN": made["ARN"] + "x"}})]}) == GONE


def geo(*countries):
    return {"GeoMatchStatement": {"CountryCodes": list(countries)}}


def test_capacity(waf, rule, match):
    def capacity(statement):
        return waf.check_capacity(Scope="REGIONAL", Rules=[rule(statement)])["Capacity"]

    query = {"AllQueryArguments": {}}
    rated = {"RateBasedStatement": {"Limit": 100, "AggregateKeyType": "IP", "ScopeDownStatement": geo("US")}}
    assert capacity(rated) == 3
    assert capacity(geo("US")) == 1
    assert capacity(match({"UriPath": {}}, b"/a", "EXACTLY")) == 2
    assert capacity(match({"UriPath": {}}, b"/a", "CONTAINS")) == 10
    assert capacity(match(query, b"a", "EXACTLY", "LOWERCASE", "URL_DECODE")) == 2 + 10 + 20
    assert capacity({"OrStatement": {"Statements": [geo("US"), {"NotStatement": {"Statement": geo("NL")}}]}}) == 2
    keys = [{"IP": {}}, {"HTTPMethod": {}}]
    assert capacity({"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "CUSTOM_KEYS", "CustomKeys": keys}}) == 62
    group = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}
    managed = rule(group, "None")
    assert waf.check_capacity(Scope="REGIONAL", Rules=[managed])["Capacity"] == 700


def test_what_rules_cannot_be(acl, rule, refused):
    same = rule(geo("US"))
    for wrong in ([same, {**same, "Priority": 99}], [{**same, "OverrideAction": {"None": {}}}],
                  [rule({**geo("US"), "LabelMatchStatement": {"Scope": "LABEL", "Key": "k"}})],
                  [rule({"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "CUSTOM_KEYS"}})],
                  [rule({"AndStatement": {"Statements": [geo("US")]}})]):
        assert refused(acl, Rules=wrong)[0] == "WAFInvalidParameterException"
    absent = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "None"}}
    assert refused(acl, Rules=[rule(absent, "None")]) == GONE


def test_rule_groups(waf, acl, rule, refused):
    given = {"Name": "g", "Scope": "REGIONAL", "Capacity": 1, "VisibilityConfig": SEEN}
    over = [rule(geo("US")), rule(geo("NL"))]
    assert refused(waf.create_rule_group, **given, Rules=over)[0] == "WAFLimitsExceededException"
    labelled = rule(geo("US"), RuleLabels=[{"Name": "here"}])
    made = waf.create_rule_group(**given, Rules=[labelled])["Summary"]
    found = waf.get_rule_group(Name="g", Scope="REGIONAL", Id=made["Id"])["RuleGroup"]
    assert found["AvailableLabels"] == [{"Name": "awswaf:000000000000:rulegroup:g:here"}]
    assert waf.get_rule_group(ARN=made["ARN"])["RuleGroup"] == found
    acl(rule({"RuleGroupReferenceStatement": {"ARN": made["ARN"]}}, "None"))
    policy = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "111122223333"},
                                                     "Action": "wafv2:GetRuleGroup"}}
    assert refused(waf.get_permission_policy, ResourceArn=made["ARN"]) == GONE
    waf.put_permission_policy(ResourceArn=made["ARN"], Policy=json.dumps(policy))
    assert json.loads(waf.get_permission_policy(ResourceArn=made["ARN"])["Policy"]) == policy
    waf.delete_permission_policy(ResourceArn=made["ARN"])
    assert refused(waf.delete_permission_policy, ResourceArn=made["ARN"]) == GONE
    assert refused(waf.put_permission_policy, ResourceArn=made["ARN"], Policy="{}")[0] == (
        "WAFInvalidPermissionPolicyException")


def test_one_web_acl_protects_a_load_balancer(waf, client, acl, refused):
    made = client("elbv2").create_load_balancer(Name="front", Subnets=["subnet-0a", "subnet-0b"])
    balancer = made["LoadBalancers"][0]["LoadBalancerArn"]
    first, second = acl(), acl()
    assert "WebACL" not in waf.get_web_acl_for_resource(ResourceArn=balancer)
    waf.associate_web_acl(WebACLArn=first["ARN"], ResourceArn=balancer)
    waf.associate_web_acl(WebACLArn=second["ARN"], ResourceArn=balancer)
    assert waf.get_web_acl_for_resource(ResourceArn=balancer)["WebACL"]["ARN"] == second["ARN"]
    assert waf.list_resources_for_web_acl(WebACLArn=first["ARN"])["ResourceArns"] == []
    assert waf.list_resources_for_web_acl(WebACLArn=second["ARN"])["ResourceArns"] == [balancer]
    named = {name: second[name] for name in ("Name", "Id", "LockToken")}
    assert refused(waf.delete_web_acl, **named, Scope="REGIONAL")[0] == "WAFAssociatedItemException"
    waf.disassociate_web_acl(ResourceArn=balancer)
    waf.delete_web_acl(**named, Scope="REGIONAL")
    assert refused(waf.associate_web_acl, WebACLArn=first["ARN"], ResourceArn=balancer + "x") == GONE
    assert refused(waf.associate_web_acl, WebACLArn=first["ARN"], ResourceArn="arn:aws:s3:::a-bucket")[0] == (
        "WAFInvalidParameterException")


def test_logging_is_for_destinations_of_that_name(waf, acl, refused):
    made = acl()
    given = {"ResourceArn": made["ARN"], "LogDestinationConfigs": ["arn:aws:s3:::aws-waf-logs-here"]}
    assert refused(waf.get_logging_configuration, ResourceArn=made["ARN"]) == GONE
    put = waf.put_logging_configuration(LoggingConfiguration=given)["LoggingConfiguration"]
    assert put == {**given, "ManagedByFirewallManager": False, "LogType": "WAF_LOGS", "LogScope": "CUSTOMER"}
    changed = {**given, "RedactedFields": [{"SingleHeader": {"Name": "cookie"}}]}
    waf.put_logging_configuration(LoggingConfiguration=changed)
    found = waf.get_logging_configuration(ResourceArn=made["ARN"])["LoggingConfiguration"]
    assert found["RedactedFields"] == changed["RedactedFields"]
    assert waf.list_logging_configurations(Scope="REGIONAL")["LoggingConfigurations"] == [found]
    elsewhere = {**given, "LogDestinationConfigs": ["arn:aws:s3:::elsewhere"]}
    assert refused(waf.put_logging_configuration, LoggingConfiguration=elsewhere)[1] == (
        "Error reason: The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by "
        "colons or slashes., field: LOG_DESTINATION, parameter: arn:aws:s3:::elsewhere")
    waf.delete_logging_configuration(ResourceArn=made["ARN"])
    assert refused(waf.delete_logging_configuration, ResourceArn=made["ARN"]) == GONE


def test_api_keys(waf, refused):
    key = waf.create_api_key(Scope="REGIONAL", TokenDomains=["example.com"])["APIKey"]
    assert waf.get_decrypted_api_key(Scope="REGIONAL", APIKey=key)["TokenDomains"] == ["example.com"]
    assert [each["APIKey"] for each in waf.list_api_keys(Scope="REGIONAL")["APIKeySummaries"]] == [key]
    waf.delete_api_key(Scope="REGIONAL", APIKey=key)
    assert refused(waf.get_decrypted_api_key, Scope="REGIONAL", APIKey=key) == GONE


def test_tags(waf, ip_set):
    arn = ip_set()["ARN"]
    waf.tag_resource(ResourceARN=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    waf.untag_resource(ResourceARN=arn, TagKeys=["a"])
    assert waf.list_tags_for_resource(ResourceARN=arn)["TagInfoForResource"] == {
        "ResourceARN": arn, "TagList": [{"Key": "b", "Value": "2"}]}


def test_managed_groups_are_marked_as_our_own(waf, refused):
    rows = waf.list_available_managed_rule_groups(Scope="REGIONAL")["ManagedRuleGroups"]
    assert all("emulator's own" in each["Description"] for each in rows) and len(rows) > 10
    named = {"VendorName": "AWS", "Name": "AWSManagedRulesAmazonIpReputationList", "Scope": "REGIONAL"}
    group = waf.describe_managed_rule_group(**named)
    assert group["Capacity"] == 25
    assert group["Rules"][2] == {"Name": "AWSManagedIPDDoSList", "Action": {"Count": {}}}
    assert {"Name": "awswaf:managed:aws:amazon-ip-list:AWSManagedIPDDoSList"} in group["AvailableLabels"]
    versions = waf.list_available_managed_rule_group_versions(**named)
    assert versions["CurrentDefaultVersion"] in [each["Name"] for each in versions["Versions"]]
    assert refused(waf.describe_managed_rule_group, **{**named, "Name": "None"}) == GONE
    assert waf.describe_managed_products_by_vendor(VendorName="Nobody", Scope="REGIONAL")["ManagedProducts"] == []
