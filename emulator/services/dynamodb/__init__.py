"""Amazon DynamoDB.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/
"""

# Operations and jobs declare themselves on import.
from emulator.services.dynamodb import batches, following, items, lifecycle, reading, statements, transactions
from emulator.services.dynamodb.service import service

__all__ = ["batches", "following", "items", "lifecycle", "reading", "service", "statements", "transactions"]
