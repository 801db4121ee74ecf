"""Sets, rules, locks, capacity, associations, logging."""

from conformance.probes import probe
from conformance.services.wafv2.fixtures import GEO, SEEN, rule

API = "https://docs.aws.amazon.com/waf/latest/APIReference/"
GUIDE = "https://docs.aws.amazon.com/waf/latest/developerguide/"
GONE = "AWS WAF couldn\u2019t perform the operation because your resource doesn\u2019t exist."


def ip_set(trial, **given):
    name = trial.unique("set")
    made = trial.ask("CreateIPSet", **{"Name": name, "Scope": "REGIONAL", "IPAddressVersion": "IPV4",
                                       "Addresses": ["192.0.2.0/24"], **given})["Summary"]
    return {"Name": name, "Scope": "REGIONAL", "Id": made["Id"]}, made


def acl(trial, *rules, **given):
    name = trial.unique("acl")
    made = trial.ask("CreateWebACL", **{"Name": name, "Scope": "REGIONAL", "DefaultAction": {"Allow": {}},
                                        "VisibilityConfig": SEEN, "Rules": list(rules), **given})["Summary"]
    return {"Name": name, "Scope": "REGIONAL", "Id": made["Id"]}, made


def capacity(trial, statement, **more):
    return trial.ask("CheckCapacity", Scope="REGIONAL", Rules=[rule(statement, **more)])["Capacity"]


def matching(constraint, *transformations, field=None):
    return {"ByteMatchStatement": {
        "SearchString": b"x", "PositionalConstraint": constraint, "FieldToMatch": field or {"UriPath": {}},
        "TextTransformations": [{"Priority": place, "Type": kind} for place, kind in enumerate(transformations)]}}


@probe("wafv2", "UpdateIPSet", "A change under an old lock token is refused", API + "API_UpdateIPSet.html")
def old_locks(trial):
    named, made = ip_set(trial)
    token = trial.ask("UpdateIPSet", **named, LockToken=made["LockToken"], Addresses=[])["NextLockToken"]
    trial.refused("UpdateIPSet", "WAFOptimisticLockException", 400, **named, LockToken=made["LockToken"], Addresses=[])
    trial.ask("DeleteIPSet", **named, LockToken=token)


@probe("wafv2", "CreateIPSet", "A name is unique within its scope", API + "API_CreateIPSet.html")
def names_are_unique(trial):
    named, made = ip_set(trial)
    trial.refused("CreateIPSet", "WAFDuplicateItemException", 400, Name=named["Name"], Scope="REGIONAL",
                  IPAddressVersion="IPV4", Addresses=[])
    trial.ask("DeleteIPSet", **named, LockToken=made["LockToken"])


@probe("wafv2", "CreateIPSet", "An IP set holds networks in CIDR notation, but not all addresses at once",
       API + "API_IPSet.html")
def networks_only(trial):
    for address in ("192.0.2.1", "0.0.0.0/0"):
        trial.refused("CreateIPSet", "WAFInvalidParameterException", 400, Name=trial.unique("set"), Scope="REGIONAL",
                      IPAddressVersion="IPV4", Addresses=[address])


@probe("wafv2", "CreateRegexPatternSet", "Patterns have no lookaround", GUIDE + "waf-regex-pattern-support.html")
def no_lookaround(trial):
    trial.refused("CreateRegexPatternSet", "WAFInvalidParameterException", 400, Name=trial.unique("set"),
                  Scope="REGIONAL", RegularExpressionList=[{"RegexString": "a(?=b)"}])


@probe("wafv2", "CheckCapacity", "A match that looks anywhere costs 10 units, one at an end 2",
       GUIDE + "waf-rule-statement-type-string-match.html")
def capacity_of_positions(trial):
    found = [capacity(trial, matching(each, "NONE")) for each in ("EXACTLY", "STARTS_WITH", "CONTAINS")]
    assert found == [2, 2, 10], found


@probe("wafv2", "CheckCapacity", "Each text transformation costs 10 units",
       GUIDE + "waf-rule-statement-transformation.html")
def capacity_of_transformations(trial):
    assert capacity(trial, matching("EXACTLY", "LOWERCASE", "URL_DECODE")) == 22


@probe("wafv2", "CheckCapacity", "Looking at all query arguments costs 10 units more, at JSON twice as many",
       GUIDE + "waf-rule-statement-type-string-match.html")
def capacity_of_fields(trial):
    json = {"JsonBody": {"MatchPattern": {"All": {}}, "MatchScope": "ALL"}}
    found = [capacity(trial, matching("EXACTLY", "NONE", field=each)) for each in ({"AllQueryArguments": {}}, json)]
    assert found == [12, 4], found


@probe("wafv2", "CheckCapacity", "A rate costs 2 units, 30 more for each custom key",
       GUIDE + "waf-rule-statement-type-rate-based.html")
