"""Parameter policies: expiration, its notice, and the notice that nothing changed; all on the emulator's clock.

https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-policies.html
"""

import json
from datetime import datetime

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.ssm.tables import Parameter, Policy

MAX_POLICIES = 10
TYPES = ("Expiration", "ExpirationNotification", "NoChangeNotification")
UNITS = {"Days": 86400, "Hours": 3600}


def read(text: str) -> tuple[Policy, ...]:
    """The policies of a request. Raises InvalidPolicyTypeException, InvalidPolicyAttributeException, ..."""
    try:
        found = json.loads(text) if text.strip() else []
    except ValueError:
        raise AwsError("InvalidPolicyAttributeException", "The policy is not valid JSON.") from None
    if not isinstance(found, list):
        found = [found]
    if len(found) > MAX_POLICIES:
        raise AwsError("PoliciesLimitExceededException", f"You specified more than the maximum number of allowed "
                       f"policies for the parameter. The maximum is {MAX_POLICIES}.")  # fmt: skip
    kinds = [each.get("Type") if isinstance(each, dict) else None for each in found]
    for kind in kinds:
        if kind not in TYPES:
            raise AwsError("InvalidPolicyTypeException", "The policy type isn't supported. Parameter Store supports "
                           f"the following policy types: {', '.join(TYPES)}.")  # fmt: skip
    if kinds.count("Expiration") > 1 or ("ExpirationNotification" in kinds and "Expiration" not in kinds):
        raise AwsError("IncompatiblePolicyException", "There is a conflict in the policies specified for this "
                       "parameter.")  # fmt: skip
    accepted = tuple(Policy(json.dumps(each), each["Type"]) for each in found)
    for policy in accepted:
        due(policy, accepted, 0.0)  # it can be computed
    return accepted


def due(policy: Policy, among: tuple[Policy, ...], modified: float) -> float:
    """When a policy acts, in epoch seconds. Raises InvalidPolicyAttributeException."""
    attributes = json.loads(policy.text).get("Attributes") or {}
    try:
        if policy.type == "Expiration":
            return datetime.fromisoformat(attributes["Timestamp"].replace("Z", "+00:00")).timestamp()
        if policy.type == "ExpirationNotification":
            end = next(each for each in among if each.type == "Expiration")
            return due(end, among, modified) - int(attributes["Before"]) * UNITS[attributes["Unit"]]
        return modified + int(attributes["After"]) * UNITS[attributes["Unit"]]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise AwsError("InvalidPolicyAttributeException", "A policy attribute or its value is invalid.") from None


def arm(ctx: Context, parameter: Parameter) -> None:
    """Let every policy of a parameter that was just written act when it is due."""
    disarm(ctx, parameter)
    for number, policy in enumerate(parameter.policies):
        ctx.at(
            max(ctx.now, due(policy, parameter.policies, ctx.now)), "act_on_policy", job_id=_job(parameter, number),
            name=parameter.name, version=parameter.version, created=parameter.created, number=number,
        )  # fmt: skip


def disarm(ctx: Context, parameter: Parameter) -> None:
    for number in range(MAX_POLICIES):
        ctx.cancel(_job(parameter, number))


def _job(parameter: Parameter, number: int) -> str:
    return f"policy/{parameter.name}/{number}"
