"""References between declared resources: what is named must be there, and can't go while something names it."""

from typing import TYPE_CHECKING

from emulator.resources import documents
from emulator.resources.declaration import Reference
from emulator.resources.errors import refuse
from emulator.resources.records import ResourceRecord

if TYPE_CHECKING:
    from emulator.resources.resource import Resource


def named(document: dict, reference: Reference) -> set[str]:
    """What a document names through a reference."""
    values = (value for path in reference.paths for value in documents.every(document, path) if value)
    return {part for value in values if (part := reference.part(value))}


def check_there(ctx, resource: "Resource", document: dict) -> None:
    """Raises ``missing`` for the first value that names nothing."""
    for reference in resource.references:
        target = reference.target
        for value in sorted(named(document, reference)):
            if target.find(ctx, {target.id_member: value}) is None:
                raise refuse(reference.missing or target.missing, {target.id_member: value}, id=value)


def users(ctx, resource: "Resource", record: ResourceRecord, referrer: "Resource", reference: Reference):
    """The records of a resource that name this one through a reference."""
    for each in referrer.rows(ctx):
        for value in named(each.document, reference):
            found = resource.find(ctx, {resource.id_member: value})
            if found is not None and found.id == record.id:
                yield each
                break


def check_unused(ctx, resource: "Resource", record: ResourceRecord) -> None:
    """Raises ``in_use`` when records of another resource, ``{count}`` of them, name this one."""
    for referrer, reference in resource.referrers.values():
        count = sum(1 for _ in users(ctx, resource, record, referrer, reference)) if reference.in_use else 0
        if count:
            raise refuse(reference.in_use, {**record.document, **resource.fields(record.id)}, count=count)
