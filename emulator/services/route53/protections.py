"""Protections: record sets that no change batch may change or delete until the protection is taken away.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateResourceRecordSetProtections.html
"""

from emulator.engines import dns_names as names
from emulator.kernel.errors import AwsError
from emulator.resources import page
from emulator.services.route53 import records
from emulator.services.route53.records import Protection
from emulator.services.route53.service import page_size, service
from emulator.services.route53.vpcs import INVALID_TOKEN
from emulator.services.route53.zones import Zone


def _keys(given: list[dict]) -> list[tuple[str, str]]:
    return [(names.order(names.written(each["RecordName"])), each["RecordType"]) for each in given]


@service.operation
def create_resource_record_set_protections(ctx, HostedZoneId, Protections):
    """Raises NoSuchHostedZone, InvalidResourceRecordSetProtectionBatch, ProtectionAlreadyExists."""
    zone = Zone.get(ctx, {"Id": HostedZoneId})
    rows = ctx.rows(records.protections, zone.id[0])
    for each, key in zip(Protections, _keys(Protections), strict=True):
        name, type = names.written(each["RecordName"]), each["RecordType"]
        if not records.named(ctx, zone.id[0], name, type):
            raise AwsError("InvalidResourceRecordSetProtectionBatch", (
                f"Resource record set [name='{name}', type='{type}'] was not found"))  # fmt: skip
        if key in rows:
            raise AwsError("ProtectionAlreadyExists", (
                f"Resource record set [name='{name}', type='{type}'] is already protected"))  # fmt: skip
        rows.put(Protection(name, type, each.get("Comment")))


@service.operation
def delete_resource_record_set_protections(ctx, HostedZoneId, Protections):
    """Raises NoSuchHostedZone, InvalidResourceRecordSetProtectionBatch."""
    zone = Zone.get(ctx, {"Id": HostedZoneId})
    for each, key in zip(Protections, _keys(Protections), strict=True):
        if ctx.rows(records.protections, zone.id[0]).delete(key) is None:
            raise AwsError("InvalidResourceRecordSetProtectionBatch", (
                f"Resource record set [name='{names.written(each['RecordName'])}', type='{each['RecordType']}'] is not "
                "protected"))  # fmt: skip


@service.operation
def list_resource_record_set_protections(
    ctx, HostedZoneId, StartRecordName=None, StartRecordType=None, MaxResults=None, NextToken=None
):
    """Raises NoSuchHostedZone, InvalidPaginationToken."""
    zone = Zone.get(ctx, {"Id": HostedZoneId})
    start = (names.order(names.written(StartRecordName)), StartRecordType or "") if StartRecordName else None
    rows = ctx.rows(records.protections, zone.id[0])
    found, following = page(
        ctx, rows.range(start), rows.table.key, NextToken, page_size(MaxResults), invalid=INVALID_TOKEN,
        query=[zone.id[0], start],
    )  # fmt: skip
    shown = [{"RecordName": each.name, "RecordType": each.type, "Comment": each.comment} for each in found]
    return {"ResourceRecordSetProtections": shown} | ({"NextToken": following} if following else {})
