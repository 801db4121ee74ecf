"""Targets, schedules and policies over a table of DynamoDB."""

import time
from datetime import UTC, datetime, timedelta

from conformance.probes import probe
from conformance.services.application_autoscaling import CUSTOM, SERVICE, STEPS, TRACKING, place

API = "https://docs.aws.amazon.com/autoscaling/application/APIReference/"
GUIDE = "https://docs.aws.amazon.com/autoscaling/application/userguide/"
PATIENCE = 30.0
NAME = "application-autoscaling"


def units(trial):
    """The read units of the table."""
    found = trial.ask("DescribeTable", "dynamodb", TableName=trial.fixture("table")["Table"])["Table"]
    return found["ProvisionedThroughput"]["ReadCapacityUnits"]


def become(trial, wanted):
    """Wait until the table has so many units."""
    until = time.monotonic() + PATIENCE
    while units(trial) != wanted:
        assert time.monotonic() < until, f"{units(trial)} units, expected {wanted}"
        time.sleep(0.2)


def register(trial, least=1, most=10, **more):
    """The place of the table, registered."""
    where = place(trial.fixture("table")["ResourceId"])
    trial.ask("RegisterScalableTarget", **where, MinCapacity=least, MaxCapacity=most, **more)
    trial.later(lambda: trial.call("DeregisterScalableTarget", **where))
    return where


def activities(trial, where, **more):
    return trial.ask("DescribeScalingActivities", ServiceNamespace=where["ServiceNamespace"],
                     ResourceId=where["ResourceId"], **more)["ScalingActivities"]


def track(trial, where, **more):
    """A policy that holds m at 50, and its alarms by their kind."""
    made = trial.ask("PutScalingPolicy", **where, PolicyName="p", PolicyType="TargetTrackingScaling",
                     TargetTrackingScalingPolicyConfiguration={"TargetValue": 50.0, **more} | (
                         {} if "PredefinedMetricSpecification" in more else {"CustomizedMetricSpecification": CUSTOM}))
    names = [each["AlarmName"] for each in made["Alarms"]]
    alarms = trial.ask("DescribeAlarms", "cloudwatch", AlarmNames=names)["MetricAlarms"]
    return {kind: each for each in alarms for kind in ("AlarmHigh", "AlarmLow") if kind in each["AlarmName"]}


def cross(trial, alarm, value):
    """Let an alarm be in ALARM by a value."""
    trial.ask("SetAlarmState", "cloudwatch", AlarmName=alarm["AlarmName"], StateValue="ALARM", StateReason="the probe",
              StateReasonData=f'{{"recentDatapoints": [{value}]}}')


@probe(NAME, "RegisterScalableTarget", "A capacity below the minimum of a new target is raised to it",
       API + "API_RegisterScalableTarget.html")
def minimum(trial):
    where = register(trial, 7)
    become(trial, 7)
    found = activities(trial, where)[0]
    assert (found["StatusCode"], found["Cause"]) == ("Successful", "minimum capacity was set to 7"), found


@probe(NAME, "RegisterScalableTarget", "A capacity above the maximum is lowered to it",
       API + "API_RegisterScalableTarget.html")
def maximum(trial):
    register(trial, 1, 3)
    become(trial, 3)


@probe(NAME, "RegisterScalableTarget", "Registering again changes what is given and leaves the rest",
       API + "API_RegisterScalableTarget.html")
def registered_again(trial):
    where = register(trial, 1, 10)
    trial.ask("RegisterScalableTarget", **where, MaxCapacity=20)
    found = trial.ask("DescribeScalableTargets", ServiceNamespace="dynamodb", ResourceIds=[where["ResourceId"]])
    target = found["ScalableTargets"][0]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 20), target


@probe(NAME, "RegisterScalableTarget", "A table that is not there can't be registered",
       API + "API_RegisterScalableTarget.html")
def absent_tables(trial):
    trial.refused("RegisterScalableTarget", "ValidationException", 400, **place(f"table/{trial.unique('absent')}"),
                  MinCapacity=1, MaxCapacity=2)


@probe(NAME, "RegisterScalableTarget", "The dimension must be one of the namespace",
       API + "API_RegisterScalableTarget.html")
def foreign_dimensions(trial):
    where = place(trial.fixture("table")["ResourceId"]) | {"ScalableDimension": "ecs:service:DesiredCount"}
    trial.refused("RegisterScalableTarget", "ValidationException", 400, **where, MinCapacity=1, MaxCapacity=2)


@probe(NAME, "RegisterScalableTarget", "The least capacity may not be above the most",
       API + "API_RegisterScalableTarget.html")
def crossed_bounds(trial):
    where = place(trial.fixture("table")["ResourceId"])
    trial.refused("RegisterScalableTarget", "ValidationException", 400, **where, MinCapacity=3, MaxCapacity=2)


@probe(NAME, "RegisterScalableTarget", "Without a role, the service-linked one is used",
       GUIDE + "application-auto-scaling-service-linked-roles.html")
def linked_roles(trial):
    where = register(trial)
    found = trial.ask("DescribeScalableTargets", ServiceNamespace="dynamodb", ResourceIds=[where["ResourceId"]])
    role = found["ScalableTargets"][0]["RoleARN"]
    assert role.endswith("/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"), role


@probe(NAME, "DeregisterScalableTarget", "Policies, their alarms and scheduled actions go with their target",
       API + "API_DeregisterScalableTarget.html")
