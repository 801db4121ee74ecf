"""Elastic Load Balancing v2: application, network and gateway load balancers.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/
"""

from emulator.services.elbv2 import (
    attributes,
    capacity,
    facts,
    hosts,
    listener_certificates,
    listeners,
    load_balancers,
    plane,
    policies,
    probes,
    revocations,
    rules,
    target_groups,
    targets,
    trust_stores,
)
from emulator.services.elbv2.service import service

__all__ = [
    "attributes", "capacity", "facts", "hosts", "listener_certificates", "listeners", "load_balancers", "plane",
    "policies", "probes", "revocations", "rules", "service", "target_groups", "targets", "trust_stores",
]  # fmt: skip
