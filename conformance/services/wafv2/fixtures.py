"""What must stand before calls to AWS WAF: sets, rule groups, web ACLs, a protected load balancer, keys; the hints."""

import json
from datetime import UTC, datetime, timedelta

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Declared, Error

GONE = Error("WAFNonexistentItemException", 400,
             "AWS WAF couldn\u2019t perform the operation because your resource doesn\u2019t exist.")
SCOPE = "REGIONAL"
SEEN = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": False, "MetricName": "metric"}
TAGS = {"k": "v", "other": "w"}
TAG_LIST = [{"Key": key, "Value": value} for key, value in TAGS.items()]
NONE = [{"Priority": 0, "Type": "NONE"}]
PATH = {"FieldToMatch": {"UriPath": {}}, "TextTransformations": NONE}
ALL = {"MatchPattern": {"All": {}}, "MatchScope": "ALL", "OversizeHandling": "CONTINUE"}


def rule(statement, name="rule", priority=0, action=None, **more):
    return {"Name": name, "Priority": priority, "Statement": statement, **(action or {"Action": {"Block": {}}}),
            "VisibilityConfig": {**SEEN, "MetricName": name}, **more}


GEO = {"GeoMatchStatement": {"CountryCodes": ["NL", "US"]}}
BYTES = {"ByteMatchStatement": {"SearchString": b"/admin", "PositionalConstraint": "STARTS_WITH", **PATH}}
LABEL = {"LabelMatchStatement": {"Scope": "LABEL", "Key": "seen"}}
RATE = {"RateBasedStatement": {"Limit": 100, "EvaluationWindowSec": 300, "AggregateKeyType": "IP",
                               "ScopeDownStatement": GEO}}
STATEMENTS = (
    GEO, BYTES, RATE, LABEL,
    {"SqliMatchStatement": {"FieldToMatch": {"AllQueryArguments": {}}, "SensitivityLevel": "HIGH",
                            "TextTransformations": [{"Priority": 0, "Type": "URL_DECODE"}]}},
    {"XssMatchStatement": {"FieldToMatch": {"Body": {"OversizeHandling": "CONTINUE"}}, "TextTransformations": NONE}},
    {"SizeConstraintStatement": {"ComparisonOperator": "GT", "Size": 100, "FieldToMatch": {"Headers": ALL},
                                 "TextTransformations": NONE}},
    {"RegexMatchStatement": {"RegexString": "^/v[12]", **PATH}},
    {"AndStatement": {"Statements": [GEO, {"NotStatement": {"Statement": BYTES}}]}},
    {"OrStatement": {"Statements": [GEO, {"AsnMatchStatement": {"AsnList": [64496]}}]}},
    {"RateBasedStatement": {"Limit": 10, "EvaluationWindowSec": 60, "AggregateKeyType": "CUSTOM_KEYS", "CustomKeys": [
        {"HTTPMethod": {}}, {"Header": {"Name": "x-a", "TextTransformations": NONE}}]}},
)
CAPACITIES = (1, 2, 3, 1, 50, 40, 1, 3, 3, 2, 62)  # of the statements above, by the developer guide
ACTIONS = ({"Count": {}}, {"Allow": {}}, {"Captcha": {}}, {"Challenge": {}},
           {"Block": {"CustomResponse": {"ResponseCode": 429}}})
MANAGED = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}
RULES = (
    [rule(STATEMENTS[0])], *([rule(each)] for each in STATEMENTS[1:]),
    *([rule(GEO, action={"Action": each})] for each in ACTIONS),
    [rule(GEO, RuleLabels=[{"Name": "seen"}]), rule(LABEL, "second", 1)],
)
NOW = datetime.now(UTC).replace(microsecond=0)
WINDOW = {"StartTime": NOW - timedelta(hours=1), "EndTime": NOW + timedelta(hours=1)}
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": ["wafv2:GetRuleGroup"]}]})
KINDS = {"IPSet": "set", "RegexPatternSet": "patterns", "RuleGroup": "group", "WebACL": "acl"}

