"""Grants: permissions on one key for one principal, which may be retired or revoked.

https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
"""

import base64
import re

import orjson

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.kms import keys, material
from emulator.services.kms.errors import dry_run, validation
from emulator.services.kms.paging import paged
from emulator.services.kms.service import service
from emulator.services.kms.specs import ENCRYPT, SYMMETRIC
from emulator.services.kms.tables import Grant, Key, grants

PRINCIPAL = re.compile(r"arn:aws[\w-]*:(iam|sts)::\d{12}:(root|(user|role|assumed-role|federated-user)/.+)")
MOST = 50_000  # grants of one key
# Which grant operations fit which keys.
ALWAYS = frozenset(("CreateGrant", "RetireGrant", "DescribeKey"))
OF_USAGE = {
    "ENCRYPT_DECRYPT": frozenset(("Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo")),
    "SIGN_VERIFY": frozenset(("Sign", "Verify", "GetPublicKey")),
    "GENERATE_VERIFY_MAC": frozenset(("GenerateMac", "VerifyMac")),
    "KEY_AGREEMENT": frozenset(("DeriveSharedSecret", "GetPublicKey")),
    "ENCAPSULATE_DECAPSULATE": frozenset(("Encapsulate", "Decapsulate", "GetPublicKey")),
}
OF_SYMMETRIC = frozenset(
    ("GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext")
)


def _allowed(key: Key) -> frozenset[str]:
    found = ALWAYS | OF_USAGE[key.usage]
    if key.spec == SYMMETRIC:
        return found | OF_SYMMETRIC
    return found | {"GetPublicKey"} if key.usage == ENCRYPT else found


# Creation


@service.operation
def create_grant(
    ctx: Context, KeyId, Operations, GranteePrincipal=None, RetiringPrincipal=None, Constraints=None, Name=None,
    DryRun=None, GranteeServicePrincipal=None, RetiringServicePrincipal=None,
):  # fmt: skip
    """Raises NotFoundException, DisabledException, KMSInvalidStateException, InvalidArnException, ValidationException.

    An equal grant of the same name is not made again; its id comes with a new token.
    """
    key = keys.find(ctx, KeyId, by_alias=False)
    services = GranteeServicePrincipal, RetiringServicePrincipal
    _check_principals(GranteePrincipal, RetiringPrincipal, *services, Constraints)
    keys.check_enabled(ctx, key)
    _check_operations(key, Operations, Constraints)
    rows = ctx.rows(grants, account=key.account)
    grant = Grant(
        key.id, ctx.ids.hex(64), "", ctx.now, ctx.principal.account or ctx.account, tuple(Operations),
        GranteePrincipal or "", RetiringPrincipal or "", *(each or "" for each in services), Name or "",
        Constraints or {},
    )  # fmt: skip
    if DryRun:
        raise dry_run()
    same = next((each for each in _of(ctx, key) if Name and _likeness(each) == _likeness(grant)), None)
    grant = same or grant
    token = _token(ctx, key, grant.id)
    rows.put(replace(grant, token=token))
    return {"GrantToken": token, "GrantId": grant.id}


def _likeness(grant: Grant) -> Grant:
    return replace(grant, id="", token="", created=0)


def _check_principals(grantee, retiring, grantee_service, retiring_service, constraints) -> None:
    if (grantee is None) == (grantee_service is None):
        raise validation("You must specify either GranteePrincipal or GranteeServicePrincipal, but not both.")
    if retiring is not None and retiring_service is not None:
        raise validation("You can specify either RetiringPrincipal or RetiringServicePrincipal, but not both.")
    for principal in (grantee, retiring):
        if principal is not None and not PRINCIPAL.fullmatch(principal):
            raise AwsError("InvalidArnException", f"ARN does not refer to a valid principal: {principal}")
    if grantee_service is not None:
        if not (constraints or {}).get("SourceArn"):
            raise validation("A SourceArn constraint is required when GranteeServicePrincipal is specified.")
        if retiring is None and retiring_service is None:
            raise validation("A retiring principal is required when GranteeServicePrincipal is specified.")


def _check_operations(key: Key, operations: list[str], constraints: dict | None) -> None:
    unfit = [each for each in operations if each not in _allowed(key)]
    if unfit:
        raise validation(f"{unfit[0]} is not a valid grant operation for key {key.arn}")
    contexts = {"EncryptionContextEquals", "EncryptionContextSubset"} & (constraints or {}).keys()
    if len(contexts) == 2:
        raise validation("You can specify either EncryptionContextEquals or EncryptionContextSubset, but not both.")
    if contexts and key.spec != SYMMETRIC:
        raise validation("Encryption context constraints are only valid for symmetric encryption keys.")


