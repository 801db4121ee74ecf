"""What must stand for Route 53's calls: zones, records, checks, policies, keys; and the errors of what does not."""

import json

from conformance.services.declared import Error
from conformance.services.route53.base import CHECKS, OTHER, POLICY, VPC, bare, declared

NAMES = {
    "zone": Error("NoSuchHostedZone", 404, "No hosted zone found with ID: {Id}"),
    "set": Error("NoSuchDelegationSet", 400, "The specified delegation set does not exist."),
    "check": Error("NoSuchHealthCheck", 404), "policy": Error("NoSuchTrafficPolicy", 404),
    "instance": Error("NoSuchTrafficPolicyInstance", 404), "collection": Error("NoSuchCidrCollectionException", 404),
    "logging": Error("NoSuchQueryLoggingConfig", 404),
    "change": Error("NoSuchChange", 404), "key": Error("NoSuchKeySigningKey", 404),
}


def absent(world):
    id = f"ZABSENT{world.tag.upper()}"[:30]
    return {"Id": id, "Name": "absent", "HostedZoneId": id, "TrafficPolicyId": UUID}


UUID = "1234abcd-12ab-34cd-56ef-1234567890ab"


def absent_uuid(world):
    return {"Id": UUID, "TrafficPolicyId": UUID, "HostedZoneId": absent(world)["Id"]}


def make_zone(world, **more):
    name = f"{world.unique('zone')}.example".lower()
    made = world.ask("CreateHostedZone", {"Name": name, "CallerReference": world.unique("reference"), **more})
    id = bare(made["HostedZone"]["Id"])
    return {"Id": id, "HostedZoneId": id, "Name": name, "Change": bare(made["ChangeInfo"]["Id"])}


def drop_zone(world, fields):
    """Take a zone away with everything in it."""
    for each in world.ask("ListResourceRecordSets", {"HostedZoneId": fields["Id"]})["ResourceRecordSets"]:
        if each["Type"] not in ("NS", "SOA") and "TrafficPolicyInstanceId" not in each:
            world.ask("ChangeResourceRecordSets", {"HostedZoneId": fields["Id"], "ChangeBatch": {"Changes": [
                {"Action": "DELETE", "ResourceRecordSet": each}]}})
    world.ask("DeleteHostedZone", {"Id": fields["Id"]})


def zone_fixture(name, error=NAMES["zone"], drop=drop_zone):
    return declared.fixture(name, drop, absent, error)


@zone_fixture("zone")
def zone(world):
    world.unknown("GetHostedZone", {"Id": absent(world)["Id"]})
    made = make_zone(world, HostedZoneConfig={"Comment": world.tag})
    world.ask("ChangeTagsForResource", {"ResourceType": "hostedzone", "ResourceId": made["Id"], "AddTags": [
        {"Key": "k", "Value": "v"}]})
    return {**made, "Tags": {"k": "v"}}


@zone_fixture("private")
def private(world):
    return make_zone(world, VPC=VPC)


@zone_fixture("two")
def two(world):
    made = make_zone(world, VPC=VPC)
    world.ask("AssociateVPCWithHostedZone", {"HostedZoneId": made["Id"], "VPC": OTHER})
    return made


@zone_fixture("authorized")
def authorized(world):
    made = make_zone(world, VPC=VPC)
    world.ask("CreateVPCAssociationAuthorization", {"HostedZoneId": made["Id"], "VPC": OTHER})
    return made


def put_record(world, made):
    name = f"www.{made['Name']}."
    world.ask("ChangeResourceRecordSets", {"HostedZoneId": made["Id"], "ChangeBatch": {"Changes": [
        {"Action": "CREATE", "ResourceRecordSet": {"Name": name, "Type": "A", "TTL": 60, "ResourceRecords": [
            {"Value": "192.0.2.1"}]}}]}})
    return {**made, "Name": name}


@zone_fixture("record")
def record(world):
    return put_record(world, make_zone(world))


def drop_protected(world, fields):
    world.ask("DeleteResourceRecordSetProtections", {"HostedZoneId": fields["Id"], "Protections": [
        {"RecordName": fields["Name"], "RecordType": "A"}]})
    drop_zone(world, fields)


@zone_fixture("protected", drop=drop_protected)
def protected(world):
    made = put_record(world, make_zone(world))
    world.ask("CreateResourceRecordSetProtections", {"HostedZoneId": made["Id"], "Protections": [
        {"RecordName": made["Name"], "RecordType": "A", "Comment": "stay"}]})
    return made


@declared.fixture("change", None, lambda world: {"Id": f"CABSENT{world.tag.upper()}"[:30]}, NAMES["change"])
def change(world):
    return {"Id": world.fixture("zone")["Change"]}


@declared.fixture("set", lambda world, fields: world.ask("DeleteReusableDelegationSet", {"Id": fields["Id"]}),
                  lambda world: {"Id": f"NABSENT{world.tag.upper()}"[:30]}, NAMES["set"])
def delegation_set(world):
    reference = world.unique("reference")
    made = world.ask("CreateReusableDelegationSet", {"CallerReference": reference})["DelegationSet"]
    return {"Id": bare(made["Id"]), "NameServers": made["NameServers"], "FullId": made["Id"],
            "CallerReference": reference}


@declared.fixture("check", lambda world, fields: world.ask("DeleteHealthCheck", {"HealthCheckId": fields["Id"]}),
                  absent_uuid, NAMES["check"])
def health_check(world):
    reference = world.unique("reference")
    made = world.ask("CreateHealthCheck", {"CallerReference": reference, "HealthCheckConfig": {
        **CHECKS[0], "Disabled": True}})
    return {"Id": made["HealthCheck"]["Id"], "CallerReference": reference}


