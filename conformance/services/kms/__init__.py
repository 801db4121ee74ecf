"""KMS: keys, what they do, and who may use them. https://docs.aws.amazon.com/kms/latest/APIReference/"""

from conformance.services.kms import checks
from conformance.services.kms.fixtures import declared

__all__ = ["checks", "declared"]
