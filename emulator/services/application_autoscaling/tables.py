"""What Application Auto Scaling keeps: targets, policies, scheduled actions, and what was done."""

from typing import Any, NamedTuple

from emulator.kernel.store import Record, Table


class Place(NamedTuple):
    """What is scaled: a dimension of a resource in the namespace of a service."""

    namespace: str
    resource: str
    dimension: str

    @property
    def shown(self) -> dict[str, str]:
        return {"ServiceNamespace": self.namespace, "ResourceId": self.resource, "ScalableDimension": self.dimension}

    def __str__(self) -> str:
        return (f"service namespace: {self.namespace}, resource ID: {self.resource}, scalable dimension: "
                f"{self.dimension}")  # fmt: skip


class Target(Record):
    """A registered target. ``id`` is in its ARN; ``suspended`` names what is."""

    namespace: str
    resource: str
    dimension: str
    id: str
    minimum: int
    maximum: int
    role: str
    created: float
    suspended: dict[str, bool]
    tags: dict[str, str] = {}

    @property
    def place(self) -> Place:
        return Place(self.namespace, self.resource, self.dimension)


class Policy(Record):
    """A scaling policy. ``config`` is its configuration under the name of its member; ``scaled`` when it last acted."""

    namespace: str
    resource: str
    dimension: str
    name: str
    arn: str
    type: str
    config: dict[str, Any]
    created: float
    alarms: tuple[str, ...] = ()
    scaled: float = 0.0

    @property
    def place(self) -> Place:
        return Place(self.namespace, self.resource, self.dimension)


class Scheduled(Record):
    """A scheduled action. ``config`` holds its members under wire names."""

    namespace: str
    resource: str
    dimension: str
    name: str
    arn: str
    config: dict[str, Any]
    created: float

    @property
    def place(self) -> Place:
        return Place(self.namespace, self.resource, self.dimension)


class Activity(Record):
    """Something done, or not done for ``reasons``. ``number`` counts an account's activities."""

    number: int
    id: str
    namespace: str
    resource: str
    dimension: str
    description: str
    cause: str
    started: float
    ended: float
    status: str
    message: str
    reasons: tuple[dict[str, Any], ...] = ()


targets = Table(
    "application-autoscaling.target", Target, key=lambda each: (each.namespace, each.resource, each.dimension),
    ordered=True,
)  # fmt: skip
policies = Table(
    "application-autoscaling.policy", Policy, ordered=True,
    key=lambda each: (each.namespace, each.resource, each.dimension, each.name),
)  # fmt: skip
scheduled = Table(
    "application-autoscaling.scheduled", Scheduled, ordered=True,
    key=lambda each: (each.namespace, each.resource, each.dimension, each.name),
)  # fmt: skip
activities = Table("application-autoscaling.activity", Activity, key=lambda each: each.number, ordered=True)
