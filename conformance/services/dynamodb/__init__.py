"""DynamoDB: tables, items, transactions, PartiQL, backups. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/"""

from conformance.services.dynamodb import copies, features, items, searching, tables
from conformance.services.dynamodb.hints import declared

__all__ = ["copies", "declared", "features", "items", "searching", "tables"]
