"""AWS Lambda: functions and what stands around them. https://docs.aws.amazon.com/lambda/latest/api/"""

from conformance.services.lambda_ import checks, event_checks, presence, refusals, resource_checks, rules
from conformance.services.lambda_.fixtures import declared

__all__ = ["checks", "declared", "event_checks", "presence", "refusals", "resource_checks", "rules"]
