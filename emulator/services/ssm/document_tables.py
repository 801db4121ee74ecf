"""The state of documents: each by name, and its versions."""

from operator import attrgetter

from emulator.kernel.store import Record, Table


class Review(Record):
    """An answer to a change of a document that was sent for review. Times are epoch seconds."""

    status: str
    reviewer: str
    created: float
    updated: float
    comments: tuple[str, ...] = ()


class Document(Record):
    """A document. ``shared`` maps account ids, or ``all``, to the version that they are shown."""

    name: str
    type: str
    owner: str
    latest: int = 1
    default: int = 1
    target_type: str | None = None
    requires: tuple[dict, ...] = ()
    shared: dict[str, str] = {}
    tags: dict[str, str] = {}


class DocumentVersion(Record):
    """One version of a document. ``attachments`` are the names of its attachments and the bytes of each."""

    version: int
    content: str
    format: str
    created: float  # epoch seconds
    author: str  # ARN
    version_name: str | None = None
    display_name: str | None = None
    attachments: dict[str, bytes] = {}
    status: str = "Active"
    reviews: tuple[Review, ...] = ()


documents = Table("ssm.document", Document, key=attrgetter("name"), ordered=True)

# Partition: account, region, name of the document.
document_versions = Table("ssm.document_version", DocumentVersion, key=attrgetter("version"), ordered=True)
