"""What Secrets Manager remembers. Values lie encrypted under data keys of KMS."""

from operator import attrgetter

from emulator.kernel.store import Record, Table

CURRENT, PREVIOUS, PENDING = "AWSCURRENT", "AWSPREVIOUS", "AWSPENDING"


class Version(Record):
    """One version of a secret's value. ``stages`` are sorted; without any the version is deprecated.

    ``sealed`` is the value under a data key, ``envelope`` that key encrypted by KMS; both are empty for a version that
    a rotation has only begun. ``member`` is SecretString or SecretBinary. ``digest`` tells equal values from others.
    ``key`` is what the version was encrypted with, as the caller named it. Times in epoch seconds.
    """

    id: str
    created: float
    stages: tuple[str, ...] = ()
    member: str = ""
    sealed: bytes = b""
    envelope: bytes = b""
    digest: bytes = b""
    key: str = ""
    accessed: float | None = None


class Replica(Record):
    """A region that a secret is replicated to, as its primary tells of it."""

    region: str
    key: str = ""
    status: str = "InProgress"
    message: str = ""


class AccountReplica(Record):
    """A copy in another account, as the primary tells of it; ``role`` is who replicates, where it is named."""

    arn: str
    role: str = ""
    status: str = "InSync"
    message: str = ""


class Rotation(Record):
    """How and when a secret is rotated; ``rules`` under wire names. ``window`` is the beginning of the next window."""

    enabled: bool = False
    function: str = ""
    rules: dict[str, str | int] = {}
    last: float | None = None
    next: float | None = None
    window: float | None = None


class Secret(Record):
    """``primary`` is the region of the primary, for a replica. ``tags`` is None until the first one is added.

    ``across`` is the ARN of the primary in another account, ``across_status`` how far the replication from there is;
    ``account_replica`` the copy that a primary has in another account.
    """

    name: str
    arn: str
    account: str
    region: str
    created: float
    changed: float
    description: str | None = None
    key: str = ""
    kind: str = ""
    tags: dict[str, str] | None = None
    policy: str = ""
    versions: tuple[Version, ...] = ()
    deleted: float | None = None
    accessed: float | None = None
    rotation: Rotation = Rotation()
    replicas: tuple[Replica, ...] = ()
    primary: str = ""
    across: str = ""
    across_status: str = ""
    account_replica: AccountReplica | None = None


secrets = Table(
    "secretsmanager.secret", Secret, key=attrgetter("name"), ordered=True,
    indexes={"created": lambda secret: (secret.created, secret.name)},
)  # fmt: skip
