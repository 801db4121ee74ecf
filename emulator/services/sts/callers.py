"""Who is calling, whose a key is, and sessions of the caller's own."""

import re

from emulator.auth import mfa
from emulator.auth.access_keys import account_of
from emulator.auth.credentials import DEFAULT_ACCOUNT, credentials
from emulator.kernel.context import Context, Principal, arn
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.sts import service
from emulator.services.sts.sessions import HOUR, open_session, restriction, session_tags, signed_caller

KEY_OF_AWS = re.compile(r"A[KS]IA[A-Z0-9]{12,}")


@service.operation
def get_caller_identity(ctx: Context) -> dict:
    """The caller: account, ARN and unique id. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"""
    principal = signed_caller(ctx)
    return {"UserId": principal.user_id, "Account": principal.account, "Arn": principal.arn}


@service.operation
def get_access_key_info(ctx: Context, AccessKeyId: str) -> dict:
    """The account of an access key: of an issued one, or the one that is written into it.

    A key that looks like AWS's but tells no account belongs to the account that this emulator takes its caller for.
    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
    """
    signed_caller(ctx)
    issued = ctx.rows(credentials).get(AccessKeyId)
    if issued is not None:
        return {"Account": issued.principal.account}
    account = account_of(AccessKeyId)
    if account is None and not KEY_OF_AWS.fullmatch(AccessKeyId):
        raise AwsError("ValidationError", f"Invalid access key ID: {AccessKeyId}", 400)
    return {"Account": account or DEFAULT_ACCOUNT}


@service.operation
def get_session_token(
    ctx: Context,
    DurationSeconds: int | None = None,
    SerialNumber: str | None = None,
    TokenCode: str | None = None,
    MinimumSessionTokenSize: int | None = None,
) -> dict:
    """Temporary credentials of the caller itself. Raises AccessDenied for a caller that is a session.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
    """
    principal = permanent_caller(ctx)
    session = replace(principal, session=mfa_keys(ctx, principal, SerialNumber, TokenCode))
    return open_session(ctx, session, lifetime(principal, DurationSeconds), token_size=MinimumSessionTokenSize)


@service.operation
def get_federation_token(
    ctx: Context,
    Name: str,
    Policy: str | None = None,
    PolicyArns: list | None = None,
    DurationSeconds: int | None = None,
    Tags: list | None = None,
    MinimumSessionTokenSize: int | None = None,
) -> dict:
    """Temporary credentials of a federated user. Raises AccessDenied for a caller that is a session.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
    """
    caller = permanent_caller(ctx)
    tags, transitive = session_tags(ctx, Tags, None)
    limits = restriction(Policy, PolicyArns, tags, transitive)
    user = f"{caller.account}:{Name}"
    name = arn(ctx, "sts", f"federated-user/{Name}", "", caller.account)
    answer = open_session(
        ctx,
        Principal("FederatedUser", caller.account, name, user, issuer=caller.arn),
        lifetime(caller, DurationSeconds),
        limits,
        token_size=MinimumSessionTokenSize,
    )
    return answer | {"FederatedUser": {"FederatedUserId": user, "Arn": name}}


@service.operation
def decode_authorization_message(ctx: Context, EncodedMessage: str) -> dict:
    """Refuses every message: no service of this emulator encodes its refusals, so none can be its own.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
    """
    signed_caller(ctx)
    raise AwsError("InvalidAuthorizationMessageException", "Message is not valid")


def permanent_caller(ctx: Context) -> Principal:
    """The caller, who must not be a session. Raises AccessDenied."""
    principal = signed_caller(ctx)
    issued = ctx.rows(credentials).get(principal.access_key)
    if issued is not None and issued.session_token:
        raise AwsError("AccessDenied", f"Cannot call {ctx.operation} with session credentials", 403)
    return principal


def lifetime(principal: Principal, seconds: int | None) -> int:
    """Twelve hours where nothing was asked; for an account's root one hour at most."""
    if principal.kind == "Account":
        return min(seconds or HOUR, HOUR)
    return seconds or 12 * HOUR


def mfa_keys(ctx: Context, principal: Principal, SerialNumber: str | None, TokenCode: str | None) -> dict[str, str]:
    """The condition keys of a session that was opened with a code of one of the caller's own devices, or without.

    Raises AccessDenied for a code that is not good.
    """
    if SerialNumber is None and TokenCode is None:
        return {}
    if SerialNumber is None or TokenCode is None:
        raise AwsError(
            "AccessDenied",
            "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
            403,
        )
    if not mfa.verify(ctx, principal.user_id, SerialNumber, TokenCode):
        raise AwsError(
            "AccessDenied",
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is "
            "valid and associated with this user.",
            403,
        )
    return {"aws:multifactorauthpresent": "true", "aws:multifactorauthage": "0"}
