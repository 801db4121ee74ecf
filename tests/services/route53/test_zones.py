"""Zones, their name servers, delegation sets, VPCs and tags."""

VPC = {"VPCRegion": "us-east-1", "VPCId": "vpc-0a1b2c3d4e5f60718"}
OTHER = {"VPCRegion": "eu-west-1", "VPCId": "vpc-0fffffffffffffff0"}


def private(route53, reference="private", name="internal.example"):
    return route53.create_hosted_zone(Name=name, CallerReference=reference, VPC=VPC)["HostedZone"]["Id"]


def test_a_public_zone_has_servers_and_two_records(route53):
    made = route53.create_hosted_zone(Name="Example.COM", CallerReference="one", HostedZoneConfig={"Comment": "mine"})
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert made["ChangeInfo"]["Status"] == "PENDING" and made["ChangeInfo"]["Id"].startswith("/change/C")
    zone = made["HostedZone"]
    assert zone | {"Id": ""} == {
        "Id": "", "Name": "example.com.", "CallerReference": "one", "ResourceRecordSetCount": 2,
        "Config": {"Comment": "mine", "PrivateZone": False}}  # fmt: skip
    assert made["Location"].endswith(zone["Id"].removeprefix("/")) and len(made["DelegationSet"]["NameServers"]) == 4
    found = route53.get_hosted_zone(Id=zone["Id"])
    assert (found["HostedZone"], found["DelegationSet"]) == (zone, made["DelegationSet"])
    records = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    assert [(each["Name"], each["Type"], each["TTL"]) for each in records] == [
        ("example.com.", "NS", 172800), ("example.com.", "SOA", 900)]
    server = records[0]["ResourceRecords"][0]["Value"]
    assert records[1]["ResourceRecords"][0]["Value"] == (
        f"{server} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400")


def test_a_change_is_in_sync_after_a_moment(route53, emulator):
    id = route53.create_hosted_zone(Name="example.com", CallerReference="one")["ChangeInfo"]["Id"]
    assert route53.get_change(Id=id)["ChangeInfo"]["Status"] == "PENDING"
    emulator.advance(60)
    assert route53.get_change(Id=id)["ChangeInfo"]["Status"] == "INSYNC"


def test_refusals_of_zones(route53, zone, change, refused):
    assert refused(route53.create_hosted_zone, Name="other.com", CallerReference="zone") == (
        "HostedZoneAlreadyExists", "A hosted zone has already been created with the specified caller reference.")
    assert refused(route53.get_hosted_zone, Id="ZABSENT") == (
        "NoSuchHostedZone", "No hosted zone found with ID: ZABSENT")
    assert refused(route53.create_hosted_zone, Name="a..b", CallerReference="x")[0] == "InvalidDomainName"
    bad = {"VPCRegion": "us-east-1", "VPCId": "non-existent"}
    assert refused(route53.create_hosted_zone, Name="b.com", CallerReference="x", VPC=bad) == (
        "InvalidVPCId", "The VPC ID is invalid.")
    change(("CREATE", "www", "A", ["192.0.2.1"]))
    assert refused(route53.delete_hosted_zone, Id=zone) == (
        "HostedZoneNotEmpty",
        "The specified hosted zone contains non-required resource record sets  and so cannot be deleted.")
    change(("DELETE", "www", "A", ["192.0.2.1"]))
    assert route53.delete_hosted_zone(Id=zone)["ChangeInfo"]["Status"] == "PENDING"
    assert route53.get_hosted_zone_count()["HostedZoneCount"] == 0


def test_lists_by_id_and_by_name(route53):
    for name in ("b.org", "a.org", "www.a.org", "a.com"):
        route53.create_hosted_zone(Name=name, CallerReference=name)
    pages = list(route53.get_paginator("list_hosted_zones").paginate(PaginationConfig={"PageSize": 3}))
    assert [len(each["HostedZones"]) for each in pages] == [3, 1]
    listed = route53.list_hosted_zones_by_name(MaxItems="3")
    assert [each["Name"] for each in listed["HostedZones"]] == ["a.com.", "a.org.", "www.a.org."]
    assert listed["IsTruncated"] and listed["NextDNSName"] == "b.org."
    rest = route53.list_hosted_zones_by_name(DNSName=listed["NextDNSName"], HostedZoneId=listed["NextHostedZoneId"])
    assert [each["Name"] for each in rest["HostedZones"]] == ["b.org."] and rest["DNSName"] == "b.org."


def test_comments_and_features(route53, zone):
    assert route53.update_hosted_zone_comment(Id=zone, Comment="new")["HostedZone"]["Config"] == {
        "Comment": "new", "PrivateZone": False}
    assert route53.update_hosted_zone_comment(Id=zone)["HostedZone"]["Config"] == {"PrivateZone": False}
    route53.update_hosted_zone_features(HostedZoneId=zone, EnableAcceleratedRecovery=True)
    features = route53.get_hosted_zone(Id=zone)["HostedZone"]["Features"]
    assert features == {"AcceleratedRecoveryStatus": "ENABLED"}


