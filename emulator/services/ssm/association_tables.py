"""The state of State Manager beside its associations: their versions, and what became of each application."""

from operator import attrgetter
from typing import Any

from emulator.kernel.store import Record, Table


class Version(Record):
    """The settings of one version of an association."""

    association_id: str
    number: int
    created: float  # epoch seconds
    settings: dict[str, Any]


class Application(Record):
    """One time that an association was applied: by a command or an automation, with the status of each node."""

    id: str
    association_id: str
    version: str
    at: float  # epoch seconds
    began: str | None = None
    automation: bool = False
    status: str = "Pending"
    nodes: dict[str, str] = {}


association_versions = Table(
    "ssm.association_version", Version, key=lambda each: (each.association_id, each.number), ordered=True
)
applications = Table(
    "ssm.association_application", Application, key=attrgetter("id"),
    indexes={"newest": lambda each: (each.association_id, -each.at, each.id)},
)  # fmt: skip
