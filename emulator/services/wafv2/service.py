"""The service object, apart from what registers with it, AWS's refusals, and what its resources share."""

from emulator.kernel.errors import AwsError
from emulator.kernel.service import Service
from emulator.resources import Tags, Version, equal

service = Service("wafv2")

SCOPES = {"REGIONAL": "regional", "CLOUDFRONT": "global"}
MISSING = (
    "WAFNonexistentItemException",
    "AWS WAF couldn\u2019t perform the operation because your resource doesn\u2019t exist.",
)
DUPLICATE = (
    "WAFDuplicateItemException",
    "AWS WAF couldn\u2019t perform the operation because some resource in your request is a duplicate of an existing "
    "one.",
)
STALE = (
    "WAFOptimisticLockException",
    "AWS WAF couldn\u2019t save your changes because someone changed the resource after you started to edit it. "
    "Reapply your changes.",
)
IN_USE = (
    "WAFAssociatedItemException",
    "AWS WAF couldn\u2019t perform the operation because your resource is being used by another resource or "
    "it\u2019s associated with another resource.",
)
OVER_LIMIT = (
    "WAFLimitsExceededException",
    "AWS WAF couldn\u2019t perform the operation because you exceeded your resource limit.",
)

TAGS = Tags(too_many=OVER_LIMIT, reserved=(
    "WAFTagOperationException", "An error occurred during the tagging operation. Retry your request."), missing=MISSING)
LOCK = Version("LockToken", "LockToken", stale=STALE, pattern="{uuid}")
BY_SCOPE = {"Scope": equal("Scope")}
INVALID_MARKER = ("WAFInvalidParameterException", "Error reason: The marker is not valid.")

# What the resources with a name, a scope and a lock have in common.
NAMED = {
    "arn_member": "ARN", "tags": TAGS, "version": LOCK, "missing": MISSING, "named": ("Name", "Scope"), "by_arn": True,
    "names": {"NextLockToken": "LockToken"}, "words": {"Scope": lambda scope: SCOPES.get(scope, scope)},
    "replaces": True,
}  # fmt: skip


def invalid(reason: str, field: str, parameter: str) -> AwsError:
    """A WAFInvalidParameterException, as AWS puts it together."""
    message = f"Error reason: {reason}, field: {field}, parameter: {parameter}"
    return AwsError("WAFInvalidParameterException", message, Field=field, Parameter=parameter, Reason=reason)


def refusal(words: tuple[str, str]) -> AwsError:
    return AwsError(*words)


def check_scope(ctx) -> None:
    """What is for CloudFront is kept in one region."""
    if ctx.input.get("Scope") == "CLOUDFRONT" and ctx.region != "us-east-1":
        raise invalid("The scope is not valid.", "SCOPE_VALUE", "CLOUDFRONT")


service.before.append(check_scope)
