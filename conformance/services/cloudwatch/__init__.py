"""CloudWatch: metrics, alarms, dashboards, streams, rules.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/
"""

from conformance.services.cloudwatch import alarm_checks, checks, setting_checks
from conformance.services.cloudwatch.fixtures import declared

__all__ = ["alarm_checks", "checks", "declared", "setting_checks"]
