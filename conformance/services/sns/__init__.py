"""SNS: topics, subscriptions, publishing, phones and mobile devices. https://docs.aws.amazon.com/sns/latest/api/"""

from conformance.services.sns import checks, publishing
from conformance.services.sns.fixtures import declared

__all__ = ["checks", "declared", "publishing"]
