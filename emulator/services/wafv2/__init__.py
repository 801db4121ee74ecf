"""AWS WAF: web ACLs, rule groups, sets, and what they decide about requests.

https://docs.aws.amazon.com/waf/latest/APIReference/
"""

from emulator.services.wafv2 import (
    acls,
    associations,
    inspection,
    keys,
    logging,
    policies,
    published,
    revenue,
    seen,
    sets,
)
from emulator.services.wafv2.service import service

__all__ = [
    "acls", "associations", "inspection", "keys", "logging", "policies", "published", "revenue", "seen", "service",
    "sets",
]  # fmt: skip
