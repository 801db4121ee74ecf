"""Published versions: states of $LATEST that never change again."""

import orjson

from emulator.kernel import digests
from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.lambda_ import configuration, names
from emulator.services.lambda_.errors import check_revision, invalid
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import Function, commons, functions, of


def _content(record: Function) -> str:
    """What tells two states of $LATEST apart: all but when it was changed."""
    config = {name: value for name, value in record.config.items() if name != "LastModified"}
    return digests.digest("sha256", orjson.dumps(config, option=orjson.OPT_SORT_KEYS)).hex()


def publish(ctx: Context, latest: Function, description: str | None = None) -> Function:
    """The version of what $LATEST is now: a new one, or the last when nothing has changed since."""
    shared = ctx.rows(commons)[latest.name]
    last = ctx.rows(functions).get((latest.name, shared.published)) if shared.published else None
    content = _content(latest)
    if last is not None and content == shared.content:
        return last
    number = shared.published + 1
    ctx.rows(commons).put(replace(shared, published=number, content=content))
    config = latest.config if description is None else {**latest.config, "Description": description}
    return ctx.rows(functions).put(
        replace(latest, version=str(number), number=number, config=config, revision=ctx.ids.uuid())
    )


@service.operation
def publish_version(ctx, FunctionName, CodeSha256=None, Description=None, RevisionId=None, PublishTo=None):
    latest = names.function(ctx, names.read(ctx, FunctionName)._replace(qualifier=""))
    check_revision(RevisionId, latest.revision)
    current = latest.config["CodeSha256"]
    if CodeSha256 is not None and CodeSha256 != current:
        raise invalid(
            f"CodeSHA256 ({CodeSha256}) is different from current CodeSHA256 in $LATEST ({current}). Please try again "
            "with the CodeSHA256 in $LATEST."
        )
    return configuration.shown(ctx, publish(ctx, latest, Description))


@service.operation
def list_versions_by_function(ctx, FunctionName, Marker=None, MaxItems=50):
    reference = names.read(ctx, FunctionName)
    names.common(ctx, reference)
    records = of(reference.rows(ctx, functions), reference.name)
    found, marker = page(ctx, records, lambda each: each.number, Marker, min(MaxItems, 50), query=reference.name)
    answer = {"Versions": [configuration.listed(ctx, each, qualified=True) for each in found]}
    return {**answer, "NextMarker": marker} if marker else answer
