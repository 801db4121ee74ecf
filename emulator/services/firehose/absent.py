"""Destinations that nothing on this machine can be: their records fail, and lie under the error prefix.

https://docs.aws.amazon.com/firehose/latest/dev/retry.html
"""

from emulator.kernel.context import Context
from emulator.services.firehose.failures import Failed
from emulator.services.firehose.tables import Delivery, DeliveryStream

OUTPUTS = {"Snowflake": "snowflake-failed", "Iceberg": "iceberg-failed"}


async def send(ctx: Context, stream: DeliveryStream, delivery: Delivery) -> list[Failed]:
    message = f"{stream.kind} destinations cannot be reached by this emulator."
    return [Failed(each, OUTPUTS[stream.kind], f"{stream.kind}.ConnectionFailed", message) for each in delivery.items]
