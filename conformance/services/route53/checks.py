"""What proves that Route 53's calls did their work."""

from functools import partial

from conformance.services.readback import gone, repeated, tagged, told
from conformance.services.route53.base import OTHER, VPC, bare, declared, drop_zone


def named(*operations):
    """As ``declared.check``, for a function that is told the operation first."""

    def keep(function):
        for operation in operations:
            declared.check(operation)(partial(function, operation))
        return function

    return keep


# Zones


@declared.check("CreateHostedZone")
def zone_stands(proof, world, given, answer):
    zone = answer["HostedZone"]
    private = "VPC" in given
    comment = given.get("HostedZoneConfig", {}).get("Comment")
    wanted = {"Name": given["Name"] + ("" if given["Name"].endswith(".") else "."), "ResourceRecordSetCount": 2,
              "CallerReference": given["CallerReference"], "Config": {"PrivateZone": private} | (
                  {"Comment": comment} if comment else {})}
    found = proof.read("GetHostedZone", {"Id": bare(zone["Id"])})
    proof.holds("HostedZone", wanted, zone)
    proof.equal("GetHostedZone", zone, found["HostedZone"])
    proof.true("Location", answer["Location"].endswith(zone["Id"]), "ends in the id", answer["Location"])
    if private:
        proof.equal("VPCs", [VPC], found.get("VPCs"))
        proof.equal("VPC", VPC, answer.get("VPC"))
    else:
        proof.equal("NameServers", answer["DelegationSet"]["NameServers"], found["DelegationSet"]["NameServers"])
        proof.equal("servers", 4, len(answer["DelegationSet"]["NameServers"]))
    if "DelegationSetId" in given:
        made = world.fixture("set")
        proof.equal("DelegationSet", (made["FullId"], sorted(made["NameServers"])), (
            answer["DelegationSet"].get("Id"), sorted(answer["DelegationSet"]["NameServers"])))
    _pending(proof, answer)


def _pending(proof, answer):
    change = proof.read("GetChange", {"Id": bare(answer["ChangeInfo"]["Id"])})["ChangeInfo"]
    proof.equal("ChangeInfo", {**answer["ChangeInfo"], "Status": ""}, {**change, "Status": ""})
    proof.true("Status", answer["ChangeInfo"]["Status"] == "PENDING" and change["Status"] in ("PENDING", "INSYNC"),
               "PENDING at first", change["Status"])


declared.undo["CreateHostedZone"] = lambda world, given, answer: drop_zone(
    world, {"Id": bare(answer["HostedZone"]["Id"])})


@declared.check(
    "AssociateVPCWithHostedZone", "DisassociateVPCFromHostedZone", "ChangeResourceRecordSets", "CreateKeySigningKey",
    "ActivateKeySigningKey", "DeactivateKeySigningKey", "DeleteKeySigningKey", "EnableHostedZoneDNSSEC",
    "DisableHostedZoneDNSSEC", "DeleteHostedZone",
)  # fmt: skip
def change_stands(proof, world, given, answer):
    _pending(proof, answer)
    comment = given.get("Comment") or given.get("ChangeBatch", {}).get("Comment")
    proof.equal("ChangeInfo.Comment", comment or None, answer["ChangeInfo"].get("Comment"))


@declared.check("GetHostedZone")
def zone_told(proof, world, given, answer):
    made = world.fixture("zone")
    proof.holds("HostedZone", {"Id": f"/hostedzone/{made['Id']}", "Name": f"{made['Name']}.", "Config": {
        "Comment": world.tag, "PrivateZone": False}, "ResourceRecordSetCount": 2}, answer["HostedZone"])
    proof.equal("servers", 4, len(answer["DelegationSet"]["NameServers"]))


@declared.check("UpdateHostedZoneComment")
def comment_stands(proof, world, given, answer):
    found = proof.read("GetHostedZone", {"Id": given["Id"]})["HostedZone"]
    proof.equal("HostedZone", found, answer["HostedZone"])
    proof.equal("Comment", given.get("Comment") or None, found["Config"].get("Comment"))


