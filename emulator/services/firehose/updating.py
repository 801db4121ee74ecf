"""UpdateDestination: only for whoever knows the stream's version.

https://docs.aws.amazon.com/firehose/latest/APIReference/API_UpdateDestination.html
"""

from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.firehose import checking, destinations
from emulator.services.firehose.errors import invalid
from emulator.services.firehose.lookup import active
from emulator.services.firehose.service import service
from emulator.services.firehose.streams import DESTINATION_ID
from emulator.services.firehose.tables import streams

S3_KINDS = ("S3", "ExtendedS3")


@service.operation
def update_destination(ctx, DeliveryStreamName, CurrentDeliveryStreamVersionId, DestinationId, **given):
    """Raises ConcurrentModificationException, InvalidArgumentException, ResourceNotFoundException."""
    stream = active(ctx, DeliveryStreamName)
    if DestinationId != DESTINATION_ID:
        raise invalid(f"Destination Id {DestinationId} not found")
    if CurrentDeliveryStreamVersionId != str(stream.version):
        raise AwsError(
            "ConcurrentModificationException",
            f"Cannot update firehose: {stream.name} since the current version id: {stream.version} and specified "
            f"version id: {CurrentDeliveryStreamVersionId} do not match",
        )
    kind, update = destinations.chosen(given, "DestinationUpdate")
    if kind in S3_KINDS and stream.kind in S3_KINDS:
        # An S3 destination is told in both forms, and takes updates in both.
        kind = "ExtendedS3" if "ExtendedS3" in (kind, stream.kind) else "S3"
        before = destinations.KINDS[kind].defaults | stream.destination
    elif kind == stream.kind:
        before = stream.destination
    else:
        before = {}  # another kind begins anew: nothing of the former configuration holds for it
    after = destinations.completed(kind, destinations.changed(before, update))
    if not before and "S3Configuration" not in after and kind not in S3_KINDS:
        after["S3Configuration"] = destinations.s3_of(stream.kind, stream.destination)
    checking.check(kind, after)
    ctx.rows(streams).put(
        replace(stream, kind=kind, destination=after, version=stream.version + 1, updated=ctx.now)
    )
