"""Layers: zips of their own that functions find unpacked at /opt.

https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html
"""

import re
from datetime import UTC, datetime
from typing import NamedTuple

from emulator.kernel.context import Context, arn
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.lambda_ import code
from emulator.services.lambda_.errors import invalid, missing
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import Layer, LayerVersion, layer_versions, layers, of, policies

CONTENT = "/_lambda/layer/"  # where GetLayerVersion's link to the content leads
MOST = 5  # layers of a function
ARN = re.compile(
    r"arn:[^:]+:lambda:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):layer:(?P<name>[\w-]+)(?::(?P<number>\d+))?"
)
TOLD = ("CompatibleArchitectures", "CompatibleRuntimes", "LicenseInfo")


class Place(NamedTuple):
    """Where a layer lives. ``name`` is its own, without the ARN around it."""

    account: str
    region: str
    name: str

    def arn(self, ctx: Context, number: int | None = None) -> str:
        tail = "" if number is None else f":{number}"
        return arn(ctx, "lambda", f"layer:{self.name}{tail}", self.region, self.account)

    def rows(self, ctx: Context, table):
        return ctx.rows(table, account=self.account, region=self.region)


def place(ctx: Context, text: str) -> Place:
    """A layer by its name or ARN."""
    found = ARN.fullmatch(text)
    if found is None:
        return Place(ctx.account, ctx.region, text)
    return Place(found["account"], found["region"], found["name"])


def version(ctx: Context, where: Place, number: int) -> LayerVersion | None:
    return where.rows(ctx, layer_versions).get((where.name, number))


def _told(ctx: Context, where: Place, record: LayerVersion) -> dict:
    """What lists show of a version."""
    return {**record.document, "LayerVersionArn": where.arn(ctx, record.number), "Version": record.number}


def _shown(ctx: Context, where: Place, record: LayerVersion) -> dict:
    document = _told(ctx, where, record)
    content = {name: document.pop(name) for name in ("CodeSize", "CodeSha256")}
    path = "/".join((where.account, where.region, where.name, str(record.number), document.pop("Key")))
    document.setdefault("CompatibleRuntimes", [])
    document.setdefault("CompatibleArchitectures", [])
    return {**document, "LayerArn": where.arn(ctx), "Content": {**content, "Location": f"{ctx.host}{CONTENT}{path}"}}


def _listed(ctx: Context, where: Place, record: LayerVersion) -> dict:
    left = ("CodeSize", "CodeSha256", "Key")
    return {name: value for name, value in _told(ctx, where, record).items() if name not in left}


