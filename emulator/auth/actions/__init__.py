"""What each operation needs: actions, the resources they are held against, and condition keys; as data, by service.

A file ``<service>.json`` holds

- ``prefix``: of the service's actions;
- ``resources``: templates of ARNs, the most specific first; an operation without a row acts on the first one of which
  its input has all fields, or on ``*``;
- ``operations``: rows for those whose action is not their own name, that need several, or other resources. A row is an
  action, or ``{action, resource, when, unless, each, as, apart, match, decode, context}``, or a list of such (none:
  free); what is refused of a row ``apart`` is left to the operation, which answers for each element by itself;
- ``keys``: condition keys and the members that fill them; ``denied``: how a refusal is told.

In a template ``{Member}`` is an input member (dotted path), ``{Member|filter}`` a part of one.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import orjson

from emulator.auth.identities import GROUP, ROLE, USER, identities
from emulator.kernel.context import PARTITION, Context

Resources = str | tuple[str, ...]  # the ARN that a call acts on, or all of them

DATA = Path(__file__).parent
FIELD = re.compile(r"\{([\w.]+)(?:\|(\w+)(?::(\w+))?)?\}")
# Where the prefix of actions is not the name that the service is signed for.
PREFIXES = {
    "stepfunctions": "states", "elbv2": "elasticloadbalancing", "sesv2": "ses", "dynamodbstreams": "dynamodb",
    "bedrock-runtime": "bedrock", "bedrock-agent": "bedrock", "bedrock-agent-runtime": "bedrock",
    "apigatewayv2": "apigateway", "apigatewaymanagementapi": "execute-api", "s3control": "s3",
}  # fmt: skip


class Need(NamedTuple):
    """One thing that a call needs: ``action`` as messages have it, and condition keys (in lower case) of its own.

    ``apart``: a refusal is this element's alone, not the call's.
    """

    action: str
    resource: str
    keys: dict[str, list[str]]
    apart: bool = False


class Row(NamedTuple):
    """One line of an operation's data, read."""

    action: str
    resource: str = ""
    when: str = ""
    unless: str = ""
    each: str = ""
    as_: str = ""
    match: dict[str, str] = {}
    decode: bool = False
    context: dict[str, str] = {}
    apart: bool = False


class Actions:
    """The data of one service."""

    def __init__(self, service: str):
        path = DATA / f"{service}.json"
        data = orjson.loads(path.read_bytes()) if path.exists() else {}
        self.prefix: str = data.get("prefix") or PREFIXES.get(service, service)
        self.templates: list[str] = data.get("resources", [])
        self.keys: dict[str, tuple[str, str]] = {  # by the member at the top: the key in lower case, the member's path
            path.partition(".")[0]: (name.lower(), path) for name, path in data.get("keys", {}).items()
        }
        self.denied: dict[str, Any] = data.get("denied", {})
        self.needs_resource_policy: bool = data.get("needsResourcePolicy", False)
        self.own_resource_side: bool = data.get("ownResourceSide", False)
        self.rows = {name: _rows(row) for name, row in data.get("operations", {}).items()}

    def needs(
        self, ctx: Context, operation: str, given: dict, default: Resources | dict[str, str] | None = None
    ) -> Iterator[Need]:
        """What a call needs; ``default`` is the resource where the data names none, or one for each action.

        Where it is several, a call needs to be allowed on each of them.
        """
        keys = tag_keys(given)
        for member in given.keys() & self.keys.keys():
            name, path = self.keys[member]
            value = read(given, path)
            if value not in (None, ""):
                keys[name] = [text(value)]
        for row in self.rows_of(operation):
            for members in _each(row, given):
                matched = _matched(row, members)
                if matched is None or (row.when and read(matched, row.when) in (None, "")):
                    continue
                if row.unless and read(matched, row.unless) not in (None, ""):
                    continue
                own = {name.lower(): [value] for name, value in row.context.items()}
                found = self.resource(ctx, row, matched, default)
                for resource in found if isinstance(found, tuple) else (found,):
                    yield Need(self.named(row.action), resource, keys | own, row.apart)

    def named(self, action: str) -> str:
        """An action with its prefix."""
        return action if ":" in action else f"{self.prefix}:{action}"

    def rows_of(self, operation: str) -> tuple[Row, ...]:
        return self.rows.get(operation, (Row(operation),))

    def resource(
        self, ctx: Context, row: Row, given: dict, default: Resources | dict[str, str] | None
    ) -> Resources:
        if row.resource:
            return filled(ctx, row.resource, given) or "*"
        if isinstance(default, dict):
            default = default.get(row.action)
        if default is not None:
            return default
        return next(filter(None, (filled(ctx, each, given) for each in self.templates)), "*")


