"""ACM in the suite: ``base`` holds values and fixtures, the others what proves that calls did their work."""

from conformance.services.acm import acme, certificates
from conformance.services.acm.base import declared

__all__ = ["acme", "certificates", "declared"]
