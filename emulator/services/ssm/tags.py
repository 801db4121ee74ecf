"""Tags of all of Systems Manager's resources, named by type and id.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html
"""

from collections.abc import Callable
from typing import NamedTuple

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import Resource, Tags
from emulator.resources.tags import check
from emulator.services.ssm.common import service

RULES = Tags("AddTagsToResource", "RemoveTagsFromResource", "ListTagsForResource", "Tags", 50, (
    "TooManyTagsError", "The Targets parameter includes too many tags."), (
    "ValidationException", "Tag keys that begin with aws: are reserved."))  # fmt: skip


class Tagged(NamedTuple):
    """How the resources of one type are reached: their tags by id (None: there is no such), and how to store others."""

    find: Callable[[Context, str], dict[str, str] | None]
    store: Callable[[Context, str, dict[str, str]], None]


types: dict[str, Tagged] = {}  # by ResourceType


def _reach(ctx: Context, kind: str, name: str) -> tuple[Tagged, dict[str, str]]:
    tagged = types.get(kind)
    if tagged is None:
        raise AwsError("InvalidResourceType", f"{kind} is not a valid resource type.")
    found = tagged.find(ctx, name)
    if found is None:
        raise AwsError("InvalidResourceId", f"The resource {name} does not exist.")
    return tagged, found


@service.operation
def add_tags_to_resource(ctx: Context, ResourceType, ResourceId, Tags):
    """Raises InvalidResourceType, InvalidResourceId, TooManyTagsError."""
    tagged, found = _reach(ctx, ResourceType, ResourceId)
    tagged.store(ctx, ResourceId, check(found, {tag["Key"]: tag["Value"] for tag in Tags}, RULES))
    return {}


@service.operation
def remove_tags_from_resource(ctx: Context, ResourceType, ResourceId, TagKeys):
    """Keys that are not there are no error."""
    tagged, found = _reach(ctx, ResourceType, ResourceId)
    tagged.store(ctx, ResourceId, {key: value for key, value in found.items() if key not in TagKeys})
    return {}


@service.operation
def list_tags_for_resource(ctx: Context, ResourceType, ResourceId):
    _, found = _reach(ctx, ResourceType, ResourceId)
    return {"TagList": [{"Key": key, "Value": value} for key, value in found.items()]}


def tagged(kind: str, resource: Resource) -> None:
    """Let the resources of a declaration be tagged under a ResourceType."""

    def find(ctx: Context, name: str) -> dict[str, str] | None:
        record = resource.rows(ctx).get((name,))
        return record.tags if record is not None else None

    def store(ctx: Context, name: str, found: dict[str, str]) -> None:
        resource.put(ctx, replace(resource.rows(ctx)[(name,)], tags=found))

    types[kind] = Tagged(find, store)