@declared.check("UpdateHostedZoneFeatures")
def features_stand(proof, world, given, answer):
    wanted = {True: "ENABLED", False: "DISABLED", None: None}[given.get("EnableAcceleratedRecovery")]
    found = proof.read("GetHostedZone", {"Id": given["HostedZoneId"]})["HostedZone"]
    proof.equal("Features", wanted, found.get("Features", {}).get("AcceleratedRecoveryStatus"))


gone(declared, "DeleteHostedZone", read="GetHostedZone", by=("Id",), code="NoSuchHostedZone")


def _listing(operation, at, count):
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
    _listing(_operation, _at, None)


@declared.check("ListHostedZones")
def zones_listed(proof, world, given, answer):
    rows = {bare(each["Id"]): each for each in answer["HostedZones"]}
    if given.get("HostedZoneType"):
        proof.equal("public zones", [], [id for id, each in rows.items() if not each["Config"]["PrivateZone"]])
    elif "DelegationSetId" in given:
        proof.equal("HostedZones", {}, rows)
    elif "MaxItems" in given:
        proof.pages("ListHostedZones", given, "HostedZones", ("NextMarker", "Marker"), "Id")
    else:
        made = world.fixture("zone")
        found = proof.read("GetHostedZone", {"Id": made["Id"]})["HostedZone"]
        proof.equal("HostedZones", found, rows.get(made["Id"]))


@declared.check("ListHostedZonesByName")
def zones_by_name(proof, world, given, answer):
    names = [each["Name"] for each in answer["HostedZones"]]
    proof.equal("order", sorted(names, key=lambda name: name.split(".")[::-1]), names)
    if "DNSName" in given:
        proof.equal("HostedZones[0]", f"{given['DNSName']}.", names[0] if names else None)
        proof.equal("DNSName", given["DNSName"], answer.get("DNSName"))


@declared.check("ListHostedZonesByVPC")
def zones_by_vpc(proof, world, given, answer):
    if given.get("MaxItems") == "1":
        proof.pages("ListHostedZonesByVPC", given, "HostedZoneSummaries", ("NextToken", "NextToken"), "HostedZoneId")
        answer = proof.read("ListHostedZonesByVPC", {name: given[name] for name in ("VPCId", "VPCRegion")})
    made = world.fixture("private")
    rows = {each["HostedZoneId"]: each for each in answer["HostedZoneSummaries"]}
    proof.equal("HostedZoneSummaries", {"HostedZoneId": made["Id"], "Name": f"{made['Name']}.", "Owner": {
        "OwningAccount": world.account}}, rows.get(made["Id"]))


@named("AssociateVPCWithHostedZone", "DisassociateVPCFromHostedZone")
def vpcs_stand(operation, proof, world, given, answer):
    found = proof.read("GetHostedZone", {"Id": given["HostedZoneId"]})["VPCs"]
    wanted = [VPC, OTHER] if operation.startswith("Associate") else [VPC]
    proof.equal("VPCs", wanted, found)


@named("CreateVPCAssociationAuthorization", "DeleteVPCAssociationAuthorization",
                "ListVPCAssociationAuthorizations")
def authorizations_stand(operation, proof, world, given, answer):
    found = proof.read("ListVPCAssociationAuthorizations", {"HostedZoneId": given["HostedZoneId"]})
    gone = operation.startswith("Delete")
    proof.equal("VPCs", [] if gone else [OTHER], found["VPCs"])
    proof.equal("HostedZoneId", given["HostedZoneId"], found["HostedZoneId"])


repeated(declared, "CreateVPCAssociationAuthorization", "ListVPCAssociationAuthorizations")


# Records


def _written(name):
    return name if name.endswith(".") else f"{name}."


@declared.check("ChangeResourceRecordSets")
def records_stand(proof, world, given, answer):
    found = proof.read("ListResourceRecordSets", {"HostedZoneId": given["HostedZoneId"]})["ResourceRecordSets"]
    rows = {(each["Name"], each["Type"], each.get("SetIdentifier")): each for each in found}
    for each in given["ChangeBatch"]["Changes"]:
        sent = each["ResourceRecordSet"]
        row = rows.get((_written(sent["Name"]), sent["Type"], sent.get("SetIdentifier")))
        proof.equal(sent["Name"], {**sent, "Name": _written(sent["Name"])}, row)


