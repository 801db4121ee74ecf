"""Route 53's zones, record sets, health checks, delegation sets and CIDR collections."""

from conformance.sequences.kind import Kind, follow

CHECK = {"IPAddress": "192.0.2.44", "Type": "HTTP", "Port": 80, "Disabled": True}


def bare(id):
    return id.rpartition("/")[2]


def zone_id(trial, name):
    """The id of the zone with a name; one that is nobody's where there is none."""
    found = trial.ask("ListHostedZonesByName", DNSName=f"{name}.example", MaxItems="1")["HostedZones"]
    return bare(found[0]["Id"]) if found and found[0]["Name"] == f"{name}.example." else "ZABSENT0000"


def zone_pages(trial, prefix, size):
    found = follow(trial, "ListHostedZones", {"MaxItems": str(size)}, "HostedZones", ("NextMarker", "Marker"), "Name")
    return [name.removesuffix(".example.") for name in found if name.startswith(prefix.lower())]


def lower(name):
    return name.lower()


def zone_tags(trial, name):
    found = trial.ask("ListTagsForResource", ResourceType="hostedzone", ResourceId=zone_id(trial, lower(name)))
    return {each["Key"]: each["Value"] for each in found["ResourceTagSet"]["Tags"]}


def change_tags(trial, name, **more):
    trial.ask("ChangeTagsForResource", ResourceType="hostedzone", ResourceId=zone_id(trial, lower(name)), **more)


def make_zone(trial):
    """A zone for records; it goes with the trial."""
    name = trial.unique("zone").lower()
    made = trial.ask("CreateHostedZone", Name=f"{name}.example", CallerReference=name)
    id = bare(made["HostedZone"]["Id"])
    trial.later(lambda: trial.ask("DeleteHostedZone", Id=id))
    return id, f"{name}.example."


def change(trial, action, name, values):
    id, zone = trial.place
    trial.ask("ChangeResourceRecordSets", HostedZoneId=id, ChangeBatch={"Changes": [{
        "Action": action, "ResourceRecordSet": {
            "Name": f"{lower(name)}.{zone}", "Type": "TXT", "TTL": 60,
            "ResourceRecords": [{"Value": f'"{each}"'} for each in values]}}]})


def record(trial, name):
    """The values of a record; a refusal, as of a deletion, where there is none."""
    id, zone = trial.place
    wanted = f"{lower(name)}.{zone}"
    found = trial.ask("ListResourceRecordSets", HostedZoneId=id, StartRecordName=wanted, StartRecordType="TXT",
                      MaxItems="1")["ResourceRecordSets"]
    if not found or found[0]["Name"] != wanted:
        change(trial, "DELETE", name, ["nothing"])
    return tuple(each["Value"].strip('"') for each in found[0]["ResourceRecords"])


def record_pages(trial, prefix, size):
    id, zone = trial.place
    found, given = [], {"HostedZoneId": id, "MaxItems": str(size)}
    while True:
        answer = trial.ask("ListResourceRecordSets", **given)
        texts = [each["Name"] for each in answer["ResourceRecordSets"] if each["Type"] == "TXT"]
        found += [name.removesuffix(f".{zone}") for name in texts]
        if not answer["IsTruncated"]:
            return [name for name in found if name.startswith(prefix.lower())]
        given |= {"StartRecordName": answer["NextRecordName"], "StartRecordType": answer["NextRecordType"]}


def check_id(trial, name):
    for each in trial.ask("ListHealthChecks")["HealthChecks"]:
        if each["CallerReference"] == name:
            return each["Id"]
    return "1234abcd-12ab-34cd-56ef-1234567890ab"


def check_pages(trial, prefix, size):
    found = follow(trial, "ListHealthChecks", {"MaxItems": str(size)}, "HealthChecks", ("NextMarker", "Marker"),
                   "CallerReference")
    return [name for name in found if name.startswith(prefix)]


def collection_id(trial, name):
    for each in trial.ask("ListCidrCollections")["CidrCollections"]:
        if each["Name"] == name:
            return each["Id"]
    return "1234abcd-12ab-34cd-56ef-1234567890ab"


def version(trial, name):
    """The version of a collection that is there; a refusal where there is none."""
    id = collection_id(trial, name)
    trial.ask("ListCidrLocations", CollectionId=id)
    rows = {each["Id"]: each for each in trial.ask("ListCidrCollections")["CidrCollections"]}
    return rows[id]["Version"]


def collection_pages(trial, prefix, size):
    found = follow(trial, "ListCidrCollections", {"MaxResults": str(size)}, "CidrCollections",
                   ("NextToken", "NextToken"), "Name")
    return [name for name in found if name.startswith(prefix)]


KINDS = [
    Kind("route53", "zone", ("first", "second", "third"),
         create=lambda trial, name, value: trial.ask(
             "CreateHostedZone", Name=f"{lower(name)}.example", CallerReference=name,
             HostedZoneConfig={"Comment": value}),
         read=lambda trial, name: trial.ask(
             "GetHostedZone", Id=zone_id(trial, lower(name)))["HostedZone"]["Config"]["Comment"],
         update=lambda trial, name, value: trial.ask(
             "UpdateHostedZoneComment", Id=zone_id(trial, lower(name)), Comment=value),
         delete=lambda trial, name: trial.ask("DeleteHostedZone", Id=zone_id(trial, lower(name))),
         missing="NoSuchHostedZone", again="HostedZoneAlreadyExists", sequences=6,
         tag=lambda trial, name, given: change_tags(trial, name, AddTags=[
             {"Key": key, "Value": value} for key, value in given.items()]),
         untag=lambda trial, name, keys: change_tags(trial, name, RemoveTagKeys=keys), tags=zone_tags),
    Kind("route53", "record", (("one",), ("two", "three"), ("four",)), place=make_zone,
         create=lambda trial, name, value: change(trial, "CREATE", name, value),
         read=record, update=lambda trial, name, value: change(trial, "UPSERT", name, value),
         delete=lambda trial, name: change(trial, "DELETE", name, record(trial, name)),
         missing="InvalidChangeBatch", again="InvalidChangeBatch"),
    Kind("route53", "health check", (80, 8080, 443),
         create=lambda trial, name, value: trial.ask(
             "CreateHealthCheck", CallerReference=name, HealthCheckConfig={**CHECK, "Port": value}),
         read=lambda trial, name: trial.ask(
             "GetHealthCheck", HealthCheckId=check_id(trial, name))["HealthCheck"]["HealthCheckConfig"]["Port"],
         update=lambda trial, name, value: trial.ask(
             "UpdateHealthCheck", HealthCheckId=check_id(trial, name), Port=value),
         delete=lambda trial, name: trial.ask("DeleteHealthCheck", HealthCheckId=check_id(trial, name)),
         missing="NoSuchHealthCheck", winners=2, pages=check_pages,
         listed=lambda trial, prefix: check_pages(trial, prefix, 100)),
    Kind("route53", "collection", (1,),
         create=lambda trial, name, value: trial.ask("CreateCidrCollection", Name=name, CallerReference=name),
         read=version, delete=lambda trial, name: trial.ask("DeleteCidrCollection", Id=collection_id(trial, name)),
         missing="NoSuchCidrCollectionException", winners=4,
         listed=lambda trial, prefix: collection_pages(trial, prefix, 100), pages=collection_pages),
]  # fmt: skip
