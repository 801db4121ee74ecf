"""How asynchronous invocations of a function, a version or an alias are handled.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.lambda_ import names
from emulator.services.lambda_.errors import invalid, missing
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import LATEST, InvokeConfig, commons, invoke_configs, listed

MEMBERS = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")
DESTINATIONS = ("events", "lambda", "s3", "sns", "sqs")  # services that an invocation's record can go to


def _event_reference(ctx: Context, text: str, qualifier: str | None) -> names.Reference:
    reference = names.read(ctx, text, qualifier)
    return reference._replace(qualifier=reference.qualifier or LATEST)


def _event_config(ctx: Context, reference: names.Reference) -> InvokeConfig:
    found = ctx.rows(invoke_configs).get((reference.name, reference.qualifier))
    if found is None:
        raise missing(f"The function {reference.arn(ctx)} doesn't have an EventInvokeConfig")
    return found


def _shown(ctx: Context, reference: names.Reference, config: InvokeConfig) -> dict:
    return {
        **config.document, "FunctionArn": reference.arn(ctx, config.qualifier),
        "DestinationConfig": {"OnSuccess": {}, "OnFailure": {}, **config.document.get("DestinationConfig", {})},
    }  # fmt: skip


def _check_destinations(ctx: Context, reference: names.Reference, config: dict) -> None:
    """Raises InvalidParameterValueException."""
    for destination in filter(None, (config.get(each, {}).get("Destination") for each in ("OnSuccess", "OnFailure"))):
        service = destination.split(":")[2] if destination.startswith("arn:") else ""
        if service not in DESTINATIONS:
            raise invalid(f"The provided destination config {_in_java(config)} is invalid.")
        if service != "lambda":
            continue
        target = names.read(ctx, destination)
        if target.name == reference.name:
            raise invalid("You can't specify the function as a destination for itself.")
        try:
            names.function(ctx, target)
        except AwsError:
            raise invalid(f"The destination ARN {destination} is invalid.") from None


def _in_java(config: dict) -> str:
    """A destination configuration as a refusal shows it."""
    shown = [
        f"on{each}=On{each}(destination={config[f'On{each}'].get('Destination', 'null')})"
        if f"On{each}" in config else f"on{each}=null"
        for each in ("Success", "Failure")
    ]
    return f"DestinationConfig({', '.join(shown)})"


def _put(ctx: Context, text: str, qualifier: str | None, update: bool) -> dict:
    reference = _event_reference(ctx, text, qualifier)
    given = {name: ctx.input[name] for name in MEMBERS if name in ctx.input}
    if not given:
        raise invalid("You must specify at least one of error handling or destination setting.")
    try:
        names.function(ctx, reference)
    except AwsError:
        raise missing("The function doesn't exist.") from None
    before = _event_config(ctx, reference).document if update else {}
    _check_destinations(ctx, reference, given.get("DestinationConfig", {}))
    config = InvokeConfig(reference.name, reference.qualifier, {**before, **given, "LastModified": ctx.now})
    return _shown(ctx, reference, ctx.rows(invoke_configs).put(config))


@service.operation
def put_function_event_invoke_config(ctx, FunctionName, Qualifier=None):
    return _put(ctx, FunctionName, Qualifier, update=False)


@service.operation
def update_function_event_invoke_config(ctx, FunctionName, Qualifier=None):
    return _put(ctx, FunctionName, Qualifier, update=True)


@service.operation
def get_function_event_invoke_config(ctx, FunctionName, Qualifier=None):
    reference = _event_reference(ctx, FunctionName, Qualifier)
    return _shown(ctx, reference, _event_config(ctx, reference))


@service.operation
def delete_function_event_invoke_config(ctx, FunctionName, Qualifier=None):
    reference = _event_reference(ctx, FunctionName, Qualifier)
    _event_config(ctx, reference)
    ctx.rows(invoke_configs).delete((reference.name, reference.qualifier))
    return {}


@service.operation
def list_function_event_invoke_configs(ctx, FunctionName, Marker=None, MaxItems=50):
    reference = names.read(ctx, FunctionName)
    if ctx.rows(commons).get(reference.name) is None:
        raise missing("The function doesn't exist.")
    return listed(ctx, ctx.rows(invoke_configs), reference.name, "FunctionEventInvokeConfigs",
                  lambda each: _shown(ctx, reference, each), Marker, MaxItems)  # fmt: skip
