"""Amazon SNS: topics, subscriptions of every protocol, FIFO topics with archives, mobile push and SMS.

https://docs.aws.amazon.com/sns/latest/api/
"""

# Operations and jobs declare themselves on import.
from emulator.services.sns import (
    access,
    permissions,
    platforms,
    protection,
    publishing,
    signing,
    sms,
    sms_sandbox,
    subscriptions,
    tags,
    topics,
)
from emulator.services.sns.service import service

service.before.append(access.check)
service.resource_policy, service.resource_tags = access.resource_policy, access.resource_tags

__all__ = [
    "access", "permissions", "platforms", "protection", "publishing", "service", "signing", "sms", "sms_sandbox",
    "subscriptions", "tags", "topics",
]  # fmt: skip
