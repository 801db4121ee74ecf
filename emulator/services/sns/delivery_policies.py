"""Delivery policies: how HTTP(S) deliveries are tried again, as they are set, as they read and as they work.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
"""

import orjson

from emulator.services.sns import json_attributes
from emulator.services.sns.errors import invalid

HEALTHY = {
    "minDelayTarget": 20, "maxDelayTarget": 20, "numRetries": 3, "numMaxDelayRetries": 0, "numNoDelayRetries": 0,
    "numMinDelayRetries": 0, "backoffFunction": "linear",
}  # fmt: skip
UNSET = {
    "minDelayTarget": None, "maxDelayTarget": None, "numRetries": None, "numMaxDelayRetries": 0,
    "numNoDelayRetries": 0, "numMinDelayRetries": 0, "backoffFunction": "linear",
}  # fmt: skip
LIMITS = {  # lowest, highest
    "minDelayTarget": (1, 3600), "maxDelayTarget": (1, 3600), "numRetries": (0, 100), "numMaxDelayRetries": (0, 100),
    "numNoDelayRetries": (0, 100), "numMinDelayRetries": (0, 100),
}  # fmt: skip
BACKOFFS = ("arithmetic", "exponential", "geometric", "linear")
REQUEST = {"headerContentType": "text/plain; charset=UTF-8"}
LONGEST = 3600  # seconds that all retries of one delivery may take

# What cannot be changed: (retries at once, 1 second apart, growing from … to …, then steadily).
MANAGED = (3, (2, 1), (10, 1, 20), (100_000, 20))  # SQS, Lambda, Firehose


def _write(value) -> str:
    return orjson.dumps(value).decode()


def _check_objects(given: dict, names: tuple[str, ...], prefix: str) -> None:
    """Raises InvalidParameter where something else than an object, or nothing, is given."""
    for name in names:
        if given.get(name) is not None and not isinstance(given[name], dict):
            raise invalid(f"{prefix}DeliveryPolicy: {name} must be an object")


def _check(policy: dict, prefix: str) -> None:
    """Raises InvalidParameter for a retry policy out of bounds."""
    for name, (low, high) in LIMITS.items():
        value = policy.get(name)
        if value is not None and not (isinstance(value, int) and low <= value <= high):
            raise invalid(f"{prefix}DeliveryPolicy: {name} must be between {low} and {high}")
    whole = {**HEALTHY, **{name: value for name, value in policy.items() if value is not None}}
    if whole["minDelayTarget"] > whole["maxDelayTarget"]:
        raise invalid(f"{prefix}DeliveryPolicy: minDelayTarget must be less than or equal to maxDelayTarget")
    if whole["backoffFunction"] not in BACKOFFS:
        raise invalid(f"{prefix}DeliveryPolicy: backoffFunction must be one of {', '.join(BACKOFFS)}")
    if sum(whole[f"num{each}Retries"] for each in ("MaxDelay", "NoDelay", "MinDelay")) > whole["numRetries"]:
        raise invalid(f"{prefix}DeliveryPolicy: the retries of the phases must not exceed numRetries")
    if sum(delays(whole)) > LONGEST:
        raise invalid(f"{prefix}DeliveryPolicy: the total policy retry time must not exceed {LONGEST} seconds")


def of_topic(text: str, prefix: str = "") -> str:
    """A topic's policy as it is kept. Raises InvalidParameter."""
    http = json_attributes.read_object("DeliveryPolicy", text, prefix).get("http")
    if not isinstance(http, dict):
        raise invalid(f"{prefix}DeliveryPolicy: http must be an object")
    _check_objects(http, ("defaultHealthyRetryPolicy", "defaultThrottlePolicy", "defaultRequestPolicy"), prefix)
    kept: dict = {}
    if http.get("defaultHealthyRetryPolicy") is not None:
        _check(http["defaultHealthyRetryPolicy"], prefix)
        kept["defaultHealthyRetryPolicy"] = http["defaultHealthyRetryPolicy"]
    kept["disableSubscriptionOverrides"] = bool(http.get("disableSubscriptionOverrides", False))
    for name in ("defaultThrottlePolicy", "defaultRequestPolicy"):
        if http.get(name) is not None:
            kept[name] = http[name]
    return _write({"http": kept})


