"""Zones, change batches, and the answers that come of them."""

from conformance.probes import probe

API = "https://docs.aws.amazon.com/Route53/latest/APIReference/"
GUIDE = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/"


def bare(id):
    return id.rpartition("/")[2]


class Zone:
    """A zone that goes with its trial, records included."""

    def __init__(self, trial, **more):
        self.trial = trial
        name = trial.unique("probe").lower()
        made = trial.ask("CreateHostedZone", Name=f"{name}.example", CallerReference=name, **more)
        self.id, self.name, self.made = bare(made["HostedZone"]["Id"]), f"{name}.example.", made
        trial.later(self.drop)

    def drop(self):
        changes = [{"Action": "DELETE", "ResourceRecordSet": each} for each in self.records()
                   if each["Type"] not in ("NS", "SOA") or each["Name"] != self.name]
        if changes:
            self.trial.ask("ChangeResourceRecordSets", HostedZoneId=self.id, ChangeBatch={"Changes": changes})
        self.trial.ask("DeleteHostedZone", Id=self.id)

    def records(self):
        return self.trial.ask("ListResourceRecordSets", HostedZoneId=self.id)["ResourceRecordSets"]

    def change(self, *changes):
        return self.trial.ask("ChangeResourceRecordSets", HostedZoneId=self.id, ChangeBatch=self.batch(*changes))

    def refused(self, code, message, *changes):
        self.trial.refused("ChangeResourceRecordSets", code, 400, message, HostedZoneId=self.id,
                           ChangeBatch=self.batch(*changes))

    def batch(self, *changes):
        found = []
        for action, name, type, values, *more in changes:
            document = {"Name": f"{name}.{self.name}" if name else self.name, "Type": type, **(more[0] if more else {})}
            if values:
                document |= {"TTL": 60, "ResourceRecords": [{"Value": each} for each in values]}
            found.append({"Action": action, "ResourceRecordSet": document})
        return {"Changes": found}

    def ask(self, name, type, **more):
        answer = self.trial.ask("TestDNSAnswer", HostedZoneId=self.id, RecordName=f"{name}.{self.name}",
                                RecordType=type, **more)
        return answer["ResponseCode"], answer["RecordData"]


@probe("route53", "ChangeResourceRecordSets", "A batch with one wrong change changes nothing",
       API + "API_ChangeResourceRecordSets.html")
def a_batch_is_atomic(trial):
    zone = Zone(trial)
    zone.refused("InvalidChangeBatch", (
        f"[Tried to delete resource record set [name='b.{zone.name}', type='A'] but it was not found]"),
        ("CREATE", "a", "A", ["192.0.2.1"]), ("DELETE", "b", "A", ["192.0.2.1"]))
    assert len(zone.records()) == 2, zone.records()


@probe("route53", "ChangeResourceRecordSets", "Creating a record set that exists is refused, with its name and type",
       API + "API_ChangeResourceRecordSets.html")
def records_are_created_once(trial):
    zone = Zone(trial)
    zone.change(("CREATE", "a", "A", ["192.0.2.1"]))
    zone.refused("InvalidChangeBatch", (
        f"[Tried to create resource record set [name='a.{zone.name}', type='A'] but it already exists]"),
        ("CREATE", "a", "A", ["192.0.2.2"]))


@probe("route53", "ChangeResourceRecordSets", "A deletion must name the values that stand",
       API + "API_ChangeResourceRecordSets.html")
def deletions_name_what_stands(trial):
    zone = Zone(trial)
    zone.change(("CREATE", "a", "A", ["192.0.2.1"]))
    zone.refused("InvalidChangeBatch", (
        f"[Tried to delete resource record set [name='a.{zone.name}', type='A'] but the values provided do not match "
        "the current values]"), ("DELETE", "a", "A", ["192.0.2.2"]))


@probe("route53", "ChangeResourceRecordSets", "No CNAME stands at the zone's own name",
       GUIDE + "ResourceRecordTypes.html#CNAMEFormat")
def no_cname_at_the_apex(trial):
    zone = Zone(trial)
    zone.refused("InvalidChangeBatch", (
        f"[RRSet of type CNAME with DNS name {zone.name} is not permitted at apex in zone {zone.name}]"),
        ("CREATE", "", "CNAME", ["example.com"]))


@probe("route53", "ChangeResourceRecordSets", "Nothing stands beside a CNAME of the same name",
       GUIDE + "ResourceRecordTypes.html#CNAMEFormat")
def cnames_stand_alone(trial):
    zone = Zone(trial)
    zone.change(("CREATE", "a", "CNAME", ["example.com"]))
    zone.refused("InvalidChangeBatch", (
        f"[RRSet of type A with DNS name a.{zone.name} is not permitted because a conflicting RRSet of type CNAME "
        f"with the same DNS name already exists in zone {zone.name}]"), ("CREATE", "a", "A", ["192.0.2.1"]))


