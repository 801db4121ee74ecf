"""Tags of event buses and rules, which are named by their ARNs.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-tagging.html
"""

from emulator.kernel.context import Context
from emulator.kernel.store import Record, Rows, replace
from emulator.resources.declaration import Tags
from emulator.resources.tags import check
from emulator.services.events.buses import DEFAULT, find
from emulator.services.events.errors import invalid
from emulator.services.events.rules import check_unmanaged, find_rule
from emulator.services.events.service import service
from emulator.services.events.tables import Rule, buses, rules

RULES = Tags(
    too_many=("LimitExceededException", "The requested resource exceeds the maximum number allowed."),
    reserved=("ValidationException", "Tag keys that start with aws: are reserved for AWS use."),
)  # fmt: skip


def _tagged(ctx: Context, named: str) -> tuple[Record, Rows]:
    """The bus or rule of an ARN. Raises ResourceNotFoundException, ValidationException."""
    head, _, path = named.partition("/")
    kind = head.rpartition(":")[2]
    if kind == "event-bus":
        bus, at = find(ctx, named)
        return bus, ctx.rows(buses, **at.where)
    if kind == "rule":
        bus_name, _, name = path.rpartition("/")
        bus_arn = f"{head.rpartition(':')[0]}:event-bus/{bus_name or DEFAULT}"
        rule, at = find_rule(ctx, name, bus_arn)
        return rule, ctx.rows(rules, **at.where)
    raise invalid(f"Parameter {named} is not valid. Reason: Provided Arn is not in correct format.")


@service.operation
def tag_resource(ctx, ResourceARN, Tags):
    """Raises ResourceNotFoundException, ManagedRuleException, LimitExceededException."""
    record, rows = _tagged(ctx, ResourceARN)
    _check_unmanaged(record)
    added = {tag["Key"]: tag["Value"] for tag in Tags}
    rows.put(replace(record, tags=check(record.tags, added, RULES)))
    return {}


@service.operation
def untag_resource(ctx, ResourceARN, TagKeys):
    """Raises ResourceNotFoundException, ManagedRuleException."""
    record, rows = _tagged(ctx, ResourceARN)
    _check_unmanaged(record)
    rows.put(replace(record, tags={key: value for key, value in record.tags.items() if key not in TagKeys}))
    return {}


def _check_unmanaged(record: Record) -> None:
    if isinstance(record, Rule):
        check_unmanaged(record)


@service.operation
def list_tags_for_resource(ctx, ResourceARN):
    """Raises ResourceNotFoundException."""
    record, _ = _tagged(ctx, ResourceARN)
    return {"Tags": [{"Key": key, "Value": value} for key, value in record.tags.items()]}
