"""Tags of functions, event source mappings, code signing configurations and capacity providers.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html
"""

from collections.abc import Callable
from typing import Any

from emulator.kernel.context import Context
from emulator.kernel.store import Table, replace
from emulator.services.lambda_ import capacity, names, signing
from emulator.services.lambda_.errors import invalid, missing
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import commons, mappings, providers, signings


def _function(ctx: Context, resource: str):
    reference = names.read(ctx, resource)
    if reference.qualifier:
        raise invalid("Tags on function aliases and versions are not supported. Please specify a function ARN.")
    return names.common(ctx, reference)


def _mapping(ctx: Context, resource: str):
    found = ctx.rows(mappings).get(resource.rpartition(":")[2])
    if found is None:
        raise missing(f"Event source mapping not found: {resource}")
    return found


def _signing(ctx: Context, resource: str):
    found = signing.lookup(ctx, resource)
    if found is None:
        raise missing(f"Code signing configuration not found: {resource}")
    return found


# By the kind in the ARN: the table, and what finds the record there.
KINDS: dict[str, tuple[Table, Callable[[Context, str], Any]]] = {
    "function": (commons, _function), "event-source-mapping": (mappings, _mapping),
    "code-signing-config": (signings, _signing), "capacity-provider": (providers, capacity.find),
}  # fmt: skip


def _tagged(ctx: Context, resource: str):
    """(table, record). Raises ResourceNotFoundException, InvalidParameterValueException."""
    kind = resource.split(":")[5]
    if kind not in KINDS:
        raise invalid("Tags on layers are not supported.")
    table, find = KINDS[kind]
    return table, find(ctx, resource)


@service.operation
def tag_resource(ctx, Resource, Tags):
    table, found = _tagged(ctx, Resource)
    ctx.rows(table).put(replace(found, tags={**found.tags, **Tags}))
    return {}


@service.operation
def untag_resource(ctx, Resource, TagKeys):
    table, found = _tagged(ctx, Resource)
    left = {key: value for key, value in found.tags.items() if key not in TagKeys}
    ctx.rows(table).put(replace(found, tags=left))
    return {}


@service.operation
def list_tags(ctx, Resource):
    return {"Tags": _tagged(ctx, Resource)[1].tags}
