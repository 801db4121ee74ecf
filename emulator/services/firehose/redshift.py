"""The Redshift destination: records go to the intermediate bucket; then a cluster would copy them from there.

No cluster can be reached from here (its address must be one of AWS's), so the copy fails as it does at AWS when a
cluster is away: the objects stay, and a manifest under ``errors/manifests/`` names them.
https://docs.aws.amazon.com/firehose/latest/dev/retry.html#dd-retry-redshift
"""

import orjson

from emulator.kernel.context import Context
from emulator.services.firehose import objects
from emulator.services.firehose.failures import Failed
from emulator.services.firehose.prefixes import evaluated, with_hours
from emulator.services.firehose.tables import Delivery, DeliveryStream


async def send(ctx: Context, stream: DeliveryStream, delivery: Delivery) -> list[Failed]:
    """Raises S3's errors."""
    config = stream.destination["S3Configuration"]
    moment = delivery.items[0].at
    content, extension = await objects.compressed(ctx, delivery, config, delivery.items)
    folder = evaluated(with_hours(config.get("Prefix") or ""), moment)
    key = objects.put(ctx, stream, config, folder, content, extension, moment)
    bucket = config["BucketARN"].rpartition(":")[2]
    manifest = {"entries": [{"url": f"s3://{bucket}/{key}", "mandatory": True}]}
    objects.put(ctx, stream, config, evaluated("errors/manifests/!{timestamp:yyyy/MM/dd/HH}/", moment),
                orjson.dumps(manifest), "", moment)  # fmt: skip
    return []
