"""Tags of state machines and activities.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-tagging.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.stepfunctions import arns
from emulator.services.stepfunctions.errors import no_resource
from emulator.services.stepfunctions.service import service
from emulator.services.stepfunctions.tables import activities, machines

MOST = 50
HOMES = {"stateMachine": machines, "activity": activities}


def merged(arn: str, given: list[dict] | None, before: dict[str, str] | None = None) -> dict[str, str]:
    """Tags with some added. Raises TooManyTags."""
    found = {**(before or {}), **{each["key"]: each.get("value", "") for each in given or () if "key" in each}}
    if len(found) > MOST:
        raise AwsError("TooManyTags", f"Too many tags: '{arn}'", resourceName=arn)
    return found


def shown(tags: dict[str, str]) -> list[dict]:
    return [{"key": name, "value": value} for name, value in tags.items()]


def _find(ctx: Context, text: str):
    arn = arns.read(text, *HOMES)
    record = None if arn.qualifier else ctx.rows(HOMES[arn.kind], **arn.where).get(arn.name)
    if record is None:
        raise no_resource(text)
    return ctx.rows(HOMES[arn.kind], **arn.where), record


@service.operation
def tag_resource(ctx, resourceArn, tags):
    """Add tags or change their values. Raises ResourceNotFound, TooManyTags, InvalidArn."""
    rows, record = _find(ctx, resourceArn)
    rows.put(replace(record, tags=merged(resourceArn, tags, record.tags)))
    return {}


@service.operation
def untag_resource(ctx, resourceArn, tagKeys):
    """Remove tags; those that are not there are ignored. Raises ResourceNotFound, InvalidArn."""
    rows, record = _find(ctx, resourceArn)
    rows.put(replace(record, tags={name: value for name, value in record.tags.items() if name not in tagKeys}))
    return {}


@service.operation
def list_tags_for_resource(ctx, resourceArn):
    """Raises ResourceNotFound, InvalidArn."""
    return {"tags": shown(_find(ctx, resourceArn)[1].tags)}
