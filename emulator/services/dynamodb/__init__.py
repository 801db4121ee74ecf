"""Amazon DynamoDB.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/
"""

# Operations and jobs declare themselves on import.
from emulator.services.dynamodb import (
    backups,
    batches,
    exports,
    following,
    global_tables,
    history,
    imports,
    insights,
    items,
    kinesis,
    lifecycle,
    limits,
    policies,
    reading,
    replicas,
    scaling,
    statements,
    tags,
    transactions,
    ttl,
)
from emulator.services.dynamodb.service import service

__all__ = [
    "backups", "batches", "exports", "following", "global_tables", "history", "imports", "insights", "items", "kinesis",
    "lifecycle", "limits", "policies", "reading", "replicas", "scaling", "service", "statements", "tags",
    "transactions", "ttl",
]  # fmt: skip
