"""Targets that are scaled: by their bounds, on a schedule, by alarms of policies."""

from datetime import UTC, datetime, timedelta

import pytest

from emulator.services.application_autoscaling.adjusting import wanted

READ = "dynamodb:table:ReadCapacityUnits"
PLACE = {"ServiceNamespace": "dynamodb", "ResourceId": "table/tab", "ScalableDimension": READ}
SERVICE = {"ServiceNamespace": "ecs", "ResourceId": "service/c/s", "ScalableDimension": "ecs:service:DesiredCount"}
NOON = datetime(2027, 1, 15, 12, tzinfo=UTC)
LOAD = {"MetricName": "load", "Namespace": "n", "Statistic": "Average"}


def track(scaling, value=50, **more):
    return scaling.put_scaling_policy(
        **PLACE, PolicyName="p", PolicyType="TargetTrackingScaling", TargetTrackingScalingPolicyConfiguration={
            "TargetValue": value, "CustomizedMetricSpecification": LOAD, **more})  # fmt: skip


def test_bounds_hold_at_once(register, units, activities):
    arn = register(8, 20)["ScalableTargetARN"]
    assert arn.startswith("arn:aws:application-autoscaling:us-east-1:000000000000:scalable-target/")
    assert units() == 8
    assert [(each["Description"], each["Cause"], each["StatusMessage"]) for each in activities()] == [(
        "Setting read capacity units to 8.", "minimum capacity was set to 8",
        "Successfully set read capacity units to 8. Change successfully fulfilled by dynamodb.",
    )]  # fmt: skip


def test_a_target_is_told_and_forgotten(register, scaling, refused):
    register(Tags={"k": "v"})
    target = scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"][0]
    assert target["RoleARN"] == (
        "arn:aws:iam::000000000000:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/"
        "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
    )
    assert scaling.list_tags_for_resource(ResourceARN=target["ScalableTargetARN"])["Tags"] == {"k": "v"}
    scaling.deregister_scalable_target(**PLACE)
    assert refused(scaling.deregister_scalable_target, **PLACE) == (
        "ObjectNotFoundException", "No scalable target registered for service namespace: dynamodb, resource ID: "
        "table/tab, scalable dimension: dynamodb:table:ReadCapacityUnits")  # fmt: skip


@pytest.mark.parametrize("change", [
    {"ResourceId": "table/absent"}, {"ResourceId": "t"}, {"ScalableDimension": "ecs:service:DesiredCount"},
    {"MinCapacity": 11}, {"MaxCapacity": None},
])  # fmt: skip
def test_targets_that_are_refused(change, scaling, refused):
    given = PLACE | {"MinCapacity": 1, "MaxCapacity": 10} | change
    given = {name: value for name, value in given.items() if value is not None}
    assert refused(scaling.register_scalable_target, **given)[0] == "ValidationException"


def test_scheduled_actions_on_the_clock(register, scaling, units, emulator, activities):
    register(1, 10)
    scaling.put_scheduled_action(**PLACE, ScheduledActionName="up", Schedule="cron(0 14 * * ? *)",
                                 Timezone="Europe/Berlin", ScalableTargetAction={"MinCapacity": 7})  # fmt: skip
    scaling.put_scheduled_action(**PLACE, ScheduledActionName="down", Schedule="at(2027-01-15T15:00:00)",
                                 ScalableTargetAction={"MinCapacity": 1, "MaxCapacity": 3})  # fmt: skip
    assert units() == 5
    emulator.advance(3600)
    assert units() == 7
    emulator.advance(7200)
    assert units() == 3
    assert any(each["Cause"] == "scheduled action name up was triggered" for each in activities())
    names = [each["ScheduledActionName"] for each in
             scaling.describe_scheduled_actions(ServiceNamespace="dynamodb")["ScheduledActions"]]  # fmt: skip
    assert names == ["down", "up"]


def test_target_tracking_scales_out_and_in(register, scaling, put, units, emulator, activities):
    register(1, 10)
    alarms = track(scaling)["Alarms"]
    assert sorted(each["AlarmName"].split("-")[2] for each in alarms) == ["AlarmHigh", "AlarmLow"]
    for minute in range(3):
        put(90, 60 * minute)
    emulator.advance(180)
    assert units() == 9
    for minute in range(3, 25):
        put(10, 60 * minute)
    emulator.advance(21 * 60)
    assert units() < 9
    cause = activities()[-1]["Cause"]
    assert cause.startswith("monitor alarm TargetTracking-table/tab-AlarmHigh-")
    assert cause.endswith("triggered policy p")


def test_a_policy_that_must_not_scale_in_has_one_alarm(register, scaling, client):
    register()
    assert len(track(scaling, DisableScaleIn=True)["Alarms"]) == 1
    assert len(track(scaling)["Alarms"]) == 2
    assert len(client("cloudwatch").describe_alarms()["MetricAlarms"]) == 2
    scaling.delete_scaling_policy(**PLACE, PolicyName="p")
    assert client("cloudwatch").describe_alarms()["MetricAlarms"] == []


