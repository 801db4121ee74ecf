"""GetDataProtectionPolicy and PutDataProtectionPolicy.

https://docs.aws.amazon.com/sns/latest/api/API_PutDataProtectionPolicy.html
"""

from emulator.kernel.store import replace
from emulator.services.sns import data_protection
from emulator.services.sns.service import service
from emulator.services.sns.topics import find_topic, store


@service.operation
def get_data_protection_policy(ctx, ResourceArn):
    """The topic's policy; no member when it has none. Raises InvalidParameter, NotFound."""
    policy = find_topic(ctx, ResourceArn, "ResourceArn").data_protection
    return {"DataProtectionPolicy": policy} if policy else {}


@service.operation
def put_data_protection_policy(ctx, ResourceArn, DataProtectionPolicy):
    """Set the topic's policy; an empty one removes it. Raises InvalidParameter, NotFound."""
    topic = find_topic(ctx, ResourceArn, "ResourceArn")
    if DataProtectionPolicy:
        data_protection.check(DataProtectionPolicy)
    store(ctx, replace(topic, data_protection=DataProtectionPolicy))
    return {}
