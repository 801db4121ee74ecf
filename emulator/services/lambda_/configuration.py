"""A function's configuration: defaults, what AWS refuses in it, and how it is shown."""

from datetime import UTC, datetime

import orjson

from emulator.kernel import digests
from emulator.kernel.context import Context, arn
from emulator.kernel.errors import NotImplementedByEmulator
from emulator.kernel.store import replace
from emulator.services.lambda_ import file_systems
from emulator.services.lambda_.errors import invalid
from emulator.services.lambda_.tables import LATEST, Function

DEFAULTS = {
    "Description": "", "Timeout": 3, "MemorySize": 128, "PackageType": "Zip", "Architectures": ["x86_64"],
    "TracingConfig": {"Mode": "PassThrough"}, "EphemeralStorage": {"Size": 512}, "SnapStart": {"ApplyOn": "None"},
}  # fmt: skip
KEPT = (
    "Role", "Runtime", "Handler", "Description", "Timeout", "MemorySize", "PackageType", "Architectures", "Environment",
    "TracingConfig", "EphemeralStorage", "SnapStart", "LoggingConfig", "DeadLetterConfig", "KMSKeyArn",
    "DurableConfig", "CapacityProviderConfig", "FileSystemConfigs",
)  # fmt: skip
# What would change how a function runs, and is not there.
ABSENT = ("TenancyConfig", "PublishTo", "RuntimeConfig", "AcceleratorConfig")
# In the order in which a refusal names them.
RUNTIMES = (
    "nodejs20.x", "python3.14", "provided.al2023", "python3.12", "python3.13", "nodejs24.x", "nodejs22.x", "java25",
    "python3.10", "python3.11", "java21", "ruby3.3", "ruby3.4", "ruby3.2", "python3.8", "python3.9", "java17",
    "nodejs16.x", "dotnet10", "dotnet8", "java11", "dotnet6", "nodejs18.x", "provided.al2", "java8.al2",
)  # fmt: skip
RETIRED = frozenset((
    "dotnetcore1.0", "dotnetcore2.0", "dotnetcore2.1", "dotnetcore3.1", "go1.x", "java8", "nodejs", "nodejs4.3",
    "nodejs4.3-edge", "nodejs6.10", "nodejs8.10", "nodejs10.x", "nodejs12.x", "nodejs14.x", "provided", "python2.7",
    "python3.6", "python3.7", "ruby2.5", "ruby2.7",
))  # fmt: skip
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
RESERVED = frozenset((
    "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
))  # fmt: skip
VARIABLES = 4096  # bytes of all variables together
CREATING = "The function is being created."


