"""Target tracking: the alarms that a policy makes, and the capacity that brings its metric to the target.

https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
"""

import math
from typing import Any, NamedTuple

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.application_autoscaling import resources
from emulator.services.application_autoscaling.errors import refused
from emulator.services.application_autoscaling.tables import Place, Policy, Target

MINUTE = 60
LOWER = 0.9  # of the target, below which a policy scales in
UNITS_LOWER = 20  # percent points below the target, for capacity units


class Predefined(NamedTuple):
    """A predefined metric: where it is found, and the names of its dimensions with what of the resource is theirs.

    ``units``: the capacity is in units a second, of which the target is a percentage.
    """

    namespace: str
    metric: str
    dimensions: dict[str, int]
    statistic: str = "Average"
    units: bool = False


# By the metric's type; numbers in ``dimensions`` are parts of the resource id, counted from 0.
PREDEFINED: dict[str, Predefined] = {
    "DynamoDBReadCapacityUtilization": Predefined(
        "AWS/DynamoDB", "ConsumedReadCapacityUnits", {"TableName": 1, "GlobalSecondaryIndexName": 3}, "Sum", True),
    "DynamoDBWriteCapacityUtilization": Predefined(
        "AWS/DynamoDB", "ConsumedWriteCapacityUnits", {"TableName": 1, "GlobalSecondaryIndexName": 3}, "Sum", True),
    "CassandraReadCapacityUtilization": Predefined(
        "AWS/Cassandra", "ConsumedReadCapacityUnits", {"Keyspace": 1, "TableName": 3}, "Sum", True),
    "CassandraWriteCapacityUtilization": Predefined(
        "AWS/Cassandra", "ConsumedWriteCapacityUnits", {"Keyspace": 1, "TableName": 3}, "Sum", True),
    "LambdaProvisionedConcurrencyUtilization": Predefined(
        "AWS/Lambda", "ProvisionedConcurrencyUtilization", {"FunctionName": 1, "Resource": 2}, "Maximum"),
    "ECSServiceAverageCPUUtilization": Predefined(
        "AWS/ECS", "CPUUtilization", {"ClusterName": 1, "ServiceName": 2}),
    "ECSServiceAverageMemoryUtilization": Predefined(
        "AWS/ECS", "MemoryUtilization", {"ClusterName": 1, "ServiceName": 2}),
    "ALBRequestCountPerTarget": Predefined("AWS/ApplicationELB", "RequestCountPerTarget", {}, "Sum"),
    "RDSReaderAverageCPUUtilization": Predefined("AWS/RDS", "CPUUtilization", {"DBClusterIdentifier": 1}),
    "RDSReaderAverageDatabaseConnections": Predefined("AWS/RDS", "DatabaseConnections", {"DBClusterIdentifier": 1}),
    "NeptuneReaderAverageCPUUtilization": Predefined("AWS/Neptune", "CPUUtilization", {"DBClusterIdentifier": 1}),
    "EC2SpotFleetRequestAverageCPUUtilization": Predefined("AWS/EC2Spot", "CPUUtilization", {"FleetRequestId": 1}),
    "EC2SpotFleetRequestAverageNetworkIn": Predefined("AWS/EC2Spot", "NetworkIn", {"FleetRequestId": 1}),
    "EC2SpotFleetRequestAverageNetworkOut": Predefined("AWS/EC2Spot", "NetworkOut", {"FleetRequestId": 1}),
    "AppStreamAverageCapacityUtilization": Predefined("AWS/AppStream", "CapacityUtilization", {"Fleet": 1}),
    "ElastiCachePrimaryEngineCPUUtilization": Predefined(
        "AWS/ElastiCache", "EngineCPUUtilization", {"ReplicationGroupId": 1}),
    "ElastiCacheReplicaEngineCPUUtilization": Predefined(
        "AWS/ElastiCache", "EngineCPUUtilization", {"ReplicationGroupId": 1}),
    "ElastiCacheDatabaseMemoryUsageCountedForEvictPercentage": Predefined(
        "AWS/ElastiCache", "DatabaseMemoryUsageCountedForEvictPercentage", {"ReplicationGroupId": 1}),
    "SageMakerVariantInvocationsPerInstance": Predefined(
        "AWS/SageMaker", "InvocationsPerInstance", {"EndpointName": 1, "VariantName": 3}, "Sum"),
    "KafkaBrokerStorageUtilization": Predefined("AWS/Kafka", "KafkaDataLogsDiskUsed", {}, "Maximum"),
}  # fmt: skip


