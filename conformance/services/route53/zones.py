"""What proves that calls on zones and delegation sets did their work."""

from conformance.services.readback import gone, repeated
from conformance.services.route53.base import OTHER, VPC, bare, declared, named
from conformance.services.route53.fixtures import drop_zone


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
