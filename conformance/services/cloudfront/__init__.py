"""CloudFront: distributions, policies, keys, functions, networks, tenants.

https://docs.aws.amazon.com/cloudfront/latest/APIReference/
"""

from conformance.services.cloudfront import checks, fixtures, links
from conformance.services.cloudfront.configs import declared

__all__ = ["checks", "declared", "fixtures", "links"]
