"""Metric streams: metrics that go to a delivery stream of Firehose as they come.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricStream.html
"""

from typing import Any

from emulator.kernel.context import Context, arn
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.cloudwatch import stream_delivery
from emulator.services.cloudwatch.errors import INVALID_TOKEN, invalid_combination, invalid_value, not_found
from emulator.services.cloudwatch.service import service
from emulator.services.cloudwatch.tables import Named, streams

PAGE = 500
MEMBERS = ("IncludeFilters", "ExcludeFilters", "FirehoseArn", "RoleArn", "OutputFormat", "StatisticsConfigurations",
           "IncludeLinkedAccountsMetrics")  # fmt: skip
LISTED = ("FirehoseArn", "State", "OutputFormat")


@service.operation
def put_metric_stream(ctx, Name, Tags=(), **given):
    """Make a stream, which runs at once, or replace one. Raises InvalidParameterValue, InvalidParameterCombination."""
    if given.get("IncludeFilters") and given.get("ExcludeFilters"):
        raise invalid_combination("IncludeFilters and ExcludeFilters cannot both be specified.")
    for name, kind in (("FirehoseArn", "firehose"), ("RoleArn", "iam")):
        if given[name].split(":")[:1] != ["arn"] or f":{kind}:" not in given[name]:
            raise invalid_value(f"The value {given[name]} for parameter {name} is invalid.")
    stream_delivery.check_statistics(given.get("StatisticsConfigurations") or ())
    rows = ctx.rows(streams)
    before = rows.get(Name)
    config = {name: given[name] for name in MEMBERS if given.get(name) is not None}
    config["State"] = before.config["State"] if before is not None else "running"
    tags = before.tags if before is not None else {tag["Key"]: tag["Value"] for tag in Tags or ()}
    rows.put(Named(Name, config, before.created if before is not None else ctx.now, ctx.now, tags))
    stream_delivery.arm(ctx)
    return {"Arn": _arn(ctx, Name)}


def _arn(ctx: Context, name: str) -> str:
    return arn(ctx, "cloudwatch", f"metric-stream/{name}")


def _shown(ctx: Context, stream: Named) -> dict[str, Any]:
    return {"Arn": _arn(ctx, stream.name), "Name": stream.name, "CreationDate": stream.created,
            "LastUpdateDate": stream.updated, **stream.config}  # fmt: skip


@service.operation
def get_metric_stream(ctx, Name):
    """Raises ResourceNotFoundException."""
    found = ctx.rows(streams).get(Name)
    if found is None:
        raise not_found(f"Metric stream {Name} does not exist")
    return _shown(ctx, found)


@service.operation
def delete_metric_stream(ctx, Name):
    """Deleting what is not there succeeds."""
    ctx.rows(streams).delete(Name)
    return {}


@service.operation
def list_metric_streams(ctx, NextToken=None, MaxResults=PAGE):
    """Raises InvalidNextToken."""
    found, token = page(ctx, ctx.rows(streams), lambda each: each.name, NextToken, MaxResults, invalid=INVALID_TOKEN)
    wanted = ("Arn", "Name", "CreationDate", "LastUpdateDate", *LISTED)
    entries = [{name: value for name, value in _shown(ctx, each).items() if name in wanted} for each in found]
    return {"Entries": entries} | ({"NextToken": token} if token else {})


@service.operation
def start_metric_streams(ctx, Names):
    """Raises InvalidParameterValue."""
    _switch(ctx, Names, "running")
    stream_delivery.arm(ctx)
    return {}


@service.operation
def stop_metric_streams(ctx, Names):
    """Raises InvalidParameterValue."""
    _switch(ctx, Names, "stopped")
    return {}


def _switch(ctx: Context, names: list[str], state: str) -> None:
    rows = ctx.rows(streams)
    missing = [name for name in names if name not in rows]
    if missing:
        raise AwsError("InvalidParameterValue", f"Metric stream {missing[0]} does not exist")
    for name in names:
        stream = rows[name]
        rows.put(replace(stream, config=stream.config | {"State": state}, updated=ctx.now))
