"""GetPredictiveScalingForecast: load by the hour, as it was at the same hours of the last two weeks.

A plain statistical model: AWS's own is not public.
https://docs.aws.amazon.com/autoscaling/application/APIReference/API_GetPredictiveScalingForecast.html
"""

import math
from typing import Any

from emulator.kernel.context import Context
from emulator.kernel.errors import NotImplementedByEmulator
from emulator.services.application_autoscaling.errors import not_found, refused
from emulator.services.application_autoscaling.lookup import target_of
from emulator.services.application_autoscaling.service import service
from emulator.services.application_autoscaling.tables import Place, Target, policies

HOUR, DAY = 3600, 86400
HISTORY, LONGEST = 14 * DAY, 30 * DAY


@service.operation
def get_predictive_scaling_forecast(
    ctx, ServiceNamespace, ResourceId, ScalableDimension, PolicyName, StartTime, EndTime
):
    """Raises ValidationException."""
    place = Place(ServiceNamespace, ResourceId, ScalableDimension)
    target = target_of(ctx, place)
    policy = ctx.rows(policies).get((*place, PolicyName))
    if policy is None:
        raise not_found("scaling policy found", place, ("policy name", PolicyName))
    if policy.type != "PredictiveScaling":
        raise refused(f"{PolicyName} is not a predictive scaling policy")
    if StartTime >= EndTime or EndTime - StartTime > LONGEST:
        raise refused("StartTime must be before EndTime, and at most 30 days before it")
    times = range(int(-(-StartTime // HOUR) * HOUR), int(EndTime), HOUR)
    forecasts = [_forecast(ctx, each, times) for each in policy.config["MetricSpecifications"]]
    return {
        "LoadForecast": forecasts, "CapacityForecast": _capacity(target, forecasts, times), "UpdateTime": ctx.now
    }  # fmt: skip


def _forecast(ctx: Context, specification: dict[str, Any], times: range) -> dict[str, Any]:
    load = specification.get("CustomizedLoadMetricSpecification")
    if load is None:
        raise NotImplementedByEmulator("A forecast of a predefined load metric")
    queries = [each | ({"MetricStat": each["MetricStat"] | {"Period": HOUR}} if "MetricStat" in each else {})
               for each in load["MetricDataQueries"]]  # fmt: skip
    answer = ctx.call("cloudwatch", "GetMetricData", {
        "MetricDataQueries": queries, "StartTime": ctx.now - HISTORY, "EndTime": ctx.now
    })  # fmt: skip
    hours: dict[int, list[float]] = {}
    for result in answer["MetricDataResults"][:1]:
        for at, value in zip(result["Timestamps"], result["Values"]):
            hours.setdefault(at % DAY // HOUR, []).append(value)
    means = {hour: sum(values) / len(values) for hour, values in hours.items()}
    found = {at: means[at % DAY // HOUR] for at in times if at % DAY // HOUR in means}
    return {"Timestamps": list(found), "Values": list(found.values()), "MetricSpecification": specification}


def _capacity(target: Target, forecasts: list[dict[str, Any]], times: range) -> dict[str, Any]:
    """What each hour needs: the load over the target, of several metrics the most, within the target's bounds."""
    needed: dict[int, float] = {}
    for forecast in forecasts:
        aim = forecast["MetricSpecification"]["TargetValue"]
        for at, value in zip(forecast["Timestamps"], forecast["Values"]):
            needed[at] = max(needed.get(at, 0.0), math.ceil(value / aim))
    found = {at: float(min(max(needed[at], target.minimum), target.maximum)) for at in times if at in needed}
    return {"Timestamps": list(found), "Values": list(found.values())}
