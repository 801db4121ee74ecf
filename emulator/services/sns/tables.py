"""What SNS keeps: topics, subscriptions, FIFO memory, mobile applications, and what belongs to SMS."""

from operator import attrgetter
from typing import Any

from emulator.kernel.store import ACCOUNT, GLOBAL, Record, Table


class Topic(Record):
    """A topic. ``attributes`` holds what was set, as it reads; times are epoch seconds."""

    name: str
    account: str
    region: str
    attributes: dict[str, str]
    created: float
    tags: dict[str, str] = {}
    data_protection: str = ""
    subscriptions_deleted: int = 0
    archived_since: float = 0.0

    @property
    def arn(self) -> str:
        return f"arn:aws:sns:{self.region}:{self.account}:{self.name}"

    @property
    def fifo(self) -> bool:
        return self.name.endswith(".fifo")

    @property
    def place(self) -> dict[str, str]:
        return {"account": self.account, "region": self.region}


class Subscription(Record):
    """A subscription, kept where its topic is. ``token`` confirms it; ``guarded``: only its owner may end it."""

    id: str
    topic: str
    protocol: str
    endpoint: str
    account: str
    region: str
    owner: str
    principal: str
    created: float
    attributes: dict[str, str] = {}
    pending: bool = False
    authenticated: bool = True
    guarded: bool = False
    token: str = ""
    replay: str = ""

    @property
    def topic_arn(self) -> str:
        return f"arn:aws:sns:{self.region}:{self.account}:{self.topic}"

    @property
    def arn(self) -> str:
        return f"{self.topic_arn}:{self.id}"

    @property
    def closed(self) -> bool:
        """Whether it gets nothing new, its ReplayPolicy having an end."""
        return "EndingPoint" in self.attributes.get("ReplayPolicy", "")

    @property
    def raw(self) -> bool:
        return self.attributes.get("RawMessageDelivery") == "true"


class Message(Record):
    """A published message, as it goes to deliveries, archives and jobs.

    ``structure`` holds the texts per protocol of a message of structure json, else nothing. ``sequence`` is 0 outside
    FIFO topics. ``at`` is the moment of its publication.
    """

    id: str
    body: str
    at: float
    subject: str | None = None
    structure: dict[str, str] = {}
    attributes: dict[str, dict[str, Any]] = {}
    group: str = ""
    deduplication: str = ""
    sequence: int = 0
    trace: str = ""

    def text(self, protocol: str) -> str:
        """What a protocol gets to read."""
        return self.structure.get(protocol, self.body)


class Sequence(Record):
    """The number of the last message of a FIFO topic."""

    topic: str
    last: int


class Deduplication(Record):
    """A message that a FIFO topic accepted; ``scope`` is its group when the topic deduplicates per group, else ""."""

    scope: str
    id: str
    message: str
    sequence: int
    at: float


class SigningKey(Record):
    """What signs notifications: PEM texts, and the name under which the certificate is served."""

    name: str
    key: str
    certificate: str


class Application(Record):
    """A platform application: how a mobile push service is reached."""

    platform: str
    name: str
    attributes: dict[str, str]
    created: float


class Endpoint(Record):
    """A device that an application can push to."""

    id: str
    platform: str
    application: str
    token: str
    attributes: dict[str, str]
    created: float


class SmsSettings(Record):
    attributes: dict[str, str]


class PhoneNumber(Record):
    """A destination of the SMS sandbox. ``password`` is the one-time password that verifies it."""

    number: str
    status: str
    password: str
    created: float


class OptedOut(Record):
    number: str
    at: float


topics = Table("sns.topic", Topic, key=attrgetter("name"), ordered=True)
subscriptions = Table(
    "sns.subscription",
    Subscription,
    key=attrgetter("id"),
    indexes={
        "topic": lambda each: (each.topic, each.created),
        "owner": lambda each: (each.owner, each.created),
        "endpoint": lambda each: (each.topic, each.protocol, each.endpoint),
        "token": lambda each: each.token or None,
    },
)
# Ended by their endpoint's own link; the token in the farewell restores them.
ended = Table("sns.ended", Subscription, key=attrgetter("token"))
sequences = Table("sns.sequence", Sequence, key=attrgetter("topic"))
# One partition for each topic.
deduplications = Table(
    "sns.deduplication", Deduplication, key=lambda each: (each.scope, each.id), indexes={"at": attrgetter("at")}
)
archived = Table(
    "sns.archived", Message, key=attrgetter("sequence"), ordered=True, indexes={"at": attrgetter("at")}
)
signing_keys = Table("sns.signing_key", SigningKey, key=attrgetter("name"), scope=GLOBAL)
applications = Table("sns.application", Application, key=lambda each: (each.platform, each.name), ordered=True)
endpoints = Table(
    "sns.endpoint",
    Endpoint,
    key=attrgetter("id"),
    indexes={
        "application": lambda each: (each.platform, each.application, each.created),
        "token": lambda each: (each.platform, each.application, each.token),
    },
)
sms_settings = Table("sns.sms_settings", SmsSettings, key=lambda _: "settings")
sandbox = Table("sns.sandbox", PhoneNumber, key=attrgetter("number"), ordered=True)
opted_out = Table("sns.opted_out", OptedOut, key=attrgetter("number"), scope=ACCOUNT, ordered=True)
