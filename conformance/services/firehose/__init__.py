"""Data Firehose: delivery streams, records, tags, encryption. https://docs.aws.amazon.com/firehose/latest/APIReference/"""

from conformance.services.firehose import checks
from conformance.services.firehose.fixtures import declared

__all__ = ["checks", "declared"]
