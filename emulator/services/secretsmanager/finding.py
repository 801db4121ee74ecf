"""Secrets by name, ARN or the ARN without its last characters.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
"""

import re

from emulator.kernel.context import Context, arn
from emulator.kernel.ids import ALPHANUMERIC
from emulator.kernel.store import replace
from emulator.services.secretsmanager.errors import invalid_name, invalid_request, marked_for_deletion, not_found
from emulator.services.secretsmanager.tables import Secret, secrets

NAME = re.compile(r"[A-Za-z0-9/_+=.@!-]+")
ARN = re.compile(r"arn:[\w-]+:secretsmanager:([\w-]+):(\d{12}):secret:(.+)")
SUFFIX = 6  # characters that AWS adds to the name in an ARN


def make_arn(ctx: Context, name: str) -> str:
    return arn(ctx, "secretsmanager", f"secret:{name}-{ctx.ids.text(SUFFIX, ALPHANUMERIC)}")


def look_up(ctx: Context, SecretId: str) -> Secret | None:
    """The secret that an id names, also one that is to be deleted. Raises ValidationException."""
    parts = ARN.fullmatch(SecretId)
    if parts is None:
        if not NAME.fullmatch(SecretId):
            raise invalid_name()
        return ctx.rows(secrets).get(SecretId)
    region, account, name = parts.groups()
    rows = ctx.rows(secrets, account=account, region=region)
    found = rows.get(name[: -SUFFIX - 1]) if name[-SUFFIX - 1 : -SUFFIX] == "-" else None
    if found is not None and found.arn == SecretId:
        return found if region == ctx.region else None
    return rows.get(name) if region == ctx.region else None


def find_any(ctx: Context, SecretId: str) -> Secret:
    """As :func:`look_up`. Raises ResourceNotFoundException."""
    found = look_up(ctx, SecretId)
    if found is None:
        raise not_found()
    return found


def find(ctx: Context, SecretId: str) -> Secret:
    """A secret that is not to be deleted. Raises ResourceNotFoundException, InvalidRequestException."""
    found = find_any(ctx, SecretId)
    if found.deleted is not None:
        raise marked_for_deletion()
    return found


def find_primary(ctx: Context, SecretId: str) -> Secret:
    """One that may be written to. Raises InvalidRequestException for a replica."""
    found = find(ctx, SecretId)
    check_primary(found)
    return found


def check_primary(secret: Secret) -> None:
    if secret.primary or secret.across:
        raise invalid_request(
            "Operation not permitted on a replica secret. Call must be made in primary secret's region."
        )


def store(ctx: Context, secret: Secret) -> Secret:
    return ctx.rows(secrets, account=secret.account, region=secret.region).put(secret)


def touched(ctx: Context, secret: Secret, **fields) -> Secret:
    """The secret with some fields changed now."""
    return replace(secret, changed=ctx.now, **fields)
