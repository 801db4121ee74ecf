"""The list operation of a declared resource: filters, order, pages, and the answer's shape."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import dropwhile, islice
from typing import TYPE_CHECKING, Any

from emulator.kernel.errors import NotImplementedByEmulator
from emulator.model import Operation, Shape
from emulator.resources import documents
from emulator.resources.declaration import Among, Filters, Listing, Of
from emulator.resources.pagination import Paging, page, paging
from emulator.resources.records import ResourceRecord

if TYPE_CHECKING:
    from emulator.resources.resource import Resource


def list_records(ctx, resource: "Resource", plan, given: dict) -> dict:
    """One page of the records that fit the filters. Raises missing for a parent or record named, invalid_token."""
    listing = resource.listings[plan.operation.name]
    names = paging(plan.operation)
    if listing.items:
        names = names._replace(items=listing.items)
    container, elements = _shapes(plan.operation, names.items)
    show = _element(resource, listing, elements)
    token, limit = given.get(names.token), int(given.get(names.limit) or listing.limit)
    limit = min(limit, listing.maximum or limit)
    asked = {name: value for name, value in given.items() if name not in (names.token, names.limit)}
    found, following = _find(ctx, resource, listing, asked, token, limit)
    answer: dict[str, Any] = documents.write({}, names.items, [show(resource.view(ctx, record)) for record in found])
    if following:
        answer = documents.write(answer, names.next, following)
    answer = _with_counts(answer, names, container, listing.count, {
        "token": token if listing.marker else token or "", "limit": limit}, following)  # fmt: skip
    return answer if found or not listing.bare else documents.without(answer, names.items)


def _find(
    ctx, resource: "Resource", listing: Listing, asked: dict, token, limit: int
) -> tuple[list[ResourceRecord], str | None]:
    """The records of a page and the token of the next."""
    named = resource.stored(asked)
    if isinstance(named.get(resource.id_member), str) and resource.id_member not in listing.filters:
        return [resource.get(ctx, named)], None
    tests, among, inside = [], [], None
    for name, value in asked.items():
        if name in listing.filters:
            test = listing.filters[name]
            if isinstance(test, Filters):
                test.check(value)
            elif isinstance(test, Among):
                test.check_found(ctx, resource, value)
            elif isinstance(test, Of):
                test.check_named(ctx, value)
            (among if isinstance(test, Among) else tests).append((test, value))
        elif resource.parent and resource.names.get(name, name) == resource.parent.member:
            up = resource.parent.resource
            inside = up.get(ctx, {**named, up.id_member: value}).id
        else:
            raise NotImplementedByEmulator(f"{resource.service.name} {listing.operation} with {name}")

    def fits(record: ResourceRecord) -> bool:
        if any(test.value(resource, record) not in value for test, value in among):
            return False
        if not tests:
            return True
        view = resource.view(ctx, record)
        return all(test(view, value) for test, value in tests)

    walk, key = _order(ctx, resource, listing.order, inside)
    if listing.marker:
        return _from_marker(resource, walk, fits, token, limit)
    return page(
        ctx, lambda after: filter(fits, walk(after)), key, token, limit, query=asked, invalid=listing.invalid_token
    )


def _from_marker(resource: "Resource", walk, fits, marker, limit: int) -> tuple[list[ResourceRecord], str | None]:
    """A page from the record with an id on, that included, and the id of the first record beyond it."""
    wanted = resource.key({resource.id_member: marker})[-1] if marker else ""
    rest = dropwhile(lambda record: record.id[-1] < wanted, walk(None))
    found = list(islice(filter(fits, rest), limit + 1))
    return found[:limit], found[limit].id[-1] if len(found) > limit else None


def _order(
    ctx, resource: "Resource", order: str | Callable[[dict], Any], inside: tuple[str, ...] | None
) -> tuple[Callable[..., Iterator], Callable]:
    """How to walk the records from a place on, and the key of that place."""
    rows = resource.rows(ctx)
    depth = len(inside or ())
    if callable(order):
        keys = {record.id: (order(resource.view(ctx, record)), *record.id) for record in rows
                if inside is None or record.id[:depth] == inside}

        def walk_ordered(after):
            for id in sorted(keys, key=keys.__getitem__):
                if after is None or keys[id] > after:
                    yield rows[id]

        return walk_ordered, lambda record: keys[record.id]
    if order == "created":
        def key(record):
            return (record.created, *record.id)

        def walk(after):
            for record in rows.by("created", after[0] if after else None):
                if (after is None or key(record) > after) and (inside is None or record.id[:depth] == inside):
                    yield record

        return walk, key

    def walk_ids(after):
        for record in rows.range(after or inside, after=after is not None):
            if inside is not None and record.id[:depth] != inside:
                return
            yield record

    return walk_ids, lambda record: record.id


@cache
def _shapes(operation: Operation, path: str) -> tuple[Shape, Shape]:
    """The structure around the list at a path of the output, and the shape of the list's elements."""
    container = operation.output
    *outer, last = path.split(".")
    for part in outer:
        container = container.members[part]
    return container, container.members[last].member


def _element(resource: "Resource", listing: Listing, shape: Shape) -> Callable[[dict], Any]:
    if shape.type == "structure":
        return _projections(resource, shape.service, shape.name)
    return lambda view: view[listing.element]


@cache
def _projections(resource: "Resource", service, shape_name: str) -> Callable[[dict], dict]:
    return resource.projection().of(service.shape(shape_name))


def _with_counts(answer: dict, names: Paging, container: Shape, count: str, asked: dict, following) -> dict:
    """The members that repeat the question or count the page, where the answer's shape has them."""
    place, _, _ = names.items.rpartition(".")
    path = f"{place}." if place else ""
    more = names.more or (path + "IsTruncated" if "IsTruncated" in container.members else "")
    if more:
        answer = documents.write(answer, more, following is not None)
    if count in container.members:
        answer = documents.write(answer, path + count, len(documents.read(answer, names.items)))
    if names.limit in container.members:
        limit = asked["limit"]
        limit = str(limit) if container.members[names.limit].type == "string" else limit
        answer = documents.write(answer, path + names.limit, limit)
    if names.token in container.members and path + names.token != names.next and asked["token"] is not None:
        answer = documents.write(answer, path + names.token, asked["token"])
    return answer