@probe("route53", "ChangeResourceRecordSets", "The same value twice in a record set is refused",
       API + "API_ChangeResourceRecordSets.html")
def values_are_different(trial):
    Zone(trial).refused("InvalidChangeBatch", "[Duplicate Resource Record: '\"twice\"']",
                        ("CREATE", "a", "TXT", ['"twice"', '"twice"']))


@probe("route53", "ChangeResourceRecordSets", "A record set is an alias or has values, not both",
       API + "API_ResourceRecordSet.html")
def an_alias_has_no_values(trial):
    zone = Zone(trial)
    zone.refused("InvalidInput", (
        "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or "
        f"TrafficPolicyInstanceId], but found more than one in Change with [Action=CREATE, Name=a.{zone.name}, Type=A, "
        "SetIdentifier=null]"),
        ("CREATE", "a", "A", ["192.0.2.1"], {"AliasTarget": {
            "HostedZoneId": "Z2FDTNDATAQYW2", "DNSName": "d111111abcdef8.cloudfront.net",
            "EvaluateTargetHealth": False}}))


@probe("route53", "ChangeResourceRecordSets", "An alias within the zone must find its target",
       API + "API_AliasTarget.html")
def aliases_find_their_targets(trial):
    zone = Zone(trial)
    target = {"HostedZoneId": zone.id, "DNSName": f"none.{zone.name}", "EvaluateTargetHealth": False}
    zone.refused("InvalidChangeBatch", (
        f"[Tried to create an alias that targets none.{zone.name}, type A in zone {zone.id}, but that target was not "
        "found]"),
        ("CREATE", "a", "A", None, {"AliasTarget": target}))


@probe("route53", "ListResourceRecordSets", "Record sets are listed by reversed names, and a star as its octal code",
       API + "API_ListResourceRecordSets.html")
def lists_go_by_reversed_names(trial):
    zone = Zone(trial)
    zone.change(*[("CREATE", name, "A", ["192.0.2.1"]) for name in ("b", "www.a", "a", "*")])
    names = [each["Name"].removesuffix(zone.name) for each in zone.records() if each["Type"] == "A"]
    assert names == ["\\052.", "a.", "www.a.", "b."], names


@probe("route53", "DeleteHostedZone", "A zone with records of its own cannot be deleted",
       API + "API_DeleteHostedZone.html")
def zones_are_emptied_first(trial):
    zone = Zone(trial)
    zone.change(("CREATE", "a", "A", ["192.0.2.1"]))
    trial.refused("DeleteHostedZone", "HostedZoneNotEmpty", 400, (
        "The specified hosted zone contains non-required resource record sets  and so cannot be deleted."), Id=zone.id)


@probe("route53", "CreateHostedZone", "A caller reference makes one zone only", API + "API_CreateHostedZone.html")
def references_are_used_once(trial):
    zone = Zone(trial)
    trial.refused("CreateHostedZone", "HostedZoneAlreadyExists", 409, (
        "A hosted zone has already been created with the specified caller reference."), Name="other.example",
        CallerReference=zone.made["HostedZone"]["CallerReference"])


@probe("route53", "CreateHostedZone", "A VPC has one private zone of a name", API + "API_CreateHostedZone.html")
def one_private_zone_of_a_name(trial):
    vpc = {"VPCRegion": "us-east-1", "VPCId": "vpc-0a1b2c3d4e5f60718"}
    zone = Zone(trial, VPC=vpc)
    trial.refused("CreateHostedZone", "ConflictingDomainExists", 400, Name=zone.name, VPC=vpc,
                  CallerReference=trial.unique("reference"))


@probe("route53", "DisassociateVPCFromHostedZone", "A private zone keeps its last VPC",
       API + "API_DisassociateVPCFromHostedZone.html")
def the_last_vpc_stays(trial):
    vpc = {"VPCRegion": "us-east-1", "VPCId": "vpc-0a1b2c3d4e5f60718"}
    trial.refused("DisassociateVPCFromHostedZone", "LastVPCAssociation", 400, VPC=vpc,
                  HostedZoneId=Zone(trial, VPC=vpc).id)


@probe("route53", "ChangeResourceRecordSets", "A protected record set does not change",
       API + "API_CreateResourceRecordSetProtections.html")
def protected_records_stay(trial):
    zone = Zone(trial)
    zone.change(("CREATE", "a", "A", ["192.0.2.1"]))
    given = {"HostedZoneId": zone.id, "Protections": [{"RecordName": f"a.{zone.name}", "RecordType": "A"}]}
    trial.ask("CreateResourceRecordSetProtections", **given)
    trial.later(lambda: trial.ask("DeleteResourceRecordSetProtections", **given))
    trial.refused("ChangeResourceRecordSets", "InvalidChangeBatch", 400, HostedZoneId=zone.id,
                  ChangeBatch=zone.batch(("UPSERT", "a", "A", ["192.0.2.2"])))
