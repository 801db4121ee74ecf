"""Amazon CloudWatch: metrics and their statistics, alarms that act, dashboards, streams and rules.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/
"""

# Operations declare themselves on import.
from emulator.services.cloudwatch import (
    access,
    account_settings,
    alarms,
    dashboards,
    data,
    describing,
    detectors,
    insight_reports,
    insight_rules,
    listing,
    managed_rules,
    mute_rules,
    putting,
    query_definitions,
    remembering,
    statistics,
    streams,
    tags,
    widget_images,
)
from emulator.services.cloudwatch.service import service

__all__ = [
    "access", "account_settings", "alarms", "dashboards", "data", "describing", "detectors", "insight_reports",
    "insight_rules",
    "listing", "managed_rules", "mute_rules", "putting", "query_definitions", "remembering", "service", "statistics",
    "streams", "tags", "widget_images",
]  # fmt: skip
