"""One run of a function: its environment's variables and credentials, its share of concurrency, its outcome.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
"""

from datetime import UTC, datetime
from typing import NamedTuple

from emulator.backends.functions import Invocation, Launch, Outcome, Pool, Unavailable
from emulator.kernel.context import Context, Principal
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.services.lambda_ import names
from emulator.services.lambda_.errors import refusal
from emulator.services.lambda_.tables import Function

LAMBDA = Principal("Service", "", "lambda.amazonaws.com", "lambda.amazonaws.com")


class Run(NamedTuple):
    """What a run brought: the version that ran, what it answered."""

    version: str
    outcome: Outcome


def choose(ctx: Context, reference: names.Reference) -> Function:
    """The version that a call runs; an alias with weights spreads its calls. Raises ResourceNotFoundException."""
    alias = names.alias(ctx, reference)
    if alias is None or not alias.weights:
        return names.function(ctx, reference)
    point = ctx.ids.below(1_000_000) / 1_000_000
    for version, weight in alias.weights.items():
        if point < weight:
            return names.function(ctx, reference._replace(qualifier=version))
        point -= weight
    return names.function(ctx, reference._replace(qualifier=alias.version))


async def run(
    ctx: Context, reference: names.Reference, payload: bytes, request_id: str, client_context: str = ""
) -> Run:
    """Run the function. Raises TooManyRequestsException, NotImplementedByEmulator."""
    record = choose(ctx, reference)
    pool = ctx.backend(Pool)
    counted = (reference.account, ctx.region, record.name)
    reserved = names.common(ctx, reference._replace(qualifier="")).reserved
    if reserved is not None and pool.running[counted] >= reserved:
        raise refusal(
            "TooManyRequestsException", "Rate Exceeded.", Reason="ReservedFunctionConcurrentInvocationLimitExceeded"
        )
    given = Invocation(
        request_id, reference.arn(ctx), payload, float(record.config["Timeout"]), record.version, client_context
    )
    launch = _launch(ctx, reference, record)
    pool.running[counted] += 1
    try:
        return Run(record.version, await pool.invoke(launch, given, ctx.blobs.read(record.code)))
    except Unavailable as lack:
        raise NotImplementedByEmulator(str(lack)) from None
    finally:
        pool.running[counted] -= 1


def _launch(ctx: Context, reference: names.Reference, record: Function) -> Launch:
    config = record.config
    day = datetime.fromtimestamp(ctx.now, UTC).strftime("%Y/%m/%d")
    variables = {
        **config.get("Environment", {}).get("Variables", {}), **_credentials(ctx, reference, record),
        "AWS_LAMBDA_FUNCTION_NAME": record.name, "AWS_LAMBDA_FUNCTION_VERSION": record.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config["MemorySize"]), "_HANDLER": config["Handler"],
        "AWS_LAMBDA_LOG_GROUP_NAME": config.get("LoggingConfig", {}).get("LogGroup", f"/aws/lambda/{record.name}"),
        "AWS_LAMBDA_LOG_STREAM_NAME": f"{day}/[{record.version}]{record.revision.replace('-', '')}",
        "AWS_REGION": ctx.region, "AWS_DEFAULT_REGION": ctx.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{config['Runtime']}", "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    }  # fmt: skip
    variables.setdefault("AWS_ENDPOINT_URL", ctx.endpoint)
    key = (reference.account, ctx.region, record.name, record.version, record.revision)
    return Launch(key, config["Runtime"], config["Handler"], config["CodeSha256"], variables, config["MemorySize"])


def _credentials(ctx: Context, reference: names.Reference, record: Function) -> dict[str, str]:
    """Those of the function's role where IAM is asked; else the account's own, which need no role to be there."""
    if ctx.setting("iam") == "off":
        return {"AWS_ACCESS_KEY_ID": reference.account, "AWS_SECRET_ACCESS_KEY": "function"}
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
