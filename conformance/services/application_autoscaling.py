"""Application Auto Scaling: a table of DynamoDB as the target, policies, scheduled actions.

https://docs.aws.amazon.com/autoscaling/application/APIReference/
"""

import time
from datetime import UTC, datetime, timedelta

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Declared, Error
from conformance.services.readback import tagged

NOT_FOUND = "ObjectNotFoundException"
SPACE, READ = "dynamodb", "dynamodb:table:ReadCapacityUnits"
ROLE = "arn:aws:iam::111122223333:role/scaling"
NOW = datetime.now(UTC).replace(microsecond=0)
CUSTOM = {"MetricName": "m", "Namespace": "n", "Statistic": "Average", "Dimensions": [{"Name": "a", "Value": "b"}]}
TRACKING = (
    {"TargetValue": 50.0, "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"}},
    {"TargetValue": 10.0, "CustomizedMetricSpecification": CUSTOM, "ScaleInCooldown": 60, "ScaleOutCooldown": 30,
     "DisableScaleIn": True},
)
STEPS = {"AdjustmentType": "ChangeInCapacity", "Cooldown": 60, "MetricAggregationType": "Average", "StepAdjustments": [
    {"MetricIntervalLowerBound": 0.0, "MetricIntervalUpperBound": 10.0, "ScalingAdjustment": 1},
    {"MetricIntervalLowerBound": 10.0, "ScalingAdjustment": 2}]}
LOAD = {"MetricDataQueries": [{"Id": "m", "ReturnData": True, "MetricStat": {
    "Metric": {"Namespace": "n", "MetricName": "m"}, "Stat": "Sum"}}]}
PREDICTIVE = {"Mode": "ForecastOnly", "MetricSpecifications": [{
    "TargetValue": 5.0, "CustomizedLoadMetricSpecification": LOAD, "CustomizedScalingMetricSpecification": LOAD,
    "CustomizedCapacityMetricSpecification": LOAD}]}
SERVICE = {"ServiceNamespace": "ecs", "ResourceId": "service/c/s", "ScalableDimension": "ecs:service:DesiredCount"}
TOKEN = Leave("a token comes from an answer; sequences follow pages")
PLACE = ("ServiceNamespace", "ResourceId", "ScalableDimension")
AWAKE = {"DynamicScalingInSuspended": False, "DynamicScalingOutSuspended": False, "ScheduledScalingSuspended": False}

declared = Declared("application-autoscaling", {
    "ServiceNamespace": SPACE, "ResourceId": Ref("target", "ResourceId"), "ScalableDimension": READ,
    "RegisterScalableTarget.ResourceId": Ref("table", "ResourceId"),
    "RegisterScalableTarget.MinCapacity": Samples(1, 0, 5), "RegisterScalableTarget.MaxCapacity": Samples(10, 5),
    "RoleARN": ROLE, "SuspendedState": Samples({"DynamicScalingInSuspended": True}, AWAKE),
    "RegisterScalableTarget.Tags": Samples({"a": "1"}, {}),
    "ResourceARN": Ref("target", "ScalableTargetARN"), "Tags": Samples({"b": "2"}, {"k": ""}),
    "TagKeys": Samples(["k"], ["k", "unknown"]),
    **{f"Describe{kind}.ResourceId": Ref("target", "ResourceId", must=False) for kind in (
        "ScalingActivities", "ScalingPolicies", "ScheduledActions")},
    "ResourceIds": Samples([Ref("target", "ResourceId", must=False)]),
    "PutScalingPolicy.PolicyName": Unique("policy"), "PolicyName": Ref("policy", "PolicyName"),
    "PutScalingPolicy.PolicyType": "TargetTrackingScaling",
    "TargetTrackingScalingPolicyConfiguration": Samples(*TRACKING),
    "StepScalingPolicyConfiguration": Leave("DynamoDB has none; probes use it"),
    "PredictiveScalingPolicyConfiguration": Leave("only services of ECS have it; a fixture uses it"),
    "PolicyNames": Samples([Ref("policy", "PolicyName", must=False)]),
    "PutScheduledAction.ScheduledActionName": Unique("action"), "ScheduledActionName": Ref("action", "Name"),
    "ScheduledActionNames": Samples([Ref("action", "Name", must=False)]),
    "Schedule": Samples("rate(1 day)", "cron(0 12 * * ? *)", "at(2031-05-10T14:00:00)"),
    "Timezone": Samples("UTC", "Europe/Berlin"), "PutScheduledAction.StartTime": Samples(NOW + timedelta(days=1)),
    "PutScheduledAction.EndTime": Samples(NOW + timedelta(days=99)),
    "ScalableTargetAction": Samples({"MinCapacity": 2}, {"MinCapacity": 1, "MaxCapacity": 7}),
    "MaxResults": Samples(50, 1), "NextToken": TOKEN,
    **{f"GetPredictiveScalingForecast.{name}": value for name, value in SERVICE.items()},
    "GetPredictiveScalingForecast.PolicyName": Ref("forecast", "PolicyName"),
    "GetPredictiveScalingForecast.StartTime": Samples(NOW),
    "GetPredictiveScalingForecast.EndTime": Samples(NOW + timedelta(days=1)),
})  # fmt: skip
declared.before.update(
    DescribeScalableTargets=("target",), DescribeScalingActivities=("raised",), DescribeScalingPolicies=("policy",),
    DescribeScheduledActions=("action",), DeleteScalingPolicy=("policy",), DeleteScheduledAction=("action",))
