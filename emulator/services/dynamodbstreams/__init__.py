"""Amazon DynamoDB Streams: the changes of DynamoDB's tables, to be read.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html
"""

# Operations declare themselves on import.
from emulator.services.dynamodbstreams import reading
from emulator.services.dynamodbstreams.service import service

__all__ = ["reading", "service"]
