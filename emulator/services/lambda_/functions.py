"""Functions: creation, reading, updates, deletion."""

from collections.abc import Awaitable, Callable

from emulator.backends.functions import Pool
from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.lambda_ import code, configuration, layers, names, signing
from emulator.services.lambda_.errors import check_revision, conflict, invalid, missing
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import (
    LATEST,
    OF_FUNCTIONS,
    OF_QUALIFIERS,
    Common,
    Function,
    aliases,
    commons,
    functions,
    of,
)
from emulator.services.lambda_.versions import publish

CODE = "/_lambda/code/"  # where GetFunction's link to the code leads


@service.operation
def create_function(
    ctx, FunctionName, Code, Tags=None, Publish=False, Layers=(), CodeSigningConfigArn="", PackageType="Zip"
):
    name = names.read(ctx, FunctionName).name
    _check_free(ctx, name)
    if CodeSigningConfigArn:
        signing.check(signing.find(ctx, CodeSigningConfigArn))
    config = configuration.merged(ctx.input, configuration.DEFAULTS)

    def create(source: code.Source) -> dict:
        _check_free(ctx, name)
        members = {**config, **source.members, "LastModified": configuration.stamp(ctx.now)}
        record = Function(name, LATEST, members, revision=ctx.ids.uuid(), **source.stored(ctx))
        if Layers:
            record = _layered(ctx, record, Layers)
        ctx.rows(commons).put(Common(name, Tags or {}, signing=CodeSigningConfigArn))
        ctx.rows(functions).put(record)
        return configuration.created(ctx, publish(ctx, record) if Publish else record)

    return _from_source(ctx, PackageType, Code, create)


def _check_free(ctx: Context, name: str) -> None:
    if ctx.rows(commons).get(name) is not None:
        raise conflict(f"Function already exist: {name}")


def _from_source(ctx: Context, kind: str, given: dict, use: Callable[[code.Source], dict]) -> dict | Awaitable[dict]:
    """What ``use`` makes of the code that a caller gives; an image is looked for first, and takes a while."""
    if kind == "Zip":
        return use(code.fetch(ctx, given))
    if "ImageUri" not in given:
        raise invalid("Please provide a source for function code.")
    return _from_image(ctx, given["ImageUri"], use)


async def _from_image(ctx: Context, name: str, use: Callable[[code.Source], dict]) -> dict:
    return use(await code.image(ctx, name))


def _layered(ctx: Context, record: Function, arns: list[str]) -> Function:
    """A version with these layers. Raises InvalidParameterValueException."""
    found = layers.used(ctx, arns)
    config = {name: value for name, value in record.config.items() if name != "Layers"}
    if found:
        config["Layers"] = [
            {"Arn": each.arn, **{name: each.record.document[name] for name in ("CodeSize", "CodeSha256")}}
            for each in found
        ]
    return replace(record, config=config, layers=tuple(each.record.code for each in found))


@service.operation
def get_function(ctx, FunctionName, Qualifier=None):
    reference = names.read(ctx, FunctionName, Qualifier)
    record, shared = names.function(ctx, reference), names.common(ctx, reference._replace(qualifier=""))
    path = "/".join((reference.account, ctx.region, record.name, str(record.number), record.revision))
    found = {
        "Configuration": configuration.shown(ctx, record, bool(reference.qualifier)),
        "Code": code.location(ctx, record, f"{ctx.host}{CODE}{path}"),
    }
    if shared.tags:
        found["Tags"] = shared.tags
    if shared.reserved is not None:
        found["Concurrency"] = {"ReservedConcurrentExecutions": shared.reserved}
    return found


@service.page(CODE)
def download(ctx, rest):
    """The code of a version, for whoever was told its revision."""
    account, region, name, number, revision = (*rest.split("/"), *[""] * 5)[:5]
    rows = ctx.rows(functions, account=account, region=region)
    record = rows.get((name, int(number))) if number.isdecimal() else None
    if record is None or record.code is None or record.revision != revision:
        return None
    return "application/zip", ctx.blobs.read(record.code)


@service.operation
def get_function_configuration(ctx, FunctionName, Qualifier=None):
    reference = names.read(ctx, FunctionName, Qualifier)
    return configuration.shown(ctx, names.function(ctx, reference), bool(reference.qualifier))


