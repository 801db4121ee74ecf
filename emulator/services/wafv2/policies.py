"""Permission policies, by which rule groups are shared with other accounts.

https://docs.aws.amazon.com/waf/latest/APIReference/API_PutPermissionPolicy.html
"""

import json

from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.wafv2.acls import RuleGroup, find_group
from emulator.services.wafv2.service import MISSING, refusal, service


def _find(ctx, arn: str):
    return find_group(ctx)(arn)


@service.operation
def put_permission_policy(ctx, ResourceArn, Policy):
    """Raises WAFNonexistentItemException, WAFInvalidPermissionPolicyException."""
    record = _find(ctx, ResourceArn)
    try:
        statements = json.loads(Policy)["Statement"]
        statements = statements if isinstance(statements, list) else [statements]
        fits = all(each["Effect"] == "Allow" and each["Principal"] and each["Action"] for each in statements)
    except (ValueError, KeyError, TypeError):
        fits = False
    if not fits:
        raise AwsError("WAFInvalidPermissionPolicyException", "The policy must allow actions to principals.")
    RuleGroup.put(ctx, replace(record, private={**record.private, "policy": Policy}))
    return {}


@service.operation
def get_permission_policy(ctx, ResourceArn):
    """Raises WAFNonexistentItemException."""
    policy = _find(ctx, ResourceArn).private.get("policy")
    if policy is None:
        raise refusal(MISSING)
    return {"Policy": policy}


@service.operation
def delete_permission_policy(ctx, ResourceArn):
    """Raises WAFNonexistentItemException."""
    record = _find(ctx, ResourceArn)
    if "policy" not in record.private:
        raise refusal(MISSING)
    RuleGroup.put(ctx, replace(record, private={}))
    return {}
