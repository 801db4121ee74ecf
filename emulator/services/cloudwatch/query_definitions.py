"""Saved queries of metrics: kept as they are, by id and by a path that is theirs alone.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricDataQueryDefinition.html
"""

from typing import Any

from emulator.kernel.context import Context, arn
from emulator.kernel.errors import AwsError
from emulator.resources.pagination import page
from emulator.services.cloudwatch.errors import INVALID_TOKEN, not_found, refused
from emulator.services.cloudwatch.service import service
from emulator.services.cloudwatch.tables import Named, queries

PAGE, MOST = 100, 1000


@service.operation
def put_metric_data_query_definition(ctx, Path, Expression, Type, Id=None, Tags=()):
    """Without an id a new one. Raises ConflictException, LimitExceededException, ResourceNotFoundException."""
    rows = ctx.rows(queries)
    before = rows.get(Id) if Id is not None else None
    if Id is not None and before is None:
        raise not_found(f"The metric data query definition {Id} does not exist.")
    if Path.startswith("/") or Path.endswith("/"):
        raise refused("Path must not start or end with a slash.")
    if any(each.config["Path"] == Path and each.name != Id for each in rows):
        raise AwsError("ConflictException", f"A metric data query definition with the path {Path} already exists.")
    if before is None and len(rows) >= MOST:
        raise AwsError("LimitExceededException", "The limit of metric data query definitions is reached.")
    config = {"Path": Path, "Expression": Expression, "Type": Type}
    tags = before.tags if before is not None else {tag["Key"]: tag["Value"] for tag in Tags or ()}
    created = before.created if before is not None else ctx.now
    return _shown(ctx, rows.put(Named(Id or ctx.ids.uuid(), config, created, ctx.now, tags)))


def _shown(ctx: Context, found: Named) -> dict[str, Any]:
    return {
        "Id": found.name, "Arn": arn(ctx, "cloudwatch", f"metric-query-definition/{found.name}"), **found.config,
        "CreatedAt": found.created, "UpdatedAt": found.updated,
    }  # fmt: skip


@service.operation
def get_metric_data_query_definition(ctx, Id):
    """Raises ResourceNotFoundException."""
    found = ctx.rows(queries).get(Id)
    if found is None:
        raise not_found(f"The metric data query definition {Id} does not exist.")
    return _shown(ctx, found)


@service.operation
def delete_metric_data_query_definition(ctx, Id):
    """Deleting what is not there succeeds."""
    ctx.rows(queries).delete(Id)
    return {}


@service.operation
def list_metric_data_query_definitions(ctx, MaxResults=PAGE, NextToken=None):
    found, token = page(ctx, ctx.rows(queries), lambda each: each.name, NextToken, MaxResults, invalid=INVALID_TOKEN)
    items = [{"Id": each.name, "Path": each.config["Path"], "Type": each.config["Type"], "UpdatedAt": each.updated}
             for each in found]  # fmt: skip
    return {"Items": items} | ({"NextToken": token.rstrip("=")} if token else {})
