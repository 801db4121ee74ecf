"""All state of S3: buckets, objects and their versions, multipart uploads and their parts.

An object's newest version lives in ``objects``, by key, where reads and listings find it at once. Everything else lives
in ``versions``: noncurrent versions and all delete markers. A key whose newest version is a delete marker has
therefore no row in ``objects``. ``store.py`` beside this module keeps the two in step; write through it.
"""

from collections.abc import Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any
from urllib.parse import quote_plus

from emulator.kernel.blobs import Blob
from emulator.kernel.store import GLOBAL, Record, Table
from emulator.protocol.base import Prerendered


def url_encode(text: str) -> str:
    """Text as listings write it for ``encoding-type=url``."""
    return quote_plus(text, safe="/*").replace("~", "%7E")


class Bucket(Record):
    """A bucket. ``configurations`` holds each subresource as the decoded member of its Put operation's input.

    It is keyed by the operation's noun, without Put and Bucket: PutBucketVersioning's ``VersioningConfiguration`` is
    ``configurations["Versioning"]``, further nouns are Cors, Policy, Tagging, Encryption, LifecycleConfiguration,
    NotificationConfiguration, ObjectLockConfiguration, PublicAccessBlock, Website, Acl, ... ``owner_id`` is the
    canonical user id of ``account``.
    """

    name: str
    account: str
    region: str
    created: float
    owner_id: str
    object_lock: bool = False  # enabled for the bucket, at its creation or later
    configurations: dict[str, Any] = {}

    @property
    def versioning(self) -> str:
        """``Enabled``, ``Suspended``, or "" for a bucket that never had versions."""
        return (self.configurations.get("Versioning") or {}).get("Status") or ""


class Lock(Record):
    """Object lock of one version: ``mode`` GOVERNANCE or COMPLIANCE until an epoch second; legal hold, event hold.

    Holds are None when they were never set. ``event_days`` or ``event_years`` is what a version is kept after its event
    hold was released; then ``until`` is set, with or without a mode.
    """

    mode: str | None = None
    until: float | None = None
    legal_hold: bool | None = None
    event_hold: bool | None = None
    event_days: int | None = None
    event_years: int | None = None


class Piece(Record):
    """One part of an object, as uploaded. An object that was put at once has one, with number 0."""

    number: int
    size: int
    blobs: tuple[Blob, ...]
    checksums: dict[str, str] = {}  # by output member, for example ChecksumCRC32


class Annotation(Record):
    """A text attached to a version, of ``size`` bytes."""

    name: str
    modified: float
    etag: str
    size: int
    blobs: tuple[Blob, ...]
    checksums: dict[str, str] = {}


class Version(Record, dict=True, gc=True):
    """One version of an object, or a delete marker.

    ``order`` is 0 for the first version of a key and one less for each newer one, so that newer sorts first.
    ``described`` holds those members of GetObject's output that were settled when the version was written
    (ContentType, Metadata, ServerSideEncryption, ...). ``etag`` is quoted. ``acl`` is None for the private default.
    """

    key: str
    modified: float
    owner: str  # account
    version_id: str = "null"
    order: int = 0
    delete_marker: bool = False
    etag: str = ""
    size: int = 0
    pieces: tuple[Piece, ...] = ()
    described: dict[str, Any] = {}
    checksums: dict[str, str] = {}  # ChecksumCRC32 etc. and ChecksumType
    storage_class: str = "STANDARD"
    tags: dict[str, str] = {}
    acl: Any = None
    lock: Lock | None = None
    restored_until: float | None = None  # of an archived object: readable until then
    restoring: bool = False
    replication: str | None = None  # PENDING, COMPLETED, FAILED, or REPLICA
    envelope: bytes = b""  # the key that seals those of the content, as KMS encrypted it; see ``ciphers``
    annotations: dict[str, Annotation] = {}  # by name

    @cached_property
    def entry(self) -> Prerendered:
        """The version as ListObjectsV2 lists it; its text is made once and kept with the record."""
        listed: dict[str, Any] = {"Key": self.key, "LastModified": self.modified, "ETag": self.etag}
        if self.checksums:
            algorithm = next(name for name in self.checksums if name != "ChecksumType")
            listed["ChecksumAlgorithm"] = [algorithm.removeprefix("Checksum")]
            listed["ChecksumType"] = self.checksums["ChecksumType"]
        listed |= {"Size": self.size, "StorageClass": self.storage_class}
        return Prerendered(listed)

    @cached_property
    def encoded_entry(self) -> Prerendered:
        """The same with the key URL-encoded, for clients that ask for it."""
        key = url_encode(self.key)
        return self.entry if key == self.key else Prerendered({**self.entry, "Key": key})


