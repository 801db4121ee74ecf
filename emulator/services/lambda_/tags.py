"""Tags of functions."""

from emulator.kernel.errors import NotImplementedByEmulator
from emulator.kernel.store import replace
from emulator.services.lambda_ import names
from emulator.services.lambda_.errors import invalid
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import Common, commons


def _tagged(ctx, resource: str) -> Common:
    if ":function:" not in resource:
        raise NotImplementedByEmulator(f"Tags of {resource}")
    reference = names.read(ctx, resource)
    if reference.qualifier:
        raise invalid("Tags on function aliases and versions are not supported. Please specify a function ARN.")
    return names.common(ctx, reference)


@service.operation
def tag_resource(ctx, Resource, Tags):
    found = _tagged(ctx, Resource)
    ctx.rows(commons).put(replace(found, tags={**found.tags, **Tags}))
    return {}


@service.operation
def untag_resource(ctx, Resource, TagKeys):
    found = _tagged(ctx, Resource)
    ctx.rows(commons).put(replace(found, tags={key: value for key, value in found.tags.items() if key not in TagKeys}))
    return {}


@service.operation
def list_tags(ctx, Resource):
    return {"Tags": _tagged(ctx, Resource).tags}