def capacity_of_rates(trial):
    keys = [{"IP": {}}, {"HTTPMethod": {}}]
    plain = {"RateBasedStatement": {"Limit": 100, "AggregateKeyType": "IP", "ScopeDownStatement": GEO}}
    custom = {"RateBasedStatement": {"Limit": 100, "AggregateKeyType": "CUSTOM_KEYS", "CustomKeys": keys}}
    assert [capacity(trial, each) for each in (plain, custom)] == [3, 62]


@probe("wafv2", "CreateRuleGroup", "A rule group's rules fit into the capacity that it was made with",
       API + "API_CreateRuleGroup.html")
def groups_have_room(trial):
    trial.refused("CreateRuleGroup", "WAFLimitsExceededException", 400, Name=trial.unique("group"), Scope="REGIONAL",
                  Capacity=1, VisibilityConfig=SEEN, Rules=[rule(GEO), rule(GEO, "second", 1)])


@probe("wafv2", "CreateWebACL", "Rules of a web ACL have priorities of their own", API + "API_Rule.html")
def priorities_differ(trial):
    trial.refused("CreateWebACL", "WAFInvalidParameterException", 400, Name=trial.unique("acl"), Scope="REGIONAL",
                  DefaultAction={"Allow": {}}, VisibilityConfig=SEEN, Rules=[rule(GEO), rule(GEO, "second", 0)])


@probe("wafv2", "CreateWebACL", "What a rule refers to must exist", API + "API_CreateWebACL.html")
def references_exist(trial):
    absent = "arn:aws:wafv2:us-east-1:111122223333:regional/ipset/none/01234567-89ab-4def-8123-456789abcdef"
    trial.refused("CreateWebACL", "WAFNonexistentItemException", 400, GONE, Name=trial.unique("acl"),
                  Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=SEEN,
                  Rules=[rule({"IPSetReferenceStatement": {"ARN": absent}})])


@probe("wafv2", "DeleteIPSet", "An IP set that a rule refers to can't be deleted", API + "API_DeleteIPSet.html")
def sets_in_use_stay(trial):
    named, made = ip_set(trial)
    named_acl, made_acl = acl(trial, rule({"IPSetReferenceStatement": {"ARN": made["ARN"]}}))
    trial.refused("DeleteIPSet", "WAFAssociatedItemException", 400, **named, LockToken=made["LockToken"])
    trial.ask("DeleteWebACL", **named_acl, LockToken=made_acl["LockToken"])
    trial.ask("DeleteIPSet", **named, LockToken=made["LockToken"])


@probe("wafv2", "DeleteWebACL", "A web ACL that protects a resource can't be deleted", API + "API_DeleteWebACL.html")
def acls_in_use_stay(trial):
    made = trial.fixture("protected")
    token = trial.ask("GetWebACL", Name=made["Name"], Scope="REGIONAL", Id=made["Id"])["LockToken"]
    trial.refused("DeleteWebACL", "WAFAssociatedItemException", 400, Name=made["Name"], Scope="REGIONAL",
                  Id=made["Id"], LockToken=token)


@probe("wafv2", "PutLoggingConfiguration", "Destinations of logs have names that begin with aws-waf-logs-",
       GUIDE + "logging-s3.html")
def destinations_have_a_prefix(trial):
    trial.refused("PutLoggingConfiguration", "WAFInvalidParameterException", 400, LoggingConfiguration={
        "ResourceArn": trial.fixture("acl")["ARN"], "LogDestinationConfigs": ["arn:aws:s3:::another-name"]})


@probe("wafv2", "GetWebACL", "An id is found under its own name only", API + "API_GetWebACL.html")
def ids_belong_to_names(trial):
    made = trial.fixture("acl")
    trial.refused("GetWebACL", "WAFNonexistentItemException", 400, GONE,
                  Name="another", Scope="REGIONAL", Id=made["Id"])


@probe("wafv2", "ListWebACLs", "CloudFront's web ACLs are kept in us-east-1",
       GUIDE + "how-aws-waf-works-resources.html")
def cloudfront_is_in_one_region(trial):
    answer = trial.world.elsewhere("eu-west-1").call("ListWebACLs", {"Scope": "CLOUDFRONT"})
    assert answer.code == "WAFInvalidParameterException", answer


@probe("wafv2", "ListMobileSdkReleases", "Releases of the mobile SDK can be listed and downloaded",
       API + "API_ListMobileSdkReleases.html",
       cause="the releases are AWS's own programs, which only it gives out")
def mobile_sdk(trial):
    assert trial.ask("ListMobileSdkReleases", Platform="IOS")["ReleaseSummaries"], "no release is listed"


@probe("wafv2", "ListAvailableManagedRuleGroups", "AWS's own managed rules, and those that vendors sell, are available",
       GUIDE + "aws-managed-rule-groups.html",
       cause="AWS and the vendors keep the contents of their rules to themselves; those here are written to the same "
             "descriptions")
def managed_rules_are_awss(trial):
    rows = trial.ask("ListAvailableManagedRuleGroups", Scope="REGIONAL", Limit=100)["ManagedRuleGroups"]
    assert not any("emulator" in each["Description"] for each in rows), "they are the emulator's own"