def all_together(trial):
    where = register(trial)
    alarms = track(trial, where)
    trial.ask("PutScheduledAction", **where, ScheduledActionName="a", Schedule="rate(1 day)",
              ScalableTargetAction={"MinCapacity": 2})
    trial.ask("DeregisterScalableTarget", **where)
    names = [each["AlarmName"] for each in alarms.values()]
    assert trial.ask("DescribeAlarms", "cloudwatch", AlarmNames=names)["MetricAlarms"] == []
    for operation, member in (("DescribeScalingPolicies", "ScalingPolicies"),
                              ("DescribeScheduledActions", "ScheduledActions")):
        found = trial.ask(operation, ServiceNamespace="dynamodb", ResourceId=where["ResourceId"])
        assert found[member] == [], found


@probe(NAME, "PutScheduledAction", "A scheduled action sets the bounds of its target when it is due",
       GUIDE + "application-auto-scaling-scheduled-scaling.html")
def schedules(trial):
    where = register(trial)
    due = datetime.now(UTC) + timedelta(seconds=3)
    trial.ask("PutScheduledAction", **where, ScheduledActionName="up", Schedule=f"at({due:%Y-%m-%dT%H:%M:%S})",
              ScalableTargetAction={"MinCapacity": 8})
    become(trial, 8)
    causes = [each["Cause"] for each in activities(trial, where)]
    assert "scheduled action name up was triggered" in causes, causes


@probe(NAME, "PutScalingPolicy", "Target tracking makes an alarm for each direction", GUIDE +
       "target-tracking-scaling-policy-overview.html")
def alarms_of_policies(trial):
    found = track(trial, register(trial))
    assert found["AlarmHigh"]["ComparisonOperator"] == "GreaterThanThreshold", found
    assert (found["AlarmHigh"]["Threshold"], found["AlarmLow"]["Threshold"]) == (50.0, 45.0), found
    assert found["AlarmHigh"]["MetricName"] == CUSTOM["MetricName"], found


@probe(NAME, "PutScalingPolicy", "A policy with scale-in disabled has no alarm for it",
       API + "API_TargetTrackingScalingPolicyConfiguration.html")
def no_scale_in(trial):
    assert sorted(track(trial, register(trial), DisableScaleIn=True)) == ["AlarmHigh"]


@probe(NAME, "PutScalingPolicy", "Utilization of units is a share of what is provisioned, over a minute",
       "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.CLI.html")
def predefined_metrics(trial):
    found = track(trial, register(trial), **TRACKING[0])
    assert found["AlarmHigh"]["MetricName"] == "ConsumedReadCapacityUnits", found
    assert found["AlarmHigh"]["Threshold"] == 5 * 60 * TRACKING[0]["TargetValue"] / 100, found


@probe(NAME, "PutScalingPolicy", "An alarm of target tracking scales out in proportion",
       GUIDE + "target-tracking-scaling-policy-overview.html")
def scaling_out(trial):
    where = register(trial)
    cross(trial, track(trial, where)["AlarmHigh"], 80.0)
    become(trial, 8)
    cause = activities(trial, where)[0]["Cause"]
    assert cause.startswith("monitor alarm ") and cause.endswith(" in state ALARM triggered policy p"), cause


@probe(NAME, "PutScalingPolicy", "A policy never leaves the bounds of its target",
       GUIDE + "target-tracking-scaling-policy-overview.html")
def bounded_policies(trial):
    where = register(trial, 1, 6)
    cross(trial, track(trial, where)["AlarmHigh"], 500.0)
    become(trial, 6)


@probe(NAME, "RegisterScalableTarget", "A target whose scaling out is suspended is left alone",
       GUIDE + "application-auto-scaling-suspend-resume-scaling.html")
def suspended(trial):
    where = register(trial, SuspendedState={"DynamicScalingOutSuspended": True})
    cross(trial, track(trial, where)["AlarmHigh"], 80.0)
    time.sleep(1)
    assert units(trial) == 5 and activities(trial, where) == []


@probe(NAME, "DescribeScalingActivities", "What was not scaled is told on request, with its reasons",
       GUIDE + "application-auto-scaling-scaling-activities.html")
def not_scaled(trial):
    where = register(trial, 1, 5)
    cross(trial, track(trial, where)["AlarmHigh"], 80.0)
    time.sleep(1)
    assert activities(trial, where) == []
    reasons = activities(trial, where, IncludeNotScaledActivities=True)[0]["NotScaledReasons"]
    assert reasons == [{"Code": "AlreadyAtMaxCapacity", "MaxCapacity": 5, "CurrentCapacity": 5}], reasons


@probe(NAME, "PutScalingPolicy", "Tables have no step scaling", GUIDE + "services-that-can-integrate-dynamodb.html")
def no_steps_for_tables(trial):
    where = register(trial)
    trial.refused("PutScalingPolicy", "ValidationException", 400, **where, PolicyName="s", PolicyType="StepScaling",
                  StepScalingPolicyConfiguration=STEPS)


@probe(NAME, "PutScalingPolicy", "Steps may neither overlap nor leave a gap",
       GUIDE + "step-scaling-policy-overview.html")
def steps_side_by_side(trial):
    trial.ask("RegisterScalableTarget", **SERVICE, MinCapacity=1, MaxCapacity=2)
    trial.later(lambda: trial.ask("DeregisterScalableTarget", **SERVICE))
    for low in (5.0, 15.0):
        steps = [{"MetricIntervalLowerBound": 0.0, "MetricIntervalUpperBound": 10.0, "ScalingAdjustment": 1},
                 {"MetricIntervalLowerBound": low, "ScalingAdjustment": 2}]
        trial.refused("PutScalingPolicy", "ValidationException", 400, **SERVICE, PolicyName="s",
                      PolicyType="StepScaling", StepScalingPolicyConfiguration=STEPS | {"StepAdjustments": steps})
