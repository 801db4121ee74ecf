"""Amazon DynamoDB.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/
"""

# Operations and jobs declare themselves on import.
from emulator.services.dynamodb import items, lifecycle, reading
from emulator.services.dynamodb.service import service

__all__ = ["items", "lifecycle", "reading", "service"]
