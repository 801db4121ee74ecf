"""What IAM says to a call. ``audit`` writes a refusal down and lets the call pass; ``enforce`` refuses it."""

import logging

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError

logger = logging.getLogger("emulator.iam")


def authorize(ctx: Context, mode: str) -> None:
    """Hold the call to its principal's session policies. Raises AccessDenied in mode ``enforce``.

    An account's root may do everything in its account. Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    from emulator.auth import policies  # loaded when IAM is asked at all

    action = f"{SIGNING_PREFIX.get(ctx.service, ctx.service)}:{ctx.operation}"
    for document in ctx.principal.session_policies:
        if policies.decide([document], action, "*", ctx) != policies.ALLOW:
            refused = AwsError(
                "AccessDenied",
                f"User: {ctx.principal.arn} is not authorized to perform: {action} because no session policy "
                f"allows the {action} action",
                403,
            )
            if mode == "enforce":
                raise refused
            logger.warning("audit: %s", refused.message)


SIGNING_PREFIX = {
    "stepfunctions": "states",
    "elbv2": "elasticloadbalancing",
    "sesv2": "ses",
    "dynamodbstreams": "dynamodb",
}