@declared.check("ListResourceRecordSets")
def records_listed(proof, world, given, answer):
    if given.get("MaxItems") == "1":
        row = answer["ResourceRecordSets"][0]
        proof.equal("next", (True, row["Name"], "SOA"), (
            answer["IsTruncated"], answer.get("NextRecordName"), answer.get("NextRecordType")))
        return
    made = world.fixture("record")
    types = [each["Type"] for each in answer["ResourceRecordSets"]]
    proof.equal("types", ["NS", "SOA", "A"], types)
    proof.equal("record", {"Name": made["Name"], "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]},
                answer["ResourceRecordSets"][-1])
    servers = [each["Value"] for each in answer["ResourceRecordSets"][0]["ResourceRecords"]]
    proof.equal("SOA", f"{servers[0]} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400",
                answer["ResourceRecordSets"][1]["ResourceRecords"][0]["Value"])


@declared.check("TestDNSAnswer")
def answer_told(proof, world, given, answer):
    proof.holds("answer", {"RecordName": given["RecordName"], "RecordType": "A", "RecordData": ["192.0.2.1"],
                           "ResponseCode": "NOERROR", "Protocol": "UDP"}, answer)
    zone = proof.read("GetHostedZone", {"Id": given["HostedZoneId"]})
    proof.true("Nameserver", answer["Nameserver"].rstrip(".") in zone["DelegationSet"]["NameServers"], "one of the "
                                                                                                       "zone's",
               answer["Nameserver"])


@named("CreateResourceRecordSetProtections", "DeleteResourceRecordSetProtections",
                "ListResourceRecordSetProtections")
def protections_stand(operation, proof, world, given, answer):
    found = proof.read("ListResourceRecordSetProtections", {"HostedZoneId": given["HostedZoneId"]})
    wanted = [{**each, "RecordName": _written(each["RecordName"])} for each in given.get("Protections", ())]
    if operation.startswith("Delete"):
        wanted = []
    elif operation.startswith("List"):
        wanted = [{"RecordName": world.fixture("protected")["Name"], "RecordType": "A", "Comment": "stay"}]
        proof.equal("answer", wanted, answer["ResourceRecordSetProtections"])
    proof.equal("ResourceRecordSetProtections", wanted, found["ResourceRecordSetProtections"])
    records = proof.read("ListResourceRecordSets", {"HostedZoneId": given["HostedZoneId"]})["ResourceRecordSets"]
    names = [each["Name"] for each in records if each["Type"] == "A"]
    proof.true("record", len(names) == 1 and names[0].startswith("www."), "is there as before", names)


declared.undo["CreateResourceRecordSetProtections"] = lambda world, given, answer: world.ask(
    "DeleteResourceRecordSetProtections", {"HostedZoneId": given["HostedZoneId"], "Protections": [
        {name: each[name] for name in ("RecordName", "RecordType")} for each in given["Protections"]]})


@declared.check("GetChange")
def change_told(proof, world, given, answer):
    proof.equal("Id", f"/change/{given['Id']}", answer["ChangeInfo"]["Id"])
    proof.true("Status", answer["ChangeInfo"]["Status"] in ("PENDING", "INSYNC"), "PENDING or INSYNC", answer)


# Delegation sets


@declared.check("CreateReusableDelegationSet")
def set_stands(proof, world, given, answer):
    made = answer["DelegationSet"]
    found = proof.read("GetReusableDelegationSet", {"Id": bare(made["Id"])})["DelegationSet"]
    proof.equal("DelegationSet", made, found)
    proof.equal("CallerReference", given["CallerReference"], made["CallerReference"])
    proof.equal("servers", 4, len(made["NameServers"]))
    proof.true("Location", answer["Location"].endswith(made["Id"]), "ends in the id", answer["Location"])
    if "HostedZoneId" in given:
        zone = proof.read("GetHostedZone", {"Id": given["HostedZoneId"]})
        proof.equal("NameServers", sorted(zone["DelegationSet"]["NameServers"]), sorted(made["NameServers"]))


@declared.check("GetReusableDelegationSet")
def set_told(proof, world, given, answer):
    made = world.fixture("set")
    proof.equal("DelegationSet", {"Id": made["FullId"], "NameServers": made["NameServers"],
                                  "CallerReference": made["CallerReference"]}, answer["DelegationSet"])


gone(declared, "DeleteReusableDelegationSet", read="GetReusableDelegationSet", by=("Id",), code="NoSuchDelegationSet")


@declared.check("ListReusableDelegationSets")
def sets_listed(proof, world, given, answer):
    if "MaxItems" in given:
        proof.pages("ListReusableDelegationSets", given, "DelegationSets", ("NextMarker", "Marker"), "Id")
        return
    made = world.fixture("set")
    found = {each["Id"]: each for each in answer["DelegationSets"]}
    proof.equal("DelegationSets", made["NameServers"], found.get(made["FullId"], {}).get("NameServers"))
    proof.present("DelegationSets.CallerReference")


# Health checks


@declared.check("CreateHealthCheck")
def check_stands(proof, world, given, answer):
    made = answer["HealthCheck"]
    proof.holds("HealthCheckConfig", given["HealthCheckConfig"], made["HealthCheckConfig"])
    proof.equal("own", (given["CallerReference"], 1), (made["CallerReference"], made["HealthCheckVersion"]))
    proof.equal("GetHealthCheck", made, proof.read("GetHealthCheck", {"HealthCheckId": made["Id"]})["HealthCheck"])
    proof.true("Location", answer["Location"].endswith(f"/healthcheck/{made['Id']}"), "names the check", answer)


declared.undo["CreateHealthCheck"] = lambda world, given, answer: world.ask(
    "DeleteHealthCheck", {"HealthCheckId": answer["HealthCheck"]["Id"]})


@declared.check("GetHealthCheck")
def check_told(proof, world, given, answer):
    made = world.fixture("check")
    proof.holds("HealthCheck", {
        "Id": made["Id"], "CallerReference": made["CallerReference"], "HealthCheckVersion": 1, "HealthCheckConfig": {
            "IPAddress": "192.0.2.44", "Port": 80, "Type": "HTTP", "ResourcePath": "/", "RequestInterval": 30,
            "FailureThreshold": 3, "Disabled": True, "Inverted": False, "MeasureLatency": False, "EnableSNI": False}},
        answer["HealthCheck"])  # fmt: skip


@declared.check("UpdateHealthCheck")
def check_changed(proof, world, given, answer):
    found = proof.read("GetHealthCheck", {"HealthCheckId": given["HealthCheckId"]})["HealthCheck"]
    proof.equal("GetHealthCheck", found, answer["HealthCheck"])
    proof.equal("HealthCheckVersion", 2, found["HealthCheckVersion"])
    leave = ("HealthCheckId", "HealthCheckVersion", "ResetElements")
    sent = {name: value for name, value in given.items() if name not in leave}
    proof.holds("HealthCheckConfig", sent, found["HealthCheckConfig"])
    if given.get("ResetElements") and "ResourcePath" not in given:
        proof.equal("ResourcePath", None, found["HealthCheckConfig"].get("ResourcePath"))


gone(declared, "DeleteHealthCheck", read="GetHealthCheck", by=("HealthCheckId",), code="NoSuchHealthCheck")


@declared.check("ListHealthChecks")
def checks_listed(proof, world, given, answer):
    made = world.fixture("check")
    if given.get("MaxItems") == "1":
        proof.pages("ListHealthChecks", given, "HealthChecks", ("NextMarker", "Marker"), "Id")
        answer = proof.read("ListHealthChecks", {})
    rows = {each["Id"]: each for each in answer["HealthChecks"]}
    proof.equal("HealthChecks", proof.read("GetHealthCheck", {"HealthCheckId": made["Id"]})["HealthCheck"],
                rows.get(made["Id"]))


@declared.check("GetHealthCheckStatus", "GetHealthCheckLastFailureReason")
def nothing_seen_yet(proof, world, given, answer):
    proof.equal("HealthCheckObservations", [], answer["HealthCheckObservations"])  # the fixture is disabled
    found = proof.read("GetHealthCheck", {"HealthCheckId": given["HealthCheckId"]})["HealthCheck"]
    proof.equal("HealthCheck", (given["HealthCheckId"], True), (
        found["Id"], found["HealthCheckConfig"].get("Disabled")))


# Counts and limits


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


# Tags

tagged(declared, "ChangeTagsForResource", "ChangeTagsForResource", "ListTagsForResource",
       by=("ResourceType", "ResourceId"), fixture="zone", at="ResourceTagSet.Tags", tags="AddTags",
       keys="RemoveTagKeys")  # fmt: skip


@declared.check("ListTagsForResources", "ListTagsForResource")
def tags_told(proof, world, given, answer):
    made = world.fixture("zone")
    found = answer.get("ResourceTagSets", [answer.get("ResourceTagSet")])
    proof.equal("tags", [{"ResourceType": "hostedzone", "ResourceId": made["Id"], "Tags": [
        {"Key": "k", "Value": "v"}]}], found)


# Traffic policies

repeated(declared, "CreateTrafficPolicy", "CreateTrafficPolicyVersion", "UpdateTrafficPolicyComment",
         "GetTrafficPolicy", at="TrafficPolicy")


@named("CreateTrafficPolicy", "CreateTrafficPolicyVersion", "UpdateTrafficPolicyComment")
def policy_stands(operation, proof, world, given, answer):
    made = answer["TrafficPolicy"]
    found = proof.read("GetTrafficPolicy", {"Id": made["Id"], "Version": made["Version"]})["TrafficPolicy"]
    proof.equal("GetTrafficPolicy", made, found)
    wanted = 2 if operation == "CreateTrafficPolicyVersion" else 1
    proof.equal("own", (wanted, "A"), (made["Version"], made["Type"]))
    if "Location" in answer or "Document" in given:
        proof.true("Location", answer["Location"].endswith(f"{made['Id']}/{made['Version']}"), "names it", answer)


declared.undo["CreateTrafficPolicy"] = lambda world, given, answer: world.ask(
    "DeleteTrafficPolicy", {"Id": answer["TrafficPolicy"]["Id"], "Version": 1})
declared.undo["CreateTrafficPolicyVersion"] = lambda world, given, answer: world.ask(
    "DeleteTrafficPolicy", {"Id": given["Id"], "Version": answer["TrafficPolicy"]["Version"]})
told(declared, "GetTrafficPolicy", fixture="policy", names=("Id", "Name"), at="TrafficPolicy")
declared.tells("GetTrafficPolicy", "Comment", "Document", at="TrafficPolicy")
gone(declared, "DeleteTrafficPolicy", read="GetTrafficPolicy", by=("Id", "Version"), code="NoSuchTrafficPolicy")


@declared.check("ListTrafficPolicies")
def policies_listed(proof, world, given, answer):
    if given.get("MaxItems") == "1":
        proof.equal("TrafficPolicySummaries", 1, len(answer["TrafficPolicySummaries"]))
        return
    made = world.fixture("policy")
    rows = {each["Id"]: each for each in answer["TrafficPolicySummaries"]}
    proof.equal("TrafficPolicySummaries", {"Id": made["Id"], "Name": made["Name"], "Type": "A", "LatestVersion": 1,
                                           "TrafficPolicyCount": 1}, rows.get(made["Id"]))


@declared.check("ListTrafficPolicyVersions")
def versions_listed(proof, world, given, answer):
    found = proof.read("GetTrafficPolicy", {"Id": given["Id"], "Version": 1})["TrafficPolicy"]
    proof.equal("TrafficPolicies", [found], answer["TrafficPolicies"])


@declared.check("CreateTrafficPolicyInstance", "UpdateTrafficPolicyInstance")
def instance_stands(proof, world, given, answer):
    made = answer["TrafficPolicyInstance"]
    found = proof.read("GetTrafficPolicyInstance", {"Id": made["Id"]})["TrafficPolicyInstance"]
    proof.equal("GetTrafficPolicyInstance", {**made, "State": ""}, {**found, "State": ""})
    sent = {name: _written(value) if name == "Name" else value for name, value in given.items()}
    proof.holds("TrafficPolicyInstance", {**sent, "TrafficPolicyType": "A", "Message": ""}, made)
    if "Location" in answer or "HostedZoneId" in given:
        proof.true("Location", answer["Location"].endswith(made["Id"]), "names it", answer["Location"])
    records = proof.read("ListResourceRecordSets", {"HostedZoneId": made["HostedZoneId"]})["ResourceRecordSets"]
    proof.true("record", any(each.get("TrafficPolicyInstanceId") == made["Id"] for each in records), "stands", records)


declared.undo["CreateTrafficPolicyInstance"] = lambda world, given, answer: world.ask(
    "DeleteTrafficPolicyInstance", {"Id": answer["TrafficPolicyInstance"]["Id"]})


def _instance(world):
    made = world.fixture("instance")
    return {**made, "TTL": 30, "TrafficPolicyVersion": 1, "TrafficPolicyType": "A", "Message": ""}


@declared.check("GetTrafficPolicyInstance")
def instance_told(proof, world, given, answer):
    proof.holds("TrafficPolicyInstance", _instance(world), answer["TrafficPolicyInstance"])
    proof.true("State", answer["TrafficPolicyInstance"]["State"] in ("Creating", "Applied"), "Creating or Applied")


gone(declared, "DeleteTrafficPolicyInstance", read="GetTrafficPolicyInstance", by=("Id",),
     code="NoSuchTrafficPolicyInstance")


@declared.check("ListTrafficPolicyInstances", "ListTrafficPolicyInstancesByHostedZone",
                "ListTrafficPolicyInstancesByPolicy")
def instances_listed(proof, world, given, answer):
    if given.get("MaxItems") == "1":
        proof.equal("TrafficPolicyInstances", 1, len(answer["TrafficPolicyInstances"]))
        return
    made = _instance(world)
    rows = {each["Id"]: each for each in answer["TrafficPolicyInstances"]}
    proof.holds("TrafficPolicyInstances", made, rows.get(made["Id"]))


# CIDR collections


@declared.check("CreateCidrCollection")
def collection_stands(proof, world, given, answer):
    made = answer["Collection"]
    proof.equal("own", (given["Name"], 1), (made["Name"], made["Version"]))
    proof.true("Arn", made["Arn"].endswith(f":cidrcollection/{made['Id']}"), "names it", made["Arn"])
    proof.true("Location", answer["Location"].endswith(made["Id"]), "names it", answer["Location"])
    rows = proof.read("ListCidrCollections", {})["CidrCollections"]
    proof.true("ListCidrCollections", made in rows, "holds it", rows)


declared.undo["CreateCidrCollection"] = lambda world, given, answer: world.ask(
    "DeleteCidrCollection", {"Id": answer["Collection"]["Id"]})


@declared.check("ChangeCidrCollection")
def blocks_stand(proof, world, given, answer):
    found = proof.read("ListCidrBlocks", {"CollectionId": given["Id"]})["CidrBlocks"]
    change = given["Changes"][0]
    held = [each["CidrBlock"] for each in found if each["LocationName"] == change["LocationName"]]
    proof.equal("CidrBlocks", sorted(change["CidrList"]) if change["Action"] == "PUT" else [], sorted(held))
    proof.equal("Id", given["Id"], answer["Id"])
    rows = {each["Id"]: each for each in proof.read("ListCidrCollections", {})["CidrCollections"]}
    proof.equal("Version", 3, rows[given["Id"]]["Version"])


@declared.check("ListCidrBlocks")
def blocks_listed(proof, world, given, answer):
    proof.equal("CidrBlocks", [{"CidrBlock": "192.0.2.0/24", "LocationName": "here"}], answer["CidrBlocks"])


@declared.check("ListCidrLocations")
def locations_listed(proof, world, given, answer):
    proof.equal("CidrLocations", [{"LocationName": "here"}], answer["CidrLocations"])


@declared.check("ListCidrCollections")
def collections_listed(proof, world, given, answer):
    if "MaxResults" in given:
        proof.pages("ListCidrCollections", given, "CidrCollections", ("NextToken", "NextToken"), "Id")
        return
    made = world.fixture("collection")
    rows = {each["Id"]: each for each in answer["CidrCollections"]}
    proof.equal("CidrCollections", {**made, "Version": 2}, rows.get(made["Id"]))


@declared.check("DeleteCidrCollection")
def collection_gone(proof, world, given, answer):
    proof.refused("ListCidrBlocks", {"CollectionId": given["Id"]}, "NoSuchCidrCollectionException")


# Query logging


@declared.check("CreateQueryLoggingConfig")
def logging_stands(proof, world, given, answer):
    made = answer["QueryLoggingConfig"]
    proof.holds("QueryLoggingConfig", given, made)
    found = proof.read("GetQueryLoggingConfig", {"Id": made["Id"]})
    proof.equal("GetQueryLoggingConfig", made, found["QueryLoggingConfig"])
    proof.true("Location", answer["Location"].endswith(made["Id"]), "names it", answer["Location"])


told(declared, "GetQueryLoggingConfig", fixture="logging", names=("Id", "HostedZoneId", "CloudWatchLogsLogGroupArn"),
     at="QueryLoggingConfig")


@declared.check("ListQueryLoggingConfigs")
def loggings_listed(proof, world, given, answer):
    made = world.fixture("logging")
    if given.get("MaxResults") == "1" and "HostedZoneId" not in given:
        proof.pages("ListQueryLoggingConfigs", given, "QueryLoggingConfigs", ("NextToken", "NextToken"), "Id")
        answer = proof.read("ListQueryLoggingConfigs", {})
    rows = {each["Id"]: each for each in answer["QueryLoggingConfigs"]}
    proof.equal("QueryLoggingConfigs", made, rows.get(made["Id"]))


gone(declared, "DeleteQueryLoggingConfig", read="GetQueryLoggingConfig", by=("Id",), code="NoSuchQueryLoggingConfig")


# DNSSEC


def _keys(proof, given):
    found = proof.read("GetDNSSEC", {"HostedZoneId": given["HostedZoneId"]})
    return found["Status"]["ServeSignature"], {each["Name"]: each for each in found["KeySigningKeys"]}


@declared.check("CreateKeySigningKey")
def key_stands(proof, world, given, answer):
    made = answer["KeySigningKey"]
    proof.holds("KeySigningKey", {
        "Name": given["Name"], "KmsArn": given["KeyManagementServiceArn"], "Status": given["Status"], "Flag": 257,
        "SigningAlgorithmMnemonic": "ECDSAP256SHA256", "SigningAlgorithmType": 13, "DigestAlgorithmMnemonic": "SHA-256",
        "DigestAlgorithmType": 2, "DNSKEYRecord": f"257 3 13 {made['PublicKey']}",
        "DSRecord": f"{made['KeyTag']} 13 2 {made['DigestValue']}"}, made)
    proof.equal("GetDNSSEC", made, _keys(proof, given)[1].get(given["Name"]))
    proof.true("Location", answer["Location"].endswith(f"/{given['Name']}"), "names it", answer["Location"])
    proof.present("KeySigningKey.CreatedDate", "KeySigningKey.LastModifiedDate")


@named("ActivateKeySigningKey", "DeactivateKeySigningKey")
def key_changed(operation, proof, world, given, answer):
    wanted = "ACTIVE" if operation.startswith("Activate") else "INACTIVE"
    proof.equal("Status", wanted, _keys(proof, given)[1][given["Name"]]["Status"])


@declared.check("DeleteKeySigningKey")
def key_gone(proof, world, given, answer):
    proof.equal("KeySigningKeys", {}, _keys(proof, given)[1])


@named("EnableHostedZoneDNSSEC", "DisableHostedZoneDNSSEC")
def signing_stands(operation, proof, world, given, answer):
    wanted = "SIGNING" if operation.startswith("Enable") else "NOT_SIGNING"
    proof.equal("ServeSignature", wanted, _keys(proof, given)[0])


@declared.check("GetDNSSEC")
def keys_told(proof, world, given, answer):
    proof.equal("Status", "NOT_SIGNING", answer["Status"]["ServeSignature"])
    proof.holds("KeySigningKeys[0]", {"Name": "entry", "KmsArn": world.fixture("key")["Arn"], "Status": "ACTIVE"},
                answer["KeySigningKeys"][0])
    proof.present("KeySigningKeys.KeyTag", "KeySigningKeys.DSRecord", "KeySigningKeys.DNSKEYRecord",
                  "KeySigningKeys.CreatedDate", "KeySigningKeys.PublicKey", "KeySigningKeys.DigestValue",
                  "KeySigningKeys.Flag", "KeySigningKeys.LastModifiedDate")


# Places


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
