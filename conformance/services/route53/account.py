"""What proves that lists, counts, limits, tags and places are told rightly."""

from conformance.services.readback import tagged
from conformance.services.route53.base import bare, declared


def _listing(operation, at):
    """A page is no longer than asked for, and says how long it could have been."""

    @declared.check(operation)
    def check(proof, world, given, answer):
        limit = given.get("MaxItems", "100")
        proof.equal("MaxItems", limit, answer["MaxItems"])
        proof.true(at, len(answer[at]) <= int(limit), f"at most {limit}", len(answer[at]))


for _operation, _at in (
    ("ListHostedZones", "HostedZones"), ("ListHostedZonesByName", "HostedZones"), ("ListHealthChecks", "HealthChecks"),
    ("ListReusableDelegationSets", "DelegationSets"), ("ListResourceRecordSets", "ResourceRecordSets"),
    ("ListTrafficPolicies", "TrafficPolicySummaries"), ("ListTrafficPolicyVersions", "TrafficPolicies"),
    ("ListTrafficPolicyInstances", "TrafficPolicyInstances"), ("ListGeoLocations", "GeoLocationDetailsList"),
    ("ListTrafficPolicyInstancesByHostedZone", "TrafficPolicyInstances"),
    ("ListTrafficPolicyInstancesByPolicy", "TrafficPolicyInstances"), ("ListHostedZonesByVPC", "HostedZoneSummaries"),
):
    _listing(_operation, _at)


def _counted(operation, member, listing, at, fixture):
    @declared.check(operation)
    def check(proof, world, given, answer):
        ids = [bare(each["Id"]) for each in proof.read(listing, {})[at]]
        proof.equal(member, len(ids), answer[member])
        proof.equal(at, [], [id for id in [world.fixture(fixture)["Id"]] if id not in ids])
        proof.equal("once each", len(set(ids)), len(ids))
        wrong = world.refusal(f"Get{listing[4:-1]}", {LOOK[fixture]: world.fixture(fixture)["Id"] + "0"})
        proof.true("another", wrong[0] >= 400, "refused", wrong)


LOOK = {"zone": "Id", "check": "HealthCheckId", "instance": "Id"}
_counted("GetHostedZoneCount", "HostedZoneCount", "ListHostedZones", "HostedZones", "zone")
_counted("GetHealthCheckCount", "HealthCheckCount", "ListHealthChecks", "HealthChecks", "check")
_counted("GetTrafficPolicyInstanceCount", "TrafficPolicyInstanceCount", "ListTrafficPolicyInstances",
         "TrafficPolicyInstances", "instance")

LIMITS = {
    "MAX_HEALTH_CHECKS_BY_OWNER": 200, "MAX_HOSTED_ZONES_BY_OWNER": 500, "MAX_TRAFFIC_POLICY_INSTANCES_BY_OWNER": 5,
    "MAX_REUSABLE_DELEGATION_SETS_BY_OWNER": 100, "MAX_TRAFFIC_POLICIES_BY_OWNER": 50, "MAX_RRSETS_BY_ZONE": 10000,
    "MAX_VPCS_ASSOCIATED_BY_ZONE": 300, "MAX_ZONES_BY_REUSABLE_DELEGATION_SET": 100,
}  # fmt: skip


@declared.check("GetAccountLimit", "GetHostedZoneLimit", "GetReusableDelegationSetLimit")
def limits_told(proof, world, given, answer):
    proof.equal("Limit", {"Type": given["Type"], "Value": LIMITS[given["Type"]]}, answer["Limit"])
    counts = {"MAX_RRSETS_BY_ZONE": 2, "MAX_VPCS_ASSOCIATED_BY_ZONE": 1, "MAX_ZONES_BY_REUSABLE_DELEGATION_SET": 0}
    if given["Type"] in counts:
        proof.equal("Count", counts[given["Type"]], answer["Count"])
    if given["Type"] == "MAX_HOSTED_ZONES_BY_OWNER":
        proof.equal("Count", proof.read("GetHostedZoneCount", {})["HostedZoneCount"], answer["Count"])


@declared.check("GetCheckerIpRanges")
def ranges_told(proof, world, given, answer):
    proof.true("CheckerIpRanges", len(answer["CheckerIpRanges"]) > 8 and all(
        each.count("/") == 1 for each in answer["CheckerIpRanges"]), "CIDR blocks", answer)


tagged(declared, "ChangeTagsForResource", "ChangeTagsForResource", "ListTagsForResource",
       by=("ResourceType", "ResourceId"), fixture="zone", at="ResourceTagSet.Tags", tags="AddTags",
       keys="RemoveTagKeys")  # fmt: skip


@declared.check("ListTagsForResources", "ListTagsForResource")
def tags_told(proof, world, given, answer):
    made = world.fixture("zone")
    found = answer.get("ResourceTagSets", [answer.get("ResourceTagSet")])
    proof.equal("tags", [{"ResourceType": "hostedzone", "ResourceId": made["Id"], "Tags": [
        {"Key": "k", "Value": "v"}]}], found)


@declared.check("GetGeoLocation")
def location_told(proof, world, given, answer):
    wanted = {"ContinentCode": "EU", "ContinentName": "Europe"} if given else {
        "CountryCode": "*", "CountryName": "Default"}
    proof.equal("GeoLocationDetails", wanted, answer["GeoLocationDetails"])


@declared.check("ListGeoLocations")
def locations_told(proof, world, given, answer):
    proof.equal("first", {"ContinentCode": "AF", "ContinentName": "Africa"}, answer["GeoLocationDetailsList"][0])
    proof.equal("IsTruncated", True, answer["IsTruncated"])
    proof.true("next", "NextContinentCode" in answer or "NextCountryCode" in answer, "the next place", answer)
