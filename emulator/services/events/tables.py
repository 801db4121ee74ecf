"""What EventBridge keeps beside its declared resources: buses, rules with their targets, archived events, sources."""

from operator import attrgetter
from typing import Any

from emulator.kernel.store import Record, Table


class Bus(Record):
    """``settings``: Description, KmsKeyIdentifier, DeadLetterConfig, LogConfig; ``policy``: a document's text or ""."""

    name: str
    arn: str
    created: float
    modified: float
    settings: dict[str, Any] = {}
    policy: str = ""
    tags: dict[str, str] = {}


class Rule(Record):
    """``targets`` as PutTargets gave them, in the order of their ids; ``pattern`` and ``schedule`` "" where absent."""

    bus: str
    name: str
    arn: str
    created: float
    created_by: str
    pattern: str = ""
    schedule: str = ""
    state: str = "ENABLED"
    description: str | None = None
    role: str | None = None
    managed_by: str | None = None
    targets: tuple[dict[str, Any], ...] = ()
    tags: dict[str, str] = {}

    @property
    def enabled(self) -> bool:
        return self.state != "DISABLED"


class Archived(Record):
    """An event in an archive; ``size`` in bytes, ``at`` the event's own time."""

    key: tuple[float, int]  # when it was archived, and a number
    at: float
    size: int
    event: dict[str, Any]


class EventSource(Record):
    """A partner's event source in a customer's account; ``partner`` is the account of its maker."""

    name: str
    partner: str
    created: float
    state: str = "PENDING"


buses = Table("events.bus", Bus, key=attrgetter("name"), ordered=True)
rules = Table("events.rule", Rule, key=lambda rule: (rule.bus, rule.name), ordered=True)
archived = Table("events.archived", Archived, key=attrgetter("key"), ordered=True)  # one partition for each archive
event_sources = Table("events.source", EventSource, key=attrgetter("name"), ordered=True)
