"""Amazon CloudWatch Logs: log groups and streams, events, filters, subscriptions, queries, deliveries.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
"""

# Operations declare themselves on import.
from emulator.services.logs import (
    access,
    account_policies,
    deliveries,
    destinations,
    detectors,
    discovery,
    encryption,
    exports,
    groups,
    imports,
    index_policies,
    integrations,
    lookup_tables,
    metric_filters,
    pointers,
    protection,
    putting,
    queries,
    query_definitions,
    reading,
    resource_policies,
    scheduled_queries,
    streams,
    subscribers,
    subscriptions,
    table_integrations,
    tags,
    tails,
    transforming,
)
from emulator.services.logs.service import service

__all__ = [
    "access", "account_policies", "deliveries", "destinations", "detectors", "discovery", "encryption", "exports",
    "groups", "imports", "index_policies", "integrations", "lookup_tables", "metric_filters", "pointers",
    "protection", "putting", "queries", "query_definitions", "reading", "resource_policies", "scheduled_queries",
    "service", "streams", "subscribers", "subscriptions", "table_integrations", "tags", "tails", "transforming",
]  # fmt: skip