def effective_of_topic(text: str) -> dict:
    """What holds for the topic's HTTP subscriptions, defaults included: the content of ``http``."""
    given = orjson.loads(text)["http"] if text else {}
    found = {
        "defaultHealthyRetryPolicy": {**HEALTHY, **given.get("defaultHealthyRetryPolicy", {})},
        "disableSubscriptionOverrides": given.get("disableSubscriptionOverrides", False),
    }
    if "defaultThrottlePolicy" in given:
        found["defaultThrottlePolicy"] = given["defaultThrottlePolicy"]
    found["defaultRequestPolicy"] = given.get("defaultRequestPolicy", REQUEST)
    return found


def of_subscription(text: str, prefix: str = "") -> str:
    """A subscription's policy as it is kept. Raises InvalidParameter."""
    given = json_attributes.read_object("DeliveryPolicy", text, prefix)
    _check_objects(given, ("healthyRetryPolicy", "sicklyRetryPolicy", "throttlePolicy", "requestPolicy"), prefix)
    healthy = given.get("healthyRetryPolicy")
    if healthy is not None:
        _check(healthy, prefix)
        healthy = {name: healthy.get(name, default) for name, default in UNSET.items()}
    return _write({
        "healthyRetryPolicy": healthy, "sicklyRetryPolicy": given.get("sicklyRetryPolicy"),
        "throttlePolicy": given.get("throttlePolicy"), "requestPolicy": given.get("requestPolicy"),
        "guaranteed": bool(given.get("guaranteed", False)),
    })  # fmt: skip


def effective_of_subscription(text: str, topic_text: str) -> dict:
    """What holds for a subscription: its own policy over its topic's, unless the topic forbids that."""
    topic = effective_of_topic(topic_text)
    own = orjson.loads(text) if text and not topic["disableSubscriptionOverrides"] else {}
    healthy = {name: value for name, value in (own.get("healthyRetryPolicy") or {}).items() if value is not None}
    return {
        "healthyRetryPolicy": {**HEALTHY, **healthy} if healthy else topic["defaultHealthyRetryPolicy"],
        "sicklyRetryPolicy": own.get("sicklyRetryPolicy"),
        "throttlePolicy": own.get("throttlePolicy") or topic.get("defaultThrottlePolicy"),
        "requestPolicy": own.get("requestPolicy") or topic["defaultRequestPolicy"],
        "guaranteed": own.get("guaranteed", False),
    }


def delays(policy: dict) -> list[float]:
    """Seconds to wait before each retry under a whole ``healthyRetryPolicy``, phase by phase."""
    low, high = policy["minDelayTarget"], policy["maxDelayTarget"]
    at_once, early, late = (policy[f"num{each}Retries"] for each in ("NoDelay", "MinDelay", "MaxDelay"))
    between = max(0, policy["numRetries"] - at_once - early - late)
    growing = _grow(policy["backoffFunction"], low, high, between)
    return [0.0] * at_once + [float(low)] * early + growing + [float(high)] * late


def _grow(function: str, low: float, high: float, steps: int) -> list[float]:
    """The backoff phase: ``steps`` delays from ``low`` to ``high``."""
    if steps < 2:
        return [float(low)] * steps
    shapes = {
        "linear": lambda part: part,
        "arithmetic": lambda part: part * (part * (steps - 1) + 1) / steps,
        "exponential": lambda part: (2 ** (part * (steps - 1)) - 1) / (2 ** (steps - 1) - 1),
        "geometric": lambda part: part**2,
    }
    return [low + (high - low) * shapes[function](step / (steps - 1)) for step in range(steps)]


def managed_delay(retry: int) -> float | None:
    """Seconds before the ``retry``-th retry (from 0) to an endpoint that AWS manages; None when there is none."""
    at_once, (early, apart), (steps, low, high), (late, steady) = MANAGED
    for count, wait in ((at_once, 0.0), (early, apart)):
        if retry < count:
            return float(wait)
        retry -= count
    if retry < steps:
        return _grow("exponential", low, high, steps)[retry]
    return float(steady) if retry - steps < late else None


