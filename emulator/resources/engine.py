"""The operations that a declaration stands for: create, read, update, delete, list, and the three for tags.

Each is registered with the service under the operation's snake-case name, like one written by hand. What the model
tells about an operation is compiled into a :class:`Plan` at its first call; declaring costs nothing.
"""

from typing import TYPE_CHECKING, Any

from emulator.kernel.service import snake_case
from emulator.kernel.store import replace
from emulator.model import load
from emulator.resources import documents, idempotency, lifecycle, listing, references, registry, tags
from emulator.resources.errors import refuse
from emulator.resources.records import ResourceRecord

if TYPE_CHECKING:
    from emulator.resources.resource import Resource


class Plan:
    """What one operation needs of the model: its token, its tags, which members are stored, how it answers."""

    def __init__(self, resource: "Resource", name: str):
        operation = self.operation = load(resource.service.name).operations[name]
        members = dict(operation.input.members) if operation.input else {}
        for each in resource.envelopes:
            members.update(members.pop(each).members if each in members else ())
        self.token = next((each for each, shape in members.items() if shape.get("idempotencyToken")), "")
        self.condition = resource.version.condition if resource.version else ""
        wanted = resource.tags.member if resource.tags else None
        self.tags = next((each for each in members if resource.names.get(each, each) == wanted), "")
        self.tags_shape = members[self.tags] if self.tags else None
        self.unstored = {self.token, self.condition, self.tags}
        self.writes = {resource.names.get(each, each) for each in members if each not in self.unstored}
        self.project = resource.projection().of(operation.output)

    def document(self, resource: "Resource", given: dict) -> dict[str, Any]:
        """What an input writes, under stored names."""
        return resource.stored({name: value for name, value in given.items() if name not in self.unstored})


_plans: dict[tuple["Resource", str], Plan] = {}


def plan(resource: "Resource", operation: str) -> Plan:
    found = _plans.get((resource, operation))
    if found is None:
        found = _plans[resource, operation] = Plan(resource, operation)
    return found


def register(resource: "Resource") -> None:
    """Give the service the operations of a resource, and the job that moves its states."""
    service = resource.service
    for name, role in resource.operations.items():
        if role == "tags":
            service.functions.setdefault(snake_case(name), _tag_operation(service, name, resource.tags))
        else:
            service.functions[snake_case(name)] = _operation(resource, name, ROLES[role])

    def advance(ctx, kind, id, created, path, at):
        moving = registry.by_kind(service, kind)
        record = moving.rows(ctx).get(tuple(id))
        if record is not None and record.created == created:  # not another one of the same name, made since
            moving.states.advance(ctx, moving, record, path, at)

    service.jobs.setdefault(lifecycle.HANDLER, advance)


def _operation(resource: "Resource", name: str, function):
    def run(ctx, /, **given):
        for each in resource.envelopes:
            given = {**given.pop(each, {}), **given}  # what names the resource outside is right
        return function(ctx, resource, plan(resource, name), given)

    run.__name__, run.__doc__ = snake_case(name), f"{name}: declared by {resource.kind}."
    return run


def _once(function):
    """A client token's first call is carried out, its repetitions get the same answer."""

    def run(ctx, resource, plan, given):
        token = given.get(plan.token)
        if not token:
            return function(ctx, resource, plan, given)
        name = plan.operation.name
        answer = idempotency.replay(ctx, name, token, given, resource.mismatch)
        if answer is None:
            answer = function(ctx, resource, plan, given)
            idempotency.remember(ctx, name, token, given, answer)
        return answer

    return run


# The operations


@_once
def create(ctx, resource: "Resource", plan: Plan, given: dict) -> dict:
    """Store a new record. Raises what :func:`add` does."""
    given_tags = tags.from_wire(plan.tags_shape, given.get(plan.tags)) if plan.tags else {}
    return plan.project(resource.view(ctx, add(ctx, resource, plan.document(resource, given), given_tags)))