@service.operation
def publish_layer_version(ctx, LayerName, Content, Description=""):
    where = place(ctx, LayerName)
    source = code.fetch(ctx, Content)
    last = ctx.rows(layers).get(where.name) or Layer(where.name, 0)
    last = ctx.rows(layers).put(replace(last, last=last.last + 1))
    moment = datetime.fromtimestamp(ctx.now, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
    document = {
        "Description": Description, "CreatedDate": moment, **source.members, "Key": ctx.ids.hex(24),
        **{name: ctx.input[name] for name in TOLD if name in ctx.input},
    }  # fmt: skip
    record = LayerVersion(where.name, last.last, ctx.blobs.keep(source.zipped), document)
    return _shown(ctx, where, ctx.rows(layer_versions).put(record))


@service.page(CONTENT)
def download(ctx, rest):
    """The content of a version, for whoever was told its key."""
    account, region, name, number, key = (*rest.split("/"), *[""] * 5)[:5]
    record = version(ctx, Place(account, region, name), int(number)) if number.isdecimal() else None
    if record is None or record.document["Key"] != key:
        return None
    return "application/zip", ctx.blobs.read(record.code)


def _numbered(number: int) -> int:
    if number < 1:
        raise invalid("Layer Version Cannot be less than 1")
    return number


@service.operation
def get_layer_version(ctx, LayerName, VersionNumber):
    where = place(ctx, LayerName)
    record = version(ctx, where, _numbered(VersionNumber))
    if record is None:
        raise missing()
    return _shown(ctx, where, record)


@service.operation
def get_layer_version_by_arn(ctx, Arn):
    found = ARN.fullmatch(Arn)
    if found is None or not found["number"]:  # a layer that AWS itself offers
        raise missing()
    where = place(ctx, Arn)
    record = version(ctx, where, int(found["number"]))
    if record is None:
        raise missing()
    return _shown(ctx, where, record)


@service.operation
def delete_layer_version(ctx, LayerName, VersionNumber):
    """Deleting one that is not there succeeds; functions that have it keep it."""
    where = place(ctx, LayerName)
    ctx.rows(layer_versions).delete((where.name, _numbered(VersionNumber)))
    ctx.rows(policies).delete((f"layer:{where.name}", str(VersionNumber)))
    return {}


def _fits(record: LayerVersion, runtime: str | None, architecture: str | None) -> bool:
    document = record.document
    return (runtime is None or runtime in document.get("CompatibleRuntimes", ())) and (
        architecture is None or architecture in document.get("CompatibleArchitectures", ())
    )


@service.operation
def list_layer_versions(ctx, LayerName, CompatibleRuntime=None, CompatibleArchitecture=None, Marker=None, MaxItems=50):
    where = place(ctx, LayerName)
    every = [
        each for each in reversed(of(where.rows(ctx, layer_versions), where.name))
        if _fits(each, CompatibleRuntime, CompatibleArchitecture)
    ]
    query = (where.name, CompatibleRuntime, CompatibleArchitecture)
    found, marker = page(ctx, every, lambda each: -each.number, Marker, MaxItems, query=query)
    answer = {"LayerVersions": [_listed(ctx, where, each) for each in found]}
    return {**answer, "NextMarker": marker} if marker else answer


@service.operation
def list_layers(ctx, CompatibleRuntime=None, CompatibleArchitecture=None, Marker=None, MaxItems=50):
    newest = {}
    for each in ctx.rows(layer_versions):
        if _fits(each, CompatibleRuntime, CompatibleArchitecture):
            newest[each.name] = each
    query = (CompatibleRuntime, CompatibleArchitecture)
    found, marker = page(ctx, newest.values(), lambda each: each.name, Marker, MaxItems, query=query)
    rows = []
    for each in found:
        where = place(ctx, each.name)
        rows.append({"LayerName": each.name, "LayerArn": where.arn(ctx),
                     "LatestMatchingVersion": _listed(ctx, where, each)})
    return {"Layers": rows, "NextMarker": marker} if marker else {"Layers": rows}


# Layers of functions


class Used(NamedTuple):
    """A layer as a function has it, with the content that it keeps when the layer's version is deleted."""

    arn: str
    record: LayerVersion


def used(ctx: Context, arns: list[str]) -> list[Used]:
    """The layers that a configuration names. Raises InvalidParameterValueException."""
    if len(arns) > MOST:
        raise invalid(f"Cannot reference more than {MOST} layers.")
    found: list[Used] = []
    seen: dict[str, str] = {}
    for text in arns:
        match = ARN.fullmatch(text)
        where = place(ctx, text)
        if where.region != ctx.region:
            raise invalid(f"Layers are not in the same region as the function. Layers are expected to be in region "
                          f"{ctx.region}.")
        record = version(ctx, where, int(match["number"])) if match and match["number"] else None
        if record is None:
            raise invalid(f"Layer version {text} does not exist.")
        before = seen.setdefault(where.arn(ctx), text)
        if len([each for each in found if each.arn == before]):
            raise invalid(
                "Two different versions of the same layer are not allowed to be referenced in the same function. "
                f"{before} and {text} are versions of the same layer."
            )
        found.append(Used(text, record))
    return found
