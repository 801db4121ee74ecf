"""Amazon CloudWatch: metrics and their statistics, alarms that act, dashboards, streams and rules.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/
"""

# Operations declare themselves on import.
from emulator.services.cloudwatch import (
    alarms,
    data,
    describing,
    listing,
    putting,
    remembering,
    statistics,
    tags,
)
from emulator.services.cloudwatch.service import service

__all__ = [
    "alarms", "data", "describing", "listing", "putting", "remembering", "service", "statistics", "tags",
]  # fmt: skip