declared = Declared("wafv2", {
    "Scope": Samples(SCOPE), "Description": Samples("words", "other words"),
    **{f"Create{kind}.Name": Unique("made") for kind in KINDS},
    **{f"{verb}{kind}.{name}": Ref(fixture, name) for kind, fixture in KINDS.items()
       for verb in ("Get", "Update", "Delete") for name in ("Name", "Id")},
    **{f"{verb}{kind}.LockToken": Ref(fixture, "LockToken") for kind, fixture in KINDS.items()
       for verb in ("Update", "Delete")},
    "GetRuleGroup.ARN": Leave("in place of name, scope and id"),
    "GetWebACL.ARN": Leave("in place of name, scope and id"),
    "Tags": Samples([{"Key": "a", "Value": "1"}], [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]),
    "TagKeys": Samples(["k"], ["k", "unknown"]), "ResourceARN": Ref("set", "ARN"),
    "CreateIPSet.IPAddressVersion": Samples("IPV4"),
    "Addresses": Samples(["192.0.2.0/24"], ["192.0.2.44/32", "198.51.100.0/24"], []),
    "RegularExpressionList": Samples([{"RegexString": "a+b"}], [{"RegexString": "^x"}, {"RegexString": "(?i)y"}]),
    "Rules": Samples(*RULES), "CreateRuleGroup.Capacity": Samples(500, 100),
    "VisibilityConfig": Samples(SEEN, {**SEEN, "CloudWatchMetricsEnabled": True, "SampledRequestsEnabled": False}),
    "DefaultAction": Samples({"Allow": {}}, {"Block": {}}, {"Block": {"CustomResponse": {"ResponseCode": 404}}}),
    "CustomResponseBodies": Samples({"body": {"ContentType": "TEXT_PLAIN", "Content": "no"}}),
    "CaptchaConfig": Samples({"ImmunityTimeProperty": {"ImmunityTime": 600}}),
    "ChallengeConfig": Samples({"ImmunityTimeProperty": {"ImmunityTime": 900}}),
    "CreateAPIKey.TokenDomains": Samples(["example.com"], ["example.com", "a.example.org"]),
    "TokenDomains": Samples(["example.com"]),
    "AssociationConfig": Samples({"RequestBody": {"CLOUDFRONT": {"DefaultSizeInspectionLimit": "KB_32"}}}),
    "DataProtectionConfig": Samples({"DataProtections": [
        {"Field": {"FieldType": "SINGLE_HEADER", "FieldKeys": ["cookie"]}, "Action": "HASH"}]}),
    "OnSourceDDoSProtectionConfig": Samples({"ALBLowReputationMode": "ACTIVE_UNDER_DDOS"}),
    "ApplicationConfig": Samples({"Attributes": [{"Name": "a", "Values": ["b"]}]}),
    "MonetizationConfig": Leave("payments need a provider"),
    "Name": Leave("in place of an ARN"),
    "AssociateWebACL.WebACLArn": Ref("acl", "ARN"), "AssociateWebACL.ResourceArn": Ref("balancer", "LoadBalancerArn"),
    "DisassociateWebACL.ResourceArn": Ref("protected", "LoadBalancerArn"),
    "GetWebACLForResource.ResourceArn": Ref("protected", "LoadBalancerArn"),
    "ListResourcesForWebACL.WebACLArn": Ref("protected", "ARN"),
    "ResourceType": Samples("APPLICATION_LOAD_BALANCER"),
    "WebACLArn": Ref("acl", "ARN"), "WebACLLockToken": Ref("acl", "LockToken"), "WebAclArn": Ref("acl", "ARN"),
    "RuleMetricName": Samples("rate", "Default_Action"), "MaxItems": Samples(100, 1),
    "TimeWindow": Samples(WINDOW), "WebACLName": Ref("acl", "Name"), "WebACLId": Ref("acl", "Id"),
    "RuleName": Samples("rate"), "RuleGroupRuleName": Leave("for rules inside of a rule group"),
    "PutPermissionPolicy.ResourceArn": Ref("group", "ARN"), "Policy": Samples(POLICY),
    "GetPermissionPolicy.ResourceArn": Ref("shared", "ARN"), "DeletePermissionPolicy.ResourceArn": Ref("shared", "ARN"),
    "LoggingConfiguration": Ref("acl", "Logging"), "GetLoggingConfiguration.ResourceArn": Ref("logged", "ARN"),
    "DeleteLoggingConfiguration.ResourceArn": Ref("logged", "ARN"),
    "LogType": Samples("WAF_LOGS"), "LogScope": Samples("CUSTOMER"),
    "APIKey": Ref("key", "APIKey"), "VendorName": Samples("AWS"),
    "DescribeManagedRuleGroup.Name": Samples("AWSManagedRulesCommonRuleSet", "AWSManagedRulesAmazonIpReputationList"),
    "ListAvailableManagedRuleGroupVersions.Name": Samples("AWSManagedRulesCommonRuleSet"),
    "VersionName": Leave("a version comes from an answer"), "Platform": Samples("IOS", "ANDROID"),
    "Currency": Samples("USDC"), "Filters": Leave("nothing is paid for here, so there is nothing to filter"),
    "GetTopPathStatisticsByTraffic.Limit": Samples(10, 1), "NumberOfTopTrafficBotsPerPath": Samples(1, 5),
    "UriPathPrefix": Samples("/"), "BotCategory": Samples("ai"), "BotOrganization": Samples("org"),
    "BotName": Samples("bot"), "Limit": Samples(100, 1), "SortBy": Leave("there is nothing to sort"),
    "SortOrder": Leave("there is nothing to sort"), "GroupBy": Leave("there is nothing to group"),
    "NextMarker": Leave("a marker comes from an answer; sequences follow pages"),
})  # fmt: skip
declared.hints.always.update({f"Get{kind}": ("Name", "Scope", "Id") for kind in ("RuleGroup", "WebACL")})
declared.before.update(
    ListIPSets=("set",), ListRegexPatternSets=("patterns",), ListRuleGroups=("group",), ListWebACLs=("acl",),
    ListLoggingConfigurations=("logged",), ListAPIKeys=("key",),
)
VENDORS = "rule sets for sale are vendors' of AWS Marketplace"
SDK = "releases of AWS's mobile SDK are not this emulator's to give out: a probe tells so"
declared.left_out.update(
    GetManagedRuleSet=VENDORS, PutManagedRuleSetVersions=VENDORS, UpdateManagedRuleSetVersionExpiryDate=VENDORS,
    GetMobileSdkRelease=SDK, GenerateMobileSdkReleaseUrl=SDK,
)