@declared.fixture("policy", lambda world, fields: world.ask("DeleteTrafficPolicy", {"Id": fields["Id"], "Version": 1}),
                  absent_uuid, NAMES["policy"])
def policy(world):
    name = world.unique("policy")
    made = world.ask("CreateTrafficPolicy", {"Name": name, "Document": json.dumps(POLICY), "Comment": world.tag})
    return {"Id": made["TrafficPolicy"]["Id"], "Name": name}


@declared.fixture("instance", lambda world, fields: world.ask("DeleteTrafficPolicyInstance", {"Id": fields["Id"]}),
                  absent_uuid, NAMES["instance"])
def instance(world):
    made, policy = world.fixture("record"), world.fixture("policy")
    name = f"fixture-{made['Name']}"
    found = world.ask("CreateTrafficPolicyInstance", {
        "HostedZoneId": made["Id"], "Name": name, "TTL": 30, "TrafficPolicyId": policy["Id"],
        "TrafficPolicyVersion": 1})["TrafficPolicyInstance"]
    return {"Id": found["Id"], "HostedZoneId": made["Id"], "Name": name, "TrafficPolicyId": policy["Id"]}


def drop_collection(world, fields):
    blocks = ["192.0.2.0/24", "198.51.100.0/24", "2001:db8::/32"]
    world.ask("ChangeCidrCollection", {"Id": fields["Id"], "Changes": [
        {"LocationName": name, "Action": "DELETE_IF_EXISTS", "CidrList": blocks} for name in ("here", "there")]})
    world.ask("DeleteCidrCollection", {"Id": fields["Id"]})


@declared.fixture("collection", drop_collection, absent_uuid, NAMES["collection"])
def collection(world):
    made = empty(world)
    world.ask("ChangeCidrCollection", {"Id": made["Id"], "Changes": [
        {"LocationName": "here", "Action": "PUT", "CidrList": ["192.0.2.0/24"]}]})
    return made


@declared.fixture("empty", lambda world, fields: world.ask("DeleteCidrCollection", {"Id": fields["Id"]}), absent_uuid,
                  NAMES["collection"])
def empty(world):
    name = world.unique("collection")
    made = world.ask("CreateCidrCollection", {"Name": name, "CallerReference": world.unique("reference")})["Collection"]
    return {"Id": made["Id"], "Name": name, "Arn": made["Arn"]}


@declared.fixture("group", lambda world, fields: world.ask("DeleteLogGroup", {"logGroupName": fields["Name"]}, "logs"))
def log_group(world):
    name = f"/aws/route53/{world.unique('group')}"
    world.ask("CreateLogGroup", {"logGroupName": name}, "logs")
    return {"Name": name, "Arn": f"arn:aws:logs:us-east-1:{world.account}:log-group:{name}"}


@declared.fixture("logging", lambda world, fields: world.ask("DeleteQueryLoggingConfig", {"Id": fields["Id"]}),
                  absent_uuid, NAMES["logging"])
def logging(world):
    made = {"HostedZoneId": make_zone(world)["Id"], "CloudWatchLogsLogGroupArn": world.fixture("group")["Arn"]}
    world.later(lambda: world.ask("DeleteHostedZone", {"Id": made["HostedZoneId"]}))
    return {**made, "Id": world.ask("CreateQueryLoggingConfig", made)["QueryLoggingConfig"]["Id"]}


@declared.fixture("key", lambda world, fields: world.ask(
    "ScheduleKeyDeletion", {"KeyId": fields["Arn"], "PendingWindowInDays": 7}, "kms"))
def key(world):
    made = world.ask("CreateKey", {"KeyUsage": "SIGN_VERIFY", "KeySpec": "ECC_NIST_P256"}, "kms")
    return {"Arn": made["KeyMetadata"]["Arn"]}


def make_entry(world, status):
    made = make_zone(world)
    world.later(lambda: world.ask("DeleteHostedZone", {"Id": made["Id"]}))
    world.ask("CreateKeySigningKey", {
        "CallerReference": world.unique("reference"), "HostedZoneId": made["Id"], "Name": "entry", "Status": status,
        "KeyManagementServiceArn": world.fixture("key")["Arn"]})
    return {"HostedZoneId": made["Id"], "Name": "entry"}


def absent_entry(world):
    return {"HostedZoneId": absent(world)["Id"], "Name": "absent"}


@declared.fixture("entry", None, absent_entry, NAMES["key"])
def entry(world):
    return make_entry(world, "ACTIVE")


@declared.fixture("idle", None, absent_entry, NAMES["key"])
def idle(world):
    return make_entry(world, "INACTIVE")


@declared.fixture("signed", None, absent_entry, NAMES["zone"])
def signed(world):
    made = make_entry(world, "ACTIVE")
    world.ask("EnableHostedZoneDNSSEC", {"HostedZoneId": made["HostedZoneId"]})
    return made


declared.errors.update({
    **{(f"{name}HostedZoneDNSSEC", "HostedZoneId"): Error("NoSuchHostedZone", 404) for name in ("Enable", "Disable")},
    ("GetDNSSEC", "HostedZoneId"): Error("NoSuchHostedZone", 404),
    ("CreateReusableDelegationSet", "HostedZoneId"): Error("HostedZoneNotFound", 400),
    ("ListTrafficPolicyInstancesByHostedZone", "HostedZoneId"): Error("NoSuchHostedZone", 404),
    ("ListTrafficPolicyInstancesByPolicy", "TrafficPolicyId"): Error("NoSuchTrafficPolicy", 404),
    ("UpdateTrafficPolicyInstance", "TrafficPolicyId"): Error("NoSuchTrafficPolicy", 404),
})  # fmt: skip
