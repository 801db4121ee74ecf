"""Change batches: all of a batch or nothing, and one message for each thing that is wrong.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
"""

from emulator.engines import dns_names as names
from emulator.engines import dns_record_rules as rules
from emulator.engines.dns_resolution import CHANGED
from emulator.kernel.errors import AwsError
from emulator.services.route53 import changes, records
from emulator.services.route53.health import HealthCheck
from emulator.services.route53.service import bare, invalid, service
from emulator.services.route53.zones import Zone


@service.operation
def change_resource_record_sets(ctx, HostedZoneId, ChangeBatch):
    """Raises NoSuchHostedZone, InvalidChangeBatch, InvalidInput, NoSuchHealthCheck."""
    zone = Zone.get(ctx, {"Id": HostedZoneId})
    given = ChangeBatch["Changes"]
    wrong = [words for each in given for words in rules.form(each["Action"], each["ResourceRecordSet"])]
    if wrong:
        raise invalid("Invalid request: " + ", and ".join(wrong))
    refuse(rules.oversize(given))
    plan = [(each["Action"], _stored(each["ResourceRecordSet"])) for each in given]
    refuse(apply(ctx, zone, plan))
    ctx.notify(CHANGED)
    return changes.submit(ctx, ChangeBatch.get("Comment"))


def apply(ctx, zone, plan: list[tuple[str, dict]]) -> list[str]:
    """Carry changes out in their order; gives what AWS says against them. The caller's transaction undoes them."""
    wrong = rules.repeated(plan)
    for action, document in plan:
        # What does not fit the zone cannot be looked for there either.
        wrong += rules.fits(zone.document["Name"], document) or ACTIONS[action](ctx, zone, document)
    if not wrong:
        for action, document in plan:
            if action != "DELETE":
                standing = [each.document for each in records.named(ctx, zone.id[0], document["Name"])]
                wrong += rules.beside(zone.document["Name"], document, standing)
                wrong += _alias(ctx, zone, document) + _health(ctx, document)
        wrong += _apex(ctx, zone)
    return wrong


def _stored(given: dict) -> dict:
    """A record set as it is kept and told: names in full."""
    document = {**given, "Name": names.written(given["Name"])}
    if "AliasTarget" in given:
        target = given["AliasTarget"]
        document["AliasTarget"] = {**target, "DNSName": names.written(target["DNSName"]),
                                   "HostedZoneId": bare(target["HostedZoneId"])}
    return document


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


def refuse(wrong: list[str]) -> None:
    if wrong:
        raise AwsError("InvalidChangeBatch", f"[{', '.join(wrong)}]")


def _find(ctx, zone, document: dict):
    name, type, identifier = rules.key(document)
    return records.of(ctx, zone.id[0]).get((names.order(name), type, identifier))


def _protected(ctx, zone, document: dict) -> list[str]:
    if (names.order(document["Name"]), document["Type"]) in ctx.rows(records.protections, zone.id[0]):
        return [f"The {rules.described(document)} is protected and cannot be changed"]
    return []


def _create(ctx, zone, document: dict) -> list[str]:
    if _find(ctx, zone, document) is not None:
        return [f"Tried to create {rules.described(document)} but it already exists"]
    records.put(ctx, zone.id[0], document)
    return []


def _delete(ctx, zone, document: dict) -> list[str]:
    found = _find(ctx, zone, document)
    if found is None:
        return [f"Tried to delete {rules.described(document)} but it was not found"]
    if rules.compared(found.document) != rules.compared(document):
        return [f"Tried to delete {rules.described(document)} but the values provided do not match the current values"]
    refused = _protected(ctx, zone, document)
    if not refused:
        records.of(ctx, zone.id[0]).delete(found.key)
    return refused


def _upsert(ctx, zone, document: dict) -> list[str]:
    found = _find(ctx, zone, document)
    refused = _protected(ctx, zone, document) if found is not None else []
    if not refused:
        records.put(ctx, zone.id[0], document)
    return refused


def _apex(ctx, zone) -> list[str]:
    name = zone.document["Name"]
    wrong = []
    if not records.named(ctx, zone.id[0], name, "SOA"):
        wrong.append("A HostedZone must contain exactly one SOA record.")
    if not records.named(ctx, zone.id[0], name, "NS"):
        wrong.append("A HostedZone must contain at least one NS record for the zone itself.")
    return wrong


ACTIONS = {"CREATE": _create, "DELETE": _delete, "UPSERT": _upsert}
