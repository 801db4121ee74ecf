"""Step scaling: how far a policy goes, by how far an alarm's metric is beyond its threshold.

https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html
"""

import math
from itertools import pairwise
from typing import Any

from emulator.services.application_autoscaling.errors import refused

LOW, HIGH = "MetricIntervalLowerBound", "MetricIntervalUpperBound"


def _bounds(step: dict[str, Any]) -> tuple[float, float]:
    low, high = step.get(LOW), step.get(HIGH)
    return (-math.inf if low is None else low), (math.inf if high is None else high)


def check(config: dict[str, Any]) -> None:
    """Raises ValidationException."""
    steps = config.get("StepAdjustments")
    if not config.get("AdjustmentType"):
        raise refused("AdjustmentType is required for step scaling policies")
    if not steps:
        raise refused("At least one StepAdjustment is required for step scaling policies")
    intervals = sorted(_bounds(step) for step in steps)
    if any(low >= high for low, high in intervals):
        raise refused("The lower bound of a step adjustment must be less than its upper bound")
    if any(first[1] > second[0] for first, second in pairwise(intervals)):
        raise refused("The intervals of step adjustments must not overlap")
    if any(first[1] != second[0] for first, second in pairwise(intervals)):
        raise refused("There must be no gap between the intervals of step adjustments")
    if config.get("MinAdjustmentMagnitude") is not None and config["AdjustmentType"] != "PercentChangeInCapacity":
        raise refused("MinAdjustmentMagnitude is only supported for the adjustment type PercentChangeInCapacity")


def wanted(config: dict[str, Any], capacity: int, value: float | None, threshold: float | None) -> int:
    """The capacity that the policy wants; the same where no step fits."""
    difference = 0.0 if value is None or threshold is None else value - threshold
    step = next((each for each in config["StepAdjustments"] if _fits(difference, *_bounds(each))), None)
    if step is None:
        return capacity
    change, kind = step["ScalingAdjustment"], config["AdjustmentType"]
    if kind == "ExactCapacity":
        return max(0, change)
    if kind == "PercentChangeInCapacity":
        change = _percent(capacity, change, config.get("MinAdjustmentMagnitude") or 1)
    return max(0, capacity + change)


def _fits(difference: float, low: float, high: float) -> bool:
    """Above the threshold the lower bound belongs to the step, below it the upper one."""
    return low <= difference < high if difference >= 0 else low < difference <= high


def _percent(capacity: int, percent: int, least: int) -> int:
    """A percentage of the capacity: below one it is one, above one whole; at least the magnitude that is asked."""
    exact = capacity * percent / 100
    whole = math.copysign(1, exact) if 0 < abs(exact) < 1 else math.trunc(exact)
    return int(math.copysign(max(abs(whole), least), percent)) if percent else 0
