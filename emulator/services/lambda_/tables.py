"""What Lambda remembers."""

from operator import attrgetter
from typing import Any

from emulator.kernel.blobs import Blob
from emulator.kernel.store import Record, Table

LATEST = "$LATEST"


class Function(Record):
    """One version of a function. ``config`` is its configuration under wire names, without what is derived."""

    name: str
    version: str
    config: dict[str, Any]
    code: Blob
    revision: str
    number: int = 0  # of a published version


class Common(Record):
    """What all versions of a function share: its reserved concurrency, the number of the last published version."""

    name: str
    tags: dict[str, str] = {}
    reserved: int | None = None
    published: int = 0


class Alias(Record):
    """``weights``: the share of calls, 0 to 1, that goes to other versions."""

    function: str
    name: str
    version: str
    description: str
    revision: str
    weights: dict[str, float] = {}


class Policy(Record):
    """The statements on a function, a version or an alias (``qualifier``, empty for the function), by their ids."""

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


functions = Table(
    "lambda.function", Function, key=attrgetter("name", "number"), ordered=True, blobs=lambda each: (each.code,)
)
commons = Table("lambda.common", Common, key=attrgetter("name"), ordered=True)
aliases = Table("lambda.alias", Alias, key=attrgetter("function", "name"), ordered=True)
policies = Table("lambda.policy", Policy, key=attrgetter("function", "qualifier"), ordered=True)
mappings = Table("lambda.mapping", Mapping, key=attrgetter("id"), ordered=True)
invoke_configs = Table("lambda.invoke_config", InvokeConfig, key=attrgetter("function", "qualifier"), ordered=True)


def of(rows, name: str) -> list:
    """The records of one function in rows that are ordered by its name first."""
    found = []
    for record in rows.range((name,)):
        if rows.table.key(record)[0] != name:
            break
        found.append(record)
    return found
