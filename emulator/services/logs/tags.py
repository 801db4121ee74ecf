"""Tags of log groups, by name as of old or by ARN, and of all else that has an ARN.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html
"""

from collections.abc import Callable
from functools import partial

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import Record, replace
from emulator.resources import Resource, registry
from emulator.resources.records import ResourceRecord
from emulator.services.logs.errors import invalid, not_found
from emulator.services.logs.lookup import find, group, save
from emulator.services.logs.service import service

MOST = 50


def checked(before: dict[str, str], added: dict[str, str], too_many: str = "InvalidParameterException") -> dict:
    """The tags with some added. Raises InvalidParameterException, TooManyTagsException."""
    if any(key.lower().startswith("aws:") for key in added):
        raise invalid("Tag keys that start with aws: are reserved for AWS use.")
    after = before | added
    if len(after) > MOST:
        raise AwsError(too_many, f"A resource can have at most {MOST} tags.", 400)
    return after


def _tagged(ctx: Context, arn: str) -> tuple[Record, Callable[[dict[str, str]], object]]:
    """The record of an ARN, and what keeps its changed tags. Raises ResourceNotFoundException."""
    if ":log-group:" in arn:
        found = find(ctx, arn)
        if found is not None:
            return found, lambda tags: save(ctx, found, tags=tags)
    for kind in registry.declared(service):
        record = kind.find_arn(ctx, arn) if kind.tags is not None else None
        if record is not None:
            return record, partial(_keep, ctx, kind, record)
    raise not_found("The specified resource does not exist.")


def _keep(ctx: Context, kind: Resource, record: ResourceRecord, tags: dict[str, str]) -> None:
    kind.put(ctx, replace(record, tags=tags))


@service.operation
def tag_resource(ctx, resourceArn, tags):
    """Raises InvalidParameterException, ResourceNotFoundException, TooManyTagsException."""
    record, keep = _tagged(ctx, resourceArn)
    keep(checked(record.tags, tags, "TooManyTagsException"))


@service.operation
def untag_resource(ctx, resourceArn, tagKeys):
    """Raises ResourceNotFoundException."""
    record, keep = _tagged(ctx, resourceArn)
    keep({key: value for key, value in record.tags.items() if key not in tagKeys})


@service.operation
def list_tags_for_resource(ctx, resourceArn):
    """Raises ResourceNotFoundException."""
    return {"tags": _tagged(ctx, resourceArn)[0].tags}


@service.operation
def tag_log_group(ctx, logGroupName, tags):
    """Raises InvalidParameterException, ResourceNotFoundException."""
    found = group(ctx, logGroupName)
    save(ctx, found, tags=checked(found.tags, tags))


@service.operation
def untag_log_group(ctx, logGroupName, tags):
    """Raises ResourceNotFoundException."""
    found = group(ctx, logGroupName)
    save(ctx, found, tags={key: value for key, value in found.tags.items() if key not in tags})


@service.operation
def list_tags_log_group(ctx, logGroupName):
    """Raises ResourceNotFoundException."""
    return {"tags": group(ctx, logGroupName).tags}


def resource_tags(ctx: Context, arn: str) -> dict[str, str]:
    """The tags of a resource, for IAM; empty when there is no such resource."""
    try:
        return _tagged(ctx, arn.partition(":log-stream:")[0])[0].tags
    except AwsError:
        return {}


service.resource_tags = resource_tags
