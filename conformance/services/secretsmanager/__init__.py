"""Secrets Manager: secrets, versions, labels. https://docs.aws.amazon.com/secretsmanager/latest/apireference/"""

from conformance.services.secretsmanager import checks
from conformance.services.secretsmanager.fixtures import declared

__all__ = ["checks", "declared"]
