"""What log groups hold, told by their data sources: how many groups, which fields.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/data-source-discovery-management.html
"""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from emulator.engines import log_schemas
from emulator.engines.insights.fields import document
from emulator.kernel.context import Context
from emulator.services.logs import encryption, protection, reading, storage, transforming
from emulator.services.logs.data_sources import DataSource, among, of
from emulator.services.logs.errors import not_found
from emulator.services.logs.groups import name_pattern, own_account
from emulator.services.logs.lookup import streams_of
from emulator.services.logs.pages import paged
from emulator.services.logs.service import service
from emulator.services.logs.tables import Group, groups

PAGE = 50
LATEST = 1000  # events of a log group that are looked through for fields


@service.operation
def list_aggregate_log_group_summaries(
    ctx, groupBy, accountIdentifiers=None, includeLinkedAccounts=None, logGroupClass=None, logGroupNamePattern=None,
    dataSources=None, nextToken=None, limit=PAGE,
):  # fmt: skip
    """How many log groups there are of each data source; those of none are counted without identifiers.

    No format is told: none is known of custom data sources. Raises InvalidParameterException.
    """
    own_account(ctx, includeLinkedAccounts, accountIdentifiers)
    pattern = name_pattern(logGroupNamePattern)
    counts = Counter(
        of(each) for each in ctx.rows(groups)
        if pattern.search(each.name) and logGroupClass in (None, each.kind) and among(each, dataSources)
    )  # fmt: skip
    query = [groupBy, logGroupClass, logGroupNamePattern, dataSources]
    return paged(ctx, "aggregateLogGroupSummaries", sorted(counts), tuple, nextToken, limit, query, lambda source: {
        "logGroupCount": counts[source], "groupingIdentifiers": _identifiers(source)})  # fmt: skip


def _identifiers(source: DataSource) -> list[dict[str, str]]:
    named = {"dataSource.Name": source.name, "dataSource.Type": source.type}
    return [{"key": key, "value": value} for key, value in named.items() if value]


@service.operation
def get_log_fields(ctx, dataSourceName, dataSourceType):
    """The fields of a data source's latest events, transformed. Raises ResourceNotFoundException."""
    wanted = DataSource(dataSourceName, dataSourceType)
    found = [each for each in ctx.rows(groups) if of(each) == wanted]
    if not found:
        raise not_found("The specified data source does not exist.")
    return {"logFields": log_schemas.fields(each for group in found for each in _documents(ctx, group))}


def _documents(ctx: Context, found: Group) -> Iterator[dict[str, Any]]:
    """The latest events of a log group that hold a JSON object."""
    transformed = transforming.of(ctx, found)
    message = protection.shown(ctx, found, False, encryption.opener(ctx, found))
    low = storage.horizon(ctx, found)
    latest = reading.between(ctx, found, list(streams_of(ctx, found)), low, reading.END, ahead=False)
    for _, event in islice(latest, LATEST):
        parsed = document(transformed(event._replace(message=message(event))))
        if isinstance(parsed, dict):
            yield parsed
