"""The state of Parameter Store: parameters by name, and each one's versions."""

from operator import attrgetter

from emulator.kernel.store import Record, Table


class Policy(Record):
    """A parameter policy as it was given, its type (Expiration, ...) and its state (Pending, InProgress, Finished)."""

    text: str
    type: str
    status: str = "Pending"


class Parameter(Record):
    """A parameter. ``version`` is its newest; ``tier`` Standard or Advanced; ``created`` tells it from a namesake."""

    name: str
    arn: str
    created: float  # epoch seconds
    version: int
    tier: str = "Standard"
    policies: tuple[Policy, ...] = ()
    tags: dict[str, str] = {}
    labels: dict[str, int] = {}  # label -> version


class ParameterVersion(Record):
    """One version of a parameter. The value of a SecureString is its ciphertext, in base64."""

    version: int
    type: str
    value: str
    modified: float  # epoch seconds
    modified_by: str  # ARN
    tier: str = "Standard"
    data_type: str = "text"
    description: str | None = None
    allowed_pattern: str | None = None
    key_id: str | None = None
    data_key: bytes = b""  # encrypted, of a secure value that is too long for KMS itself
    policies: tuple[Policy, ...] = ()


parameters = Table("ssm.parameter", Parameter, key=attrgetter("name"), ordered=True)

# Partition: account, region, name of the parameter.
parameter_versions = Table("ssm.parameter_version", ParameterVersion, key=attrgetter("version"), ordered=True)
