"""Event source mappings: what is kept of them, and what state they are in.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
"""

from emulator.kernel.context import Context, arn
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.lambda_ import names, polling, sources
from emulator.services.lambda_.errors import conflict, invalid, missing
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import Mapping, mappings

MOVES = {(False, True): "Enabling", (True, False): "Disabling"}  # by what was enabled before and is now


def _shown(ctx: Context, mapping: Mapping, state: str = "") -> dict:
    found = {
        **mapping.document, "UUID": mapping.id, "FunctionArn": mapping.function,
        "EventSourceMappingArn": arn(ctx, "lambda", f"event-source-mapping:{mapping.id}"),
        "State": state or ("Enabled" if mapping.enabled else "Disabled"),
        "StateTransitionReason": sources.kind(mapping.source).reason,
    }  # fmt: skip
    return {**found, "EventSourceArn": mapping.source} if mapping.source else found


def _function(ctx: Context, text: str) -> str:
    """The ARN of a function that is there. Raises InvalidParameterValueException."""
    reference = names.read(ctx, text)
    try:
        names.function(ctx, reference)
    except AwsError:
        raise invalid("Function does not exist") from None
    return reference.arn(ctx)


@service.operation
def create_event_source_mapping(ctx, FunctionName, EventSourceArn="", Enabled=True, Tags=None):
    if not EventSourceArn and "SelfManagedEventSource" not in ctx.input:
        raise invalid("Unrecognized event source.")
    function = _function(ctx, FunctionName)
    document = sources.document(ctx, EventSourceArn, None)
    if EventSourceArn:
        sources.check_there(ctx, EventSourceArn)
    for each in ctx.rows(mappings) if EventSourceArn else ():
        if (each.source, each.function) == (EventSourceArn, function):
            raise conflict(sources.taken(EventSourceArn, names.read(ctx, function).name, each.id))
    mapping = Mapping(ctx.ids.uuid(), EventSourceArn, function, Enabled, document, ctx.now, Tags or {})
    ctx.rows(mappings).put(mapping)
    polling.begin(ctx, mapping, new=True)
    return _shown(ctx, mapping, "Creating" if Enabled else "Disabled")


def _find(ctx: Context, id: str) -> Mapping:
    found = ctx.rows(mappings).get(id)
    if found is None:
        raise missing()
    return found


@service.operation
def get_event_source_mapping(ctx, UUID):
    return _shown(ctx, _find(ctx, UUID))


@service.operation
def update_event_source_mapping(ctx, UUID, FunctionName=None, Enabled=None):
    found = _find(ctx, UUID)
    mapping = ctx.rows(mappings).put(replace(
        found, function=found.function if FunctionName is None else _function(ctx, FunctionName),
        enabled=found.enabled if Enabled is None else Enabled,
        document=sources.document(ctx, found.source, found.document),
    ))  # fmt: skip
    polling.begin(ctx, mapping)
    return _shown(ctx, mapping, MOVES.get((found.enabled, mapping.enabled), "Updating"))


@service.operation
def delete_event_source_mapping(ctx, UUID):
    found = _find(ctx, UUID)
    ctx.rows(mappings).delete(UUID)
    polling.end(ctx, found)
    return _shown(ctx, found, "Deleting")


@service.operation
def list_event_source_mappings(ctx, EventSourceArn=None, FunctionName=None, Marker=None, MaxItems=100):
    function = None if FunctionName is None else names.read(ctx, FunctionName).arn(ctx)
    records = [
        each for each in ctx.rows(mappings)
        if EventSourceArn in (None, each.source) and function in (None, each.function)
    ]
    query = (EventSourceArn, function)
    found, marker = page(ctx, records, lambda each: each.id, Marker, min(MaxItems, 100), query=query)
    answer = {"EventSourceMappings": [_shown(ctx, each) for each in found]}
    return {**answer, "NextMarker": marker} if marker else answer