declared.hints.always["PutScalingPolicy"] = ("PolicyType", "TargetTrackingScalingPolicyConfiguration")
declared.hints.always["PutScheduledAction"] = ("Schedule", "ScalableTargetAction")
declared.hints.always["RegisterScalableTarget"] = ("MinCapacity", "MaxCapacity")


for operation in ("DescribeScalingPolicies", "DescribeScheduledActions"):  # their dimension goes with a resource
    declared.hints.always[operation] = ("ResourceId",)


def place(resource):
    return {"ServiceNamespace": SPACE, "ResourceId": resource, "ScalableDimension": READ}


def absent(world):
    return {"ResourceId": f"table/absent{world.tag}", "PolicyName": f"absent{world.tag}", "Name": f"absent{world.tag}",
            "ScalableTargetARN": f"arn:aws:application-autoscaling:{world.region}:{world.account}:scalable-target/"
                                 f"{world.tag}"}


@declared.fixture("table", lambda world, fields: world.ask("DeleteTable", {"TableName": fields["Table"]}, "dynamodb"),
                  absent, Error("ValidationException", 400))
def table(world):
    name = world.unique("table")
    world.ask("CreateTable", {
        "TableName": name, "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}}, "dynamodb")
    for _ in range(100):
        if world.ask("DescribeTable", {"TableName": name}, "dynamodb")["Table"]["TableStatus"] == "ACTIVE":
            break
        time.sleep(0.1)
    return {"Table": name, "ResourceId": f"table/{name}"}


def drop(world, fields):
    world.ask("DeregisterScalableTarget", place(fields["ResourceId"]))


NO_TARGET = ("No scalable target registered for service namespace: dynamodb, resource ID: {ResourceId}, scalable "
             "dimension: dynamodb:table:ReadCapacityUnits")


@declared.fixture("target", drop, absent, Error(NOT_FOUND, 400, NO_TARGET))
def target(world):
    resource = world.fixture("table")["ResourceId"]
    made = world.ask("RegisterScalableTarget", {**place(resource), "MinCapacity": 1, "MaxCapacity": 10,
                                                "RoleARN": ROLE, "Tags": {"k": "v"}})
    return {"ResourceId": resource, "ScalableTargetARN": made["ScalableTargetARN"], "Tags": {"k": "v"}}


@declared.fixture("policy", None, absent, Error(NOT_FOUND, 400))
def policy(world):
    name = world.unique("fixture")
    resource = world.fixture("target")["ResourceId"]
    made = world.ask("PutScalingPolicy", {
        **place(resource), "PolicyName": name, "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": TRACKING[0]})
    return {"PolicyName": name, "ResourceId": resource, "PolicyARN": made["PolicyARN"]}


@declared.fixture("action", None, absent, Error(NOT_FOUND, 400))
def action(world):
    name = world.unique("fixture")
    resource = world.fixture("target")["ResourceId"]
    world.ask("PutScheduledAction", {**place(resource), "ScheduledActionName": name, "Schedule": "rate(7 days)",
                                     "ScalableTargetAction": {"MaxCapacity": 9}})
    return {"Name": name, "ResourceId": resource}


@declared.fixture("raised")
def raised(world):
    """A target whose least capacity was raised, so that there is an activity."""
    resource = world.fixture("target")["ResourceId"]
    world.ask("RegisterScalableTarget", {**place(resource), "MinCapacity": 6})
    for _ in range(100):
        if world.ask("DescribeScalingActivities", {"ServiceNamespace": SPACE})["ScalingActivities"]:
            break
        time.sleep(0.1)
    return {"ResourceId": resource}


@declared.fixture("forecast", lambda world, fields: world.ask("DeregisterScalableTarget", SERVICE), absent,
                  Error(NOT_FOUND, 400))
def forecast(world):
    world.ask("RegisterScalableTarget", {**SERVICE, "MinCapacity": 1, "MaxCapacity": 4})
    name = world.unique("fixture")
    world.ask("PutScalingPolicy", {**SERVICE, "PolicyName": name, "PolicyType": "PredictiveScaling",
                                   "PredictiveScalingPolicyConfiguration": PREDICTIVE})
    at = NOW - timedelta(days=1)
    world.ask("PutMetricData", {"Namespace": "n", "MetricData": [
        {"MetricName": "m", "Value": 12.0, "Timestamp": at}]}, "cloudwatch")
    return {"PolicyName": name}


declared.errors.update({(operation, "ResourceId"): Error(NOT_FOUND, 400) for operation in (
    "DeleteScalingPolicy", "DeleteScheduledAction")})


def target_of(proof, resource):
    found = proof.read("DescribeScalableTargets", {"ServiceNamespace": SPACE, "ResourceIds": [resource]})
    return next(iter(found.get("ScalableTargets", [])), {})


@declared.check("RegisterScalableTarget")
def target_stands(proof, world, given, answer):
    found = target_of(proof, given["ResourceId"])
    proof.holds("DescribeScalableTargets", {
        **{name: given[name] for name in (*PLACE, "MinCapacity", "MaxCapacity")},
        "ScalableTargetARN": answer["ScalableTargetARN"], "SuspendedState": AWAKE | given.get("SuspendedState", {}),
        "RoleARN": given.get("RoleARN", f"arn:aws:iam::{world.account}:role/aws-service-role/dynamodb.application-"
                             "autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"),
    }, found)
    proof.true("CreationTime", "CreationTime" in found, "told", found)
    tags = proof.read("ListTagsForResource", {"ResourceARN": answer["ScalableTargetARN"]}).get("Tags")
    proof.equal("Tags", given.get("Tags", {}), tags)


declared.undo["RegisterScalableTarget"] = lambda world, given, answer: drop(world, given)


@declared.check("DeregisterScalableTarget")
def target_gone(proof, world, given, answer):
    proof.equal("DescribeScalableTargets", {}, target_of(proof, given["ResourceId"]))
    proof.refused("DeregisterScalableTarget", given, NOT_FOUND)


@declared.check("DescribeScalableTargets")
def targets_told(proof, world, given, answer):
    made = world.fixture("target")
    proof.equal("ScalableTargets", 1, len(answer["ScalableTargets"]))
    proof.holds("ScalableTargets[0]", {
        **place(made["ResourceId"]), "MinCapacity": 1, "MaxCapacity": 10, "RoleARN": ROLE, "SuspendedState": AWAKE,
        "ScalableTargetARN": made["ScalableTargetARN"]}, answer["ScalableTargets"][0])
    proof.present("ScalableTargets.CreationTime")


tagged(declared, "TagResource", "UntagResource", "ListTagsForResource", by=("ResourceARN",), fixture="target")
declared.errors.update({(operation, "ResourceARN"): Error("ResourceNotFoundException", 400) for operation in (
    "TagResource", "UntagResource", "ListTagsForResource")})


def policies_of(proof, resource):
    found = proof.read("DescribeScalingPolicies", {"ServiceNamespace": SPACE, "ResourceId": resource})
    return {each["PolicyName"]: each for each in found.get("ScalingPolicies", [])}


@declared.check("PutScalingPolicy")
def policy_stands(proof, world, given, answer):
    found = policies_of(proof, given["ResourceId"]).get(given["PolicyName"], {})
    made = {name: answer[name] for name in ("PolicyARN", "Alarms")}
    proof.holds("DescribeScalingPolicies", given | made, found)
    config = given["TargetTrackingScalingPolicyConfiguration"]
    kinds = ["AlarmHigh"] if config.get("DisableScaleIn") else ["AlarmHigh", "AlarmLow"]
    names = [each["AlarmName"] for each in answer["Alarms"]]
    proof.equal("Alarms", kinds, sorted(kind for kind in ("AlarmHigh", "AlarmLow") for name in names if kind in name))
    alarms = proof.read("DescribeAlarms", {"AlarmNames": names}, "cloudwatch").get("MetricAlarms", [])
    proof.equal("DescribeAlarms", sorted(each["AlarmARN"] for each in answer["Alarms"]),
                sorted(each["AlarmArn"] for each in alarms))
    proof.equal("AlarmActions", [[answer["PolicyARN"]]] * len(kinds), [each["AlarmActions"] for each in alarms])


declared.undo["PutScalingPolicy"] = lambda world, given, answer: world.ask(
    "DeleteScalingPolicy", {name: given[name] for name in (*PLACE, "PolicyName")})


@declared.check("DeleteScalingPolicy")
def policy_gone(proof, world, given, answer):
    proof.refused("DeleteScalingPolicy", given, NOT_FOUND)
    proof.equal("DescribeScalingPolicies", False, given["PolicyName"] in policies_of(proof, given["ResourceId"]))


@declared.check("DescribeScalingPolicies")
def policies_told(proof, world, given, answer):
    made = world.fixture("policy")
    proof.equal("ScalingPolicies", 1, len(answer["ScalingPolicies"]))
    found = answer["ScalingPolicies"][0]
    proof.holds("ScalingPolicies[0]", {
        **place(made["ResourceId"]), "PolicyName": made["PolicyName"], "PolicyARN": made["PolicyARN"],
        "PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": TRACKING[0]}, found)
    proof.equal("Alarms", 2, len(found.get("Alarms", [])))
    proof.present("ScalingPolicies.CreationTime", "ScalingPolicies.Alarms.AlarmARN", "ScalingPolicies.Alarms.AlarmName")


def actions_of(proof, resource):
    found = proof.read("DescribeScheduledActions", {"ServiceNamespace": SPACE, "ResourceId": resource})
    return {each["ScheduledActionName"]: each for each in found.get("ScheduledActions", [])}


@declared.check("PutScheduledAction")
def action_stands(proof, world, given, answer):
    found = actions_of(proof, given["ResourceId"]).get(given["ScheduledActionName"], {})
    proof.holds("DescribeScheduledActions", given, found)
    proof.equal("members that were not sent", [], sorted(
        name for name in ("StartTime", "EndTime", "Timezone") if name in found and name not in given))
    proof.true("ScheduledActionARN", str(found.get("ScheduledActionARN")).endswith(
        f":scheduledActionName/{given['ScheduledActionName']}"), "names it", found)


declared.undo["PutScheduledAction"] = lambda world, given, answer: world.ask(
    "DeleteScheduledAction", {name: given[name] for name in (*PLACE, "ScheduledActionName")})


@declared.check("DeleteScheduledAction")
def action_gone(proof, world, given, answer):
    proof.refused("DeleteScheduledAction", given, NOT_FOUND)
    found = actions_of(proof, given["ResourceId"])
    proof.equal("DescribeScheduledActions", False, given["ScheduledActionName"] in found)


@declared.check("DescribeScheduledActions")
def actions_told(proof, world, given, answer):
    made = world.fixture("action")
    proof.equal("ScheduledActions", 1, len(answer["ScheduledActions"]))
    proof.holds("ScheduledActions[0]", {
        **place(made["ResourceId"]), "ScheduledActionName": made["Name"], "Schedule": "rate(7 days)",
        "ScalableTargetAction": {"MaxCapacity": 9}}, answer["ScheduledActions"][0])
    proof.present("ScheduledActions.CreationTime", "ScheduledActions.ScheduledActionARN")


@declared.check("DescribeScalingActivities")
def activities_told(proof, world, given, answer):
    made = world.fixture("raised")
    proof.equal("ScalingActivities", 1, len(answer["ScalingActivities"]))
    proof.holds("ScalingActivities[0]", {
        **place(made["ResourceId"]), "Description": "Setting read capacity units to 6.",
        "Cause": "minimum capacity was set to 6", "StatusCode": "Successful",
        "StatusMessage": "Successfully set read capacity units to 6. Change successfully fulfilled by dynamodb.",
    }, answer["ScalingActivities"][0])
    proof.present("ScalingActivities.ActivityId", "ScalingActivities.StartTime", "ScalingActivities.EndTime")


@declared.check("GetPredictiveScalingForecast")
def forecast_told(proof, world, given, answer):
    proof.equal("LoadForecast", 1, len(answer["LoadForecast"]))
    load = answer["LoadForecast"][0]
    proof.equal("LoadForecast[0].Values", [12.0], load["Values"])
    proof.equal("LoadForecast[0].Timestamps", [NOW.hour], [each.astimezone(UTC).hour for each in load["Timestamps"]])
    wanted = PREDICTIVE["MetricSpecifications"][0]
    proof.holds("LoadForecast[0].MetricSpecification", wanted, load["MetricSpecification"])
    proof.equal("CapacityForecast", [3.0], answer["CapacityForecast"]["Values"])
    proof.equal("CapacityForecast.Timestamps", load["Timestamps"], answer["CapacityForecast"]["Timestamps"])
    proof.present("UpdateTime")