def absent(world):
    id = "01234567-89ab-4def-8123-456789abcdef"
    base = f"arn:aws:wafv2:{world.region}:{world.account}:regional"
    lb = f"arn:aws:elasticloadbalancing:{world.region}:{world.account}:loadbalancer/app/absent/0123456789abcdef"
    return {"Name": "absent", "Id": id, "LockToken": id, "ARN": f"{base}/webacl/absent/{id}", "LoadBalancerArn": lb,
            "APIKey": "A" * 144, "Logging": {"ResourceArn": f"{base}/webacl/absent/{id}",
                                             "LogDestinationConfigs": ["arn:aws:s3:::aws-waf-logs-absent"]}}


def absent_set(world):
    return {**absent(world), "ARN": absent(world)["ARN"].replace("/webacl/", "/ipset/")}


def absent_group(world):
    return {**absent(world), "ARN": absent(world)["ARN"].replace("/webacl/", "/rulegroup/")}


def made(world, kind, **given):
    name = world.unique("fixture")
    found = world.ask(f"Create{kind}", {"Name": name, "Scope": SCOPE, "Tags": TAG_LIST, **given})["Summary"]
    return {**{member: found[member] for member in ("Name", "Id", "LockToken", "ARN")}, "Tags": TAGS}


def dropping(kind):
    def drop(world, fields):
        named = {"Name": fields["Name"], "Scope": SCOPE, "Id": fields["Id"]}
        token = world.ask(f"Get{kind}", named)["LockToken"]
        world.ask(f"Delete{kind}", {**named, "LockToken": token})

    return drop