def check(place: Place, config: dict[str, Any]) -> None:
    """Raises ValidationException."""
    kinds = [name for name in ("PredefinedMetricSpecification", "CustomizedMetricSpecification") if config.get(name)]
    if len(kinds) != 1:
        raise refused("Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be "
                      "specified")  # fmt: skip
    if config["TargetValue"] <= 0:
        raise refused("TargetValue must be greater than 0")
    if kinds[0] == "CustomizedMetricSpecification":
        given = config[kinds[0]]
        if not given.get("Metrics") and not all(given.get(name) for name in ("MetricName", "Namespace", "Statistic")):
            raise refused("MetricName, Namespace and Statistic are required in CustomizedMetricSpecification")
        return
    type = config[kinds[0]]["PredefinedMetricType"]
    if type not in PREDEFINED or not _suits(place, type):
        raise refused(f"Unsupported predefined metric type {type} for {place.dimension}")
    if type == "ALBRequestCountPerTarget" and not config[kinds[0]].get("ResourceLabel"):
        raise refused("ResourceLabel is required for the metric type ALBRequestCountPerTarget")


def _suits(place: Place, type: str) -> bool:
    """Whether a metric is one of the service's; of read and write units the right ones."""
    if type == "ALBRequestCountPerTarget":
        return place.namespace in ("ecs", "ec2")
    kind = next((each for each in ("Read", "Write") if f"{each}Capacity" in type), "")
    names = {"dynamodb": "DynamoDB", "cassandra": "Cassandra", "lambda": "Lambda", "ecs": "ECS", "rds": "RDS",
             "neptune": "Neptune", "ec2": "EC2", "appstream": "AppStream", "elasticache": "ElastiCache",
             "sagemaker": "SageMaker", "kafka": "Kafka"}  # fmt: skip
    return type.startswith(names.get(place.namespace, "\0")) and kind in place.dimension


def _parts(place: Place) -> list[str]:
    return place.resource.replace(":", "/").split("/")


def _metric(place: Place, config: dict[str, Any]) -> dict[str, Any]:
    """The metric of a policy as members of an alarm."""
    custom = config.get("CustomizedMetricSpecification")
    if custom is not None:
        if custom.get("Metrics"):
            metrics = [each | ({"MetricStat": each["MetricStat"] | {"Period": MINUTE}} if "MetricStat" in each else {})
                       for each in custom["Metrics"]]  # fmt: skip
            return {"Metrics": metrics}
        named = {name: custom[name] for name in ("MetricName", "Namespace", "Statistic", "Unit") if custom.get(name)}
        return named | {"Dimensions": custom.get("Dimensions") or [], "Period": MINUTE}
    given = config["PredefinedMetricSpecification"]
    known, parts = PREDEFINED[given["PredefinedMetricType"]], _parts(place)
    dimensions = {name: parts[at] for name, at in known.dimensions.items() if at < len(parts)}
    if "Resource" in dimensions:  # Lambda names an alias function:alias
        dimensions["Resource"] = f"{parts[1]}:{parts[2]}"
    if given.get("ResourceLabel"):
        balancer, _, group = given["ResourceLabel"].partition("/targetgroup/")
        dimensions |= {"LoadBalancer": balancer.removeprefix("app/"), "TargetGroup": f"targetgroup/{group}"}
    return {
        "Namespace": known.namespace, "MetricName": known.metric, "Statistic": known.statistic, "Period": MINUTE,
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
    }  # fmt: skip


