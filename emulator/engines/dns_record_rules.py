"""What a record set must be in itself and in the zone of a name, and AWS's words for what is not so.

Record sets are ResourceRecordSets on the wire's terms, changes those of a change batch.
https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
"""

from collections import Counter

from emulator.engines import dns_names, dns_values

ROUTING = (
    "Weight", "Region", "Failover", "GeoLocation", "MultiValueAnswer", "CidrRoutingConfig", "GeoProximityLocation",
)  # fmt: skip
ROUTED = "[Weight, Region, Failover, GeoLocation, MultiValueAnswer, CidrRoutingConfig, or GeoProximityLocation]"
CONTENT = "[AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId]"
VALUES = 400  # of one record set
MOST_VALUES, MOST_CHARACTERS = 1000, 32000  # of one batch


def policy(document: dict) -> str:
    return next((name for name in ROUTING if name in document), "")


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


def fits(zone: str, given: dict) -> list[str]:
    """What is wrong with a record set (as stored) in the zone of a name, whatever else is there."""
    name, type = given["Name"], given["Type"]
    problem = dns_names.problem(name)
    if problem:
        return [f"FATAL problem: {problem}"]
    if not dns_names.inside(name, zone):
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


def beside(zone_name: str, given: dict, standing: list[dict]) -> list[str]:
    """What speaks against a record set beside those that stand under its name, itself among them."""
    name, type = given["Name"], given["Type"]
    wrong = []
    others = [each for each in standing if each["Type"] != type]
    if type == "CNAME" and others:
        wrong.append(f"RRSet of type CNAME with DNS name {name} is not permitted as it conflicts with other records "
                     f"with the same DNS name in zone {zone_name}")
    elif any(each["Type"] == "CNAME" for each in others):
        wrong.append(f"RRSet of type {type} with DNS name {name} is not permitted because a conflicting RRSet of type "
                     f"CNAME with the same DNS name already exists in zone {zone_name}")
    own = given.get("SetIdentifier")
    peers = [each for each in standing if each["Type"] == type and each.get("SetIdentifier") != own]
    if peers and (not own or any(policy(each) != policy(given) for each in peers)):
        identifier = f", SetIdentifier {own}" if own else ""
        wrong.append(f"RRSet with DNS name {name}, type {type}{identifier} cannot be created as other RRSets exist "
                     "with the same name and type.")
    if "Failover" in given and any(each.get("Failover") == given["Failover"] for each in peers):
        wrong.append(f"RRSet with DNS name {name}, type {type}, SetIdentifier {own} cannot be "
                     f"created as a {given['Failover']} failover RRSet exists with the same name and type.")
    return wrong


def oversize(changes: list[dict]) -> list[str]:
    """What of a batch is too much; an UPSERT counts twice."""
    values = characters = 0
    for each in changes:
        times = 2 if each["Action"] == "UPSERT" else 1
        found = each["ResourceRecordSet"].get("ResourceRecords", ())
        values += times * max(1, len(found))
        characters += times * sum(len(value["Value"]) for value in found)
    if values > MOST_VALUES:
        return [f"Number of records limit of {MOST_VALUES} exceeded."]
    return [f"Number of characters limit of {MOST_CHARACTERS} exceeded."] if characters > MOST_CHARACTERS else []


def repeated(plan: list[tuple[str, dict]]) -> list[str]:
    """A record set may be deleted and made again in a batch, and that is all."""
    times = Counter((key(document), action == "DELETE") for action, document in plan)
    return [f"The request contains an invalid set of changes for a resource record set '{type} {name}'"
            for ((name, type, _), _), count in times.items() if count > 1]


def key(document: dict) -> tuple[str, str, str]:
    return document["Name"], document["Type"], document.get("SetIdentifier", "")


def described(document: dict) -> str:
    identifier = document.get("SetIdentifier")
    suffix = f", set-identifier='{identifier}'" if identifier else ""
    return f"resource record set [name='{document['Name']}', type='{document['Type']}'{suffix}]"


def compared(document: dict) -> dict:
    """A record set as deletion compares it: the order of values does not count."""
    values = document.get("ResourceRecords")
    return {**document, "ResourceRecords": sorted(each["Value"] for each in values)} if values else document
