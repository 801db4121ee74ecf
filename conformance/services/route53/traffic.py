"""What proves that calls on traffic policies and CIDR collections did their work."""

from conformance.services.readback import gone, repeated, told
from conformance.services.route53.base import declared, named, written

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
    sent = {name: written(value) if name == "Name" else value for name, value in given.items()}
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
