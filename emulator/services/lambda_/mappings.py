"""Event source mappings of queues: what is kept of them, and what AWS refuses.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
"""

from emulator.engines import event_patterns, target_calls
from emulator.kernel.context import Context, arn
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.lambda_ import names, polling
from emulator.services.lambda_.errors import conflict, invalid, missing
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import Mapping, mappings

KEPT = ("BatchSize", "MaximumBatchingWindowInSeconds", "FunctionResponseTypes", "FilterCriteria")
DEFAULTS = {"BatchSize": 10, "MaximumBatchingWindowInSeconds": 0, "FunctionResponseTypes": []}
# What would change how messages come, and is not there.
ABSENT = ("ScalingConfig", "MetricsConfig", "KMSKeyArn", "ProvisionedPollerConfig", "LoggingConfig", "Tags")
SMALL = 10  # messages of a batch without a window, at most


def _shown(ctx: Context, mapping: Mapping, state: str = "") -> dict:
    return {
        **mapping.document, "UUID": mapping.id, "EventSourceArn": mapping.source, "FunctionArn": mapping.function,
        "EventSourceMappingArn": arn(ctx, "lambda", f"event-source-mapping:{mapping.id}"),
        "State": state or ("Enabled" if mapping.enabled else "Disabled"), "StateTransitionReason": "USER_INITIATED",
    }  # fmt: skip


def _document(ctx: Context, before: dict) -> dict:
    """What a mapping becomes with what the caller gives. Raises InvalidParameterValueException."""
    for name in ABSENT:
        if ctx.input.get(name):
            raise NotImplementedByEmulator(f"{name} of an event source mapping")
    if ctx.input.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"):
        raise invalid("Unsupported DestinationConfig parameter for given event source mapping type.")
    given = {name: ctx.input[name] for name in KEPT if name in ctx.input}
    document = {**before, **given, "LastModified": ctx.now}
    if document["BatchSize"] > SMALL and not document["MaximumBatchingWindowInSeconds"]:
        raise invalid("Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10")
    for each in (given.get("FilterCriteria") or {}).get("Filters", ()):
        try:
            event_patterns.parse(each.get("Pattern", "{}"))
        except (AwsError, ValueError):
            raise invalid("Invalid filter pattern definition.") from None
    return document


def _function(ctx: Context, text: str) -> str:
    """The ARN of a function that is there. Raises InvalidParameterValueException."""
    reference = names.read(ctx, text)
    try:
        names.function(ctx, reference)
    except AwsError:
        raise invalid("Function does not exist") from None
    return reference.arn(ctx)


def _source(ctx: Context, text: str) -> None:
    """Make sure that a queue is there."""
    source = target_calls.read(text)
    if source.service != "sqs":
        raise NotImplementedByEmulator(f"An event source mapping of {source.service}")
    try:
        ctx.call("sqs", "GetQueueUrl", {"QueueName": source.name}, **source.where(ctx))
    except AwsError:
        raise invalid(
            "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error "
            "Message: The specified queue does not exist."
        ) from None


@service.operation
def create_event_source_mapping(ctx, FunctionName, EventSourceArn=None, Enabled=True):
    if EventSourceArn is None:
        if "SelfManagedEventSource" in ctx.input:
            raise NotImplementedByEmulator("An event source mapping of a self-managed Kafka")
        raise invalid("Unrecognized event source.")
    function = _function(ctx, FunctionName)
    _source(ctx, EventSourceArn)
    for each in ctx.rows(mappings):
        if (each.source, each.function) == (EventSourceArn, function):
            name = names.read(ctx, function).name
            raise conflict(
                f'An event source mapping with SQS arn (" {EventSourceArn} ") and function (" {name} ") already '
                f"exists. Please update or delete the existing mapping with UUID {each.id}"
            )
    mapping = Mapping(ctx.ids.uuid(), EventSourceArn, function, Enabled, _document(ctx, DEFAULTS), ctx.now)
    ctx.rows(mappings).put(mapping)
    polling.begin(ctx, mapping)
    return _shown(ctx, mapping, "Creating")


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
        enabled=found.enabled if Enabled is None else Enabled, document=_document(ctx, found.document),
    ))  # fmt: skip
    polling.begin(ctx, mapping)
    return _shown(ctx, mapping, "Updating")


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
