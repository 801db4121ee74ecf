"""AWS Secrets Manager: versions and staging labels, encryption by KMS, rotation, replication, resource policies.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/
"""

# Operations and jobs declare themselves on import.
from emulator.services.secretsmanager import (
    access,
    cross_account,
    listing,
    passwords,
    policies,
    replication,
    rotation,
    secrets,
    tags,
    versions,
)
from emulator.services.secretsmanager.service import service

service.resource_of, service.condition_keys = access.resource_of, access.condition_keys
service.resource_policy, service.resource_tags = access.resource_policy, access.resource_tags

__all__ = [
    "access", "cross_account", "listing", "passwords", "policies", "replication", "rotation", "secrets", "service",
    "tags", "versions",
]  # fmt: skip
