"""Tags of delivery streams. https://docs.aws.amazon.com/firehose/latest/APIReference/API_TagDeliveryStream.html"""

from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.firehose.errors import invalid
from emulator.services.firehose.lookup import find
from emulator.services.firehose.service import service
from emulator.services.firehose.tables import streams

MOST = 50


def checked(before: dict[str, str], added: list[dict]) -> dict[str, str]:
    """The tags with some added. Raises InvalidArgumentException, LimitExceededException."""
    given = {each["Key"]: each.get("Value", "") for each in added}
    if len(given) < len(added):
        raise invalid("Duplicate tag keys are not allowed.")
    after = before | given
    if len(after) > MOST:
        raise AwsError("LimitExceededException", f"A delivery stream can't have more than {MOST} tags.")
    return after


@service.operation
def tag_delivery_stream(ctx, DeliveryStreamName, Tags):
    """Raises InvalidArgumentException, LimitExceededException, ResourceNotFoundException."""
    stream = find(ctx, DeliveryStreamName)
    ctx.rows(streams).put(replace(stream, tags=checked(stream.tags, Tags)))


@service.operation
def untag_delivery_stream(ctx, DeliveryStreamName, TagKeys):
    """Raises ResourceNotFoundException."""
    stream = find(ctx, DeliveryStreamName)
    kept = {key: value for key, value in stream.tags.items() if key not in TagKeys}
    ctx.rows(streams).put(replace(stream, tags=kept))


@service.operation
def list_tags_for_delivery_stream(ctx, DeliveryStreamName, ExclusiveStartTagKey=None, Limit=MOST):
    """Tags by key, from beyond the given one. Raises ResourceNotFoundException."""
    found = [
        {"Key": key, "Value": value} for key, value in sorted(find(ctx, DeliveryStreamName).tags.items())
        if ExclusiveStartTagKey is None or key > ExclusiveStartTagKey
    ]  # fmt: skip
    return {"Tags": found[:Limit], "HasMoreTags": len(found) > Limit}
