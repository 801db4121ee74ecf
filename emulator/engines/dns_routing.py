"""Routing policies: which of the record sets of one name and type a client is answered.

Records are ResourceRecordSets on the wire's terms. https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy.html
"""

import ipaddress
from collections.abc import Callable
from typing import NamedTuple

from emulator.engines.geography import REGIONS, Place, distance

MULTIVALUE = 8  # answers at most


class Client(NamedTuple):
    """Who asks: an address, and the place that it is taken to be at."""

    address: str
    place: Place = Place()


class Facts(NamedTuple):
    """What routing must know: the health of a record, chance, and the blocks of a CIDR collection's location."""

    healthy: Callable[[dict], bool]
    below: Callable[[int], int]  # a whole number from 0 up to, not including, the one given
    blocks: Callable[[str, str], list[str]]  # (collection, location)


def choose(records: list[dict], client: Client, facts: Facts) -> list[dict]:
    """The records that answer: one, several of a multivalue policy, or none."""
    policy = next((name for name in POLICIES if any(name in each for each in records)), None)
    if policy is None:
        return records[:1]
    well = [each for each in records if facts.healthy(each)]
    # With all unhealthy, all count as healthy.
    return POLICIES[policy](well or records, client, facts)


def _weighted(records: list[dict], client: Client, facts: Facts) -> list[dict]:
    weights = [int(each["Weight"]) for each in records]
    if not any(weights):
        return [records[facts.below(len(records))]]
    ticket = facts.below(sum(weights))
    for each, weight in zip(records, weights, strict=True):
        if ticket < weight:
            return [each]
        ticket -= weight
    return []


def _latency(records: list[dict], client: Client, facts: Facts) -> list[dict]:
    """By distance to the Region: nobody measures the real latency of a local client."""
    return [min(records, key=lambda each: distance(client.place.point, REGIONS.get(each["Region"], (0, 180))))]


def _failover(records: list[dict], client: Client, facts: Facts) -> list[dict]:
    return [min(records, key=lambda each: each["Failover"] != "PRIMARY")]


def _geolocation(records: list[dict], client: Client, facts: Facts) -> list[dict]:
    """The smallest area that holds the client; the default record for everybody else; nothing without one."""
    place = client.place
    for wanted in (
        {"CountryCode": place.country, "SubdivisionCode": place.subdivision}, {"CountryCode": place.country},
        {"ContinentCode": place.continent}, {"CountryCode": "*"},
    ):  # fmt: skip
        for each in records:
            if each["GeoLocation"] == wanted:
                return [each]
    return []


def _geoproximity(records: list[dict], client: Client, facts: Facts) -> list[dict]:
    """By distance, which a bias of 1 to 99 makes shorter and one of -99 to -1 longer."""

    def biased(record: dict) -> float:
        given = record["GeoProximityLocation"]
        bias = int(given.get("Bias") or 0)
        far = distance(client.place.point, _point(given))
        return far * (1 - bias / 100) if bias >= 0 else far / (1 + bias / 100)

    return [min(records, key=biased)]


def _point(given: dict) -> tuple[float, float]:
    if "Coordinates" in given:
        return float(given["Coordinates"]["Latitude"]), float(given["Coordinates"]["Longitude"])
    region = given.get("AWSRegion") or "-".join(given.get("LocalZoneGroup", "").split("-")[:3])
    return REGIONS.get(region, (0, 180))


def _multivalue(records: list[dict], client: Client, facts: Facts) -> list[dict]:
    rest, found = list(records), []
    while rest and len(found) < MULTIVALUE:
        found.append(rest.pop(facts.below(len(rest))))
    return found


def _ip_based(records: list[dict], client: Client, facts: Facts) -> list[dict]:
    """The longest block that holds the client's address; location ``*`` for everybody else."""
    best, found = -1, []
    address = ipaddress.ip_address(client.address)
    for each in records:
        given = each["CidrRoutingConfig"]
        if given["LocationName"] == "*" and best < 0:
            found = [each]
        for block in facts.blocks(given["CollectionId"], given["LocationName"]):
            network = ipaddress.ip_network(block)
            if network.version == address.version and address in network and network.prefixlen > best:
                best, found = network.prefixlen, [each]
    return found


POLICIES = {
    "Weight": _weighted, "Region": _latency, "Failover": _failover, "GeoLocation": _geolocation,
    "GeoProximityLocation": _geoproximity, "MultiValueAnswer": _multivalue, "CidrRoutingConfig": _ip_based,
}  # fmt: skip