def test_predefined_metrics_of_units_follow_the_capacity(register, scaling, client):
    register()
    scaling.put_scaling_policy(
        **PLACE, PolicyName="p", PolicyType="TargetTrackingScaling", TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 70,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"}})  # fmt: skip
    alarms = client("cloudwatch").describe_alarms()["MetricAlarms"]
    found = {each["AlarmName"].split("-")[2]: each for each in alarms}
    assert (found["AlarmHigh"]["Threshold"], found["AlarmHigh"]["EvaluationPeriods"]) == (210.0, 2)
    assert (found["AlarmLow"]["Threshold"], found["AlarmLow"]["EvaluationPeriods"]) == (150.0, 15)
    assert found["AlarmLow"]["Dimensions"] == [{"Name": "TableName", "Value": "tab"}]


def test_a_busy_table_gets_more_units(register, scaling, client, units, emulator):
    register(1, 40)
    scaling.put_scaling_policy(
        **PLACE, PolicyName="p", PolicyType="TargetTrackingScaling", TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 50,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"}})  # fmt: skip
    dynamodb = client("dynamodb")
    dynamodb.put_item(TableName="tab", Item={"k": {"S": "a"}, "fat": {"S": "x" * 390_000}})
    for _ in range(2):
        for _ in range(6):
            dynamodb.get_item(TableName="tab", Key={"k": {"S": "a"}}, ConsistentRead=True)
        emulator.advance(60)
    assert units() == 20  # 6 times 96 units in a minute are 9.6 a second, which shall be half of what is provisioned


def test_suspended_targets_are_left_alone(register, scaling, put, units, emulator):
    register(SuspendedState={"DynamicScalingOutSuspended": True, "ScheduledScalingSuspended": True})
    track(scaling)
    scaling.put_scheduled_action(**PLACE, ScheduledActionName="up", Schedule="rate(1 minute)",
                                 ScalableTargetAction={"MinCapacity": 7})  # fmt: skip
    for minute in range(3):
        put(90, 60 * minute)
    emulator.advance(180)
    assert units() == 5


def test_bounds_that_are_reached_are_reasons(register, scaling, put, units, emulator, activities):
    register(1, 5)
    track(scaling)
    for minute in range(3):
        put(90, 60 * minute)
    emulator.advance(180)
    assert units() == 5 and activities() == []
    reasons = activities(IncludeNotScaledActivities=True)[0]["NotScaledReasons"]
    assert reasons == [{"Code": "AlreadyAtMaxCapacity", "MaxCapacity": 5, "CurrentCapacity": 5}]


def test_a_step_policy_acts_by_any_alarm(scaling, client, put, emulator, activities):
    scaling.register_scalable_target(**SERVICE, MinCapacity=1, MaxCapacity=5)
    policy = scaling.put_scaling_policy(**SERVICE, PolicyName="s", StepScalingPolicyConfiguration={
        "AdjustmentType": "ChangeInCapacity", "StepAdjustments": [
            {"MetricIntervalLowerBound": 0, "ScalingAdjustment": 2}]})["PolicyARN"]  # fmt: skip
    client("cloudwatch").put_metric_alarm(
        AlarmName="a", **LOAD, Period=60, EvaluationPeriods=1, Threshold=10, ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[policy])  # fmt: skip
    alarms = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"][0]["Alarms"]
    assert [each["AlarmName"] for each in alarms] == ["a"]
    put(90)
    emulator.advance(60)
    found = [each for each in activities(namespace="ecs") if "monitor alarm a" in each["Cause"]]
    assert found and found[0]["StatusCode"] in ("Failed", "Successful")


@pytest.mark.parametrize("kind, steps, value, expected", [
    ("ChangeInCapacity", [(0, 10, 1), (10, None, 3)], 55, 11),
    ("ChangeInCapacity", [(0, 10, 1), (10, None, 3)], 60, 13),
    ("ExactCapacity", [(0, None, 4)], 51, 4), ("PercentChangeInCapacity", [(0, None, 25)], 51, 12),
    ("PercentChangeInCapacity", [(0, None, 5)], 51, 11), ("ChangeInCapacity", [(None, 0, -3)], 40, 7),
    ("ChangeInCapacity", [(None, -20, -3)], 40, 10),
])  # fmt: skip
def test_steps(kind, steps, value, expected):
    config = {"AdjustmentType": kind, "StepAdjustments": [
        {"MetricIntervalLowerBound": low, "MetricIntervalUpperBound": high, "ScalingAdjustment": change}
        for low, high, change in steps]}  # fmt: skip
    assert wanted(config, 10, value, 50) == expected


def test_a_forecast_follows_the_hours_of_before(scaling, put, emulator):
    for day in range(1, 4):
        put(100, -86400 * day)
        put(20, -86400 * day + 3600)
    scaling.register_scalable_target(**SERVICE, MinCapacity=1, MaxCapacity=9)
    stat = {"Metric": {"Namespace": "n", "MetricName": "load"}, "Stat": "Sum"}
    custom = {"MetricDataQueries": [{"Id": "m", "MetricStat": stat, "ReturnData": True}]}
    scaling.put_scaling_policy(
        **SERVICE, PolicyName="f", PolicyType="PredictiveScaling", PredictiveScalingPolicyConfiguration={
            "MetricSpecifications": [{
                "TargetValue": 25, "CustomizedLoadMetricSpecification": custom,
                "CustomizedScalingMetricSpecification": custom, "CustomizedCapacityMetricSpecification": custom}]},
    )  # fmt: skip
    found = scaling.get_predictive_scaling_forecast(**SERVICE, PolicyName="f", StartTime=NOON,
                                                    EndTime=NOON + timedelta(hours=3))  # fmt: skip
    assert found["LoadForecast"][0]["Values"] == [100.0, 20.0]
    assert found["CapacityForecast"]["Values"] == [4.0, 1.0]
