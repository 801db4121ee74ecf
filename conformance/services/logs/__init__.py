"""CloudWatch Logs: groups, streams, events, filters, queries, deliveries, policies.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
"""

from conformance.services.logs import (
    checks,
    delivery_checks,
    detector_checks,
    discovery_checks,
    fixtures,
    integration_checks,
    policy_checks,
    query_table_checks,
    resource_fixtures,
    search_checks,
    task_checks,
)
from conformance.services.logs.hints import declared

__all__ = [
    "checks", "declared", "delivery_checks", "detector_checks", "discovery_checks", "fixtures", "integration_checks",
    "policy_checks", "query_table_checks", "resource_fixtures", "search_checks", "task_checks",
]  # fmt: skip
