"""Tags of topics. https://docs.aws.amazon.com/sns/latest/dg/sns-tags.html"""

from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.sns import arns
from emulator.services.sns.service import service
from emulator.services.sns.tables import Topic, topics
from emulator.services.sns.topics import checked_tags, store


def _find(ctx, text: str) -> Topic:
    """Raises InvalidParameter, ResourceNotFound."""
    arn = arns.read(text, "ResourceArn")
    topic = ctx.rows(topics, **arn.place).get(arn.resource)
    if topic is None:
        raise AwsError("ResourceNotFound", "Resource does not exist")
    return topic


@service.operation
def tag_resource(ctx, ResourceArn, Tags):
    """Add tags, or give those that are there another value. Raises ResourceNotFound, TagLimitExceeded."""
    topic = _find(ctx, ResourceArn)
    store(ctx, replace(topic, tags=checked_tags(topic.tags, Tags)))
    return {}


@service.operation
def untag_resource(ctx, ResourceArn, TagKeys):
    """Remove tags; keys that the topic does not have are ignored. Raises ResourceNotFound."""
    topic = _find(ctx, ResourceArn)
    store(ctx, replace(topic, tags={key: value for key, value in topic.tags.items() if key not in TagKeys}))
    return {}


@service.operation
def list_tags_for_resource(ctx, ResourceArn):
    """Raises ResourceNotFound."""
    return {"Tags": [{"Key": key, "Value": value} for key, value in _find(ctx, ResourceArn).tags.items()]}
