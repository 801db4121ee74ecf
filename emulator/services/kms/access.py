"""What IAM is told of keys: which one a call acts on, its policy with the grants that apply, condition keys.

https://docs.aws.amazon.com/kms/latest/developerguide/policy-conditions.html
"""

import orjson

from emulator.auth.policies import Keys
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.kms import ciphertext, encryption, grants, keys, recipients
from emulator.services.kms.tables import Grant, Key, aliases

# The input members that name the key of an operation, in order.
NAMES = ("KeyId", "TargetKeyId")


def resource_of(ctx: Context) -> str | dict[str, str] | None:
    """The ARN of the key that a call acts on, by action where there are two; None when it names none that there is."""
    given = ctx.input
    if ctx.operation == "ReEncrypt":
        source = _key(ctx, given.get("SourceKeyId")) or _of_blob(ctx)
        target = _key(ctx, given.get("DestinationKeyId"))
        if source and target:
            return {"ReEncryptFrom": source.arn, "ReEncryptTo": target.arn}
        return None
    key = next((found for name in NAMES if (found := _key(ctx, given.get(name)))), None)
    if key is None and ctx.operation == "Decrypt":
        key = _of_blob(ctx)
    if key is None and ctx.operation == "RetireGrant" and given.get("GrantToken"):
        key = _of_token(ctx, given["GrantToken"])
    return key.arn if key is not None else None


def _key(ctx: Context, name: str | None) -> Key | None:
    if not name:
        return None
    try:
        with ctx.transaction():  # a key of AWS's may be made by this
            return keys.find(ctx, name)
    except AwsError:
        return None


def _of_blob(ctx: Context) -> Key | None:
    return encryption.of_ciphertext(ctx, ciphertext.parse(ctx.input.get("CiphertextBlob") or b""))


def _of_token(ctx: Context, token: str) -> Key | None:
    try:
        return _key(ctx, grants.read_token(ctx, token)[0])
    except AwsError:
        return None


# Policies and grants


def _by_arn(ctx: Context, arn: str) -> Key | None:
    parts = keys.ARN.fullmatch(arn)
    if parts is None or parts[3] != "key/":
        return None
    return ctx.rows(keys.keys, account=parts[2], region=parts[1]).get(parts[4])


def resource_policy(ctx: Context, arn: str) -> tuple[str, str | None] | None:
    """The account and the policy of a key, to which each grant that applies now adds a statement."""
    key = _by_arn(ctx, arn)
    if key is None:
        return None
    granted = [statement for grant in grants.of_key(ctx, key) for statement in _statements(ctx, grant)]
    if not granted:
        return key.account, key.policy
    policy = orjson.loads(key.policy)
    stated = policy["Statement"]
    whole = policy | {"Statement": [*(stated if isinstance(stated, list) else [stated]), *granted]}
    return key.account, orjson.dumps(whole).decode()


def _statements(ctx: Context, grant: Grant) -> list[dict]:
    """A grant as statements of a policy; none where its constraints do not hold for this call."""
    found = []
    if _holds(ctx, grant):
        actions = [f"kms:{each}" for each in grant.operations]
        found.append(_statement(grant, grant.grantee, grant.grantee_service, actions))
    if grant.retiring or grant.retiring_service:
        found.append(_statement(grant, grant.retiring, grant.retiring_service, ["kms:RetireGrant"]))
    return found


def _statement(grant: Grant, principal: str, service: str, actions: list[str]) -> dict:
    who = {"AWS": principal} if principal else {"Service": service}
    found = {"Sid": f"Grant {grant.id}", "Effect": "Allow", "Principal": who, "Action": actions, "Resource": "*"}
    source = grant.constraints.get("SourceArn")
    return found | {"Condition": {"ArnLike": {"aws:SourceArn": source}}} if source else found


def _holds(ctx: Context, grant: Grant) -> bool:
    """Whether the encryption context fits; operations that have none are not constrained."""
    contexts = [ctx.input.get(name) or {} for name in _contexts(ctx)]
    equal, subset = (grant.constraints.get(f"EncryptionContext{kind}") for kind in ("Equals", "Subset"))
    if equal is not None and any(each != equal for each in contexts):
        return False
    return subset is None or all(subset.items() <= each.items() for each in contexts)


def _contexts(ctx: Context) -> tuple[str, ...]:
    if ctx.operation == "ReEncrypt":
        return ("SourceEncryptionContext", "DestinationEncryptionContext")
    constrained = ctx.operation in ("Encrypt", "Decrypt") or ctx.operation.startswith("GenerateDataKey")
    return ("EncryptionContext",) if constrained else ()


def resource_tags(ctx: Context, arn: str) -> dict[str, str]:
    key = _by_arn(ctx, arn)
    return key.tags if key is not None else {}


# Condition keys


def condition_keys(ctx: Context, arn: str) -> Keys:
    """What conditions may ask about the caller, the encryption context and the key."""
    found: dict[str, list[str]] = {"kms:calleraccount": [ctx.principal.account or ctx.account]}
    if ctx.via:
        found["kms:viaservice"] = [f"{ctx.via}.{ctx.region}.amazonaws.com"]
    for member in _contexts(ctx):
        for name, value in (ctx.input.get(member) or {}).items():
            found[f"kms:encryptioncontext:{name.lower()}"] = [value]
            found.setdefault("kms:encryptioncontextkeys", []).append(name)
    name = ctx.input.get("KeyId") or ""
    if "alias/" in name:
        found["kms:requestalias"] = [name[name.index("alias/") :]]
    if ctx.operation == "CreateGrant":
        found["kms:grantoperations"] = list(ctx.input.get("Operations") or ())
        found["kms:grantconstrainttype"] = list((ctx.input.get("Constraints") or {}).keys())
        found["kms:grantisforawsresource"] = ["true" if ctx.via else "false"]
    if ctx.input.get("Recipient"):
        found |= recipients.condition_keys(ctx)
    key = _by_arn(ctx, arn)
    return found | _of_key(ctx, key) if key is not None else found


def _of_key(ctx: Context, key: Key) -> Keys:
    found = {
        "kms:keyspec": [key.spec], "kms:keyusage": [key.usage], "kms:keyorigin": [key.origin],
        "kms:multiregion": ["true" if key.kind else "false"],
        "kms:resourcealiases": [
            each.name for each in ctx.rows(aliases, account=key.account, region=key.region) if each.target == key.id
        ],
    }  # fmt: skip
    return found | {"kms:multiregionkeytype": [key.kind]} if key.kind else found
