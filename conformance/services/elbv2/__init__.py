"""Elastic Load Balancing v2. https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/"""

from conformance.services.elbv2 import checks
from conformance.services.elbv2.fixtures import declared

__all__ = ["checks", "declared"]
