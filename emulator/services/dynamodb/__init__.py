"""Amazon DynamoDB.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/
"""

# Operations and jobs declare themselves on import.
from emulator.services.dynamodb import (
    backups,
    batches,
    following,
    history,
    items,
    lifecycle,
    limits,
    policies,
    reading,
    statements,
    tags,
    transactions,
    ttl,
)
from emulator.services.dynamodb.service import service

__all__ = [
    "backups", "batches", "following", "history", "items", "lifecycle", "limits", "policies", "reading", "service",
    "statements", "tags", "transactions", "ttl",
]  # fmt: skip
