"""Application Auto Scaling: targets in other services, and the policies and schedules that scale them.

https://docs.aws.amazon.com/autoscaling/application/APIReference/
"""

# Operations declare themselves on import.
from emulator.services.application_autoscaling import access, activities, forecasts, policies, schedules, tags, targets
from emulator.services.application_autoscaling.service import service

__all__ = ["access", "activities", "forecasts", "policies", "schedules", "service", "tags", "targets"]
