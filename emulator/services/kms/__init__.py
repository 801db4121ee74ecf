"""AWS KMS: keys of every kind with real cryptography, policies and grants, rotation, import and multi-region keys.

https://docs.aws.amazon.com/kms/latest/APIReference/
"""

# Operations and jobs declare themselves on import.
from emulator.services.kms import (
    access,
    aliases,
    custom_stores,
    data_keys,
    encryption,
    grants,
    importing,
    lifecycle,
    regions,
    rotation,
    signing,
    tags,
    usage,
)
from emulator.services.kms.service import service

service.resource_of, service.condition_keys = access.resource_of, access.condition_keys
service.resource_policy, service.resource_tags = access.resource_policy, access.resource_tags

__all__ = [
    "access", "aliases", "custom_stores", "data_keys", "encryption", "grants", "importing", "lifecycle", "regions",
    "rotation", "service", "signing", "tags", "usage",
]  # fmt: skip
