"""Tags of alarms, dashboards, rules and streams.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_TagResource.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.cloudwatch import tables
from emulator.services.cloudwatch.errors import invalid_value, not_found
from emulator.services.cloudwatch.service import service

MOST = 50
# By the kind in the ARN (its resource begins with it): the table, and how the key is cut from the rest.
KINDS = {
    "alarm:": tables.alarms, "dashboard/": tables.dashboards, "insight-rule/": tables.insight_rules,
    "metric-stream/": tables.streams, "alarm-mute-rule:": tables.mute_rules,
    "metric-query-definition/": tables.queries, "anomaly-detector/": tables.detectors,
}  # fmt: skip


def _found(ctx: Context, arn: str):
    """The rows and the record of an ARN, None where there is none. Raises InvalidParameterValue."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[:1] != ["arn"] or parts[2] != "cloudwatch":
        raise invalid_value(f"The value {arn} for parameter ResourceARN is invalid.")
    for kind, table in KINDS.items():
        if parts[5].startswith(kind):
            rows = ctx.rows(table)
            return rows, rows.get(parts[5].removeprefix(kind))
    raise invalid_value(f"The value {arn} for parameter ResourceARN is invalid.")


def _must(ctx: Context, arn: str):
    rows, record = _found(ctx, arn)
    if record is None:
        raise not_found(f"Unable to find the resource {arn}")
    return rows, record


@service.operation
def tag_resource(ctx, ResourceARN, Tags):
    """Raises InvalidParameterValue, ResourceNotFoundException."""
    rows, record = _must(ctx, ResourceARN)
    tags = record.tags | {tag["Key"]: tag["Value"] for tag in Tags}
    if any(tag["Key"].lower().startswith("aws:") for tag in Tags):
        raise invalid_value("Tag keys that begin with aws: are reserved.")
    if len(tags) > MOST:
        raise invalid_value(f"A resource cannot have more than {MOST} tags.")
    rows.put(replace(record, tags=tags))
    return {}


@service.operation
def untag_resource(ctx, ResourceARN, TagKeys):
    """Raises InvalidParameterValue, ResourceNotFoundException."""
    rows, record = _must(ctx, ResourceARN)
    rows.put(replace(record, tags={key: value for key, value in record.tags.items() if key not in TagKeys}))
    return {}


@service.operation
def list_tags_for_resource(ctx, ResourceARN):
    """The tags; of what is not there none, as recorded. Raises InvalidParameterValue."""
    _, record = _found(ctx, ResourceARN)
    tags = record.tags if record is not None else {}
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


def resource_tags(ctx: Context, arn: str) -> dict[str, str]:
    """The tags of a resource, for IAM."""
    try:
        _, record = _found(ctx, arn)
    except AwsError:
        return {}
    return record.tags if record is not None else {}


service.resource_tags = resource_tags