def stamp(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"


def merged(given: dict, before: dict) -> dict:
    """The configuration that ``before`` becomes with what a caller gives. Raises what AWS refuses."""
    for name in ABSENT:
        if given.get(name):
            raise NotImplementedByEmulator(f"{name} of a function")
    config = {**before, **{name: given[name] for name in KEPT if name in given}}
    if config["PackageType"] == "Zip":
        _check_runtime(given, config)
    elif any(given.get(name) for name in ("Runtime", "Handler", "Layers")):
        raise invalid(
            "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image."
        )
    if "ImageConfig" in given:
        config.pop("ImageConfigResponse", None)
        config |= {"ImageConfigResponse": {"ImageConfig": given["ImageConfig"]}} if given["ImageConfig"] else {}
    _check_variables(given.get("Environment", {}).get("Variables", {}))
    if "VpcConfig" in given:
        config["VpcConfig"] = _network(given["VpcConfig"])
    file_systems.check(given, config)
    if not config.get("FileSystemConfigs", True):
        del config["FileSystemConfigs"]
    return config


def _check_runtime(given: dict, config: dict) -> None:
    if not (config.get("Runtime") and config.get("Handler")):
        raise invalid(
            "Runtime and Handler are mandatory parameters for functions created with deployment packages."
        )
    runtime = config["Runtime"]
    if runtime not in RUNTIMES and runtime not in RETIRED:
        raise invalid(
            f"Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "
            f"[{', '.join(RUNTIMES)}] or be a valid ARN"
        )
    if given.get("Runtime") in RETIRED:
        raise invalid(
            f"The runtime parameter of {given['Runtime']} is no longer supported for creating or updating AWS Lambda "
            "functions. We recommend you use a supported runtime while creating or updating functions."
        )


def _network(given: dict) -> dict:
    """A VPC's part of a configuration. Functions run where the emulator does: it is kept and told, no more."""
    subnets = given.get("SubnetIds", [])
    name = digests.digest("sha256", "".join(sorted(subnets)).encode()).hex()[:17]
    return {
        "SubnetIds": subnets, "SecurityGroupIds": given.get("SecurityGroupIds", []),
        "VpcId": f"vpc-{name}" if subnets else "",
        "Ipv6AllowedForDualStack": given.get("Ipv6AllowedForDualStack", False),
    }  # fmt: skip


def _check_variables(variables: dict) -> None:
    begun = "Lambda was unable to configure your environment variables because the environment variables you have " \
        "provided "
    if reserved := [name for name in variables if name in RESERVED]:
        raise invalid(
            f"{begun}contains reserved keys that are currently not supported for modification. Reserved keys used in "
            f"this request: {', '.join(reserved)}"
        )
    text = orjson.dumps(variables).decode()
    if sum(len(name.encode()) + len(value.encode()) for name, value in variables.items()) > VARIABLES:
        raise invalid(f"{begun}exceeded the 4KB limit. String measured: {text}")


def function_arn(ctx: Context, record: Function, qualified: bool = False) -> str:
    tail = f":{record.version}" if qualified or record.version != LATEST else ""
    return arn(ctx, "lambda", f"function:{record.name}{tail}")


def shown(ctx: Context, record: Function, qualified: bool = False, **state) -> dict:
    """A configuration as Get and List show it; ``state`` are the members of one that has just been changed."""
    config = record.config
    group = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{record.name}"}
    if config.get("LoggingConfig", {}).get("LogFormat") == "JSON":
        group |= {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"}
    found = {
        **config, "FunctionName": record.name, "FunctionArn": function_arn(ctx, record, qualified),
        "Version": record.version, "RevisionId": record.revision,
        "LoggingConfig": {**group, **config.get("LoggingConfig", {})},
        "SnapStart": {**config["SnapStart"], "OptimizationStatus": "Off"},
    }  # fmt: skip
    if "Runtime" in config:
        runtime = digests.digest("sha256", config["Runtime"].encode()).hex()
        found["RuntimeVersionConfig"] = {"RuntimeVersionArn": f"arn:aws:lambda:{ctx.region}::runtime:{runtime}"}
    if "Layers" in config:
        found["Layers"] = [{"Arn": each["Arn"], "CodeSize": each["CodeSize"]} for each in config["Layers"]]
    return {**found, **(state or {"State": "Active", "LastUpdateStatus": "Successful"})}


def listed(ctx: Context, record: Function, qualified: bool = False) -> dict:
    """As lists show it: without its state."""
    found = shown(ctx, record, qualified)
    return {name: value for name, value in found.items() if name not in ("State", "LastUpdateStatus")}


def created(ctx: Context, record: Function) -> dict:
    """The answer to a creation: what is active, under another revision, a moment later."""
    return shown(ctx, replace(record, revision=ctx.ids.uuid()), State="Pending", StateReason=CREATING,
                 StateReasonCode="Creating")


def updated(ctx: Context, record: Function) -> dict:
    return shown(ctx, replace(record, revision=ctx.ids.uuid()), State="Active", LastUpdateStatus="InProgress",
                 LastUpdateStatusReason=CREATING, LastUpdateStatusReasonCode="Creating")  # fmt: skip
