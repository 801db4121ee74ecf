"""CloudFront: distributions, policies, keys, functions, networks, tenants.

https://docs.aws.amazon.com/cloudfront/latest/APIReference/
"""

from conformance.services.cloudfront import (
    changes,
    configured,
    fixtures,
    functions,
    links,
    listings,
    logs,
    resources,
)
from conformance.services.cloudfront.configs import declared

__all__ = ["changes", "configured", "declared", "fixtures", "functions", "links", "listings", "logs", "resources"]
