"""Amazon SQS: standard and FIFO queues, in both protocols.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
"""

# Operations and jobs declare themselves on import.
from emulator.services.sqs import handling, moves, permissions, queues, receiving, sending, tags
from emulator.services.sqs.service import service

__all__ = ["handling", "moves", "permissions", "queues", "receiving", "sending", "service", "tags"]
