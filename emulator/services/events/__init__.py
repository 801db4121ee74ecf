"""Amazon EventBridge: event buses, rules, targets, schedules, archives and replays, API destinations, endpoints.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/
"""

# Operations and jobs declare themselves on import.
from emulator.services.events import (
    access,
    archives,
    buses,
    connections,
    destinations,
    endpoints,
    partners,
    patterns,
    permissions,
    putting,
    replays,
    rules,
    tags,
    targets,
)
from emulator.services.events.service import service

__all__ = [
    "access", "archives", "buses", "connections", "destinations", "endpoints", "partners", "patterns", "permissions",
    "putting", "replays", "rules", "service", "tags", "targets",
]  # fmt: skip
