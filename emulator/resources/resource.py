"""``Resource``: the declaration itself, and what hooks and hand-written operations do with the records behind it."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from emulator.kernel.context import PARTITION
from emulator.kernel.service import Service
from emulator.kernel.store import REGION, Rows, replace
from emulator.model import load
from emulator.resources import documents, engine, references, registry
from emulator.resources.declaration import (
    IdPattern,
    Listing,
    Parent,
    Reference,
    Tags,
    Unique,
    Version,
    listings,
    operations,
)
from emulator.resources.documents import renamed
from emulator.resources.errors import Refusal, refuse
from emulator.resources.idempotency import MISMATCH
from emulator.resources.lifecycle import Lifecycle
from emulator.resources.projection import Projection
from emulator.resources.records import ResourceRecord, records

HOOKS = ("prepare", "validate", "create", "update", "delete", "read", "state")


class Resource:
    """One kind of resource of a service.

    ``id``        the member by which callers name it, or an IdPattern for ids that AWS makes
    ``arn``       template of ``{partition}``, ``{region}``, ``{account}`` and identifying members
    ``create``, ``read``, ``update``, ``delete``, ``list``  names of operations: one, several, none (list: or a Listing)
    ``missing``, ``exists``, ``mismatch`` (of a client token)  errors: code, or (code, message template)
    ``names``     wire members that AWS names differently from the stored one: ``{"ScheduleArn": "Arn"}``; paths allowed
    ``body``      the input structure that carries the resource's members (``DistributionConfig``), if one does
    ``replaces``  whether an update puts absent members back to their defaults (PUT) instead of leaving them
    ``defaults``  by dotted path; ``seeds`` what exists in every partition; ``protected`` the error for deleting that
    ``created``, ``modified``  names of the timestamps; ``arn_member`` name of the ARN
    ``by_arn``    whether the ARN is taken in place of the id; ``lenient_delete`` whether deleting nothing succeeds
    ``words``     how members that stand in the ARN are written there: member to a function of its value
    ``named``     members that must be the record's own wherever an input names it by its id: ``("Name", "Scope")``
    ``folded``    whether ids are kept in lower case, however they are written
    ``also``      paths of other members that name a record as well as its id does, itself given or under their own name
    ``envelopes`` input structures that do nothing but carry other members (``DistributionConfigWithTags``)
    ``refers``    what members name of other resources: it must be there, and can't go while it is named
    """

    def __init__(
        self, name: str, service: Service, *, id: str | IdPattern, arn: str = "", scope: int = REGION,
        create=None, read=None, update=None, delete=None, list: "str | Listing | tuple[Listing, ...] | None" = None,
        tags: Tags | None = None, also: tuple[str, ...] = (), envelopes: tuple[str, ...] = (),
        refers: tuple[Reference, ...] = (),
        missing: Refusal = "ResourceNotFoundException", exists: Refusal = "ConflictException",
        mismatch: Refusal = MISMATCH, version: Version | None = None, states: Lifecycle | None = None,
        parent: Parent | None = None, names: dict[str, str] | None = None, body: str = "", replaces: bool = False,
        defaults: dict[str, Any] | None = None, unique: tuple[Unique, ...] = (), seeds: tuple[dict, ...] = (),
        protected: Refusal | None = None, created: str = "CreationDate", modified: str = "LastModificationDate",
        arn_member: str = "Arn", by_arn: bool = False, lenient_delete: bool = False, cloudformation: str = "",
        words: dict[str, Callable[[str], str]] | None = None, named: tuple[str, ...] = (), folded: bool = False,
    ):  # fmt: skip
        self.name, self.service, self.kind = name, service, f"{service.name}.{name}"
        self.pattern = id if isinstance(id, IdPattern) else None
        self.id_member = id.member if isinstance(id, IdPattern) else id
        self.prefix = id.prefix if isinstance(id, IdPattern) else ""
        self.arn, self.scope, self.tags, self.version, self.states = arn, scope, tags, version, states
        self.missing, self.exists, self.mismatch = missing, exists, mismatch
        self.parent, self.names, self.body, self.replaces = parent, names or {}, body, replaces
        self.defaults, self.unique, self.seeds, self.protected = defaults or {}, unique, seeds, protected
        self.created, self.modified, self.arn_member = created, modified, arn_member
        self.by_arn, self.lenient_delete, self.cloudformation = by_arn, lenient_delete, cloudformation
        self.listings = {each.operation: each for each in listings(list)}
        self.words, self.named, self.folded = words or {}, named, folded
        self.also, self.envelopes, self.references = also, envelopes, refers
        self.referrers: dict[str, tuple[Resource, Reference]] = {}
        self.children: dict[str, Resource] = {}
        self.hooks: dict[str, Any] = {name: [] for name in HOOKS}  # functions by hook
        self.operations: dict[str, str] = {}  # name of each operation -> its role
        for role, named in (("create", create), ("read", read), ("update", update), ("delete", delete)):
            self.operations.update(dict.fromkeys(operations(named), role))
        self.operations.update(dict.fromkeys(self.listings, "list"))
        if tags:
            self.operations.update(dict.fromkeys((tags.tag, tags.untag, tags.list), "tags"))
        if parent:
            parent.resource.children[self.kind] = self
        for at, reference in enumerate(refers):
            reference.target.referrers[f"{self.kind}/{at}"] = self, reference
        self._arn_parts = _arn_pattern(arn, self.words)
        registry.register(self)
        engine.register(self)

    def __repr__(self) -> str:
        return f"<Resource {self.kind}>"

    # Hooks

    def on_prepare(self, function: Callable) -> Callable:
        """``def prepared(ctx, document, before)``: returns the document as it is to be checked and stored."""
        return self._hook("prepare", function)

    def on_validate(self, function: Callable) -> Callable:
        """``def check(ctx, document, before)``: raise for what must not be stored; ``before`` is None on create."""
        return self._hook("validate", function)

    def on_create(self, function: Callable) -> Callable:
        """``def created(ctx, record)``: may raise, or return the record to store in its place."""
        return self._hook("create", function)

    def on_update(self, function: Callable) -> Callable:
        """``def updated(ctx, record, before)``: as on_create."""
        return self._hook("update", function)

    def on_delete(self, function: Callable) -> Callable:
        """``def deleted(ctx, record)``: may raise; also called for children that go with their parent."""
        return self._hook("delete", function)

    def on_read(self, function: Callable) -> Callable:
        """``def shown(ctx, record)``: returns members to add to what every output shows."""
        return self._hook("read", function)

    def on_state(self, function: Callable) -> Callable:
        """``def entered(ctx, record)``: called when a job moves the record to its next state; as on_create."""
        return self._hook("state", function)

    def _hook(self, name: str, function: Callable) -> Callable:
        self.hooks[name].append(function)
        return function

    def run_hooks(self, name: str, ctx, record: ResourceRecord, *more) -> ResourceRecord:
        for hook in self.hooks[name]:
            record = hook(ctx, record, *more) or record
        return record

    # Identity

    def key(self, given: dict, unknown: str | None = None) -> tuple[str, ...]:
        """The record's id as an input names it; ``unknown`` stands for a member that is not given."""
        own = (given.get(self.id_member) or unknown or "").removeprefix(self.prefix)
        own = own.lower() if self.folded else own
        if self.parent is None:
            return (own,)
        up = self.parent
        above = given.get(up.member) or up.default or unknown or ""
        return (*up.resource.key({**given, up.resource.id_member: above}, unknown), own)

    def fields(self, key: tuple[str, ...]) -> dict[str, str]:
        """The identifying members of an id, by name."""
        if self.parent is None:
            return {self.id_member: key[-1]}
        return {**self.parent.resource.fields(key[:-1]), self.parent.member: key[-2], self.id_member: key[-1]}

    def arn_of(
        self, ctx, key: tuple[str, ...], account: str | None = None, region: str | None = None,
        members: dict[str, Any] | None = None,
    ) -> str:  # fmt: skip
        """The ARN of an id; ``members`` are the resource's, where its ARN tells more than the id."""
        known = {**(members or {}), **self.fields(key)}
        written = {name: self.words[name](value) if name in self.words else value for name, value in known.items()}
        return self.arn.format_map(_Members(
            written, partition=PARTITION, account=account or ctx.account, region=region or ctx.region,
        ))  # fmt: skip

    def parse_arn(self, arn: str) -> dict[str, str] | None:
        """The fields of an ARN of this kind (partition, account, region, members); None for any other ARN."""
        found = self._arn_parts.fullmatch(arn)
        return found.groupdict() if found else None

    # Records

    def rows(self, ctx, account: str | None = None, region: str | None = None) -> Rows[ResourceRecord]:
        """The records of the caller's partition, or of another's."""
        account, region = account or ctx.account, region or ctx.region
        rows = ctx.rows(records, *(self.kind, account, region)[: 1 + self.scope])
        for seed in self.seeds:
            key = self.key(seed)
            if key not in rows:
                arn = self.arn_of(ctx, key, account, region, seed)
                record = ResourceRecord(key, arn, seed, ctx.now, ctx.now, self.new_version(ctx))
                if self.states:
                    record = replace(record, state=self.states.paths["create"][-1])
                rows.put(record)
        return rows

    def find(self, ctx, given: dict) -> ResourceRecord | None:
        """The record that an input (stored names) names by its members, or by its ARN where that is taken too."""
        own = given.get(self.id_member) or given.get(self.arn_member)
        if self.by_arn and isinstance(own, str) and own.startswith("arn:"):
            return self.find_arn(ctx, own)
        record = self.rows(ctx).get(self.key(given))
        if record is None and self.also:
            return self._find_also(ctx, given, own)
        if record is not None:
            own = record.document
            if any(given.get(name, own[name]) != own[name] for name in self.named):
                return None
        return record

    def _find_also(self, ctx, given: dict, own: str | None) -> ResourceRecord | None:
        """The record that is named by one of the ``also`` members."""
        wanted = {path: own or given.get(path.rpartition(".")[2]) for path in self.also}
        for record in self.rows(ctx):
            if any(value and value in documents.every(record.document, path) for path, value in wanted.items()):
                return record
        return None

    def find_arn(self, ctx, arn: str) -> ResourceRecord | None:
        """The record with an ARN, in whichever account and region the ARN names."""
        parts = arn.split(":", 5)
        if len(parts) < 6:
            return None
        return next(self.rows(ctx, parts[4], parts[3]).by("arn", arn, arn), None)

    def get(self, ctx, given: dict) -> ResourceRecord:
        """As :meth:`find`. Raises the declared ``missing`` error."""
        record = self.find(ctx, given)
        if record is None:
            raise self.is_missing({**given, **self.fields(self.key(given))})
        return record

    def is_missing(self, fields: dict):
        return refuse(self.missing, fields, id=fields.get(self.id_member, ""))

    def is_seed(self, record: ResourceRecord) -> bool:
        return any(self.key(seed) == record.id for seed in self.seeds)

    def make(self, ctx, document: dict[str, Any], tags: dict[str, str] | None = None) -> ResourceRecord:
        """Store a new record, with an id where AWS makes it; for operations that are written by hand."""
        if self.pattern:
            document = {**document, self.id_member: self.pattern.make(ctx.ids)}
        id = self.key(document)
        arn, version = self.arn_of(ctx, id, members=document), self.new_version(ctx)
        record = ResourceRecord(id, arn, document, ctx.now, ctx.now, version, tags=tags or {})
        if self.states:
            record = self.states.enter(ctx, self, record, "create")
        return self.rows(ctx).put(record)

    def add(self, ctx, document: dict[str, Any], tags: dict[str, str] | None = None) -> ResourceRecord:
        """As :meth:`make`, with the checks, hooks and repetitions of the create operation."""
        return engine.add(ctx, self, dict(document), tags or {})

    def new_version(self, ctx) -> str:
        """A token for a record's optimistic lock."""
        return IdPattern(self.version.pattern).make(ctx.ids) if self.version else ""

    def put(self, ctx, record: ResourceRecord) -> ResourceRecord:
        """Store a changed record; for hooks, jobs and operations written by hand."""
        return self.rows(ctx).put(record)

    def change(self, ctx, record: ResourceRecord, given: dict[str, Any], **members) -> ResourceRecord:
        """Lay members over a record as an update does, hooks included; for operations written by hand.

        ``given`` is the input: its condition must match. Raises absent and stale.
        """
        engine.check_version(self, record, given)
        document = {**record.document, **members}
        changed = replace(record, document=document, modified=ctx.now, version=self.new_version(ctx))
        if self.states:
            changed = self.states.enter(ctx, self, changed, "update")
        return self.put(ctx, self.run_hooks("update", ctx, changed, record))

    def users(self, ctx, record: ResourceRecord) -> Iterator[ResourceRecord]:
        """The records of other resources that name this one."""
        for referrer, reference in self.referrers.values():
            yield from references.users(ctx, self, record, referrer, reference)

    def below(self, ctx, parent_id: tuple[str, ...]) -> Iterator[ResourceRecord]:
        """The records inside one parent, in the order of their ids. Lazy."""
        depth = len(parent_id)
        for record in self.rows(ctx).range(parent_id):
            if record.id[:depth] != parent_id:
                return
            yield record

    def remove(self, ctx, record: ResourceRecord) -> None:
        """Take a record and everything inside it away, hooks included."""
        self.run_hooks("delete", ctx, record)
        self.finish_delete(ctx, record)

    def finish_delete(self, ctx, record: ResourceRecord) -> None:
        """The end of a deletion: the children go first. The record's own hook has run."""
        for child in self.children.values():
            for each in list(child.below(ctx, record.id)):
                child.remove(ctx, each)
        self.rows(ctx).delete(record.id)

    # What is shown

    def view(self, ctx, record: ResourceRecord) -> dict[str, Any]:
        """All members of a record by stored name."""
        view = {
            **record.document, **self.fields(record.id), self.arn_member: record.arn, self.created: record.created,
            self.modified: record.modified,
        }  # fmt: skip
        if self.prefix:
            view[self.id_member] = self.prefix + record.id[-1]
        if self.states:
            view[self.states.member] = record.state
        if self.version:
            view[self.version.member] = record.version
        if self.tags:
            view[self.tags.member] = record.tags
        for hook in self.hooks["read"]:
            view.update(hook(ctx, record) or {})
        return view

    def projection(self) -> Projection:
        identity = {self.arn_member, self.id_member}
        return Projection(self.names, identity, self.tags.member if self.tags else "", self.body, self._parts())

    def _parts(self) -> frozenset[str]:
        """The members of the body, and of the envelopes."""
        around = {self.body, *self.envelopes} - {""}
        creates = [name for name, role in self.operations.items() if role == "create"] if around else []
        given = [load(self.service.name).operations[name].input.members for name in creates]
        inner = [members[name] for members in given for name in around & members.keys()]
        return frozenset(part for shape in inner for part in shape.members)

    def output(self, ctx, record: ResourceRecord, operation: str) -> dict[str, Any]:
        """What an operation of this resource answers for a record."""
        return engine.plan(self, operation).project(self.view(ctx, record))

    def stored(self, given: dict) -> dict[str, Any]:
        """An input under stored names."""
        return renamed(given, self.names)

    def schema(self) -> dict[str, Any]:
        """The resource's data for CloudFormation and the console: type, identifiers, members by kind, operations."""
        model = load(self.service.name)

        def members(role: str, side: str) -> dict[str, str]:
            found: dict[str, str] = {}
            for name, each in self.operations.items():
                shape = getattr(model.operations[name], side) if each == role else None
                found.update({self.names.get(m, m): s.type for m, s in shape.members.items()} if shape else {})
            return found

        created, updated, read = members("create", "input"), members("update", "input"), members("read", "output")
        names = [name for name, role in self.operations.items() if role == "create"]
        required = {each for name in names for each in model.operations[name].input.required}
        return {
            "type": self.cloudformation or f"AWS::{self.service.name.title()}::{self.name}",
            "service": self.service.name, "name": self.name, "arn": self.arn,
            "identifiers": list(self.fields(self.key({}, unknown="*"))), "operations": dict(self.operations),
            "properties": {**created, **updated, **read}, "required": sorted(required),
            "create_only": sorted(created.keys() - updated.keys()) if updated else sorted(created),
            "read_only": sorted(read.keys() - created.keys() - updated.keys()),
            "taggable": self.tags is not None, "parent": self.parent.resource.kind if self.parent else None,
        }  # fmt: skip


class _Members(dict):
    """What an ARN is made of; a member that is not known is any."""

    def __missing__(self, name: str) -> str:
        return "*"


def _arn_pattern(template: str, words: dict) -> re.Pattern:
    """What reads the fields of an ARN; a member that is written in its own words may hold slashes."""
    seen: set[str] = set()

    def field(part: re.Match) -> str:
        name = part[1]
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>{'[^:]*' if name in words else '[^:/]*'})"

    return re.compile(re.sub(r"\\\{(\w+)\\\}", field, re.escape(template)))
