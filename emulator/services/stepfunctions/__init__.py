"""AWS Step Functions: state machines, their versions and aliases, executions, map runs, activities.

https://docs.aws.amazon.com/step-functions/latest/apireference/
"""

from emulator.services.stepfunctions import (
    activities,
    activity_tasks,
    aliases,
    executions,
    machines,
    map_run_operations,
    map_runs,
    performing,
    redriving,
    retention,
    running,
    tags,
    testing,
    versions,
)
from emulator.services.stepfunctions.service import service

__all__ = [
    "activities", "activity_tasks", "aliases", "executions", "machines", "map_run_operations", "map_runs",
    "performing", "redriving", "retention", "running", "service", "tags", "testing", "versions",
]  # fmt: skip
