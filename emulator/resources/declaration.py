"""The words of a declaration: how a resource is identified, parented, versioned, listed and tagged. All of it data."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from emulator.kernel.ids import ALPHANUMERIC, HEX, Ids
from emulator.resources.documents import every, read
from emulator.resources.errors import Refusal, refuse

_PART = re.compile(r"\{(uuid|(\d+):([^}]+))\}")
_ALPHABETS = {"hex": HEX, "alnum": ALPHANUMERIC}


class IdPattern(NamedTuple):
    """An id that AWS makes: ``E{13:A-Z0-9}``, ``vpc-{17:hex}``, ``{uuid}``. ``member`` is its wire name.

    ``prefix`` is what the resource's own answers put before it (``/hostedzone/``); an input may leave it out.
    """

    pattern: str
    member: str = "Id"
    prefix: str = ""

    def make(self, ids: Ids) -> str:
        return _PART.sub(
            lambda part: ids.uuid() if part[1] == "uuid" else ids.text(int(part[2]), alphabet(part[3])), self.pattern
        )


def alphabet(ranges: str) -> str:
    """``A-Z0-9`` as the characters it stands for."""
    if ranges in _ALPHABETS:
        return _ALPHABETS[ranges]
    return re.sub(r"(.)-(.)", lambda pair: "".join(map(chr, range(ord(pair[1]), ord(pair[2]) + 1))), ranges)


class Parent(NamedTuple):
    """The resource that a child lives in.

    ``member`` names the parent in the child's input, ``default`` stands in for it. ``refuse`` is the error when a
    parent that has children is to be deleted; without it the children go with their parent. ``closed`` is the error
    for a new child while its parent is being deleted.
    """

    resource: Any
    member: str
    default: str | None = None
    refuse: Refusal | None = None
    closed: Refusal | None = None


class Version(NamedTuple):
    """An optimistic lock. ``member`` is the token in answers, ``condition`` the input member that must match it.

    ``pattern`` is what the token looks like, as an :class:`IdPattern`'s.
    """

    member: str = "ETag"
    condition: str = "IfMatch"
    absent: Refusal | None = None  # error when the condition is not given; None: it may be left out
    stale: Refusal = "PreconditionFailed"
    pattern: str = "{14:A-Z0-9}"


class Unique(NamedTuple):
    """No two records of a partition may hold the same value at ``path``; where none is held nothing is compared.

    Several paths are compared together. With ``repeats``, creating again what stands with the same members answers
    the one that stands.
    """

    path: str | tuple[str, ...]
    refusal: Refusal
    repeats: bool = False

    def value(self, document: dict) -> tuple | None:
        found = tuple(read(document, path) for path in operations(self.path))
        return None if None in found else found


class Reference(NamedTuple):
    """Members that name a record of another resource, by its id or whatever else that one is found by.

    ``paths`` are places in the document (``Items[]`` walks a list). A value that names nothing is refused with
    ``missing`` (by default the target's own error); a record that is named can't be deleted where ``in_use`` is given.
    ``part`` makes the target's name of a value; None: the value names no record of this kind.
    """

    target: Any
    paths: tuple[str, ...]
    missing: Refusal | None = None
    in_use: Refusal | None = None
    part: Callable[[str], str | None] = str


Match = Callable[[dict, Any], bool]  # (the record's members, the value given) -> whether it is listed


def equal(member: str) -> Match:
    return lambda view, given: view.get(member) == given


def prefix(member: str) -> Match:
    return lambda view, given: str(view.get(member, "")).startswith(given)


def names(*paths: str) -> Match:
    """Whether the value stands at one of the paths (``Items[]`` walks a list)."""
    return lambda view, given: any(given == value for path in paths for value in every(view, path))


class Among:
    """A list of values of one stored member, or of ARNs; raises ``missing`` where no record has one of them."""

    def __init__(self, member: str, missing: Refusal):
        self.member, self.missing = member, missing

    def value(self, resource, record) -> Any:
        return record.arn if self.member == resource.arn_member else record.document.get(self.member)

    def check_found(self, ctx, resource, given: list) -> None:
        if self.member == resource.arn_member:
            known = {each for each in given if resource.find_arn(ctx, each) is not None}
        else:
            known = {self.value(resource, record) for record in resource.rows(ctx)}
        for each in given:
            if each not in known:
                raise refuse(self.missing, {self.member: each})


class Of:
    """A member that names another resource by its ARN or id; raises that one's ``missing`` when there is none."""

    def __init__(self, resource: Any, member: str):
        self.resource, self.member = resource, member

    def check_named(self, ctx, given: str) -> None:
        self.resource.get(ctx, {self.resource.arn_member if self.resource.by_arn else self.resource.id_member: given})

    def __call__(self, view: dict, given: str) -> bool:
        return view.get(self.member) == given


class Filters:
    """Conditions that callers name themselves: a list of structures of a key and values, all of which must hold.

    ``fields`` maps keys to members of the record, or to functions of its members that give a value or several;
    ``compare`` tells whether one of them fits a value asked for. Raises ``unknown`` for any other ``{key}``.
    """

    def __init__(self, fields: dict[str, "str | Callable[[dict], Any]"], unknown: Refusal, key: str = "Key",
                 values: str = "Values", compare: Callable[[str, str], bool] = str.__eq__):  # fmt: skip
        self.fields, self.unknown, self.key, self.values, self.compare = fields, unknown, key, values, compare

    def check(self, given: list[dict]) -> None:
        for each in given:
            if each.get(self.key) not in self.fields:
                raise refuse(self.unknown, {"key": each.get(self.key)})

    def __call__(self, view: dict, given: list[dict]) -> bool:
        return all(self._holds(view, self.fields[each[self.key]], each.get(self.values) or ()) for each in given)

    def _holds(self, view: dict, field: "str | Callable[[dict], Any]", wanted) -> bool:
        found = view.get(field) if isinstance(field, str) else field(view)
        texts = [_text(each) for each in (found if isinstance(found, list | tuple) else [found])]
        return any(self.compare(text, value) for text in texts for value in wanted)


def _text(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


class Listing(NamedTuple):
    """How a resource is listed. ``filters`` maps input members to conditions.

    ``limit`` is the page size when none is asked for; ``order`` is "id", "created" or a function of a record's members
    that gives a key; ``element`` names the member that
    stands for a record where the list's elements are plain strings; ``count`` names the one for the page's length;
    ``items`` is the path of the list where neither botocore's paginators nor the output's first list tell it;
    ``bare`` leaves out a list that is empty.
    """

    operation: str
    filters: dict[str, Match] = {}
    limit: int = 100
    order: str | Callable[[dict], Any] = "id"
    element: str = "Arn"
    count: str = "Quantity"
    items: str = ""
    bare: bool = False
    invalid_token: Refusal = ("ValidationException", "Invalid NextToken.")
    marker: bool = False  # whether the token is the id of the next page's first record, as older services have it
    maximum: int = 0  # the most that a page may hold, where asking for more is no error; 0: as many as are asked for


class Tags(NamedTuple):
    """The tag operations of a service and AWS's limits. ``member`` holds the tags in other operations' members.

    ``missing`` is the tag operations' error for what isn't there, where it is not the resource's own; ``repeated`` that
    for a key that is given twice, where it is one.
    """

    tag: str = "TagResource"
    untag: str = "UntagResource"
    list: str = "ListTagsForResource"
    member: str = "Tags"
    maximum: int = 50
    too_many: Refusal = ("ValidationException", "A resource can have at most {maximum} tags.")
    reserved: Refusal = ("ValidationException", "Tag keys that start with aws: are reserved for AWS use.")
    missing: Refusal | None = None
    repeated: Refusal | None = None


def listings(given: "str | Listing | tuple | None") -> tuple[Listing, ...]:
    """The lists of a resource: none, one or several."""
    found = given if isinstance(given, tuple) and not isinstance(given, Listing) else (given,) if given else ()
    return tuple(each if isinstance(each, Listing) else Listing(each) for each in found)


def operations(named: "str | tuple | None") -> tuple[str, ...]:
    """Operations of one role: none, one or several."""
    return (named,) if isinstance(named, str) else tuple(named or ())
