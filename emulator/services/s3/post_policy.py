"""The policy of a form upload: who signed it, until when, and what it allows.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

import base64
import binascii
import hashlib
import hmac
from typing import Any

import orjson

from emulator.auth.credentials import DEFAULT_SECRET, credentials, principal_of
from emulator.kernel.context import ANONYMOUS, Context, Principal
from emulator.kernel.errors import AwsError
from emulator.protocol.timestamps import from_iso8601

# The fields of the two signature versions, in the order in which AWS misses them.
VERSION_2 = ("AWSAccessKeyId", "Signature")
VERSION_4 = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature")
UNCHECKED = frozenset(("awsaccesskeyid", "signature", "x-amz-signature", "policy", "file"))


def _required(name: str) -> AwsError:
    return AwsError(
        "InvalidArgument",
        f"Bucket POST must contain a field named '{name}'.  If it is specified, please check the order of the fields.",
        400,
        ArgumentName=name,
        ArgumentValue="",
    )


def require(fields: dict[str, str], name: str) -> str:
    """The value of a field. Raises InvalidArgument when the form lacks it."""
    value = fields.get(name.lower())
    if value is None:
        raise _required(name)
    return value


def authenticate(ctx: Context, fields: dict[str, str]) -> Principal:
    """Who signed the form; the anonymous principal when nobody did. Raises what is wrong with the signature."""
    version = next((each for each in (VERSION_2, VERSION_4) if any(name.lower() in fields for name in each)), None)
    if version is None:
        return ANONYMOUS
    values = [require(fields, name) for name in version]
    policy = require(fields, "Policy")
    scope = values[1].split("/") if version is VERSION_4 else [values[0]]
    if version is VERSION_4 and len(scope) != 5:
        raise AwsError(
            "InvalidArgument",
            "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "
            '"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
            400,
            ArgumentName="X-Amz-Credential",
            ArgumentValue=values[1],
        )
    access_key, given = scope[0], values[-1]
    if ctx.setting("verify_signatures") and not hmac.compare_digest(_signature(ctx, scope, policy), given):
        text = policy.encode()
        raise AwsError(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your key and signing "
            "method.",
            403,
            AWSAccessKeyId=access_key,
            StringToSign=policy,
            SignatureProvided=given,
            StringToSignBytes=text.hex(" "),
        )
    return principal_of(ctx, access_key, ctx.account)


def _signature(ctx: Context, scope: list[str], policy: str) -> str:
    issued = ctx.rows(credentials).get(scope[0])
    secret = issued.secret_key if issued else DEFAULT_SECRET
    if len(scope) == 1:
        return base64.b64encode(hmac.digest(secret.encode(), policy.encode(), hashlib.sha1)).decode()
    key = f"AWS4{secret}".encode()
    for part in scope[1:]:
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    return hmac.digest(key, policy.encode(), hashlib.sha256).hex()


def check(ctx: Context, bucket: str, fields: dict[str, str], size: int) -> None:
    """Hold the form to its policy. Raises AccessDenied, InvalidPolicyDocument, EntityTooSmall, EntityTooLarge."""
    document = _decoded(fields["policy"])
    if from_iso8601(document["expiration"]) <= ctx.now:
        raise _refused("Policy expired.")
    values = {**fields, "bucket": bucket}
    named = set()
    for condition in document["conditions"]:
        operator, field, wanted = _parts(condition)
        if operator == "content-length-range":
            _check_size(size, int(field), int(wanted))
            continue
        named.add(field)
        actual = values.get(field, "")
        if actual != wanted if operator == "eq" else not actual.startswith(wanted):
            raise _refused(f"Policy Condition failed: {_shown(condition)}")
    extra = [name for name in fields if name not in named | UNCHECKED and not name.startswith("x-ignore-")]
    if extra:
        raise _refused(f"Extra input fields: {', '.join(extra)}")


def _refused(why: str) -> AwsError:
    return AwsError("AccessDenied", f"Invalid according to Policy: {why}", 403)


def _invalid(why: str) -> AwsError:
    return AwsError("InvalidPolicyDocument", f"Invalid Policy: {why}", 400)


def _decoded(policy: str) -> dict[str, Any]:
    try:
        document = orjson.loads(base64.b64decode(policy, validate=True))
    except (binascii.Error, orjson.JSONDecodeError):
        raise _invalid("Invalid JSON.") from None
    for name in ("expiration", "conditions"):
        if not isinstance(document, dict) or name not in document:
            raise _invalid(f"Policy missing {name}.")
    try:
        from_iso8601(document["expiration"])
    except (ValueError, TypeError, AttributeError):
        raise _invalid(f"Invalid 'expiration' value: '{document['expiration']}'") from None
    return document


def _parts(condition: Any) -> tuple[str, str, str]:
    """(operator, field in lower case, value); for a range the two numbers."""
    if isinstance(condition, dict) and len(condition) == 1:
        (name, value), = condition.items()
        return "eq", name.lower(), str(value)
    if isinstance(condition, list) and len(condition) == 3:
        operator = str(condition[0]).lower()
        if operator == "content-length-range":
            return operator, str(condition[1]), str(condition[2])
        if operator in ("eq", "starts-with") and str(condition[1]).startswith("$"):
            return operator, condition[1][1:].lower(), str(condition[2])
    raise _invalid(f"Invalid Condition: {orjson.dumps(condition).decode()}.")


def _shown(condition: Any) -> str:
    """The condition as AWS repeats it: the short form spelt out."""
    if isinstance(condition, dict):
        (name, value), = condition.items()
        condition = ["eq", f"${name}", value]
    return "[" + ", ".join(orjson.dumps(each).decode() for each in condition) + "]"


def _check_size(size: int, smallest: int, largest: int) -> None:
    if size < smallest:
        raise AwsError(
            "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", 400,
            ProposedSize=size, MinSizeAllowed=smallest,
        )  # fmt: skip
    if size > largest:
        raise AwsError(
            "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", 400,
            ProposedSize=size, MaxSizeAllowed=largest,
        )  # fmt: skip
