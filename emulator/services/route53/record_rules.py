"""What AWS refuses in a record set: in its form (InvalidInput), and in a zone (the messages of InvalidChangeBatch).

https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
"""

from emulator.engines import dns_values
from emulator.services.route53 import names, records
from emulator.services.route53.health import HealthCheck
from emulator.services.route53.service import bare, invalid

ROUTING = (
    "Weight", "Region", "Failover", "GeoLocation", "MultiValueAnswer", "CidrRoutingConfig", "GeoProximityLocation",
)  # fmt: skip
ROUTED = "[Weight, Region, Failover, GeoLocation, MultiValueAnswer, CidrRoutingConfig, or GeoProximityLocation]"
CONTENT = "[AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId]"
VALUES = 400  # of one record set


def form(action: str, given: dict) -> list[str]:
    """What a change lacks or has too much of, whatever its zone: parts of InvalidInput's message."""
    where = (f"in Change with [Action={action}, Name={given['Name']}, Type={given['Type']}, "
             f"SetIdentifier={given.get('SetIdentifier') or 'null'}]")
    found = []

    def one_of(words: str, count: int) -> None:
        if count != 1:
            found.append(f"Expected exactly one of {words}, but found {'none' if count == 0 else 'more than one'} "
                         f"{where}")

    plain = "TTL" in given or "ResourceRecords" in given
    whole = "TTL" in given and "ResourceRecords" in given
    contents = ("AliasTarget" in given) + ("TrafficPolicyInstanceId" in given)
    one_of(CONTENT, contents + 1 if contents and plain else contents + whole)
    routing = sum(name in given for name in ROUTING)
    if given.get("SetIdentifier") and routing != 1:
        one_of(ROUTED, routing)
    elif routing and not given.get("SetIdentifier"):
        found.append(f"Missing field 'SetIdentifier' {where}")
    return found


def stored(given: dict) -> dict:
    """A record set as it is kept and told: names in full."""
    document = {**given, "Name": names.written(given["Name"])}
    if "AliasTarget" in given:
        target = given["AliasTarget"]
        document["AliasTarget"] = {**target, "DNSName": names.written(target["DNSName"]),
                                   "HostedZoneId": bare(target["HostedZoneId"])}
    return document


def fits(zone: str, given: dict) -> list[str]:
    """What is wrong with a record set (as stored) in the zone of a name, whatever else is there."""
    name, type = given["Name"], given["Type"]
    problem = names.problem(name)
    if problem:
        return [f"FATAL problem: {problem}"]
    if not names.inside(name, zone):
        return [f"RRSet with DNS name {name} is not permitted in zone {zone}"]
    if type == "CNAME" and name == zone:
        return [f"RRSet of type CNAME with DNS name {name} is not permitted at apex in zone {zone}"]
    if type == "SOA" and name != zone:
        return [f"RRSet of type SOA with DNS name {name} is not permitted in zone {zone}"]
    values = [each["Value"] for each in given.get("ResourceRecords", ())]
    wrong = [f"Invalid Resource Record: 'FATAL problem: {found}'" for each in values
             if (found := dns_values.problem(type, each))]
    wrong += [f"Duplicate Resource Record: '{each}'" for each in dict.fromkeys(values) if values.count(each) > 1]
    if len(values) > VALUES:
        wrong.append(f"Number of records limit of {VALUES} exceeded.")
    if len(values) > 1 and type in ("CNAME", "SOA"):
        wrong.append(f"RRSet of type {type} with DNS name {name} must contain exactly one resource record.")
    return wrong


def beside(ctx, zone, given: dict) -> list[str]:
    """What speaks against a record set among those that stand in its zone after the batch."""
    name, type = given["Name"], given["Type"]
    zone_name = zone.document["Name"]
    wrong = []
    others = [each for each in records.named(ctx, zone.id[0], name) if each.type != type]
    if type == "CNAME" and others:
        wrong.append(f"RRSet of type CNAME with DNS name {name} is not permitted as it conflicts with other records "
                     "with "
                     f"the same DNS name in zone {zone_name}")
    elif any(each.type == "CNAME" for each in others):
        wrong.append(f"RRSet of type {type} with DNS name {name} is not permitted because a conflicting RRSet of type "
                     f"CNAME with the same DNS name already exists in zone {zone_name}")
    peers = [each for each in records.named(ctx, zone.id[0], name, type)
             if each.identifier != given.get("SetIdentifier", "")]
    if peers and (not given.get("SetIdentifier") or any(_policy(each.document) != _policy(given) for each in peers)):
        identifier = f", SetIdentifier {given['SetIdentifier']}" if given.get("SetIdentifier") else ""
        wrong.append(f"RRSet with DNS name {name}, type {type}{identifier} cannot be created as other RRSets exist "
                     "with "
                     "the same name and type.")
    if "Failover" in given and any(each.document.get("Failover") == given["Failover"] for each in peers):
        wrong.append(f"RRSet with DNS name {name}, type {type}, SetIdentifier {given['SetIdentifier']} cannot be "
                     "created "
                     f"as a {given['Failover']} failover RRSet exists with the same name and type.")
    return wrong + _alias(ctx, zone, given) + _health(ctx, given)


def _policy(document: dict) -> str:
    return next((name for name in ROUTING if name in document), "")


def _alias(ctx, zone, given: dict) -> list[str]:
    """An alias of the zone's own must find its target."""
    target = given.get("AliasTarget")
    if target is None or target["HostedZoneId"] != zone.id[0]:
        return []
    words = (f"Tried to create an alias that targets {target['DNSName']}, type {given['Type']} in zone {zone.id[0]}, "
             "but ")
    if not names.inside(target["DNSName"], zone.document["Name"]):
        return [words + "the alias target name does not lie within the target zone"]
    if not records.named(ctx, zone.id[0], target["DNSName"], given["Type"]):
        return [words + "that target was not found"]
    return []


def _health(ctx, given: dict) -> list[str]:
    id = given.get("HealthCheckId")
    if id is None:
        return []
    if not given.get("SetIdentifier"):
        raise invalid("Invalid request: HealthCheckId is not allowed without a SetIdentifier")
    HealthCheck.get(ctx, {"Id": id})  # NoSuchHealthCheck
    return []