@cache
def of(service: str) -> Actions:
    return Actions(service)


def _rows(given: Any) -> tuple[Row, ...]:
    listed = given if isinstance(given, list) else [given]
    return tuple(
        Row(each) if isinstance(each, str) else Row(**{"as_" if name == "as" else name: value
                                                       for name, value in each.items()})
        for each in listed
    )  # fmt: skip


def text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def read(given: dict, path: str) -> Any:
    """A member by its dotted path; None where there is none."""
    if "." not in path:
        return given.get(path)
    for part in path.split("."):
        if not isinstance(given, dict):
            return None
        given = given.get(part)
    return given


def _each(row: Row, given: dict) -> Iterator[dict]:
    """The input as one row sees it: once, or once for each element (``Entries[].Put``) or key (``Items.*``)."""
    if not row.each:
        yield given
        return
    if row.each.endswith(".*"):
        for key in read(given, row.each[:-2]) or ():
            yield {**given, row.as_: key}
        return
    path, _, inner = row.each.partition("[]")
    for element in read(given, path) or ():
        found = read(element, inner[1:]) if inner else element
        if found is not None:
            yield {**given, **found} if isinstance(found, dict) else {**given, row.as_: found}


def _matched(row: Row, given: dict) -> dict | None:
    """The input with what a pattern finds in a member; None when it does not fit."""
    for member, pattern in row.match.items():
        value = text(given.get(member) or "")
        found = re.match(pattern, unquote(value) if row.decode else value)
        if found is None:
            return None
        given = {**given, **found.groupdict()}
    return given


@cache
def _parts(template: str) -> tuple:
    """A template as texts and (name, filter, default) in turn."""
    parts, place = [], 0
    for found in FIELD.finditer(template):
        parts += [template[place : found.start()], found.groups()]
        place = found.end()
    return (*parts, template[place:])


def filled(ctx: Context, template: str, given: dict) -> str | None:
    """A template with its fields filled in; None when one of them is missing."""
    found = []
    for part in _parts(template):
        if part.__class__ is str:
            found.append(part)
            continue
        name, chosen, otherwise = part
        if name in FIXED:
            found.append(FIXED[name](ctx))
            continue
        value = read(given, name)
        if value.__class__ is int:
            value = str(value)
        if not value or value.__class__ is not str:
            value = otherwise
        if value is None:
            return None
        found.append(FILTERS[chosen](ctx, value) if chosen else value)
    return "".join(found)


FIXED = {
    "partition": lambda ctx: PARTITION,
    "region": lambda ctx: ctx.region,
    "account": lambda ctx: ctx.account,
}


def _identity(kind: str):
    def arn(ctx: Context, name: str) -> str:
        found = ctx.rows(identities).get((kind, name.lower()))
        return found.arn if found else f"arn:{PARTITION}:iam::{ctx.account}:{kind}/{name}"

    return arn


def _url_account(ctx: Context, url: str) -> str:
    parts = url.rstrip("/").split("/")
    return parts[-2] if len(parts) > 1 and parts[-2].isdigit() else ctx.account


FILTERS = {
    "account": _url_account,  # of a queue's URL
    "name": lambda ctx, url: url.rstrip("/").rsplit("/", 1)[-1],
    "leaf": lambda ctx, value: value.rsplit("/", 1)[-1],  # a name, or the name at the end of an ARN
    "parent": lambda ctx, value: value.rsplit(":", 1)[0],  # the topic of a subscription
    "path": lambda ctx, value: value if value.startswith("/") else f"/{value}",
    "function": lambda ctx, value: value.rpartition("function:")[2],
    **{kind: _identity(kind) for kind in (USER, GROUP, ROLE)},
}


def tag_keys(given: dict) -> dict[str, list[str]]:
    """``aws:RequestTag/…`` and ``aws:TagKeys`` of an input that tags or untags."""
    tags = given.get("Tags") or given.get("tags") or ()
    if isinstance(tags, dict) and all(isinstance(value, str) for value in tags.values()):
        pairs = tags
    elif isinstance(tags, list) and all(isinstance(each, dict) and len(each) in (1, 2) for each in tags):
        pairs = {next(iter(each.values())): list(each.values())[-1] for each in tags}
    else:
        pairs = {}
    keys = {f"aws:requesttag/{str(name).lower()}": [text(value)] for name, value in pairs.items()}
    names = list(pairs) or [each for each in given.get("TagKeys") or () if isinstance(each, str)]
    return keys | ({"aws:tagkeys": list(map(str, names))} if names else {})