def _token(ctx: Context, key: Key, grant_id: str) -> str:
    """A token carries key and grant, readable to KMS alone, and is another one each time."""
    return base64.b64encode(material.seal(ctx, orjson.dumps([key.arn, grant_id]))).decode()


def read_token(ctx: Context, token: str) -> tuple[str, str]:
    """(the key's ARN, the grant's id). Raises InvalidGrantTokenException."""
    try:
        key_arn, grant_id = orjson.loads(material.unseal(ctx, base64.b64decode(token, validate=True)))
    except (ValueError, OSError):
        raise AwsError("InvalidGrantTokenException", "") from None
    return key_arn, grant_id


# Lists


def _of(ctx: Context, key: Key) -> list[Grant]:
    found = []
    for grant in ctx.rows(grants, account=key.account, region=key.region).range((key.id, "")):
        if grant.key != key.id:
            break
        found.append(grant)
    return found


def of_key(ctx: Context, key: Key) -> list[Grant]:
    """The grants on a key, in the order of their ids."""
    return _of(ctx, key)


@service.operation
def list_grants(ctx: Context, KeyId, GrantId=None, GranteePrincipal=None, GranteeServicePrincipal=None):
    """Raises NotFoundException, InvalidMarkerException."""
    key = keys.find(ctx, KeyId, by_alias=False)
    found = [
        each for each in _of(ctx, key)
        if (GrantId is None or each.id == GrantId)
        and (GranteePrincipal is None or each.grantee == GranteePrincipal)
        and (GranteeServicePrincipal is None or each.grantee_service == GranteeServicePrincipal)
    ]  # fmt: skip
    answer = paged(ctx, "Grants", found, lambda grant: grant.id)
    return answer | {"Grants": [_entry(each, key.arn) for each in answer["Grants"]]}


@service.operation
def list_retirable_grants(ctx: Context, RetiringPrincipal=None, RetiringServicePrincipal=None):
    """The grants of this region that a principal may retire, whoever's keys. Raises ValidationException."""
    if (RetiringPrincipal is None) == (RetiringServicePrincipal is None):
        raise validation("You must specify either RetiringPrincipal or RetiringServicePrincipal, but not both.")
    found = []
    for rows in ctx.partitions(grants):
        account, region = rows.partition
        if region == ctx.region:
            for each in rows:
                if (each.retiring == RetiringPrincipal) if RetiringPrincipal else (
                    each.retiring_service == RetiringServicePrincipal
                ):
                    found.append((each, ctx.rows(keys.keys, account=account)[each.key].arn))
    found.sort(key=lambda pair: (pair[1], pair[0].id))
    answer = paged(ctx, "Grants", found, lambda pair: (pair[1], pair[0].id))
    return answer | {"Grants": [_entry(*pair) for pair in answer["Grants"]]}


def _entry(grant: Grant, key_arn: str) -> dict:
    found = {
        "KeyId": key_arn, "GrantId": grant.id, "Name": grant.name, "CreationDate": grant.created,
        "IssuingAccount": f"arn:aws:iam::{grant.issuer}:root", "Operations": list(grant.operations),
        "GranteePrincipal": grant.grantee, "RetiringPrincipal": grant.retiring,
        "GranteeServicePrincipal": grant.grantee_service, "RetiringServicePrincipal": grant.retiring_service,
        "Constraints": grant.constraints,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}


# The end of grants


@service.operation
def revoke_grant(ctx: Context, KeyId, GrantId, DryRun=None):
    """Raises NotFoundException."""
    key = keys.find(ctx, KeyId, by_alias=False)
    _end(ctx, key, GrantId, DryRun)
    return {}


@service.operation
def retire_grant(ctx: Context, GrantToken=None, KeyId=None, GrantId=None, DryRun=None):
    """By token, or by key and id. Raises InvalidGrantTokenException, NotFoundException, ValidationException."""
    if (GrantToken is None) == (KeyId is None and GrantId is None) or (KeyId is None) != (GrantId is None):
        raise validation("You must specify either a GrantToken, or a KeyId and a GrantId, but not both.")
    if GrantToken is not None:
        KeyId, GrantId = read_token(ctx, GrantToken)
    _end(ctx, keys.find(ctx, KeyId, by_alias=False), GrantId, DryRun)
    return {}


def _end(ctx: Context, key: Key, grant_id: str, dry: bool | None) -> None:
    rows = ctx.rows(grants, account=key.account)
    if (key.id, grant_id) not in rows:
        raise keys.not_found(f"Grant ID {grant_id} not found")
    if dry:
        raise dry_run()
    rows.delete((key.id, grant_id))
