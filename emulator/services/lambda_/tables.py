"""What Lambda remembers."""

from operator import attrgetter
from typing import Any

from emulator.kernel.blobs import Blob
from emulator.kernel.store import Record, Table
from emulator.resources.pagination import page

LATEST = "$LATEST"


class Function(Record):
    """One version of a function. ``config`` is its configuration under wire names, without what is derived.

    It is made of ``code`` and ``layers``, the contents of those that the configuration names, in order; or of the
    container image that is named ``image``.
    """

    name: str
    version: str
    config: dict[str, Any]
    code: Blob | None
    revision: str
    number: int = 0  # of a published version
    layers: tuple[Blob, ...] = ()
    image: str = ""


class Common(Record):
    """What all versions of a function share.

    ``reserved``: its concurrency; ``published``: the number of the last published version, and ``content`` what
    $LATEST was then; ``recursion``: what becomes of recursive loops; ``signing``: the ARN of its code signing
    configuration.
    """

    name: str
    tags: dict[str, str] = {}
    reserved: int | None = None
    published: int = 0
    content: str = ""
    recursion: str = "Terminate"
    signing: str = ""


class Alias(Record):
    """``weights``: the share of calls, 0 to 1, that goes to other versions."""

    function: str
    name: str
    version: str
    description: str
    revision: str
    weights: dict[str, float] = {}


class Policy(Record):
    """Statements by their ids, in order: on a function, a version or an alias (``qualifier``, empty for the function).

    Those on a version of a layer are kept under the function ``layer:NAME``.
    """

    function: str
    qualifier: str
    statements: dict[str, dict[str, Any]]
    revision: str


class InvokeConfig(Record):
    """How asynchronous invocations of a qualifier are handled; ``document`` under wire names."""

    function: str
    qualifier: str
    document: dict[str, Any]


class Mapping(Record):
    """An event source mapping. ``function`` is the ARN as the caller named it; ``document`` under wire names."""

    id: str
    source: str
    function: str
    enabled: bool
    document: dict[str, Any]
    created: float
    tags: dict[str, str] = {}


class Position(Record):
    """How far a mapping has read a shard.

    It begins at ``start`` (see ``stream_reader.Place``) while ``sequence`` is empty. ``since``: when the records that
    wait for their batching window were first seen (0: none wait). ``attempts``: failed tries of the batch at hand;
    ``parts``: sizes of the batches to come while one is being halved. ``done``: read to its end. ``busy``: a batch of
    it is with the function. ``window``: when the tumbling window that is open began, and ``state`` what the function
    carries through it.
    """

    mapping: str
    shard: str
    start: str
    sequence: str = ""
    iterator: str = ""
    since: float = 0.0
    attempts: int = 0
    parts: tuple[int, ...] = ()
    done: bool = False
    busy: bool = False
    window: float | None = None
    state: dict[str, Any] = {}


class Layer(Record):
    """The number that was given last, which outlives the version."""

    name: str
    last: int


class LayerVersion(Record):
    """``document`` under wire names: what was told of it when it was published."""

    name: str
    number: int
    code: Blob
    document: dict[str, Any]


class Provisioned(Record):
    """Environments of a version or an alias that shall stand ready; ``reason``: why they do not all."""

    function: str
    qualifier: str
    requested: int
    modified: float
    reason: str = ""


class Url(Record):
    """A function's address. ``qualifier`` is an alias, empty for the function; ``document`` under wire names."""

    function: str
    qualifier: str
    id: str
    document: dict[str, Any]
    created: float
    modified: float


class Setting(Record):
    """How one version of a function is managed: its runtime's updates, its scaling; documents under wire names."""

    function: str
    qualifier: str
    kind: str
    document: dict[str, Any]


class Signing(Record):
    """A code signing configuration; ``document`` under wire names."""

    id: str
    document: dict[str, Any]
    modified: float
    tags: dict[str, str] = {}


class Provider(Record):
    """A capacity provider; ``document`` under wire names."""

    name: str
    document: dict[str, Any]
    modified: float
    tags: dict[str, str] = {}


functions = Table(
    "lambda.function", Function, key=attrgetter("name", "number"), ordered=True,
    blobs=lambda each: (each.code, *each.layers) if each.code else (),
)  # fmt: skip
commons = Table("lambda.common", Common, key=attrgetter("name"), ordered=True)
aliases = Table("lambda.alias", Alias, key=attrgetter("function", "name"), ordered=True)
policies = Table("lambda.policy", Policy, key=attrgetter("function", "qualifier"), ordered=True)
mappings = Table("lambda.mapping", Mapping, key=attrgetter("id"), ordered=True)
positions = Table("lambda.position", Position, key=attrgetter("mapping", "shard"), ordered=True)
invoke_configs = Table("lambda.invoke_config", InvokeConfig, key=attrgetter("function", "qualifier"), ordered=True)
class Execution(Record):
    """A durable execution. ``operations`` by their ids, in order, and ``events``, under wire names.

    ``invoked`` is the ARN that was called; ``token`` counts checkpoints; ``running``: its function is at work;
    ``woken``: something came while it was, so that it has to be invoked again; ``pause`` is its PauseDetails.
    """

    arn: str
    function: str
    name: str
    version: str
    invoked: str
    input: str
    config: dict[str, Any]
    started: float
    status: str = "RUNNING"
    operations: dict[str, dict[str, Any]] = {}
    events: tuple[dict[str, Any], ...] = ()
    ended: float = 0.0
    result: str | None = None
    error: dict[str, Any] | None = None
    token: int = 0
    running: bool = False
    woken: bool = False
    pause: dict[str, Any] | None = None


layers = Table("lambda.layer", Layer, key=attrgetter("name"), ordered=True)
layer_versions = Table(
    "lambda.layer_version", LayerVersion, key=attrgetter("name", "number"), ordered=True,
    blobs=lambda each: (each.code,),
)  # fmt: skip
provisioned = Table("lambda.provisioned", Provisioned, key=attrgetter("function", "qualifier"), ordered=True)
urls = Table(
    "lambda.url", Url, key=attrgetter("function", "qualifier"), ordered=True, indexes={"id": attrgetter("id")}
)
managed = Table("lambda.setting", Setting, key=attrgetter("function", "kind", "qualifier"), ordered=True)
signings = Table("lambda.code_signing", Signing, key=attrgetter("id"), ordered=True)
providers = Table("lambda.capacity_provider", Provider, key=attrgetter("name"), ordered=True)
executions = Table("lambda.execution", Execution, key=attrgetter("function", "arn"), ordered=True)
# What is gone when its function is.
OF_FUNCTIONS = (functions, aliases, policies, invoke_configs, provisioned, urls, managed, executions)
# What is gone when its alias or version is.
OF_QUALIFIERS = (policies, invoke_configs, provisioned, urls)


def of(rows, name: str) -> list:
    """The records of one function in rows that are ordered by its name first."""
    found = []
    for record in rows.range((name,)):
        if rows.table.key(record)[0] != name:
            break
        found.append(record)
    return found


def listed(ctx, rows, name: str, member: str, tell, marker: str | None, most: int) -> dict:
    """A page of what one function has by qualifier, each as ``tell`` shows it, under ``member``."""
    found, following = page(ctx, of(rows, name), lambda each: each.qualifier, marker, most, query=name)
    return {member: [tell(each) for each in found], **({"NextMarker": following} if following else {})}
