"""CloudWatch Logs: groups, streams, events, filters, queries, deliveries, policies.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
"""

from conformance.services.logs import checks, fixtures, resource_checks, resource_fixtures
from conformance.services.logs.hints import declared

__all__ = ["checks", "declared", "fixtures", "resource_checks", "resource_fixtures"]
