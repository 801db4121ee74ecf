"""Amazon CloudWatch Logs: log groups and streams, events, filters, subscriptions, queries, deliveries.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
"""

# Operations declare themselves on import.
from emulator.services.logs import (
    destinations,
    encryption,
    groups,
    metric_filters,
    protection,
    putting,
    reading,
    streams,
    subscribers,
    subscriptions,
    tags,
    tails,
    transforming,
)
from emulator.services.logs.service import service

__all__ = [
    "destinations", "encryption", "groups", "metric_filters", "protection", "putting", "reading", "service",
    "streams", "subscribers", "subscriptions", "tags", "tails", "transforming",
]  # fmt: skip
