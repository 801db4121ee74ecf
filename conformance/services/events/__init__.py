"""EventBridge: buses, rules, targets, archives, replays, connections, destinations, endpoints, partners.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/
"""

from conformance.services.events import checks, presence
from conformance.services.events.fixtures import declared

__all__ = ["checks", "declared", "presence"]
