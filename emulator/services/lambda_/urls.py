"""Addresses of functions: their configurations. What is asked there is answered by ``url_calls``.

https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.lambda_ import names
from emulator.services.lambda_.errors import conflict, missing
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import Url, listed, urls

MEMBERS = ("AuthType", "Cors", "InvokeMode")
ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def address(ctx: Context, record: Url) -> str:
    """Under the port of this emulator: names below localhost lead to this machine."""
    port = ctx.host.rpartition(":")[2]
    port = f":{port}" if port.isdecimal() else ""
    return f"{ctx.host.partition('://')[0]}://{record.id}.lambda-url.{ctx.region}.localhost{port}/"


def _stamp(moment: float) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _shown(ctx: Context, reference: names.Reference, record: Url) -> dict:
    return {
        **record.document, "FunctionUrl": address(ctx, record), "FunctionArn": reference.arn(ctx, record.qualifier),
        "CreationTime": _stamp(record.created), "LastModifiedTime": _stamp(record.modified),
    }  # fmt: skip


def _function(ctx: Context, text: str, qualifier: str | None) -> names.Reference:
    """A function or an alias that is there. Raises ResourceNotFoundException."""
    reference = names.read(ctx, text, qualifier)
    try:
        names.function(ctx, reference)
    except AwsError:
        raise missing("Function does not exist") from None
    return reference


def _find(ctx: Context, reference: names.Reference) -> Url:
    record = ctx.rows(urls).get((reference.name, reference.qualifier))
    if record is None:
        raise missing()
    return record


@service.operation
def create_function_url_config(ctx, FunctionName, AuthType, Qualifier=None, Cors=None, InvokeMode=None):
    reference = _function(ctx, FunctionName, Qualifier)
    if ctx.rows(urls).get((reference.name, reference.qualifier)) is not None:
        raise conflict(
            f"Failed to create function url config for [functionArn = {reference.arn(ctx)}]. Error message:  "
            f"FunctionUrlConfig exists for this Lambda function"
        )
    document = {name: ctx.input[name] for name in MEMBERS if name in ctx.input}
    record = Url(reference.name, reference.qualifier, ctx.ids.text(32, ALPHABET), document, ctx.now, ctx.now)
    found = _shown(ctx, reference, ctx.rows(urls).put(record))
    return {name: value for name, value in found.items() if name != "LastModifiedTime"}


def _told(ctx: Context, reference: names.Reference, record: Url) -> dict:
    return {"InvokeMode": "BUFFERED", **_shown(ctx, reference, record)}


@service.operation
def get_function_url_config(ctx, FunctionName, Qualifier=None):
    reference = names.read(ctx, FunctionName, Qualifier)
    return _told(ctx, reference, _find(ctx, reference))


@service.operation
def update_function_url_config(ctx, FunctionName, Qualifier=None):
    reference = _function(ctx, FunctionName, Qualifier)
    record = _find(ctx, reference)
    document = {**record.document, **{name: ctx.input[name] for name in MEMBERS if name in ctx.input}}
    return _told(ctx, reference, ctx.rows(urls).put(replace(record, document=document, modified=ctx.now)))


@service.operation
def delete_function_url_config(ctx, FunctionName, Qualifier=None):
    reference = names.read(ctx, FunctionName, Qualifier)
    _find(ctx, reference)
    ctx.rows(urls).delete((reference.name, reference.qualifier))
    return {}


@service.operation
def list_function_url_configs(ctx, FunctionName, Marker=None, MaxItems=50):
    reference = names.read(ctx, FunctionName)
    names.common(ctx, reference._replace(qualifier=""))
    return listed(ctx, ctx.rows(urls), reference.name, "FunctionUrlConfigs",
                  lambda each: _told(ctx, reference, each), Marker, MaxItems)  # fmt: skip
