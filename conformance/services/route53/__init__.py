"""Route 53 in the suite: values, what must stand, and what proves that calls did their work."""

from conformance.services.route53 import account, fixtures, health, records, signing, traffic, zones
from conformance.services.route53.base import declared

__all__ = ["account", "declared", "fixtures", "health", "records", "signing", "traffic", "zones"]