def test_private_zones_and_their_vpcs(route53, client, refused, zone):
    id = private(route53)
    found = route53.get_hosted_zone(Id=id)
    assert found["VPCs"] == [VPC] and "DelegationSet" not in found and found["HostedZone"]["Config"]["PrivateZone"]
    assert [each["Id"] for each in route53.list_hosted_zones(HostedZoneType="PrivateHostedZone")["HostedZones"]] == [id]
    code, message = refused(private, route53, "again")
    assert code == "ConflictingDomainExists" and id.removeprefix("/hostedzone/") in message
    assert refused(route53.disassociate_vpc_from_hosted_zone, HostedZoneId=id, VPC=VPC)[0] == "LastVPCAssociation"
    route53.associate_vpc_with_hosted_zone(HostedZoneId=id, VPC=OTHER, Comment="more")
    listed = route53.list_hosted_zones_by_vpc(VPCId=OTHER["VPCId"], VPCRegion="eu-west-1")
    assert listed["HostedZoneSummaries"] == [{
        "HostedZoneId": id.removeprefix("/hostedzone/"), "Name": "internal.example.",
        "Owner": {"OwningAccount": "000000000000"}}]  # fmt: skip
    route53.disassociate_vpc_from_hosted_zone(HostedZoneId=id, VPC=OTHER)
    assert refused(route53.disassociate_vpc_from_hosted_zone, HostedZoneId=id, VPC=OTHER)[0] == "VPCAssociationNotFound"
    assert refused(route53.associate_vpc_with_hosted_zone, HostedZoneId=zone, VPC=VPC)[0] == "PublicZoneVPCAssociation"


def test_another_account_associates_what_is_authorized(route53, client, refused):
    id, stranger = private(route53), client("route53", access_key="111122223333")
    asked = {"HostedZoneId": id, "VPC": OTHER}
    assert refused(stranger.associate_vpc_with_hosted_zone, **asked)[0] == "NotAuthorizedException"
    theirs = {"HostedZoneId": id, "VPC": VPC}
    assert refused(stranger.disassociate_vpc_from_hosted_zone, **theirs)[0] == "VPCAssociationNotFound"
    assert route53.create_vpc_association_authorization(**asked)["VPC"] == OTHER
    assert route53.list_vpc_association_authorizations(HostedZoneId=id)["VPCs"] == [OTHER]
    stranger.associate_vpc_with_hosted_zone(**asked)
    assert route53.get_hosted_zone(Id=id)["VPCs"] == [VPC, OTHER]
    route53.delete_vpc_association_authorization(**asked)
    assert refused(route53.delete_vpc_association_authorization, **asked)[0] == "VPCAssociationAuthorizationNotFound"


def test_reusable_delegation_sets(route53, zone, refused):
    made = route53.create_reusable_delegation_set(CallerReference="set")["DelegationSet"]
    given = {"Name": "c.com", "CallerReference": "c", "DelegationSetId": made["Id"]}
    created = route53.create_hosted_zone(**given)
    assert created["DelegationSet"] == made
    assert refused(route53.delete_reusable_delegation_set, Id=made["Id"])[0] == "DelegationSetInUse"
    limit = route53.get_reusable_delegation_set_limit(
        Type="MAX_ZONES_BY_REUSABLE_DELEGATION_SET", DelegationSetId=made["Id"])
    assert limit["Count"] == 1
    assert len(route53.list_hosted_zones(DelegationSetId=made["Id"])["HostedZones"]) == 1
    route53.delete_hosted_zone(Id=created["HostedZone"]["Id"])
    route53.delete_reusable_delegation_set(Id=made["Id"])
    assert refused(route53.get_reusable_delegation_set, Id=made["Id"])[0] == "NoSuchDelegationSet"
    reused = route53.create_reusable_delegation_set(CallerReference="of the zone", HostedZoneId=zone)["DelegationSet"]
    assert reused["NameServers"] == route53.get_hosted_zone(Id=zone)["DelegationSet"]["NameServers"]


def test_tags(route53, zone, refused):
    id = zone.removeprefix("/hostedzone/")
    route53.change_tags_for_resource(ResourceType="hostedzone", ResourceId=id, AddTags=[
        {"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    route53.change_tags_for_resource(ResourceType="hostedzone", ResourceId=id, RemoveTagKeys=["a"])
    wanted = {"ResourceType": "hostedzone", "ResourceId": id, "Tags": [{"Key": "b", "Value": "2"}]}
    assert route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId=id)["ResourceTagSet"] == wanted
    assert route53.list_tags_for_resources(ResourceType="hostedzone", ResourceIds=[id])["ResourceTagSets"] == [wanted]
    assert refused(route53.list_tags_for_resource, ResourceType="healthcheck", ResourceId=id)[0] == "NoSuchHealthCheck"


def test_limits(route53, zone, refused):
    assert route53.get_account_limit(Type="MAX_HOSTED_ZONES_BY_OWNER")["Count"] == 1
    limit = route53.get_hosted_zone_limit(Type="MAX_RRSETS_BY_ZONE", HostedZoneId=zone)
    assert (limit["Limit"]["Value"], limit["Count"]) == (10000, 2)
    assert refused(route53.get_hosted_zone_limit, Type="MAX_VPCS_ASSOCIATED_BY_ZONE", HostedZoneId=zone)[0] == (
        "HostedZoneNotPrivate")
