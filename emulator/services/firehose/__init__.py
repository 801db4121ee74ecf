"""Amazon Data Firehose: delivery streams that buffer records, change them, and bring them to a destination.

https://docs.aws.amazon.com/firehose/latest/APIReference/
"""

# Operations declare themselves on import.
from emulator.services.firehose import buffering, delivery, encryption, putting, source, streams, tags, updating
from emulator.services.firehose.service import service

__all__ = ["buffering", "delivery", "encryption", "putting", "service", "source", "streams", "tags", "updating"]
