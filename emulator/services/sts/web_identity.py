"""Roles assumed with a web identity token, which an OpenID Connect provider has issued.

The token's form, claims and expiry are checked always, its signature when the emulator verifies signatures.
"""

import base64
import binascii
import math

import orjson

from emulator.kernel.context import Context, Principal, acting
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.services.sts import service
from emulator.services.sts.roles import Role, assume, check_trust, role_of
from emulator.services.sts.sessions import restriction, session_tags
from emulator.services.sts.signatures import check_token

GOOGLE = ("accounts.google.com", "https://accounts.google.com")
TAGS = "https://aws.amazon.com/tags"
SOURCE_IDENTITY = "https://aws.amazon.com/source_identity"


def refused() -> AwsError:
    return AwsError("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403)


@service.operation
def assume_role_with_web_identity(
    ctx: Context,
    RoleArn: str,
    RoleSessionName: str,
    WebIdentityToken: str,
    ProviderId: str | None = None,
    PolicyArns: list | None = None,
    Policy: str | None = None,
    DurationSeconds: int | None = None,
    MinimumSessionTokenSize: int | None = None,
):
    """Temporary credentials of a role for the bearer of a token.

    Raises ValidationError, InvalidIdentityToken, ExpiredTokenException, IDPCommunicationError, MalformedPolicyDocument,
    PackedPolicyTooLarge. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
    """
    role = role_of(ctx, RoleArn, "Request ARN is invalid", refused())
    if ProviderId is not None:
        raise NotImplementedByEmulator(f"An OAuth 2.0 access token of {ProviderId}")
    token = WebIdentityToken.strip()
    claims = read_token(token, ctx.now)
    given = RoleSessionName, PolicyArns, Policy, DurationSeconds, MinimumSessionTokenSize
    if ctx.setting("verify_signatures"):
        return _verified(ctx, role, token, claims, given)
    return _assumed(ctx, role, claims, given)


async def _verified(ctx: Context, role: Role, token: str, claims: dict, given: tuple) -> dict:
    await ctx.in_thread(check_token, token, claims["iss"], bool(ctx.setting("outbound")))
    return _assumed(ctx, role, claims, given)


def _assumed(ctx: Context, role: Role, claims: dict, given: tuple) -> dict:
    """The role, for the bearer of these claims."""
    RoleSessionName, PolicyArns, Policy, DurationSeconds, MinimumSessionTokenSize = given
    tags, transitive = session_tags(ctx, *tags_of(claims))
    limits = restriction(Policy, PolicyArns, tags, transitive)
    source = str(claims.get(SOURCE_IDENTITY, ""))
    issuer = provider(role, claims["iss"])
    check_audience(ctx, role, issuer, claims)
    session = {"aws:federatedprovider": issuer} | federated_keys(claims)
    keys = {"sts:rolesessionname": [RoleSessionName]} | {name: [value] for name, value in session.items()}
    principal = Principal("Federated", "", issuer, issuer)
    check_trust(ctx, role, "sts:AssumeRoleWithWebIdentity", principal, keys, limits, source, refused())
    answer = assume(ctx, role, RoleSessionName, DurationSeconds, limits, source, MinimumSessionTokenSize, session)
    audience = claims["aud"]
    return answer | {
        "SubjectFromWebIdentityToken": str(claims["sub"]),
        "Audience": str(audience[0] if isinstance(audience, list) else audience),
        "Provider": issuer,
    }


def check_audience(ctx: Context, role: Role, issuer: str, claims: dict) -> None:
    """The role's account must know the issuer, and the token be for a client of it. Raises InvalidIdentityToken."""
    if not issuer.startswith("arn:"):
        return
    sts = acting("sts.amazonaws.com", role.arn, role.account)
    try:
        known = ctx.call(
            "iam", "GetOpenIDConnectProvider", {"OpenIDConnectProviderArn": issuer}, as_=sts, account=role.account
        )
    except AwsError:
        if ctx.setting("iam", "off") == "off":
            return
        raise AwsError(
            "InvalidIdentityToken", f"No OpenIDConnect provider found in your account for {claims['iss']}"
        ) from None
    given = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if not set(given) & set(known["ClientIDList"]):
        raise AwsError("InvalidIdentityToken", "Incorrect token audience")


def federated_keys(claims: dict) -> dict[str, str]:
    """The claims that trust policies may ask for, by condition key: ``issuer:aud``, ``issuer:sub``."""
    name = claims["iss"].partition("://")[2] or claims["iss"]
    audience = claims["aud"][0] if isinstance(claims["aud"], list) else claims["aud"]
    return {f"{name}:aud".lower(): str(audience), f"{name}:sub".lower(): str(claims["sub"])}


def read_token(token: str, now: float) -> dict:
    """The claims of a token that has not expired. Raises InvalidIdentityToken, ExpiredTokenException."""
    parts = token.split(".")
    try:
        header, claims = (orjson.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in parts[:2])
        well_formed = len(parts) == 3 and bool(parts[2]) and isinstance(header, dict) and isinstance(claims, dict)
    except (ValueError, binascii.Error):
        well_formed = False
    if not well_formed:
        raise AwsError(
            "InvalidIdentityToken",
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
        )
    for name in ("iss", "sub", "aud", "exp"):
        if not claims.get(name):
            raise AwsError("InvalidIdentityToken", f"Missing a required claim: {name}")
    if not isinstance(claims["iss"], str) or not isinstance(claims["exp"], int | float):
        raise AwsError("InvalidIdentityToken", "The ID Token provided is not a valid JWT.")
    if claims["exp"] <= now:
        raise AwsError(
            "ExpiredTokenException",
            f"Token expired: current date/time {math.floor(now)} must be before the expiration date/time"
            f"{math.floor(claims['exp'])}",
        )
    return claims


def tags_of(claims: dict) -> tuple[list[dict], list[str]]:
    """Session tags from a token's claim, as AssumeRole takes them. Raises InvalidIdentityToken for another form.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp
    """
    claim = claims.get(TAGS, {})
    try:
        tags = [{"Key": key, "Value": str(values[0])} for key, values in claim.get("principal_tags", {}).items()]
        return tags, [str(key) for key in claim.get("transitive_tag_keys", ())]
    except (AttributeError, IndexError, KeyError, TypeError):
        raise AwsError("InvalidIdentityToken", f"The claim {TAGS} is malformed.") from None


def provider(role: Role, issuer: str) -> str:
    """How AWS names the issuer: the ARN of an IAM provider, or the name of one that it knows by itself."""
    if issuer in GOOGLE:
        return GOOGLE[0]
    return f"arn:{role.partition}:iam::{role.account}:oidc-provider/{issuer.partition('://')[2] or issuer}"
