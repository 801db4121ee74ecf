"""Amazon DynamoDB.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/
"""

# Operations and jobs declare themselves on import.
from emulator.services.dynamodb import (
    backups,
    batches,
    bulk,
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
    searching,
    statements,
    tags,
    transactions,
    ttl,
    updating,
)
from emulator.services.dynamodb.service import service

__all__ = [
    "backups", "batches", "bulk", "exports", "following", "global_tables", "history", "imports", "insights",
    "items", "kinesis", "lifecycle", "limits", "policies", "reading", "replicas", "scaling", "searching", "service",
    "statements", "tags", "transactions", "ttl", "updating",
]  # fmt: skip
