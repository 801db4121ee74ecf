"""Answers to DNS questions: TestDNSAnswer, and what the DNS server tells.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_TestDNSAnswer.html
"""

from emulator.engines import dns_names as names
from emulator.engines import dns_resolution, traffic_policies
from emulator.engines.dns_routing import Client
from emulator.engines.places import located
from emulator.services.route53 import health, records, traffic
from emulator.services.route53.cidr import CidrCollection, blocks
from emulator.services.route53.service import invalid, service
from emulator.services.route53.zones import Zone

#: What stands behind AWS's own names (load balancers, distributions, websites): this machine, where the emulator is.
LOOPBACK = {"A": ["127.0.0.1"], "AAAA": ["::1"]}
RESOLVER = "127.0.0.1"  # who asks, where nobody is named


def view(ctx, zone) -> dns_resolution.Zone:
    """A zone as the resolver sees it."""
    zone_id = zone.id[0]

    def find(name: str, type: str) -> list[dict]:
        return [each.document for each in records.named(ctx, zone_id, name, type or None)]

    def exists(name: str) -> bool:
        order = names.order(name)
        first = next(records.of(ctx, zone_id).range((order, "", "")), None)
        return first is not None and names.order(first.name).startswith(order)

    def other(id: str) -> dns_resolution.Zone | None:
        found = zone if id == zone_id else Zone.find(ctx, {"Id": id})
        return found and view(ctx, found)

    def policy(id: str) -> tuple[dict, int]:
        instance = traffic.Instance.get(ctx, {"Id": id}).document
        found = traffic.find(ctx, instance["TrafficPolicyId"], instance["TrafficPolicyVersion"])
        return traffic_policies.parse(found.document), instance["TTL"]

    def locations(collection: str, location: str) -> list[str]:
        found = CidrCollection.find(ctx, {"Id": collection})
        return blocks(found).get(location, []) if found else []

    return dns_resolution.Zone(
        zone.document["Name"], find, exists, lambda id: health.healthy(ctx, id), other, policy,
        lambda name, type: LOOPBACK.get(type, []), ctx.ids.below, locations,
    )  # fmt: skip


def client(ctx, address: str) -> Client:
    """Who asks, and where that is. Raises ValueError for what is no address."""
    return Client(address, located(ctx, address).place)


@service.operation
def test_dns_answer(
    ctx, HostedZoneId, RecordName, RecordType, ResolverIP=None, EDNS0ClientSubnetIP=None, EDNS0ClientSubnetMask=None
):
    """Raises NoSuchHostedZone, InvalidInput."""
    zone = Zone.get(ctx, {"Id": HostedZoneId})
    name = names.written(RecordName)
    if not names.inside(name, zone.document["Name"]):
        raise invalid(f"The record name {RecordName} is not in the hosted zone {zone.document['Name']}")
    if EDNS0ClientSubnetMask is not None and EDNS0ClientSubnetIP is None:
        raise invalid("EDNS0ClientSubnetMask requires EDNS0ClientSubnetIP.")
    try:
        asking = client(ctx, EDNS0ClientSubnetIP or ResolverIP or RESOLVER)
    except ValueError as wrong:
        raise invalid(str(wrong)) from None
    answer = dns_resolution.resolve(view(ctx, zone), name, RecordType, asking)
    data = [value for each in answer.answers if each.type == RecordType or each is answer.answers[-1]
            for value in each.values]
    return {"Nameserver": zone.document["NameServers"][0], "RecordName": RecordName, "RecordType": RecordType,
            "RecordData": data, "ResponseCode": answer.code, "Protocol": "UDP"}
