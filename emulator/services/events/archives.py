"""Archives: a managed rule on the bus keeps every event that the archive asks for, as long as it is to be kept.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html
"""

from typing import Any

import orjson

from emulator.kernel.context import PARTITION, Context
from emulator.kernel.store import Rows
from emulator.resources import Listing, Resource, equal, prefix
from emulator.services.events import patterns
from emulator.services.events.buses import Place, find, place
from emulator.services.events.errors import invalid
from emulator.services.events.rules import remove, rule_arn, save
from emulator.services.events.senders import sender
from emulator.services.events.service import service
from emulator.services.events.tables import Archived, Rule, archived, rules

MANAGER = "prod.vhs.events.aws.internal"
DAY = 86400.0

Archive = Resource(
    "Archive", service, id="ArchiveName", arn="arn:{partition}:events:{region}:{account}:archive/{ArchiveName}",
    create="CreateArchive", read="DescribeArchive", update="UpdateArchive", delete="DeleteArchive",
    list=Listing("ListArchives", {
        "NamePrefix": prefix("ArchiveName"), "State": equal("State"), "EventSourceArn": equal("EventSourceArn")}),
    missing=("ResourceNotFoundException", "Archive {ArchiveName} does not exist."),
    exists=("ResourceAlreadyExistsException", "Archive {ArchiveName} already exists."),
    defaults={"State": "ENABLED", "RetentionDays": 0}, names={"ArchiveArn": "Arn"}, created="CreationTime",
    cloudformation="AWS::Events::Archive",
)  # fmt: skip


def bus_of(ctx: Context, named: str) -> Place:
    """The place of the bus that an ARN names. Raises ResourceNotFoundException, ValidationException."""
    if ":event-bus/" not in named:
        raise invalid("Parameter EventSourceArn is not valid. Reason: Must contain an event bus ARN.")
    return find(ctx, named)[1]


@Archive.on_validate
def check(ctx, document, before):
    if before is None:
        bus_of(ctx, document["EventSourceArn"])
    if document.get("EventPattern"):
        patterns.parse(document["EventPattern"])


@Archive.on_create
def created(ctx, record):
    _keep_rule(ctx, record.document, record.arn)


@Archive.on_update
def updated(ctx, record, before):
    _keep_rule(ctx, record.document, record.arn)


@Archive.on_delete
def deleted(ctx, record):
    at = place(ctx, record.document["EventSourceArn"])
    rule = ctx.rows(rules, **at.where).get((at.name, _rule_name(record.document)))
    if rule is not None:
        remove(ctx, at, rule)
    events_of(ctx, record.arn).clear()


@Archive.on_read
def counted(ctx, record):
    kept = trimmed(ctx, record)
    return {"EventCount": len(kept), "SizeBytes": sum(each.size for each in kept)}


def _rule_name(document: dict[str, Any]) -> str:
    return f"Events-Archive-{document['ArchiveName']}"


def _keep_rule(ctx: Context, document: dict[str, Any], arn: str) -> None:
    """The managed rule that feeds an archive; events of a replay don't come back into it."""
    at = place(ctx, document["EventSourceArn"])
    pattern = orjson.loads(document.get("EventPattern") or "{}") | {"replay-name": [{"exists": False}]}
    name = _rule_name(document)
    target = {
        "Id": name, "Arn": f"arn:{PARTITION}:events:{at.region}:::",
        "InputTransformer": {"InputPathsMap": {}, "InputTemplate": (
            f'{{"archive-arn": "{arn}", "event": <aws.events.event.json>, '
            '"ingestion-time": <aws.events.event.ingestion-time>}'
        )},
    }  # fmt: skip
    save(ctx, at, Rule(
        at.name, name, rule_arn(ctx, at, name), ctx.now, ctx.account, orjson.dumps(pattern).decode(),
        managed_by=MANAGER, targets=(target,),
    ))  # fmt: skip


def events_of(ctx: Context, arn: str) -> Rows[Archived]:
    """The events of an archive, in the order of their arrival."""
    parts = arn.split(":")
    return ctx.rows(archived, arn, account=parts[4], region=parts[3])


def trimmed(ctx: Context, record) -> Rows[Archived]:
    """The events of an archive, without those that have been kept long enough."""
    rows, days = events_of(ctx, record.arn), record.document["RetentionDays"]
    if days:
        horizon = ctx.now - days * DAY
        old = []
        for each in rows.range():
            if each.key[0] > horizon:
                break
            old.append(each.key)
        for key in old:
            rows.delete(key)
    return rows


@sender("archive")
def _to_archive(ctx: Context, sent, arn, payload: str) -> None:
    given = orjson.loads(payload)
    rows, event = events_of(ctx, given["archive-arn"]), sent.event
    last = next(rows.range(reverse=True), None)
    number = last.key[1] + 1 if last else 1
    rows.put(Archived((ctx.now, number), patterns.moment(event["time"]), len(orjson.dumps(event)), event))


_list, _update = service.functions["list_archives"], service.functions["update_archive"]


@service.operation
def update_archive(ctx, **given):
    """Raises ResourceNotFoundException, ValidationException, InvalidEventPatternException."""
    if not given.keys() & {"EventPattern", "RetentionDays", "Description"}:
        raise invalid("At least one of EventPattern, RetentionDays or Description must be provided.")
    return _update(ctx, **given)


@service.operation
def list_archives(ctx, **given):
    """In the order of their names, by one filter at most. Raises ResourceNotFoundException, ValidationException."""
    one_filter("ListArchives", given)
    if "EventSourceArn" in given:
        bus_of(ctx, given["EventSourceArn"])
    return _list(ctx, **given)


def one_filter(operation: str, given: dict[str, Any]) -> None:
    """Raises ValidationException."""
    if len(given.keys() & {"State", "EventSourceArn", "NamePrefix"}) > 1:
        raise invalid(
            f"At most one filter is allowed for {operation}. Use either : State, EventSourceArn, or NamePrefix."
        )
