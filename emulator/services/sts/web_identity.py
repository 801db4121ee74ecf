"""Roles assumed with a web identity token, which an OpenID Connect provider has issued.

The token's form, claims and expiry are checked. Its signature is not: that needs the providers that IAM keeps.
"""

import base64
import binascii
import math

import orjson

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.services.sts import service
from emulator.services.sts.roles import Role, assume, role_of
from emulator.services.sts.sessions import restriction, session_tags

GOOGLE = ("accounts.google.com", "https://accounts.google.com")
TAGS = "https://aws.amazon.com/tags"
SOURCE_IDENTITY = "https://aws.amazon.com/source_identity"


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
) -> dict:
    """Temporary credentials of a role for the bearer of a token.

    Raises ValidationError, InvalidIdentityToken, ExpiredTokenException, MalformedPolicyDocument, PackedPolicyTooLarge.
    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
    """
    role = role_of(RoleArn, "Request ARN is invalid")
    if ProviderId is not None:
        raise NotImplementedByEmulator(f"An OAuth 2.0 access token of {ProviderId}")
    claims = read_token(WebIdentityToken.strip(), ctx.now)
    tags, transitive = session_tags(ctx, *tags_of(claims))
    limits = restriction(Policy, PolicyArns, tags, transitive)
    source = str(claims.get(SOURCE_IDENTITY, ""))
    answer = assume(ctx, role, RoleSessionName, DurationSeconds, limits, source, MinimumSessionTokenSize)
    audience = claims["aud"]
    return answer | {
        "SubjectFromWebIdentityToken": str(claims["sub"]),
        "Audience": str(audience[0] if isinstance(audience, list) else audience),
        "Provider": provider(role, claims["iss"]),
    }


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
