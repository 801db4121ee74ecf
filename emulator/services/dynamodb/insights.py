"""Contributor insights of tables and indexes: whether they are on, and the names of their rules in CloudWatch.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/contributorinsights_HowItWorks.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.resources.pagination import page
from emulator.services.dynamodb import contributions, features
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
    before = feature.get(IndexName or "")
    if before is not None and before["on"]:
        contributions.switch(ctx, table, IndexName, before, False)
    if on:
        contributions.switch(ctx, table, IndexName, setting, True)
    features.save_feature(ctx, table, "insights", {**feature, IndexName or "": setting})
    told = _told(table, IndexName, "ENABLING" if on else "DISABLING")
    return told | ({"ContributorInsightsMode": ContributorInsightsMode} if on else {})


@features.forgets
def _forget(ctx: Context, table: DynamoTable) -> None:
    for index, setting in table.more.get("insights", {}).items():
        if setting["on"]:
            contributions.switch(ctx, table, index or None, setting, False)


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
        out["ContributorInsightsRuleList"] = list(contributions.rule_names(table, IndexName, setting))
    return out


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
