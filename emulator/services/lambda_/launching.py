"""What an environment of a function is made of: its code and layers, its variables, its credentials.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
"""

from datetime import UTC, datetime
from functools import partial

from emulator.auth.credentials import DEFAULT_SECRET
from emulator.backends.functions import Image, Launch
from emulator.kernel.context import Context, Principal
from emulator.kernel.errors import AwsError
from emulator.services.lambda_ import file_systems, names
from emulator.services.lambda_.errors import refusal
from emulator.services.lambda_.tables import Function, layer_versions

LAMBDA = Principal("Service", "", "lambda.amazonaws.com", "lambda.amazonaws.com")


def launch(ctx: Context, reference: names.Reference, record: Function, ready: bool = False) -> Launch:
    """``ready``: for an environment of provisioned concurrency."""
    config = record.config
    day = datetime.fromtimestamp(ctx.now, UTC).strftime("%Y/%m/%d")
    logging = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{record.name}", **config.get("LoggingConfig", {})}
    variables = {
        **config.get("Environment", {}).get("Variables", {}), **_credentials(ctx, reference, record),
        "AWS_LAMBDA_FUNCTION_NAME": record.name, "AWS_LAMBDA_FUNCTION_VERSION": record.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config["MemorySize"]),
        "AWS_LAMBDA_LOG_GROUP_NAME": logging["LogGroup"],
        "AWS_LAMBDA_LOG_STREAM_NAME": f"{day}/[{record.version}]{ctx.ids.hex(32)}",
        "AWS_LAMBDA_LOG_FORMAT": logging["LogFormat"],
        "AWS_LAMBDA_LOG_LEVEL": logging.get("ApplicationLogLevel", "INFO"),
        "AWS_REGION": ctx.region, "AWS_DEFAULT_REGION": ctx.region,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "provisioned-concurrency" if ready else "on-demand",
    }  # fmt: skip
    variables.setdefault("AWS_ENDPOINT_URL", ctx.endpoint)
    if not record.image:
        variables |= {"_HANDLER": config["Handler"], "AWS_EXECUTION_ENV": f"AWS_Lambda_{config['Runtime']}"}
    made = (_of_image if record.image else _of_code)(ctx, record)
    return Launch(
        key(ctx, reference, record), config.get("Runtime", ""), config.get("Handler", ""), variables,
        config["MemorySize"], config["EphemeralStorage"]["Size"], logging, ready=ready,
        mounts=file_systems.mounts(ctx, config), **made,
    )  # fmt: skip


def _of_image(ctx: Context, record: Function) -> dict:
    """What a launch has of a container image."""
    own = record.config.get("ImageConfigResponse", {}).get("ImageConfig", {})
    return {"image": Image(
        record.config["CodeSha256"], tuple(own.get("EntryPoint", ())), tuple(own.get("Command", ())),
        own.get("WorkingDirectory", ""),
    )}  # fmt: skip


def _of_code(ctx: Context, record: Function) -> dict:
    """What a launch has of a zip and its layers."""
    config = record.config
    layers = tuple(
        (each["CodeSha256"], partial(ctx.blobs.read, blob))
        for each, blob in zip(config.get("Layers", ()), record.layers, strict=True)
    )
    return {"code": (config["CodeSha256"], partial(ctx.blobs.read, record.code)), "layers": layers}


def key(ctx: Context, reference: names.Reference, record: Function) -> tuple:
    """What the environments of exactly this version are known by."""
    return reference.account, ctx.region, record.name, record.version, record.revision


def layers_size(ctx: Context) -> int:
    """Bytes of all versions of layers."""
    return sum(each.document["CodeSize"] for each in ctx.rows(layer_versions))


def _credentials(ctx: Context, reference: names.Reference, record: Function) -> dict[str, str]:
    """Those of the function's role where IAM is asked; else the account's own, which need no role to be there."""
    if ctx.setting("iam") == "off":
        return {"AWS_ACCESS_KEY_ID": reference.account, "AWS_SECRET_ACCESS_KEY": DEFAULT_SECRET}
    wanted = {"RoleArn": record.config["Role"], "RoleSessionName": record.name[:64]}
    try:
        found = ctx.call("sts", "AssumeRole", wanted, as_=LAMBDA, account=reference.account)["Credentials"]
    except AwsError as error:
        raise refusal("AccessDeniedException", (
            f"The role defined for the function cannot be assumed by Lambda. {error.message}"), status=403) from None
    return {
        "AWS_ACCESS_KEY_ID": found["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": found["SecretAccessKey"],
        "AWS_SESSION_TOKEN": found["SessionToken"],
    }  # fmt: skip
