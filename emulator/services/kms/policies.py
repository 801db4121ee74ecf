"""Key policies: the one called ``default`` that every key has, its form, and the guard against locking oneself out.

https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
"""

from typing import Any

import orjson

from emulator.auth import policies as language
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError

NAME = "default"
MOST = 32 * 1024  # bytes of a key policy
_STATEMENT = frozenset((
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
))  # fmt: skip


def default(account: str) -> str:
    """The policy of a key that is created without one: IAM policies of the account decide."""
    return pretty({
        "Version": "2012-10-17", "Id": "key-default-1",
        "Statement": [{
            "Sid": "Enable IAM User Permissions", "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "kms:*", "Resource": "*",
        }],
    })  # fmt: skip


def managed(ctx: Context, account: str, service: str) -> str:
    """The policy of a key that AWS manages: for use through its service, and to be looked at."""
    return pretty({
        "Version": "2012-10-17", "Id": f"auto-{service}-1",
        "Statement": [
            {
                "Sid": f"Allow access through {service} for all principals in the account that may use it",
                "Effect": "Allow", "Principal": {"AWS": "*"},
                "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant",
                           "kms:DescribeKey"],
                "Resource": "*",
                "Condition": {"StringEquals": {"kms:CallerAccount": account,
                                               "kms:ViaService": f"{service}.{ctx.region}.amazonaws.com"}},
            },
            {
                "Sid": "Allow direct access to key metadata to the account", "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
                "Action": ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"], "Resource": "*",
            },
        ],
    })  # fmt: skip


def accept(ctx: Context, document: str, key_arn: str, bypass: bool | None) -> str:
    """A policy as it is stored. Raises MalformedPolicyDocumentException, LimitExceededException.

    Unless ``bypass`` is asked for, the caller must stay able to change the policy.
    """
    given = _checked(document)
    text = pretty(given)
    if len(orjson.dumps(given)) > MOST:
        raise AwsError("LimitExceededException", f"Cannot exceed quota for PolicySize: {MOST}")
    if not bypass and not _keeps_caller(ctx, text, key_arn):
        raise malformed("The new key policy will not allow you to update the key policy in the future.")
    return text


def _keeps_caller(ctx: Context, text: str, key_arn: str) -> bool:
    keys = {"kms:calleraccount": [ctx.principal.account]}
    return language.decide([text], "kms:PutKeyPolicy", key_arn, ctx, keys) == language.ALLOW


def malformed(message: str = "") -> AwsError:
    return AwsError("MalformedPolicyDocumentException", message)


def _checked(document: str) -> dict:
    try:
        given = orjson.loads(document)
    except orjson.JSONDecodeError:
        raise malformed() from None
    statements = given.get("Statement") if isinstance(given, dict) else None
    if not isinstance(statements, list):
        statements = [statements]
    if not all(isinstance(each, dict) for each in statements):
        raise malformed()
    for each in statements:
        _check_statement(each)
    return given


def _check_statement(each: dict) -> None:
    if not each.keys() <= _STATEMENT or each.get("Effect") not in ("Allow", "Deny"):
        raise malformed()
    if not each.keys() & {"Principal", "NotPrincipal"} or not each.keys() & {"Action", "NotAction"}:
        raise malformed()
    if not each.keys() & {"Resource", "NotResource"}:
        raise malformed()
    named = each.get("Principal", each.get("NotPrincipal"))
    if named != "*" and not (isinstance(named, dict) and all(isinstance(one, (str, list)) for one in named.values())):
        raise malformed("Policy contains a statement with one or more invalid principals.")
    try:
        language.statement(each)
    except (KeyError, AttributeError, TypeError):
        raise malformed() from None


def pretty(value: Any, indent: str = "") -> str:
    """JSON in the form in which KMS gives policies back, which is that of Java's Jackson library."""
    if isinstance(value, dict):
        if not value:
            return "{ }"
        inner = indent + "  "
        lines = (f"{inner}{_text(name)} : {pretty(each, inner)}" for name, each in value.items())
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list):
        return f"[ {', '.join(pretty(each, indent) for each in value)} ]" if value else "[ ]"
    return _text(value)


def _text(value: Any) -> str:
    return orjson.dumps(value).decode()