def add(ctx, resource: "Resource", document: dict, given_tags: dict[str, str]) -> ResourceRecord:
    """A new record, or the one whose creation is repeated. Raises exists, the parent's missing, what hooks refuse."""
    if resource.pattern:
        document[resource.id_member] = resource.pattern.make(ctx.ids)
    id = resource.key(document)
    _check_parent(ctx, resource, id)
    rows = resource.rows(ctx)
    prepared = _prepare(ctx, resource, document, None)
    standing = _repeated(ctx, resource, document, prepared)
    if standing is not None:
        return standing
    document = prepared
    _validate(ctx, resource, document, None)
    if id in rows:
        raise refuse(resource.exists, {**document, **resource.fields(id)})
    record = ResourceRecord(
        id, resource.arn_of(ctx, id, members=document), document, ctx.now, ctx.now, version=resource.new_version(ctx),
        tags=tags.check({}, given_tags, resource.tags) if resource.tags else {},
    )  # fmt: skip
    if resource.states:
        record = resource.states.enter(ctx, resource, record, "create")
    return rows.put(resource.run_hooks("create", ctx, record))


def read(ctx, resource: "Resource", plan: Plan, given: dict) -> dict:
    """Show a record. Raises missing."""
    return plan.project(resource.view(ctx, resource.get(ctx, resource.stored(given))))


@_once
def update(ctx, resource: "Resource", plan: Plan, given: dict) -> dict:
    """Change a record; members that the operation cannot carry stay. Raises missing, stale, busy, what hooks refuse."""
    document = plan.document(resource, given)
    before = resource.get(ctx, document)
    check_version(resource, before, given)
    _check_state(resource, before)
    kept = before.document
    if resource.replaces:
        kept = {name: value for name, value in kept.items() if name not in plan.writes}
    document = _prepare(ctx, resource, {**kept, **document}, before)
    _validate(ctx, resource, document, before)
    record = replace(before, document=document, modified=ctx.now, version=resource.new_version(ctx))
    if resource.states:
        record = resource.states.enter(ctx, resource, record, "update")
    record = resource.rows(ctx).put(resource.run_hooks("update", ctx, record, before))
    return plan.project(resource.view(ctx, record))


@_once
def delete(ctx, resource: "Resource", plan: Plan, given: dict) -> dict:
    """Remove a record, at once or through its states. Raises missing, protected, stale, busy, the children's refuse."""
    named = resource.stored(given)
    record = resource.find(ctx, named)
    if record is None and resource.lenient_delete:
        return plan.project(named)
    record = record or resource.get(ctx, named)
    members = {**record.document, **resource.fields(record.id)}
    if resource.protected and resource.is_seed(record):
        raise refuse(resource.protected, members)
    check_version(resource, record, given)
    _check_state(resource, record)
    for child in resource.children.values():
        if child.parent.refuse and next(child.below(ctx, record.id), None) is not None:
            raise refuse(child.parent.refuse, members)
    references.check_unused(ctx, resource, record)
    record = resource.run_hooks("delete", ctx, record)
    if resource.states and resource.states.paths["delete"]:
        record = resource.rows(ctx).put(resource.states.enter(ctx, resource, record, "delete"))
    else:
        resource.finish_delete(ctx, record)
    return plan.project(resource.view(ctx, record))


ROLES = {"create": create, "read": read, "update": update, "delete": delete, "list": listing.list_records}


# What they share


def _prepare(ctx, resource: "Resource", document: dict, before: ResourceRecord | None) -> dict:
    document = documents.with_defaults(document, resource.defaults)
    for hook in resource.hooks["prepare"]:
        document = hook(ctx, document, before)
    return document


def _validate(ctx, resource: "Resource", document: dict, before: ResourceRecord | None) -> None:
    for hook in resource.hooks["validate"]:
        hook(ctx, document, before)
    for rule in resource.unique:
        for other in _holders(ctx, resource, rule, document):
            if before is None or other.id != before.id:
                raise refuse(rule.refusal, document)
    references.check_there(ctx, resource, document)


def _holders(ctx, resource: "Resource", rule, document: dict) -> list[ResourceRecord]:
    """The records that hold a document's unique value."""
    value = rule.value(document)
    return [] if value is None else [each for each in resource.rows(ctx) if rule.value(each.document) == value]


