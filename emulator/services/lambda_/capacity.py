"""Capacity providers: instances that functions could run on. Here functions run on this machine all the same.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances.html
"""

from emulator.kernel.context import Context, arn
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.lambda_ import configuration
from emulator.services.lambda_.errors import conflict, missing
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import Function, Provider, functions, providers

MEMBERS = (
    "VpcConfig", "PermissionsConfig", "InstanceRequirements", "CapacityProviderScalingConfig", "KmsKeyArn",
    "PropagateTags", "TelemetryConfig",
)  # fmt: skip
CHANGING = ("CapacityProviderScalingConfig", "PropagateTags", "TelemetryConfig")
SCALING = {"MaxVCpuCount": 400, "ScalingMode": "Auto"}


def _arn(ctx: Context, name: str) -> str:
    return arn(ctx, "lambda", f"capacity-provider:{name}")


def _name(text: str) -> str:
    return text.rpartition(":")[2]


def find(ctx: Context, text: str) -> Provider:
    """By name or ARN. Raises ResourceNotFoundException."""
    record = ctx.rows(providers).get(_name(text))
    if record is None:
        raise missing(f"Capacity provider not found: {_arn(ctx, _name(text))}")
    return record


def _shown(ctx: Context, record: Provider, state: str = "Active") -> dict:
    return {"CapacityProvider": {
        **record.document, "CapacityProviderArn": _arn(ctx, record.name), "State": state,
        "LastModified": configuration.stamp(record.modified),
    }}  # fmt: skip


@service.operation
def create_capacity_provider(ctx, CapacityProviderName, Tags=None):
    name = _name(CapacityProviderName)
    if ctx.rows(providers).get(name) is not None:
        raise conflict(f"Capacity provider already exists: {_arn(ctx, name)}")
    document = {each: ctx.input[each] for each in MEMBERS if each in ctx.input}
    document["CapacityProviderScalingConfig"] = {**SCALING, **document.get("CapacityProviderScalingConfig", {})}
    record = ctx.rows(providers).put(Provider(name, document, ctx.now, Tags or {}))
    return _shown(ctx, record, "Pending")


@service.operation
def get_capacity_provider(ctx, CapacityProviderName):
    return _shown(ctx, find(ctx, CapacityProviderName))


@service.operation
def update_capacity_provider(ctx, CapacityProviderName):
    record = find(ctx, CapacityProviderName)
    document = {**record.document, **{each: ctx.input[each] for each in CHANGING if each in ctx.input}}
    return _shown(ctx, ctx.rows(providers).put(replace(record, document=document, modified=ctx.now)))


def _bound(ctx: Context, text: str) -> list[Function]:
    """The versions of functions that name a provider."""
    found = []
    for each in ctx.rows(functions):
        config = each.config.get("CapacityProviderConfig", {}).get("LambdaManagedInstancesCapacityProviderConfig", {})
        if config.get("CapacityProviderArn") == text:
            found.append(each)
    return found


@service.operation
def delete_capacity_provider(ctx, CapacityProviderName):
    record = find(ctx, CapacityProviderName)
    if _bound(ctx, _arn(ctx, record.name)):
        raise conflict("The capacity provider cannot be deleted while function versions use it.")
    ctx.rows(providers).delete(record.name)
    return _shown(ctx, record, "Deleting")


@service.operation
def list_capacity_providers(ctx, State=None, Marker=None, MaxItems=50):
    records = [each for each in ctx.rows(providers) if State in (None, "Active")]
    found, marker = page(ctx, records, lambda each: each.name, Marker, MaxItems, query=State)
    answer = {"CapacityProviders": [_shown(ctx, each)["CapacityProvider"] for each in found]}
    return {**answer, "NextMarker": marker} if marker else answer


@service.operation
def list_function_versions_by_capacity_provider(ctx, CapacityProviderName, Marker=None, MaxItems=50):
    text = _arn(ctx, find(ctx, CapacityProviderName).name)
    records = _bound(ctx, text)
    found, marker = page(ctx, records, lambda each: (each.name, each.number), Marker, MaxItems, query=text)
    rows = [{"FunctionArn": configuration.function_arn(ctx, each, qualified=True), "State": "Active"}
            for each in found]  # fmt: skip
    answer = {"CapacityProviderArn": text, "FunctionVersions": rows}
    return {**answer, "NextMarker": marker} if marker else answer
