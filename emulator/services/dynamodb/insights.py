"""Contributor insights of tables and indexes: whether they are on, and the names of their rules in CloudWatch.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/contributorinsights_HowItWorks.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.resources.pagination import page
from emulator.services.dynamodb import features
from emulator.services.dynamodb.errors import NO_TABLE
from emulator.services.dynamodb.lifecycle import existing
from emulator.services.dynamodb.service import service
from emulator.services.dynamodb.tables import DynamoTable, tables

PAGE = 100
MODE = "ACCESSED_AND_THROTTLED_KEYS"
INVALID_TOKEN = ("ValidationException", "Invalid NextToken")


def _feature(ctx: Context, name: str, index: str | None) -> tuple[DynamoTable, dict]:
    """The table, and its feature: settings by index, "" for the table. Raises ResourceNotFoundException."""
    table = existing(ctx, name)
    if index is not None and table.index(index) is None:
        raise AwsError("ResourceNotFoundException", f"{NO_TABLE}: Index: {index} not found")
    return table, table.more.get("insights", {})


def _told(table: DynamoTable, index: str | None, status: str) -> dict:
    return {"TableName": table.name, **({"IndexName": index} if index else {}), "ContributorInsightsStatus": status}


@service.operation
def update_contributor_insights(
    ctx, TableName, ContributorInsightsAction, IndexName=None, ContributorInsightsMode=MODE
):
    """Turn them on or off. Raises ResourceNotFoundException."""
    table, feature = _feature(ctx, TableName, IndexName)
    on = ContributorInsightsAction == "ENABLE"
    setting = {"on": on, "since": ctx.now, "mode": ContributorInsightsMode}
    features.save_feature(ctx, table, "insights", {**feature, IndexName or "": setting})
    told = _told(table, IndexName, "ENABLING" if on else "DISABLING")
    return told | ({"ContributorInsightsMode": ContributorInsightsMode} if on else {})


@service.operation
def describe_contributor_insights(ctx, TableName, IndexName=None):
    """Raises ResourceNotFoundException."""
    table, feature = _feature(ctx, TableName, IndexName)
    setting = feature.get(IndexName or "")
    if setting is None:
        return _told(table, IndexName, "DISABLED")
    out = _told(table, IndexName, "ENABLED" if setting["on"] else "DISABLED")
    out["LastUpdateDateTime"] = setting["since"]
    if setting["on"]:
        out["ContributorInsightsMode"] = setting["mode"]
        out["ContributorInsightsRuleList"] = _rules(table, IndexName, setting)
    return out


def _rules(table: DynamoTable, index: str | None, setting: dict) -> list[str]:
    """Rules of partition keys and, where there are, of sort keys: of what is accessed (C) and throttled (T)."""
    of = table.index(index) if index else table
    kinds = ("T",) if setting["mode"] == "THROTTLED_KEYS" else ("C", "T")
    name = f"{table.name}-{index}" if index else table.name
    keys = ("PK", "SK") if of.range else ("PK",)
    return [f"DynamoDBContributorInsights-{key}{kind}-{name}-{setting['since'] * 1000:.0f}"
            for key in keys for kind in kinds]  # fmt: skip


@service.operation
def list_contributor_insights(ctx, TableName=None, NextToken=None, MaxResults=PAGE):
    """Of one table or of all, with their indexes, where they have ever been on. Raises ResourceNotFoundException."""
    wanted = [existing(ctx, TableName)] if TableName is not None else ctx.rows(tables)
    every = [
        (table, index, setting)
        for table in wanted
        for index, setting in sorted(table.more.get("insights", {}).items())
    ]
    found, token = page(
        ctx, every, lambda each: (each[0].name, each[1]), NextToken, MaxResults or PAGE, query=TableName,
        invalid=INVALID_TOKEN,
    )  # fmt: skip
    summaries = [_told(table, index, "ENABLED" if setting["on"] else "DISABLED") for table, index, setting in found]
    return {"ContributorInsightsSummaries": summaries} | ({"NextToken": token} if token else {})