def _repeated(ctx, resource: "Resource", given: dict, prepared: dict) -> ResourceRecord | None:
    """What stands already with the same members, where creating it again is allowed."""
    made = {resource.id_member} if resource.pattern else set()
    wanted = {name: prepared.get(name) for name in given.keys() - made}
    for rule in resource.unique:
        if rule.repeats:
            for other in _holders(ctx, resource, rule, prepared):
                if all(other.document.get(name) == value for name, value in wanted.items()):
                    return other
    return None


def _check_parent(ctx, resource: "Resource", id: tuple[str, ...]) -> None:
    up = resource.parent
    if up is None:
        return
    record = up.resource.get(ctx, up.resource.fields(id[:-1]))
    deletion = up.resource.states.paths["delete"] if up.resource.states else ()
    if up.closed and record.state in deletion:
        raise refuse(up.closed, up.resource.fields(record.id))


def check_version(resource: "Resource", record: ResourceRecord, given: dict) -> None:
    """Raises absent or stale, where the resource has an optimistic lock."""
    version = resource.version
    if version is None:
        return
    condition = given.get(version.condition)
    if condition is None and version.absent:
        raise refuse(version.absent, record.document)
    if condition is not None and condition != record.version:
        raise refuse(version.stale, record.document)


def _check_state(resource: "Resource", record: ResourceRecord) -> None:
    states = resource.states
    if states and states.busy and record.state in states.transient:
        raise refuse(states.busy, {**record.document, **resource.fields(record.id)}, state=record.state)


# Tags


def _tag_operation(service, name: str, rules):
    """One tag operation of a service, for all its resources: the ARN tells which is meant, or several ARNs do."""

    def run(ctx, /, **given):
        operation = load(service.name).operations[name]
        subject, load_member = tags.roles(operation)
        several = isinstance(given[subject], list)
        named = {each: _tagged(ctx, service, name, each) for each in (given[subject] if several else [given[subject]])}
        if name == rules.list:
            held = {each: record.tags for each, (_, record) in named.items()}
            return _told_tags(operation.output.members, subject, held, several)
        for resource, record in named.values():
            kept = _kept_tags(operation.input.members[load_member], given.get(load_member), record, name, rules)
            _rows_of(ctx, resource, record).put(replace(record, tags=kept))
        return {}

    run.__name__, run.__doc__ = snake_case(name), f"{name}: of every tagged resource of {service.name}."
    return run


def _told_tags(members: dict, subject: str, held: dict[str, dict[str, str]], several: bool) -> dict:
    member, shape = next((each, shape) for each, shape in members.items() if shape.type in tags.FORMS)
    if several:
        return {member: tags.of_several(shape, held)}
    (named, own), = held.items()
    told = tags.to_wire(shape, own)
    if shape.type == "structure" and subject in shape.members:
        told[subject] = named
    return {member: told}


def _kept_tags(shape, given, record: ResourceRecord, name: str, rules) -> dict[str, str]:
    """A record's tags after a tag operation. Raises the declared errors."""
    if name != rules.tag:
        gone = tags.keys(shape, given)
        return {key: value for key, value in record.tags.items() if key not in gone}
    added = tags.from_wire(shape, given)
    if rules.repeated and isinstance(given, list) and len(added) < len(given):
        raise refuse(rules.repeated)
    return tags.check(record.tags, added, rules)


def _tagged(ctx, service, operation: str, subject: str) -> tuple["Resource", ResourceRecord]:
    """The record that a tag operation names by its ARN, or by its id where the service does that."""
    tagged = [each for each in registry.declared(service) if operation in each.operations]
    for resource in tagged:
        fields = resource.parse_arn(subject)
        record = resource.find_arn(ctx, subject) if fields is not None else resource.rows(ctx).get((subject,))
        if record is not None:
            return resource, record
        if fields is not None:
            raise _untaggable(resource, {**fields, resource.arn_member: subject})
    raise _untaggable(tagged[0], {tagged[0].id_member: subject, tagged[0].arn_member: subject})


def _untaggable(resource: "Resource", fields: dict):
    return refuse(resource.tags.missing, fields) if resource.tags.missing else resource.is_missing(fields)


def _rows_of(ctx, resource: "Resource", record: ResourceRecord):
    """The partition that a record's own ARN names."""
    parts = record.arn.split(":", 5)
    return resource.rows(ctx, parts[4], parts[3]) if len(parts) == 6 else resource.rows(ctx)

