"""Change batches: all of a batch or nothing, and one message for each thing that is wrong.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
"""

from collections import Counter

from emulator.engines.dns_resolution import CHANGED
from emulator.kernel.errors import AwsError
from emulator.services.route53 import changes, names, record_rules, records
from emulator.services.route53.service import invalid, service
from emulator.services.route53.zones import Zone

MOST_VALUES, MOST_CHARACTERS = 1000, 32000  # of one batch; UPSERT counts twice


@service.operation
def change_resource_record_sets(ctx, HostedZoneId, ChangeBatch):
    """Raises NoSuchHostedZone, InvalidChangeBatch, InvalidInput, NoSuchHealthCheck."""
    zone = Zone.get(ctx, {"Id": HostedZoneId})
    given = ChangeBatch["Changes"]
    wrong = [words for each in given for words in record_rules.form(each["Action"], each["ResourceRecordSet"])]
    if wrong:
        raise invalid("Invalid request: " + ", and ".join(wrong))
    _check_size(given)
    plan = [(each["Action"], record_rules.stored(each["ResourceRecordSet"])) for each in given]
    refuse(apply(ctx, zone, plan))
    ctx.notify(CHANGED)
    return changes.submit(ctx, ChangeBatch.get("Comment"))


def apply(ctx, zone, plan: list[tuple[str, dict]]) -> list[str]:
    """Carry changes out in their order; gives what AWS says against them. The caller's transaction undoes them."""
    wrong = _repeated(plan)
    for action, document in plan:
        # What does not fit the zone cannot be looked for there either.
        wrong += record_rules.fits(zone.document["Name"], document) or ACTIONS[action](ctx, zone, document)
    if not wrong:
        for action, document in plan:
            if action != "DELETE":
                wrong += record_rules.beside(ctx, zone, document)
        wrong += _apex(ctx, zone)
    return wrong


def refuse(wrong: list[str]) -> None:
    if wrong:
        raise AwsError("InvalidChangeBatch", f"[{', '.join(wrong)}]")


def _check_size(given: list[dict]) -> None:
    values = characters = 0
    for each in given:
        times = 2 if each["Action"] == "UPSERT" else 1
        found = each["ResourceRecordSet"].get("ResourceRecords", ())
        values += times * max(1, len(found))
        characters += times * sum(len(value["Value"]) for value in found)
    if values > MOST_VALUES:
        refuse([f"Number of records limit of {MOST_VALUES} exceeded."])
    if characters > MOST_CHARACTERS:
        refuse([f"Number of characters limit of {MOST_CHARACTERS} exceeded."])


def _repeated(plan: list[tuple[str, dict]]) -> list[str]:
    """A record set may be deleted and made again in a batch, and that is all."""
    times = Counter((_key(document), action == "DELETE") for action, document in plan)
    return [f"The request contains an invalid set of changes for a resource record set '{type} {name}'"
            for ((name, type, _), _), count in times.items() if count > 1]


def _key(document: dict) -> tuple[str, str, str]:
    return document["Name"], document["Type"], document.get("SetIdentifier", "")


def _find(ctx, zone, document: dict):
    name, type, identifier = _key(document)
    return records.of(ctx, zone.id[0]).get((names.order(name), type, identifier))


def _described(document: dict) -> str:
    identifier = document.get("SetIdentifier")
    suffix = f", set-identifier='{identifier}'" if identifier else ""
    return f"resource record set [name='{document['Name']}', type='{document['Type']}'{suffix}]"


def _protected(ctx, zone, document: dict) -> list[str]:
    if (names.order(document["Name"]), document["Type"]) in ctx.rows(records.protections, zone.id[0]):
        return [f"The {_described(document)} is protected and cannot be changed"]
    return []


def _create(ctx, zone, document: dict) -> list[str]:
    if _find(ctx, zone, document) is not None:
        return [f"Tried to create {_described(document)} but it already exists"]
    records.put(ctx, zone.id[0], document)
    return []


def _delete(ctx, zone, document: dict) -> list[str]:
    found = _find(ctx, zone, document)
    if found is None:
        return [f"Tried to delete {_described(document)} but it was not found"]
    if _compared(found.document) != _compared(document):
        return [f"Tried to delete {_described(document)} but the values provided do not match the current values"]
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


def _compared(document: dict) -> dict:
    """A record set as deletion compares it: the order of values does not count."""
    values = document.get("ResourceRecords")
    return {**document, "ResourceRecords": sorted(each["Value"] for each in values)} if values else document


def _apex(ctx, zone) -> list[str]:
    name = zone.document["Name"]
    wrong = []
    if not records.named(ctx, zone.id[0], name, "SOA"):
        wrong.append("A HostedZone must contain exactly one SOA record.")
    if not records.named(ctx, zone.id[0], name, "NS"):
        wrong.append("A HostedZone must contain at least one NS record for the zone itself.")
    return wrong


ACTIONS = {"CREATE": _create, "DELETE": _delete, "UPSERT": _upsert}
