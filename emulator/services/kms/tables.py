"""What KMS remembers. Key material is stored sealed under the root key of the emulator."""

from operator import attrgetter

from emulator.kernel.store import GLOBAL, Record, Table

AWS_KMS, EXTERNAL, CLOUDHSM, XKS = "AWS_KMS", "EXTERNAL", "AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"
PRIMARY, REPLICA = "PRIMARY", "REPLICA"

# Key states that are stored; the others follow from the material, the custom key store, or a pending job.
ENABLED, DISABLED, PENDING_DELETION, PENDING_REPLICA_DELETION, CREATING, UPDATING = (
    "Enabled", "Disabled", "PendingDeletion", "PendingReplicaDeletion", "Creating", "Updating"
)  # fmt: skip

CURRENT, NON_CURRENT, PENDING_ROTATION, PENDING_REGIONS = (
    "CURRENT", "NON_CURRENT", "PENDING_ROTATION", "PENDING_MULTI_REGION_IMPORT_AND_ROTATION"
)  # fmt: skip


class Material(Record):
    """One generation of a key's material. ``sealed`` is empty where it was deleted, has expired or is yet to come.

    ``id`` is 64 hexadecimal digits that follow from key id and material; ``rotated``, ``valid_to`` are epoch seconds.
    """

    id: str
    sealed: bytes
    state: str = CURRENT
    rotated: float | None = None
    rotation: str = ""  # AUTOMATIC or ON_DEMAND
    description: str | None = None
    expiration: str = ""
    valid_to: float | None = None


class Key(Record):
    """``replicas`` and ``primary`` are regions. Times in epoch seconds, ``pending_days`` and ``period`` in days."""

    id: str
    account: str
    region: str
    arn: str
    created: float
    spec: str
    usage: str
    origin: str
    policy: str
    manager: str = "CUSTOMER"
    description: str = ""
    state: str = ENABLED
    tags: dict[str, str] = {}
    materials: tuple[Material, ...] = ()
    kind: str = ""  # PRIMARY or REPLICA of a multi-region key
    primary: str = ""
    replicas: tuple[str, ...] = ()
    deletion: float | None = None
    pending_days: int | None = None
    period: int = 0  # days between automatic rotations; 0: there are none
    next_rotation: float | None = None
    store: str = ""
    external_id: str = ""


class Alias(Record):
    """``target`` is a key's id; an alias of AWS's that nobody has used yet has none."""

    name: str
    arn: str
    target: str
    created: float
    updated: float


class Place(Record):
    """Where the material with an id belongs."""

    material: str
    account: str
    key: str


class Grant(Record):
    """``grantee`` and ``retiring`` are ARNs; the ``…_service`` ones service principals. ``issuer`` is an account."""

    key: str
    id: str
    token: str
    created: float
    issuer: str
    operations: tuple[str, ...]
    grantee: str = ""
    retiring: str = ""
    grantee_service: str = ""
    retiring_service: str = ""
    name: str = ""
    constraints: dict[str, dict[str, str] | str] = {}


class Usage(Record):
    """The last cryptographic operation that a key did."""

    key: str
    operation: str
    time: float
    event: str
    request: str


class Import(Record):
    """A wrapping key pair that GetParametersForImport gave out; ``sealed`` is its private half."""

    token: str  # SHA-256 of the import token
    key: str
    algorithm: str
    sealed: bytes
    valid_to: float


class Store(Record):
    """A custom key store; ``settings`` under wire names, the secrets sealed."""

    id: str
    name: str
    kind: str
    created: float
    state: str
    settings: dict[str, str]
    sealed: bytes
    error: str = ""


class RootKey(Record):
    """The key under which all material lies sealed."""

    name: str
    key: bytes


keys = Table("kms.key", Key, key=attrgetter("id"), ordered=True)
aliases = Table("kms.alias", Alias, key=attrgetter("name"), ordered=True)
grants = Table("kms.grant", Grant, key=lambda grant: (grant.key, grant.id), ordered=True)
usages = Table("kms.usage", Usage, key=attrgetter("key"))
imports = Table("kms.import", Import, key=attrgetter("token"))
stores = Table("kms.custom_key_store", Store, key=attrgetter("id"), ordered=True)
places = Table("kms.material", Place, key=attrgetter("material"), scope=GLOBAL)  # by region
roots = Table("kms.root_key", RootKey, key=attrgetter("name"), scope=GLOBAL)