@declared.fixture("set", dropping("IPSet"), absent_set, GONE)
def ip_set(world):
    world.unknown("GetIPSet", {"Name": "absent", "Scope": SCOPE, "Id": absent(world)["Id"]})
    return made(world, "IPSet", IPAddressVersion="IPV4", Addresses=["192.0.2.0/24"], Description="words")


@declared.fixture("patterns", dropping("RegexPatternSet"), absent, GONE)
def patterns(world):
    return made(world, "RegexPatternSet", RegularExpressionList=[{"RegexString": "a+b"}], Description="words")


@declared.fixture("group", dropping("RuleGroup"), absent_group, GONE)
def group(world):
    return made(world, "RuleGroup", Capacity=500, VisibilityConfig=SEEN, Description="words", Rules=[
        rule(GEO, RuleLabels=[{"Name": "seen"}]), rule(LABEL, "second", 1)])


ACL_RULES = [rule(RATE, "rate"), rule(MANAGED, "managed", 1, {"OverrideAction": {"None": {}}})]


@declared.fixture("acl", dropping("WebACL"), absent, GONE)
def acl(world):
    world.unknown("GetWebACL", {"Name": "absent", "Scope": SCOPE, "Id": absent(world)["Id"]})
    found = made(world, "WebACL", DefaultAction={"Allow": {}}, VisibilityConfig=SEEN, Rules=ACL_RULES,
                 Description="words")
    return {**found, "Logging": {"ResourceArn": found["ARN"],
                                 "LogDestinationConfigs": ["arn:aws:s3:::aws-waf-logs-conformance"],
                                 "RedactedFields": [{"SingleHeader": {"Name": "cookie"}}]}}


def drop_balancer(world, fields):
    world.ask("DeleteLoadBalancer", {"LoadBalancerArn": fields["LoadBalancerArn"]}, service="elbv2")


@declared.fixture("balancer", drop_balancer, absent, GONE)
def balancer(world):
    found = world.ask("CreateLoadBalancer", {"Name": world.unique("lb"), "Subnets": [
        "subnet-0a1b2c3d", "subnet-1a1b2c3d"]}, service="elbv2")["LoadBalancers"][0]
    return {"LoadBalancerArn": found["LoadBalancerArn"]}


def drop_protected(world, fields):
    world.ask("DisassociateWebACL", {"ResourceArn": fields["LoadBalancerArn"]})
    drop_balancer(world, fields)
    dropping("WebACL")(world, fields)


@declared.fixture("protected", drop_protected, absent, GONE)
def protected(world):
    found = {**acl(world), **balancer(world)}
    world.ask("AssociateWebACL", {"WebACLArn": found["ARN"], "ResourceArn": found["LoadBalancerArn"]})
    return found


@declared.fixture("shared", dropping("RuleGroup"), absent_group, GONE)
def shared(world):
    found = group(world)
    world.ask("PutPermissionPolicy", {"ResourceArn": found["ARN"], "Policy": POLICY})
    return found


@declared.fixture("logged", dropping("WebACL"), absent, GONE)
def logged(world):
    found = acl(world)
    world.ask("PutLoggingConfiguration", {"LoggingConfiguration": found["Logging"]})
    return found


@declared.fixture("key", lambda world, fields: world.ask("DeleteAPIKey", {"Scope": SCOPE, "APIKey": fields["APIKey"]}),
                  absent, GONE)
def key(world):
    return {"APIKey": world.ask("CreateAPIKey", {"Scope": SCOPE, "TokenDomains": ["example.com"]})["APIKey"]}


STALE = Error("WAFOptimisticLockException", 400,
              "AWS WAF couldn\u2019t save your changes because someone changed the resource after you started to edit "
              "it. Reapply your changes.")
declared.errors.update({(f"{verb}{kind}", "LockToken"): STALE for kind in KINDS for verb in ("Update", "Delete")})
declared.errors["DeleteFirewallManagerRuleGroups", "WebACLLockToken"] = STALE
# A description that nobody gave is told as an empty text, which the model does not allow (recorded answers have it).
declared.loose.add("description")
