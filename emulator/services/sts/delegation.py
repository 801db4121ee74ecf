"""Credentials for a delegation that IAM has kept. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetDelegatedAccessToken.html"""

from emulator.auth.authorization import principal_from
from emulator.auth.delegations import tokens
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.sts import service
from emulator.services.sts.sessions import HOUR, open_session, restriction, signed_caller

NOTHING = '{"Version": "2012-10-17", "Statement": []}'  # what a template allows that nobody described


@service.operation
def get_delegated_access_token(ctx: Context, TradeInToken: str) -> dict:
    """Credentials of who approved a delegation, for what was asked for; as often as wanted until the token ends.

    Raises ValidationError for a token that is not the caller's account's, ExpiredTradeInTokenException.
    """
    caller = signed_caller(ctx)
    found = ctx.rows(tokens).get(TradeInToken)
    if found is None or found.partner != caller.account:
        raise AwsError("ValidationError", "Invalid trade-in token", 400)
    left = int(found.expires - ctx.now)
    if left <= 0:
        raise AwsError("ExpiredTradeInTokenException", "The trade-in token has expired.")
    try:
        principal = principal_from(ctx, found.approver)
    except LookupError:
        raise AwsError("ValidationError", "Invalid trade-in token", 400) from None
    limits = restriction(found.policy or NOTHING, None, {}, ())
    return {**open_session(ctx, principal, min(left, 12 * HOUR), limits), "AssumedPrincipal": found.approver}
