"""How versions of functions are managed: updates of their runtime, recursive loops, scaling.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html and .../invocation-recursion.html
"""

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.lambda_ import configuration, names
from emulator.services.lambda_.errors import invalid, missing
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import Function, Setting, commons, managed

RUNTIME, SCALING = "runtime", "scaling"
NEWEST = "$LATEST.PUBLISHED"


def _version(ctx: Context, text: str, qualifier: str | None) -> tuple[names.Reference, Function]:
    reference = names.read(ctx, text, qualifier)
    return reference, names.function(ctx, reference)


def _scaled(ctx: Context, text: str, qualifier: str) -> tuple[names.Reference, Function]:
    """A published version, by its number or as the last one."""
    reference = names.read(ctx, text)._replace(qualifier=qualifier)
    number = qualifier
    if qualifier == NEWEST:
        number = str(names.common(ctx, reference._replace(qualifier="")).published)
    record = names.version(ctx, reference, number)
    if record is None or not record.number:
        raise missing(f"Function not found: {reference.arn(ctx)}")
    return reference, record


def _kept(ctx: Context, record: Function, kind: str) -> dict:
    found = ctx.rows(managed).get((record.name, kind, record.version))
    return found.document if found else {}


def _keep(ctx: Context, record: Function, kind: str, document: dict) -> dict:
    return ctx.rows(managed).put(Setting(record.name, record.version, kind, document)).document


@service.operation
def put_runtime_management_config(ctx, FunctionName, UpdateRuntimeOn, Qualifier=None, RuntimeVersionArn=None):
    _, record = _version(ctx, FunctionName, Qualifier)
    if (UpdateRuntimeOn == "Manual") != (RuntimeVersionArn is not None):
        raise invalid(
            "RuntimeVersionArn is required when UpdateRuntimeOn is Manual." if RuntimeVersionArn is None
            else "RuntimeVersionArn is only allowed when UpdateRuntimeOn is Manual."
        )
    document = {"UpdateRuntimeOn": UpdateRuntimeOn}
    if RuntimeVersionArn is not None:
        document["RuntimeVersionArn"] = RuntimeVersionArn
    _keep(ctx, record, RUNTIME, document)
    return {**document, "FunctionArn": configuration.function_arn(ctx, record, qualified=True)}


@service.operation
def get_runtime_management_config(ctx, FunctionName, Qualifier=None):
    _, record = _version(ctx, FunctionName, Qualifier)
    document = {"UpdateRuntimeOn": "Auto", **_kept(ctx, record, RUNTIME)}
    return {**document, "FunctionArn": configuration.function_arn(ctx, record, qualified=True)}


@service.operation
def put_function_recursion_config(ctx, FunctionName, RecursiveLoop):
    shared = names.common(ctx, names.read(ctx, FunctionName)._replace(qualifier=""))
    ctx.rows(commons).put(replace(shared, recursion=RecursiveLoop))
    return {"RecursiveLoop": RecursiveLoop}


@service.operation
def get_function_recursion_config(ctx, FunctionName):
    shared = names.common(ctx, names.read(ctx, FunctionName)._replace(qualifier=""))
    return {"RecursiveLoop": shared.recursion}


@service.operation
def put_function_scaling_config(ctx, FunctionName, Qualifier, FunctionScalingConfig=None):
    _, record = _scaled(ctx, FunctionName, Qualifier)
    config = FunctionScalingConfig or {}
    least, most = config.get("MinExecutionEnvironments", 0), config.get("MaxExecutionEnvironments")
    if most is not None and least > most:
        raise invalid("MinExecutionEnvironments must not be greater than MaxExecutionEnvironments.")
    _keep(ctx, record, SCALING, config)
    return {"FunctionState": "Active"}


@service.operation
def get_function_scaling_config(ctx, FunctionName, Qualifier):
    reference, record = _scaled(ctx, FunctionName, Qualifier)
    config = _kept(ctx, record, SCALING)
    return {
        "FunctionArn": reference.arn(ctx), "AppliedFunctionScalingConfig": config,
        "RequestedFunctionScalingConfig": config,
    }  # fmt: skip
