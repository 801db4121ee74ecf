"""Resource record sets: where they are kept, their order, and how a zone begins.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html
"""

from typing import Any

from emulator.engines import dns_names as names
from emulator.kernel.errors import AwsError
from emulator.kernel.store import GLOBAL, Record, Rows, Table
from emulator.services.route53.service import invalid, page_size, service
from emulator.services.route53.zones import Zone

MOST = 300  # in one page


class RecordSet(Record):
    """``name`` is written in full; ``document`` is the wire's ResourceRecordSet."""

    name: str
    type: str
    identifier: str
    document: dict[str, Any]

    @property
    def key(self) -> tuple[str, str, str]:
        return names.order(self.name), self.type, self.identifier


# Partitions: the zone's id.
record_sets = Table("route53.record_set", RecordSet, key=lambda record: record.key, scope=GLOBAL, ordered=True)


class Protection(Record):
    """A record set that may not be changed."""

    name: str
    type: str
    comment: str | None


protections = Table(
    "route53.protection", Protection, key=lambda each: (names.order(each.name), each.type), scope=GLOBAL, ordered=True
)


def of(ctx, zone_id: str) -> Rows[RecordSet]:
    return ctx.rows(record_sets, zone_id)


def named(ctx, zone_id: str, name: str, type: str | None = None) -> list[RecordSet]:
    """The record sets of one written name, of one type or all."""
    found = []
    for record in of(ctx, zone_id).range((names.order(name), type or "", "")):
        if record.name != name or (type and record.type != type):
            break
        found.append(record)
    return found


def put(ctx, zone_id: str, document: dict) -> None:
    of(ctx, zone_id).put(RecordSet(document["Name"], document["Type"], document.get("SetIdentifier", ""), document))


@Zone.on_create
def begin(ctx, record):
    """The records that a zone has from its beginning: NS and SOA."""
    zone, servers = record.document["Name"], record.document["NameServers"]
    soa = f"{servers[0]}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"
    for type, ttl, values in (("NS", 172800, [f"{each}." for each in servers]), ("SOA", 900, [soa])):
        put(ctx, record.id[0], {
            "Name": zone, "Type": type, "TTL": ttl, "ResourceRecords": [{"Value": each} for each in values]})


@Zone.on_delete
def end(ctx, record):
    if len(of(ctx, record.id[0])) > 2:
        raise AwsError("HostedZoneNotEmpty")
    of(ctx, record.id[0]).clear()
    ctx.rows(protections, record.id[0]).clear()


@Zone.on_read
def counted(ctx, record):
    return {"ResourceRecordSetCount": len(of(ctx, record.id[0]))}


@service.operation
def list_resource_record_sets(
    ctx, HostedZoneId, StartRecordName=None, StartRecordType=None, StartRecordIdentifier=None, MaxItems=None
):
    """Raises NoSuchHostedZone, InvalidInput."""
    zone = Zone.get(ctx, {"Id": HostedZoneId})
    if StartRecordType and not StartRecordName:
        raise invalid("Invalid request: StartRecordType requires StartRecordName")
    if StartRecordIdentifier and not StartRecordType:
        raise invalid("Invalid request: StartRecordIdentifier requires StartRecordName and StartRecordType")
    limit = page_size(MaxItems, MOST)
    start = None
    if StartRecordName:
        start = (names.order(names.written(StartRecordName)), StartRecordType or "", StartRecordIdentifier or "")
    page = []
    answer = {"ResourceRecordSets": page, "IsTruncated": False, "MaxItems": str(limit)}
    for record in of(ctx, zone.id[0]).range(start):
        if len(page) == limit:
            following = {"NextRecordName": record.name, "NextRecordType": record.type, "IsTruncated": True}
            return answer | following | ({"NextRecordIdentifier": record.identifier} if record.identifier else {})
        page.append(record.document)
    return answer
