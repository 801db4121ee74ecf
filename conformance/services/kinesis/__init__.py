"""Kinesis Data Streams: streams, records, consumers, queues, channels.

https://docs.aws.amazon.com/kinesis/latest/APIReference/
"""

from conformance.services.kinesis import checks
from conformance.services.kinesis.fixtures import declared

__all__ = ["checks", "declared"]
