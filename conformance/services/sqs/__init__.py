"""SQS: queues, messages, dead letters. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/"""

from conformance.services.sqs import checks
from conformance.services.sqs.fixtures import declared

__all__ = ["checks", "declared"]
