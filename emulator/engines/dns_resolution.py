"""An authoritative answer from hosted zones: aliases, CNAMEs, wildcards, delegations, routing, traffic policies.

Pure: a :class:`Zone` tells what a zone holds. Names are written in full and lower case, ``*`` as ``\\052``.
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/domain-name-format.html and RFC 1034, 4592
"""

from collections.abc import Callable
from typing import NamedTuple

from emulator.engines import traffic_policies
from emulator.engines.dns_routing import Client, Facts, choose

NOERROR, SERVFAIL, NXDOMAIN, REFUSED = "NOERROR", "SERVFAIL", "NXDOMAIN", "REFUSED"
LONGEST = 16  # steps of a chain of CNAMEs and aliases
ALIAS_TTL = 60  # seconds, of what stands behind AWS's own names
WILDCARD = "\\052"
ANY = "ANY"  # the question for the records of all types
LEADING = ("CNAME", "MX", "NS", "SRV")  # whose values end in a name
CHANGED = ("dns", "changed")  # the channel on which a change of records is told to who waits for one


class Data(NamedTuple):
    """Records of one name and type, as they are answered."""

    name: str
    type: str
    ttl: int
    values: tuple[str, ...]


class Answer(NamedTuple):
    """``code`` is the response code. ``authoritative`` is False for a referral to another zone's name servers."""

    code: str
    answers: tuple[Data, ...] = ()
    authority: tuple[Data, ...] = ()
    authoritative: bool = True
    additional: tuple[Data, ...] = ()

    @property
    def negative(self) -> bool:
        """Whether it tells, by the zone's SOA, that something is not there."""
        return any(each.type == "SOA" for each in self.authority)


class Zone(NamedTuple):
    """What the resolver asks of a zone.

    ``find(name, type)`` gives the record sets (wire documents) of a name; ``exists(name)`` whether there is anything at
    it or below; ``check(id)`` the health of a health check; ``zone(id)`` another hosted zone, None for one that is not
    here; ``policy(id)`` a traffic policy instance's document and TTL; ``outside(name, type)`` the values of a name of
    AWS's own that an alias leads to.
    """

    name: str
    find: Callable[[str, str], list[dict]]
    exists: Callable[[str], bool]
    check: Callable[[str], bool]
    zone: Callable[[str], "Zone | None"]
    policy: Callable[[str], tuple[dict, int]]
    outside: Callable[[str, str], list[str]]
    below: Callable[[int], int]
    blocks: Callable[[str, str], list[str]]

    def facts(self, type: str, depth: int) -> Facts:
        return Facts(lambda record: healthy(self, record, type, depth), self.below, self.blocks)


def resolve(zone: Zone, name: str, type: str, client: Client) -> Answer:
    """The answer to a question for a name inside the zone."""
    answers: list[Data] = []
    for _ in range(LONGEST):
        cut = _delegation(zone, name, type)
        if cut is not None:
            return Answer(NOERROR, tuple(answers), (cut,), authoritative=bool(answers))
        at = _node(zone, name)
        if at is None:
            return Answer(NOERROR if answers else NXDOMAIN, tuple(answers), _apex(zone, "SOA"))
        found = _found(zone, at, name, type, client)
        if found:
            return Answer(NOERROR, (*answers, *found))
        alias = _data(zone, at, name, "CNAME", client) if type not in ("CNAME", ANY) else None
        if not alias:
            return Answer(NOERROR, tuple(answers), _apex(zone, "SOA"))
        answers.append(alias)
        name = alias.values[0].lower().rstrip(".") + "."
        if name != zone.name and not name.endswith(f".{zone.name}"):
            return Answer(NOERROR, tuple(answers))
    return Answer(SERVFAIL)


def healthy(zone: Zone, record: dict, type: str, depth: int = 0) -> bool:
    """Whether a record may be answered: its health check, and its alias's target where that is to be evaluated."""
    if "HealthCheckId" in record and not zone.check(record["HealthCheckId"]):
        return False
    target = record.get("AliasTarget")
    if not (target and target.get("EvaluateTargetHealth")) or depth > LONGEST:
        return True
    home = zone.zone(target["HostedZoneId"])
    if home is None:
        return True
    behind = home.find(target["DNSName"], type)
    return any(healthy(home, each, type, depth + 1) for each in behind)


