"""What proves that AWS WAF tells what it gives by itself: samples, statistics, managed rule groups, releases."""

from conformance.services.wafv2.checks import NOBODY, body
from conformance.services.wafv2.fixtures import SCOPE, declared


@declared.check("GetSampledRequests")
def nothing_sampled(proof, world, given, answer):
    proof.holds("answer", {"SampledRequests": [], "PopulationSize": 0}, answer)
    proof.equal("EndTime", given["TimeWindow"]["EndTime"], answer["TimeWindow"]["EndTime"])


@declared.check("GetTopPathStatisticsByTraffic")
def no_traffic(proof, world, given, answer):
    proof.equal("answer", {"PathStatistics": [], "TotalRequestCount": 0, "TopCategories": []}, body(answer))


@declared.check("GetRateBasedStatementManagedKeys")
def nobody_held(proof, world, given, answer):
    proof.equal("answer", {f"ManagedKeysIPV{each}": {"IPAddressVersion": f"IPV{each}", "Addresses": []}
                           for each in (4, 6)}, body(answer))
    proof.refused("GetRateBasedStatementManagedKeys", {**given, "RuleName": "managed"}, "WAFNonexistentItemException")


@declared.check("ListAvailableManagedRuleGroups")
def groups_told(proof, world, given, answer):
    if "Limit" in given:
        proof.pages("ListAvailableManagedRuleGroups", given, "ManagedRuleGroups", ("NextMarker", "NextMarker"), "Name")
    proof.true("ManagedRuleGroups", answer["ManagedRuleGroups"], "never empty", answer["ManagedRuleGroups"])
    proof.present("ManagedRuleGroups.VersioningSupported")
    if given.get("Limit") != 1:
        rows = {each["Name"]: each for each in answer["ManagedRuleGroups"]}
        proof.holds("group", {"VendorName": "AWS", "Name": "AWSManagedRulesSQLiRuleSet"},
                    rows.get("AWSManagedRulesSQLiRuleSet"))
        proof.true("Description", all(each.get("Description") for each in rows.values()), "of every group", rows)


@declared.check("ListAvailableManagedRuleGroupVersions")
def versions_told(proof, world, given, answer):
    names = [each["Name"] for each in answer["Versions"]]
    proof.true("CurrentDefaultVersion", answer["CurrentDefaultVersion"] in names, str(names), answer)
    proof.present("Versions.LastUpdateTimestamp")
    proof.refused("ListAvailableManagedRuleGroupVersions", {**given, "Name": "Absent"}, "WAFNonexistentItemException")


DESCRIBED = {"AWSManagedRulesCommonRuleSet": (700, "core-rule-set", "NoUserAgent_HEADER", "Block"),
             "AWSManagedRulesAmazonIpReputationList": (25, "amazon-ip-list", "AWSManagedIPDDoSList", "Count")}


@declared.check("DescribeManagedRuleGroup")
def group_described(proof, world, given, answer):
    capacity, label, name, action = DESCRIBED[given["Name"]]
    namespace = f"awswaf:managed:aws:{label}:"
    proof.holds("group", {"Capacity": capacity, "LabelNamespace": namespace}, answer)
    proof.true("Rules", {"Name": name, "Action": {action: {}}} in answer["Rules"], name, answer["Rules"])
    proof.true("AvailableLabels", {"Name": namespace + name} in answer["AvailableLabels"], name,
               answer["AvailableLabels"])
    proof.present("VersionName")


@declared.check("DescribeAllManagedProducts", "DescribeManagedProductsByVendor")
def products_told(proof, world, given, answer):
    rows = {each["ManagedRuleSetName"]: each for each in answer["ManagedProducts"]}
    proof.holds("product", {"VendorName": "AWS", "IsAdvancedManagedRuleSet": True},
                rows.get("AWSManagedRulesBotControlRuleSet"))
    proof.present("ManagedProducts.ProductDescription", "ManagedProducts.IsVersioningSupported")


@declared.check("GetRevenueStatisticsSummary")
def nothing_paid(proof, world, given, answer):
    proof.holds("RevenueBreakdown", {"Currency": given["Currency"], "TotalAmount": "0", "TotalSettled": 0,
                                     "VerifiedAmount": "0", "UnverifiedAmount": "0", "TotalMonetizeServed": 0},
                answer["RevenueBreakdown"])


@declared.check("GetRevenueStatistics")
def no_sources(proof, world, given, answer):
    wanted = "SourceStatistics" if given["StatisticType"] == "TOP_SOURCES_BY_REVENUE" else "RevenuePathStatistics"
    proof.equal("statistics", {wanted: []}, body(answer))
    refused_backwards(proof, "GetRevenueStatistics", given)


def refused_backwards(proof, operation, given):
    """What has nothing to tell shows that it looked: a window that ends before it begins is refused."""
    start, end = given["TimeWindow"]["StartTime"], given["TimeWindow"]["EndTime"]
    proof.refused(operation, {**given, "TimeWindow": {"StartTime": end, "EndTime": start}},
                  "WAFInvalidParameterException")


def empty(operation, member):
    @declared.check(operation)
    def nothing(proof, world, given, answer):
        proof.equal(member, {member: []}, body(answer))
        if "TimeWindow" in given:
            refused_backwards(proof, operation, given)
        elif operation == "ListManagedRuleSets":
            proof.refused("GetManagedRuleSet", {"Name": "absent", "Scope": SCOPE, "Id": NOBODY},
                          "WAFNonexistentItemException")
        else:
            proof.refused("GetMobileSdkRelease", {"Platform": given["Platform"], "ReleaseVersion": "1.0.0"},
                          "WAFNonexistentItemException")


empty("GetRevenueStatisticsTimeSeries", "DataPoints")
empty("ListSettlementRecords", "Settlements")
empty("ListManagedRuleSets", "ManagedRuleSets")
empty("ListMobileSdkReleases", "ReleaseSummaries")
