"""Amazon Kinesis Data Streams: streams of records in shards, their readers, subscribers, queues and channels.

https://docs.aws.amazon.com/kinesis/latest/APIReference/
"""

# Operations declare themselves on import.
from emulator.services.kinesis import (
    account,
    capacity,
    channels,
    consumers,
    describing,
    encryption,
    fan_out,
    growth,
    monitoring,
    policies,
    queue_records,
    queues,
    reading,
    resharding,
    retention,
    shards,
    streams,
    tags,
    writing,
)
from emulator.services.kinesis.service import service

__all__ = [
    "account", "capacity", "channels", "consumers", "describing", "encryption", "fan_out", "growth", "monitoring",
    "policies", "queue_records", "queues", "reading", "resharding", "retention", "service", "shards", "streams",
    "tags", "writing",
]  # fmt: skip
