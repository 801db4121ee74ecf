"""Elastic Load Balancing v2. https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/"""

from conformance.services.elbv2 import balancers, listeners, targets, trust_stores
from conformance.services.elbv2.base import declared

__all__ = ["balancers", "declared", "listeners", "targets", "trust_stores"]
