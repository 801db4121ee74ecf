"""What parameter policies do when they are due: the parameter goes, or EventBridge is told.

https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-policies.html
"""

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.ssm.common import service, tell
from emulator.services.ssm.parameters import remove, version_of
from emulator.services.ssm.tables import parameters


@service.job
def act_on_policy(ctx: Context, name: str, version: int, created: float, number: int) -> None:
    """A policy is due. What it was armed for may have been replaced since."""
    parameter = ctx.rows(parameters).get(name)
    if parameter is None or parameter.version != version or parameter.created != created:
        return
    policy = parameter.policies[number]
    tell(ctx, "Parameter Store Policy Action", parameter.arn, {
        "parameter-name": name, "parameter-type": version_of(ctx, parameter).type, "policy-type": policy.type,
        "policy-content": policy.text, "action-status": "Success",
    })  # fmt: skip
    if policy.type == "Expiration":
        remove(ctx, parameter)
        return
    done = (*parameter.policies[:number], replace(policy, status="Finished"), *parameter.policies[number + 1 :])
    ctx.rows(parameters).put(replace(parameter, policies=done))