@service.operation
def list_functions(ctx, FunctionVersion=None, Marker=None, MaxItems=50):
    every = ctx.rows(functions)
    records = [each for each in every if FunctionVersion == "ALL" or each.version == LATEST]
    found, marker = page(ctx, records, lambda each: (each.name, each.number), Marker, min(MaxItems, 50),
                         query=FunctionVersion)  # fmt: skip
    answer = {"Functions": [configuration.listed(ctx, each, FunctionVersion == "ALL") for each in found]}
    return {**answer, "NextMarker": marker} if marker else answer


def latest(ctx: Context, text: str) -> Function:
    """The version that updates change. Raises ResourceNotFoundException."""
    return names.function(ctx, names.read(ctx, text)._replace(qualifier=""))


def changed(ctx: Context, record: Function, **config) -> Function:
    """Store a new state of $LATEST; what ran the old one ends."""
    config = {**record.config, **config, "LastModified": configuration.stamp(ctx.now)}
    return ctx.rows(functions).put(replace(record, config=config, revision=ctx.ids.uuid()))


def forget(ctx: Context, name: str, version: str | None = None) -> None:
    """End the environments of a function, or of one version."""
    place = (ctx.account, ctx.region, name)
    ctx.backend(Pool).forget(lambda launch: launch.key[:3] == place and version in (None, launch.key[3]))


@service.operation
def update_function_code(ctx, FunctionName, Publish=False, DryRun=False, RevisionId=None, Architectures=None):
    record = latest(ctx, FunctionName)
    check_revision(RevisionId, record.revision)
    kind = record.config["PackageType"]
    if kind == "Zip" and "ImageUri" in ctx.input:
        raise invalid("Please don't provide ImageUri when updating a function with packageType Zip.")
    if kind == "Image" and "ImageUri" not in ctx.input:
        raise invalid("Please provide ImageUri when updating a function with packageType Image.")
    if shared := names.common(ctx, names.read(ctx, record.name)).signing:
        signing.check(signing.find(ctx, shared))

    def update(source: code.Source) -> dict:
        members = {**source.members, **({"Architectures": Architectures} if Architectures else {})}
        if DryRun:
            return configuration.shown(ctx, replace(record, config={**record.config, **members}))
        forget(ctx, record.name, LATEST)
        renewed = changed(ctx, replace(latest(ctx, record.name), **source.stored(ctx)), **members)
        return configuration.created(ctx, publish(ctx, renewed)) if Publish else configuration.updated(ctx, renewed)

    return _from_source(ctx, kind, ctx.input, update)


@service.operation
def update_function_configuration(ctx, FunctionName, RevisionId=None, Layers=None):
    record = latest(ctx, FunctionName)
    check_revision(RevisionId, record.revision)
    if Layers is not None:
        record = _layered(ctx, record, Layers)
    config = configuration.merged(ctx.input, record.config)
    forget(ctx, record.name, LATEST)
    return configuration.updated(ctx, changed(ctx, replace(record, config=config)))


@service.operation
def delete_function(ctx, FunctionName, Qualifier=None):
    reference = names.read(ctx, FunctionName, Qualifier)
    names.common(ctx, reference._replace(qualifier=""))
    if reference.qualifier:
        _delete_version(ctx, reference)
        return {"StatusCode": 204}
    for table in OF_FUNCTIONS:
        rows = ctx.rows(table)
        for record in of(rows, reference.name):
            rows.delete(table.key(record))
    ctx.rows(commons).delete(reference.name)
    forget(ctx, reference.name)
    return {"StatusCode": 204}


def _delete_version(ctx: Context, reference: names.Reference) -> None:
    version = reference.qualifier
    if version == LATEST:
        raise invalid("$LATEST version cannot be deleted without deleting the function.")
    if not version.isdecimal():
        raise invalid("Deletion of aliases is not currently supported.")
    users = [each for each in of(ctx.rows(aliases), reference.name) if version in (each.version, *each.weights)]
    if users:
        listed = ", ".join(reference.arn(ctx, each.name) for each in users)
        raise conflict(f"Version is pointed by an alias: {listed}")
    if ctx.rows(functions).delete((reference.name, int(version))) is None:
        raise missing(f"Function not found: {reference.arn(ctx)}")
    for table in OF_QUALIFIERS:
        ctx.rows(table).delete((reference.name, version))
    forget(ctx, reference.name, version)
