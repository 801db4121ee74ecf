"""Aliases: names for versions, with shares of the calls for a second one."""

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.lambda_ import names, provisioned
from emulator.services.lambda_.errors import check_revision, conflict, invalid, missing
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import LATEST, OF_QUALIFIERS, Alias, aliases, of


def _shown(ctx: Context, reference: names.Reference, alias: Alias) -> dict:
    found = {
        "AliasArn": reference.arn(ctx, alias.name), "Name": alias.name, "FunctionVersion": alias.version,
        "Description": alias.description, "RevisionId": alias.revision,
    }  # fmt: skip
    return {**found, "RoutingConfig": {"AdditionalVersionWeights": alias.weights}} if alias.weights else found


def _weights(ctx: Context, reference: names.Reference, version: str, routing: dict | None) -> dict[str, float]:
    """The weights that a routing configuration gives. Raises InvalidParameterValueException."""
    weights = (routing or {}).get("AdditionalVersionWeights") or {}
    if len(weights) > 1:
        raise invalid("Number of items in AdditionalVersionWeights cannot be greater than 1")
    for each in weights:
        if each == version:
            raise invalid(
                f"Invalid function version {each}. Function version {each} is already included in routing "
                "configuration."
            )
        if version == LATEST:
            raise invalid("$LATEST is not supported for an alias pointing to more than 1 version")
        names.function(ctx, reference._replace(qualifier=each))
    return weights


def _find(ctx: Context, text: str, name: str) -> tuple[names.Reference, Alias]:
    reference = names.read(ctx, text)._replace(qualifier=name)
    found = names.alias(ctx, reference)
    if found is None:
        raise missing(f"Cannot find alias arn: {reference.arn(ctx)}")
    return reference, found


@service.operation
def create_alias(ctx, FunctionName, Name, FunctionVersion, Description="", RoutingConfig=None):
    reference = names.read(ctx, FunctionName)._replace(qualifier="")
    names.function(ctx, reference._replace(qualifier=FunctionVersion))
    if ctx.rows(aliases).get((reference.name, Name)) is not None:
        raise conflict(f"Alias already exists: {reference.arn(ctx, Name)}")
    weights = _weights(ctx, reference, FunctionVersion, RoutingConfig)
    alias = Alias(reference.name, Name, FunctionVersion, Description, ctx.ids.uuid(), weights)
    return _shown(ctx, reference, ctx.rows(aliases).put(alias))


@service.operation
def get_alias(ctx, FunctionName, Name):
    return _shown(ctx, *_find(ctx, FunctionName, Name))


@service.operation
def update_alias(ctx, FunctionName, Name, FunctionVersion=None, Description=None, RoutingConfig=None, RevisionId=None):
    reference = names.read(ctx, FunctionName)._replace(qualifier=Name)
    alias = names.alias(ctx, reference)
    if alias is None:
        raise missing(f"Alias not found: {reference.arn(ctx)}")
    check_revision(RevisionId, alias.revision)
    version = FunctionVersion or alias.version
    names.function(ctx, reference._replace(qualifier=version))
    weights = alias.weights if RoutingConfig is None else _weights(ctx, reference, version, RoutingConfig)
    alias = replace(
        alias, version=version, description=alias.description if Description is None else Description, weights=weights,
        revision=ctx.ids.uuid(),
    )  # fmt: skip
    provisioned.moved(ctx, reference)
    return _shown(ctx, reference, ctx.rows(aliases).put(alias))


@service.operation
def delete_alias(ctx, FunctionName, Name):
    """Deleting one that is not there succeeds."""
    name = names.read(ctx, FunctionName).name
    for table in (aliases, *OF_QUALIFIERS):
        ctx.rows(table).delete((name, Name))
    return {}


@service.operation
def list_aliases(ctx, FunctionName, FunctionVersion=None, Marker=None, MaxItems=50):
    reference = names.read(ctx, FunctionName)
    names.common(ctx, reference)
    every = of(ctx.rows(aliases), reference.name)
    records = [each for each in every if FunctionVersion in (None, each.version)]
    query = (reference.name, FunctionVersion)
    found, marker = page(ctx, records, lambda each: each.name, Marker, MaxItems, query=query)
    answer = {"Aliases": [_shown(ctx, reference, each) for each in found]}
    return {**answer, "NextMarker": marker} if marker else answer
