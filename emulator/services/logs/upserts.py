"""Put operations of declared resources: made where there is none of that name, changed where there is one."""

from typing import Any

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.resources import Resource
from emulator.resources.records import ResourceRecord
from emulator.services.logs.tags import checked


def put(
    ctx: Context, resource: Resource, given: dict[str, Any], made: dict[str, Any] | None = None,
    tags: dict[str, str] | None = None,
) -> ResourceRecord:  # fmt: skip
    """Store the members that are given; ``made`` are more that only a new one gets. Raises for tags that can't be."""
    given = {name: value for name, value in given.items() if value is not None}
    before = resource.find(ctx, given)
    if before is None:
        return resource.make(ctx, {**(made or {}), **given}, checked({}, tags or {}))
    kept = checked(before.tags, tags) if tags else before.tags
    return resource.put(ctx, replace(before, document=before.document | given, modified=ctx.now, tags=kept))
