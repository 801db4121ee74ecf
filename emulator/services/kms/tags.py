"""Tags of keys. https://docs.aws.amazon.com/kms/latest/developerguide/tagging-keys.html"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.kms import keys
from emulator.services.kms.paging import paged
from emulator.services.kms.service import service

MOST = 50


def checked(given: list[dict] | None, before: dict[str, str] | None = None) -> dict[str, str]:
    """Tags with some added. Raises TagException, LimitExceededException."""
    names = [each["TagKey"] for each in given or ()]
    if any(name.lower().startswith("aws:") for name in names):
        raise AwsError("TagException", "Tags beginning with aws: are reserved")
    if len(set(names)) < len(names):
        raise AwsError("TagException", "Duplicate tag keys")
    merged = {**(before or {}), **{each["TagKey"]: each["TagValue"] for each in given or ()}}
    if len(merged) > MOST:
        raise AwsError("LimitExceededException", f"A key can have at most {MOST} tags")
    return merged


def to_wire(tags: dict[str, str]) -> list[dict]:
    return [{"TagKey": name, "TagValue": value} for name, value in tags.items()]


@service.operation
def tag_resource(ctx: Context, KeyId, Tags):
    """Add tags or change their values. Raises NotFoundException, KMSInvalidStateException, TagException."""
    key = keys.find_kept(ctx, KeyId)
    keys.store(ctx, replace(key, tags=checked(Tags, key.tags)))
    return {}


@service.operation
def untag_resource(ctx: Context, KeyId, TagKeys):
    """Remove tags; those that are not there are ignored. Raises NotFoundException, KMSInvalidStateException."""
    key = keys.find_kept(ctx, KeyId)
    keys.store(ctx, replace(key, tags={name: value for name, value in key.tags.items() if name not in TagKeys}))
    return {}


@service.operation
def list_resource_tags(ctx: Context, KeyId):
    """Raises NotFoundException, InvalidMarkerException."""
    key = keys.find(ctx, KeyId, by_alias=False)
    return paged(ctx, "Tags", to_wire(key.tags), lambda tag: tag["TagKey"])
