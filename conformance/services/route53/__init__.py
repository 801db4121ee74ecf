"""Route 53 in the suite: ``base`` holds values and fixtures, ``checks`` what proves that calls did their work."""

from conformance.services.route53 import checks
from conformance.services.route53.base import declared

__all__ = ["checks", "declared"]
