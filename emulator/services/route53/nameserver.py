"""The DNS server: Route 53's zones on a port of this machine, signed where they sign, logged where they are logged.

``--set route53.dns-port=5353`` opens it. ``--set route53.vpcs=10.0.0.0/16=vpc-1a2b3c4d`` tells whose resolvers are in
which VPC: private zones are then for the VPCs that they are associated with; without it they are for everybody. https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html
"""

from datetime import UTC, datetime

from emulator.engines import dns_names as names
from emulator.engines import dns_resolution
from emulator.engines.address_tables import told
from emulator.engines.dns_resolution import Answer, Data
from emulator.engines.service_metrics import measure
from emulator.services.route53 import answers, dnssec, query_logs, records
from emulator.services.route53.service import service
from emulator.services.route53.zones import Zone

KEY_TTL = 3600  # seconds
TRANSFERS = ("AXFR", "IXFR")  # which Route 53 does not do


@service.listener("route53.dns-port")
async def listen(host, port, open):
    """Answer for all zones of all accounts, from their present records."""
    from emulator.backends.dns import DnsServer

    def answer(question) -> Answer | None:
        ctx = open()
        with ctx.transaction():
            return reply(ctx, question)

    return await DnsServer(answer).start(host, port)


def reply(ctx, question) -> Answer | None:
    """The answer to a question; None for a name that is in no zone, and for transfers of zones."""
    zone = _zone(ctx, question)
    if zone is None or question.type in TRANSFERS:
        return None
    found = _resolved(ctx, zone, question)
    if question.dnssec and dnssec.signing(zone) and found.authoritative:
        found = _signed(ctx, zone, question, found)
    subnet = f"{question.client}/32" if question.client != question.resolver else "-"
    query_logs.log(ctx, zone, " ".join((
        "1.0", datetime.fromtimestamp(ctx.now, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"), zone.id[0],
        question.name.rstrip("."), question.type, found.code, question.protocol, query_logs.EDGE, question.resolver,
        subnet,
    )))  # fmt: skip
    measure(ctx, (ctx.account, "us-east-1"), "AWS/Route53", (("HostedZoneId", zone.id[0]),), (
        ("DNSQueries", 1.0, "None"),))
    return found


def _zone(ctx, question):
    """The zone whose name is the longest part of a name, of those for who asks; the context becomes its owner's.

    Of two with the same name the private one answers inside its VPCs, the public one where nobody tells of VPCs.
    """
    vpcs = ctx.setting("route53.vpcs", "")
    vpc, best, owner = told(vpcs, question.resolver), None, ctx.account

    def rank(zone) -> tuple[int, bool]:
        return len(zone.document["Name"]), ("VPCs" in zone.document) == bool(vpcs)

    for rows in ctx.partitions(Zone.rows(ctx).table):
        if rows.partition[0] == Zone.kind:
            for zone in rows:
                mine = not vpcs or vpc in (each["VPCId"] for each in zone.document.get("VPCs", ({"VPCId": vpc},)))
                if mine and names.inside(question.name, zone.document["Name"]) and (
                        best is None or rank(zone) > rank(best)):
                    best, owner = zone, rows.partition[1]
    ctx.account = owner
    return best


def _resolved(ctx, zone, question) -> Answer:
    if question.type == "DNSKEY" and question.name == zone.document["Name"] and dnssec.signing(zone):
        own, entries = dnssec.keys(ctx, zone)
        values = tuple(each.text for each in (own, *entries))
        return Answer(dns_resolution.NOERROR, (Data(question.name, "DNSKEY", KEY_TTL, values),))
    asking, view = answers.client(ctx, question.client), answers.view(ctx, zone)
    found = dns_resolution.resolve(view, question.name, question.type, asking)
    return dns_resolution.completed(view, found, asking)


def _signed(ctx, zone, question, found: Answer) -> Answer:
    """The answer with a signature after each record set, and proof of what is not there."""
    from emulator.engines import dnssec as engine

    apex = zone.document["Name"]
    own, entries = dnssec.keys(ctx, zone)

    def sign(data: tuple[Data, ...]) -> tuple[Data, ...]:
        signed = []
        for each in data:
            keys = entries if each.type == "DNSKEY" else [own]
            signed += [each, *(engine.signed(each, apex, key, ctx.now) for key in keys)]
        return tuple(signed)

    authority = found.authority
    code = found.code
    if found.negative:  # there is nothing of that kind: said in the compact way, under the name itself
        name = found.answers[-1].values[0] if found.answers else question.name
        there = sorted({each.type for each in records.named(ctx, zone.id[0], names.written(name))})
        ttl = min(each.ttl for each in authority)
        authority = (*authority, engine.absence(names.written(name), there, ttl))
        code = dns_resolution.NOERROR
    return Answer(code, sign(found.answers), sign(authority), additional=found.additional)
