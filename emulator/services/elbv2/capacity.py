"""Reserved capacity of load balancers.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyCapacityReservation.html
"""

from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.elbv2.load_balancers import LoadBalancer, zones
from emulator.services.elbv2.service import configuration, service

LEAST = {"application": 100, "network": 2750}
DECREASES = 2  # that a day allows
DAY = 86400


def _today(reserved: dict, now: float) -> list[float]:
    return [moment for moment in reserved.get("decreases", ()) if moment > now - DAY]


def _answer(ctx, record) -> dict:
    reserved = record.private.get("capacity", {})
    found = {"DecreaseRequestsRemaining": DECREASES - len(_today(reserved, ctx.now))}
    if "modified" in reserved:
        found["LastModifiedTime"] = reserved["modified"]
    if reserved.get("units"):
        found["MinimumLoadBalancerCapacity"] = {"CapacityUnits": reserved["units"]}
        places = zones(record)
        found["CapacityReservationState"] = [
            {"State": {"Code": "provisioned"}, "AvailabilityZone": each["ZoneName"],
             "EffectiveCapacityUnits": reserved["units"] / len(places)} for each in places
        ]  # fmt: skip
    return found


@service.operation
def describe_capacity_reservation(ctx, LoadBalancerArn):
    """Raises LoadBalancerNotFound."""
    return _answer(ctx, LoadBalancer.get(ctx, {"LoadBalancerArn": LoadBalancerArn}))


@service.operation
def modify_capacity_reservation(ctx, LoadBalancerArn, MinimumLoadBalancerCapacity=None, ResetCapacityReservation=None):
    """Raises LoadBalancerNotFound, InvalidConfigurationRequest, CapacityDecreaseRequestLimitExceeded."""
    record = LoadBalancer.get(ctx, {"LoadBalancerArn": LoadBalancerArn})
    least = LEAST.get(record.document["Type"])
    if least is None:
        raise AwsError("OperationNotPermitted", "Gateway load balancers do not support capacity reservation")
    units = 0 if ResetCapacityReservation else (MinimumLoadBalancerCapacity or {}).get("CapacityUnits")
    if units is None or (units and units < least):
        raise configuration(f"The minimum capacity must be at least {least} units")
    reserved = record.private.get("capacity", {})
    decreases = _today(reserved, ctx.now)
    if units and units < reserved.get("units", 0):
        if len(decreases) == DECREASES:
            raise AwsError("CapacityDecreaseRequestLimitExceeded", "You've reached the daily decrease request limit")
        decreases = [*decreases, ctx.now]
    capacity = {"units": units, "modified": ctx.now, "decreases": decreases}
    record = LoadBalancer.put(ctx, replace(record, private={**record.private, "capacity": capacity}))
    return _answer(ctx, record)