class Upload(Record):
    """A multipart upload in progress, or one completed (``result`` is then the answer, to be repeated)."""

    upload_id: str
    key: str
    initiated: float
    owner: str  # account
    initiator: str  # ARN
    described: dict[str, Any] = {}
    storage_class: str = "STANDARD"
    checksum_algorithm: str | None = None
    checksum_type: str | None = None
    tags: dict[str, str] = {}
    acl: Any = None
    lock: Lock | None = None
    envelope: bytes = b""  # as of a Version
    disturbed: bool = False  # something of the key was deleted since the upload began
    result: dict[str, Any] | None = None


class Part(Record):
    """One uploaded part, numbered 1 to 10,000."""

    number: int
    modified: float
    etag: str
    size: int
    blobs: tuple[Blob, ...]
    checksums: dict[str, str] = {}


class DirectorySession(Record):
    """What the credentials of a session with a directory bucket are good for: ``mode`` ReadWrite or ReadOnly."""

    access_key: str
    bucket: str
    mode: str
    expires: float


class LogLine(Record):
    """A line of a bucket's access log that waits to be delivered."""

    request_id: str
    at: float
    text: str


class MasterKey(Record):
    """The key of a bucket under which SSE-S3 seals the keys of its objects."""

    bucket: str
    key: bytes


def _blobs(version: Version) -> Sequence[Blob]:
    if len(version.pieces) == 1 and not version.annotations:
        return version.pieces[0].blobs
    blobs = [blob for piece in version.pieces for blob in piece.blobs]
    if version.annotations:
        blobs += [blob for annotation in version.annotations.values() for blob in annotation.blobs]
    return blobs


buckets = Table(
    "s3.bucket",
    Bucket,
    key=attrgetter("name"),
    scope=GLOBAL,
    indexes={"owned": lambda bucket: (bucket.account, bucket.name)},
)

directory_sessions = Table(
    "s3.directory_session", DirectorySession, key=attrgetter("access_key"), scope=GLOBAL
)
master_keys = Table("s3.master_key", MasterKey, key=attrgetter("bucket"), scope=GLOBAL)

# Partition: bucket name.
objects = Table("s3.object", Version, key=attrgetter("key"), scope=GLOBAL, ordered=True, blobs=_blobs)
versions = Table(
    "s3.version",
    Version,
    key=lambda version: (version.key, version.order),
    scope=GLOBAL,
    ordered=True,
    indexes={"id": lambda version: (version.key, version.version_id)},
    blobs=_blobs,
)
uploads = Table(
    "s3.upload",
    Upload,
    key=attrgetter("upload_id"),
    scope=GLOBAL,
    indexes={"listed": lambda upload: None if upload.result else (upload.key, upload.initiated, upload.upload_id)},
)

log_lines = Table("s3.log_line", LogLine, key=attrgetter("request_id"), scope=GLOBAL)

# Partition: bucket name, upload id.
parts = Table("s3.part", Part, key=attrgetter("number"), scope=GLOBAL, ordered=True, blobs=attrgetter("blobs"))
