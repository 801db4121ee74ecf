"""Which lifecycle configurations are accepted. https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.s3 import daily
from emulator.services.s3.documents import malformed, with_ids
from emulator.services.s3.tables import Bucket

MOST_RULES = 1000
LONGEST_ID = 255
ACTIONS = (
    "Expiration", "Transitions", "NoncurrentVersionTransitions", "NoncurrentVersionExpiration",
    "AbortIncompleteMultipartUpload",
)  # fmt: skip
MINIMUM_SIZES = ("varies_by_storage_class", "all_storage_classes_128K")
INFREQUENT = ("STANDARD_IA", "ONEZONE_IA")
SOONEST_INFREQUENT = 30  # days before which nothing moves to an infrequent access class


def _invalid_argument(message: str) -> AwsError:
    return AwsError("InvalidArgument", message, 400)


def accept(ctx: Context, bucket: Bucket, document: dict, given: dict) -> dict:
    """Validate a lifecycle configuration; rules get ids, the configuration its minimum size. It acts from midnight."""
    size = given.get("TransitionDefaultMinimumObjectSize") or "all_storage_classes_128K"
    if size not in MINIMUM_SIZES:
        raise AwsError("InvalidRequest", f"Invalid TransitionDefaultMinimumObjectSize found: {size}", 400)
    rules = document.get("Rules") or []
    if not 0 < len(rules) <= MOST_RULES:
        raise malformed()
    seen: set[str] = set()
    for rule in rules:
        _check(rule)
        name = rule.get("ID")
        if name in seen:
            raise _invalid_argument("Rule ID must be unique. Found same ID for more than one rule")
        if name:
            seen.add(name)
    daily.arm(ctx, bucket, "run_lifecycle")
    return {"Rules": with_ids(ctx, rules), "TransitionDefaultMinimumObjectSize": size}


def _check(rule: dict) -> None:
    if len(rule.get("ID") or "") > LONGEST_ID:
        raise _invalid_argument(f"ID length should not exceed allowed limit of {LONGEST_ID}")
    # A rule says what it is for in exactly one of two ways: the older prefix, or a filter with at most one element.
    if ("Filter" in rule) == ("Prefix" in rule) or len(rule.get("Filter") or {}) > 1:
        raise malformed()
    if not any(name in rule for name in ACTIONS):
        raise AwsError("InvalidRequest", "At least one action needs to be specified in a rule", 400)
    expiration = rule.get("Expiration")
    if expiration is not None:
        if len(expiration) != 1:
            raise malformed()
        _check_when(expiration, "Expiration")
    for transition in rule.get("Transitions", ()):
        if ("Days" in transition) == ("Date" in transition):
            raise malformed()
        _check_when(transition, "Transition", zero=True)
        days = transition.get("Days")
        storage_class = transition.get("StorageClass")
        if days is not None and storage_class in INFREQUENT and days < SOONEST_INFREQUENT:
            raise _invalid_argument(
                f"'Days' in Transition action must be greater than or equal to {SOONEST_INFREQUENT} for storageClass "
                f"'{storage_class}'"
            )
    noncurrent = rule.get("NoncurrentVersionExpiration") or {}
    if noncurrent.get("NoncurrentDays", 1) <= 0:
        raise _invalid_argument("'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer")
    abort = rule.get("AbortIncompleteMultipartUpload") or {}
    if abort.get("DaysAfterInitiation", 1) <= 0:
        raise _invalid_argument(
            "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer"
        )


def _check_when(action: dict, name: str, zero: bool = False) -> None:
    """The day, counted or by date, on which an action is due; ``zero``: also the day of creation."""
    if "Days" in action and action["Days"] < (0 if zero else 1):
        kind = "nonnegative" if zero else "positive"
        raise _invalid_argument(f"'Days' for {name} action must be a {kind} integer")
    if "Date" in action and action["Date"] % daily.DAY:
        raise _invalid_argument("'Date' must be at midnight GMT")