def in_units(config: dict[str, Any]) -> bool:
    given = config.get("PredefinedMetricSpecification")
    return given is not None and PREDEFINED[given["PredefinedMetricType"]].units


def _thresholds(config: dict[str, Any], capacity: int) -> tuple[float, float]:
    """Above and below which values of a minute the policy acts."""
    target = config["TargetValue"]
    if not in_units(config):
        return target, target * LOWER
    whole = capacity * MINUTE / 100
    return target * whole, max(target - UNITS_LOWER, 0) * whole


def make_alarms(ctx: Context, target: Target, policy: Policy) -> tuple[str, ...]:
    """Make the two alarms of a policy, of which the lower one is left out where it must not scale in."""
    capacity = _capacity(ctx, target) if in_units(policy.config) else 0
    high, low = _thresholds(policy.config, capacity)
    made = [_put(ctx, policy, "AlarmHigh", high)]
    if not policy.config.get("DisableScaleIn"):
        made.append(_put(ctx, policy, "AlarmLow", low))
    return tuple(made)


def _capacity(ctx: Context, target: Target) -> int:
    try:
        return resources.capacity(ctx, target.place, target.role)
    except AwsError:
        return target.minimum


def _put(ctx: Context, policy: Policy, kind: str, threshold: float) -> str:
    name = f"TargetTracking-{policy.resource}-{kind}-{ctx.ids.uuid()}"
    high = kind == "AlarmHigh"
    periods = (2 if in_units(policy.config) else 3) if high else 15
    ctx.call("cloudwatch", "PutMetricAlarm", {
        "AlarmName": name, "AlarmActions": [policy.arn], "EvaluationPeriods": periods, "Threshold": threshold,
        "AlarmDescription": f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {policy.arn}.",
        "ComparisonOperator": "GreaterThanThreshold" if high else "LessThanThreshold",
        **_metric(policy.place, policy.config),
    })  # fmt: skip
    return name


def forget_alarms(ctx: Context, policy: Policy) -> None:
    """Delete the alarms of a policy that are still there."""
    for name in policy.alarms:
        try:
            ctx.call("cloudwatch", "DeleteAlarms", {"AlarmNames": [name]})
        except AwsError as error:
            if error.code != "ResourceNotFound":
                raise


def capacity_changed(ctx: Context, target: Target, policy: Policy) -> None:
    """Thresholds in units follow the capacity."""
    if not in_units(policy.config):
        return
    high, low = _thresholds(policy.config, _capacity(ctx, target))
    found = ctx.call("cloudwatch", "DescribeAlarms", {"AlarmNames": list(policy.alarms)})["MetricAlarms"]
    for alarm in found:
        threshold = high if "-AlarmHigh-" in alarm["AlarmName"] else low
        kept = ("AlarmName", "AlarmDescription", "AlarmActions", "EvaluationPeriods", "ComparisonOperator", "Namespace",
                "MetricName", "Statistic", "Period", "Dimensions")  # fmt: skip
        ctx.call("cloudwatch", "PutMetricAlarm", {name: alarm[name] for name in kept} | {"Threshold": threshold})


def wanted(ctx: Context, policy: Policy, alarm: str, capacity: int, value: float | None) -> int:
    """The capacity that brings the metric to its target: in proportion, and never against the alarm's direction."""
    if value is None:
        return capacity
    target = policy.config["TargetValue"]
    if in_units(policy.config):
        exact = value / MINUTE / (target / 100)
    else:
        exact = capacity * value / target
    if "-AlarmHigh-" in alarm:
        return max(capacity + 1, math.ceil(exact - 1e-9))
    return min(capacity - 1, math.ceil(exact - 1e-9))
