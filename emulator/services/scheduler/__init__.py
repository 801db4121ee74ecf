"""Amazon EventBridge Scheduler: schedule groups, schedules, and their invocations on the emulator's clock.

https://docs.aws.amazon.com/scheduler/latest/APIReference/
"""

from emulator.services.scheduler import delivery, groups, schedules
from emulator.services.scheduler.common import service

__all__ = ["delivery", "groups", "schedules", "service"]
