"""Amazon CloudFront: the control plane, declared; and the edge that answers for its distributions.

https://docs.aws.amazon.com/cloudfront/latest/APIReference/
"""

# Operations and jobs declare themselves on import.
from emulator.services.cloudfront import (
    access,
    continuous_deployment,
    distribution_changes,
    distributions,
    edge,
    edge_functions,
    edge_hosts,
    functions,
    invalidations,
    logs,
    managed_certificates,
    networks,
    policies,
    stores,
    streaming,
    tenant_changes,
    tenants,
)
from emulator.services.cloudfront.common import service

__all__ = [
    "access", "continuous_deployment", "distribution_changes", "distributions", "edge", "edge_functions",
    "edge_hosts", "functions", "invalidations", "logs", "managed_certificates", "networks", "policies", "service",
    "stores", "streaming", "tenant_changes", "tenants",
]  # fmt: skip