def completed(zone: Zone, found: Answer, client: Client) -> Answer:
    """An answer with what Route 53 tells beside: the zone's name servers, and where the names in the answer lead.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSBehavior.html
    """
    if not found.answers or found.authority:
        return found
    told = {each.name for each in found.answers}
    names = dict.fromkeys(value.split()[-1].lower().rstrip(".") + "." for each in found.answers
                          if each.type in LEADING for value in each.values)  # fmt: skip
    inside = [name for name in names if name not in told and name.endswith(f".{zone.name}")]
    beside = [_data(zone, at, name, type, client) for name in inside for at in [_node(zone, name)] if at
              for type in ("A", "AAAA")]  # fmt: skip
    servers = () if any(each.type == "NS" for each in found.answers) else _apex(zone, "NS")
    return found._replace(authority=servers, additional=tuple(filter(None, beside)))


# Where a name leads


def _delegation(zone: Zone, name: str, type: str) -> Data | None:
    """The name servers of the first part below the zone that is delegated, where the name lies in it."""
    labels = name[: -len(zone.name)].rstrip(".").split(".") if name != zone.name else []
    for count in range(1, len(labels) + 1):
        part = ".".join(labels[-count:]) + f".{zone.name}"
        if type == "DS" and part == name:
            return None
        for each in zone.find(part, "NS"):
            return Data(part, "NS", each.get("TTL", 0), _values(each))
    return None


def _node(zone: Zone, name: str) -> str | None:
    """The name whose records answer: itself, or the wildcard that covers it; None where there is nothing."""
    if zone.exists(name):
        return name
    above = name
    while above != zone.name:
        above = above.partition(".")[2]
        wildcard = f"{WILDCARD}.{above}"
        if zone.find(wildcard, "") and name != wildcard:
            return wildcard
        if zone.exists(above):
            return None
    return None


def _apex(zone: Zone, type: str) -> tuple[Data, ...]:
    """The zone's own SOA or NS records."""
    found = zone.find(zone.name, type)
    return tuple(Data(zone.name, type, each.get("TTL", 0), _values(each)) for each in found[:1])


# What stands there


def _values(record: dict) -> tuple[str, ...]:
    return tuple(each["Value"] for each in record.get("ResourceRecords", ()))


def _found(zone: Zone, at: str, name: str, type: str, client: Client) -> list[Data]:
    """The chosen records of a type at a node; of every type, where all are asked for."""
    types = sorted({each["Type"] for each in zone.find(at, "")}) if type == ANY else [type]
    return [data for each in types if (data := _data(zone, at, name, each, client))]


def _data(zone: Zone, at: str, name: str, type: str, client: Client, depth: int = 0) -> Data | None:
    """The chosen records at a node, under the name that was asked for; None where there are none."""
    chosen = choose(zone.find(at, type), client, zone.facts(type, depth))
    found = [data for each in chosen if (data := _content(zone, each, name, type, client, depth))]
    if not found:
        return None
    values = tuple(dict.fromkeys(value for each in found for value in each.values))
    return Data(name, type, min(each.ttl for each in found), values)


def _content(zone: Zone, record: dict, name: str, type: str, client: Client, depth: int) -> Data | None:
    if depth > LONGEST:
        return None
    if "AliasTarget" in record:
        return _alias(zone, record["AliasTarget"], name, type, client, depth + 1)
    if "TrafficPolicyInstanceId" in record and "ResourceRecords" not in record:
        document, ttl = zone.policy(record["TrafficPolicyInstanceId"])
        values = _traffic(zone, document, traffic_policies.start(document), type, client)
        return Data(name, type, ttl, tuple(values)) if values else None
    return Data(name, type, record.get("TTL", 0), _values(record))


def _alias(zone: Zone, target: dict, name: str, type: str, client: Client, depth: int) -> Data | None:
    home = zone.zone(target["HostedZoneId"])
    if home is None:
        values = zone.outside(target["DNSName"], type)
        return Data(name, type, ALIAS_TTL, tuple(values)) if values else None
    at = _node(home, target["DNSName"])
    return _data(home, at, name, type, client, depth) if at else None


def _traffic(zone: Zone, document: dict, branch: dict, type: str, client: Client, depth: int = 0) -> list[str]:
    """The values at the end of a traffic policy's branch."""
    reference = branch.get("EndpointReference")
    if reference:
        endpoint = document["Endpoints"][reference]
        if endpoint.get("Type", "value") == "value":
            return [endpoint["Value"]]
        return zone.outside(endpoint["Value"], type)
    records = traffic_policies.branches(document["Rules"][branch["RuleReference"]])
    chosen = choose(records, client, zone.facts(type, depth))
    return [value for each in chosen for value in _traffic(zone, document, each["Branch"], type, client, depth + 1)]
