"""Tags of hosted zones and health checks. "
  "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeTagsForResource.html"""

from emulator.kernel.store import replace
from emulator.services.route53.health import HealthCheck
from emulator.services.route53.service import bare, invalid, service
from emulator.services.route53.zones import Zone

KINDS = {"hostedzone": Zone, "healthcheck": HealthCheck}
MOST = 50  # of one resource


def _find(ctx, kind: str, id: str):
    return KINDS[kind].get(ctx, {"Id": bare(id)})


def _told(kind: str, record) -> dict:
    tags = [{"Key": key, "Value": value} for key, value in record.tags.items()]
    return {"ResourceType": kind, "ResourceId": record.id[0], "Tags": tags}


@service.operation
def change_tags_for_resource(ctx, ResourceType, ResourceId, AddTags=(), RemoveTagKeys=()):
    """Raises NoSuchHostedZone, NoSuchHealthCheck, InvalidInput."""
    record = _find(ctx, ResourceType, ResourceId)
    tags = {key: value for key, value in record.tags.items() if key not in RemoveTagKeys}
    tags |= {each["Key"]: each.get("Value", "") for each in AddTags}
    if any(key.lower().startswith("aws:") for key in tags):
        raise invalid("Tag keys that begin with aws: are reserved.")
    if len(tags) > MOST:
        raise invalid(f"A resource can have at most {MOST} tags.")
    KINDS[ResourceType].put(ctx, replace(record, tags=tags))


@service.operation
def list_tags_for_resource(ctx, ResourceType, ResourceId):
    """Raises NoSuchHostedZone, NoSuchHealthCheck."""
    return {"ResourceTagSet": _told(ResourceType, _find(ctx, ResourceType, ResourceId))}


@service.operation
def list_tags_for_resources(ctx, ResourceType, ResourceIds):
    """Raises NoSuchHostedZone, NoSuchHealthCheck."""
    return {"ResourceTagSets": [_told(ResourceType, _find(ctx, ResourceType, each)) for each in ResourceIds]}
