"""IAM: identities, policies, credentials, providers, reports. https://docs.aws.amazon.com/IAM/latest/APIReference/"""

from conformance.services.iam import accounts, credentials, identities, policies, providers
from conformance.services.iam.hints import declared

__all__ = ["accounts", "credentials", "declared", "identities", "policies", "providers"]
