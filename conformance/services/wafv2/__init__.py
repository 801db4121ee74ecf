"""AWS WAF. https://docs.aws.amazon.com/waf/latest/APIReference/"""

from conformance.services.wafv2 import checks, given
from conformance.services.wafv2.fixtures import declared

__all__ = ["checks", "declared", "given"]
