"""Policies as S3 takes them, of buckets and access points: their syntax, their normal form, and whether one is public.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import orjson

from emulator.auth import policies
from emulator.kernel.errors import AwsError

LARGEST = 20 * 1024  # bytes
ACTION = re.compile(r"\*|(s3|s3express|s3-object-lambda|s3tables):[A-Za-z0-9*?]+", re.IGNORECASE)
PRINCIPAL = re.compile(r"\*|\d{12}|arn:aws[a-z-]*:(iam|sts)::(\d{12}|cloudfront):[^:]+|A[A-Z0-9]{15,}")
# The elements of a document and of a statement, in the order in which S3 gives them back.
DOCUMENT = ("Version", "Id", "Statement")
STATEMENT = (
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
)  # fmt: skip
# A condition on one of these, with a fixed value, makes a statement for everybody less than public.
FIXED_KEYS = frozenset((
    "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner", "aws:sourceaccount", "aws:sourceip",
    "aws:principalorgid", "aws:principalorgpaths", "aws:principalarn", "aws:principalaccount", "aws:userid",
    "aws:vpcsourceip", "s3:x-amz-server-side-encryption-aws-kms-key-id", "s3:dataaccesspointarn",
    "s3:dataaccesspointaccount",
))  # fmt: skip


def _malformed(message: str, **members) -> AwsError:
    return AwsError("MalformedPolicy", message, 400, **members)


def accept(document: str | bytes, is_resource: Callable[[str], bool]) -> str:
    """Validate a policy and bring it into the form that S3 gives back. Raises MalformedPolicy, PolicyTooLarge."""
    text = document.decode("utf-8", "replace") if isinstance(document, bytes) else document
    if not text.startswith("{"):
        raise _malformed("Policies must be valid JSON and the first byte must be '{'")
    if len(text) > LARGEST:
        raise AwsError("PolicyTooLarge", "The policy exceeds the maximum allowed policy size", 400)
    try:
        decoded = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise _malformed("Policies must be valid JSON and the first byte must be '{'") from None
    if "Statement" not in decoded:
        raise _malformed("Missing required field Statement")
    listed = decoded["Statement"]
    statements = listed if isinstance(listed, list) else [listed]
    for each in statements:
        _check_statement(each, is_resource)
    normal = {**_ordered(decoded, DOCUMENT), "Statement": [_ordered(each, STATEMENT) for each in statements]}
    return orjson.dumps(normal).decode()


def _ordered(given: dict, names: tuple[str, ...]) -> dict:
    return {name: given[name] for name in names if name in given}


def _check_statement(given: Any, is_resource: Callable[[str], bool]) -> None:
    if not isinstance(given, dict):
        raise _malformed("Invalid policy syntax.")
    for name in given:
        if name not in STATEMENT:
            raise _malformed(f"Unknown field {name}")
    for names in (("Effect",), ("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource")):
        if not any(name in given for name in names):
            raise _malformed(f"Missing required field {names[0]}")
    if given["Effect"] not in ("Allow", "Deny"):
        raise _malformed(f"Invalid effect: {given['Effect']}")
    _check_principal(given.get("Principal", given.get("NotPrincipal")))
    for action in policies.as_tuple(given.get("Action", given.get("NotAction"))):
        if not ACTION.fullmatch(action):
            raise _malformed("Policy has invalid action")
    for resource in policies.as_tuple(given.get("Resource", given.get("NotResource"))):
        if not is_resource(resource):
            raise _malformed("Policy has invalid resource")


def _check_principal(given: Any) -> None:
    if given == "*":
        return
    if not isinstance(given, dict) or not given:
        raise _malformed("Invalid policy syntax.")
    for kind, values in given.items():
        for value in policies.as_tuple(values):
            if kind not in ("AWS", "Service", "Federated", "CanonicalUser") or (
                kind == "AWS" and not PRINCIPAL.fullmatch(value)
            ):
                raise _malformed("Invalid principal in policy", Detail=f'"{kind}" : "{value}"')


@lru_cache(maxsize=1024)
def is_public(document: str) -> bool:
    """Whether a policy lets everybody in.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    return any(
        each.effect == policies.ALLOW
        and (each.not_principals is not None or ("AWS", "*") in each.principals)
        and not any(_is_fixed(*condition) for condition in each.conditions)
        for each in policies.parse(document)
    )


def _is_fixed(operator: str, key: str, values: tuple[str, ...]) -> bool:
    if key.lower() not in FIXED_KEYS or "Not" in operator:
        return False
    if key.lower() == "aws:sourceip":
        return all(not value.endswith("/0") for value in values)
    return not any("*" in value or "?" in value for value in values)
