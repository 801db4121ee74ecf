"""Tags of streams (by name, or as of any resource) and of consumers.

https://docs.aws.amazon.com/streams/latest/dev/tagging.html
"""

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.kinesis.errors import invalid
from emulator.services.kinesis.lookup import find, save
from emulator.services.kinesis.resources import resource
from emulator.services.kinesis.service import service

MOST = 50


def checked(name: str, account: str, before: dict[str, str], added: dict[str, str]) -> dict[str, str]:
    """The tags with some added. Raises InvalidArgumentException."""
    after = before | added
    for key in added:
        if key.lower().startswith("aws:"):
            raise invalid(f"Tag keys that begin with aws: are reserved: {key}")
    if len(after) > MOST:
        raise invalid(
            f"Failed to add tags to stream {name} under account {account} because a given stream cannot have more "
            f"than {MOST} tags associated with it."
        )
    return after


def without(before: dict[str, str], keys) -> dict[str, str]:
    return {key: value for key, value in before.items() if key not in keys}


@service.operation
def add_tags_to_stream(ctx, Tags, StreamName=None, StreamARN=None):
    """Raises InvalidArgumentException, ResourceNotFoundException."""
    stream = find(ctx, StreamName, StreamARN)
    save(ctx, stream, tags=checked(stream.name, stream.account, stream.tags, Tags))


@service.operation
def remove_tags_from_stream(ctx, TagKeys, StreamName=None, StreamARN=None):
    """Raises InvalidArgumentException, ResourceNotFoundException."""
    stream = find(ctx, StreamName, StreamARN)
    save(ctx, stream, tags=without(stream.tags, TagKeys))


@service.operation
def list_tags_for_stream(ctx, StreamName=None, ExclusiveStartTagKey=None, Limit=MOST, StreamARN=None):
    """A stream's tags by key. Raises InvalidArgumentException, ResourceNotFoundException."""
    found = listed(find(ctx, StreamName, StreamARN).tags)
    rest = [tag for tag in found if ExclusiveStartTagKey is None or tag["Key"] > ExclusiveStartTagKey]
    return {"Tags": rest[:Limit], "HasMoreTags": len(rest) > Limit}


def listed(tags: dict[str, str]) -> list[dict]:
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


@service.operation
def tag_resource(ctx, ResourceARN, Tags):
    """Raises InvalidArgumentException, ResourceNotFoundException."""
    found = resource(ctx, ResourceARN)
    found.save(replace(found.record, tags=checked(found.record.name, ctx.account, found.record.tags, Tags)))


@service.operation
def untag_resource(ctx, ResourceARN, TagKeys):
    """Raises ResourceNotFoundException."""
    found = resource(ctx, ResourceARN)
    found.save(replace(found.record, tags=without(found.record.tags, TagKeys)))


@service.operation
def list_tags_for_resource(ctx, ResourceARN):
    """Raises ResourceNotFoundException."""
    return {"Tags": listed(resource(ctx, ResourceARN).record.tags)}


def resource_tags(ctx: Context, arn: str) -> dict[str, str]:
    """The tags of a resource, for IAM; empty when there is no such resource."""
    found = resource(ctx, arn, missing=None)
    return found.record.tags if found is not None else {}


service.resource_tags = resource_tags
