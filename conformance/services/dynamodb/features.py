"""Resource policies, time to live, contributor insights, Kinesis, global tables: fixtures and proofs."""

import json
import re

from conformance.services.declared import Error
from conformance.services.dynamodb.hints import DEFINED, SCHEMA, declared, policy
from conformance.services.dynamodb.tables import absent, awaited, drop, made_table
from conformance.services.readback import listed


@declared.fixture("governed", drop, absent, Error("ResourceNotFoundException", 400))
def governed(world):
    made = made_table(world)
    told = world.ask("PutResourcePolicy", {"ResourceArn": made["TableArn"], "Policy": policy()})
    return {**made, **told}


@declared.check("PutResourcePolicy", "GetResourcePolicy")
def policy_stands(proof, world, given, answer):
    found = proof.read("GetResourcePolicy", {"ResourceArn": given["ResourceArn"]})
    proof.equal("Policy", json.loads(given.get("Policy", policy())), json.loads(found["Policy"]))
    proof.equal("RevisionId", answer["RevisionId"], found["RevisionId"])
    if "Policy" in answer:
        proof.equal("answer.Policy", json.loads(policy()), json.loads(answer["Policy"]))


@declared.check("DeleteResourcePolicy")
def policy_gone(proof, world, given, answer):
    proof.refused("GetResourcePolicy", {"ResourceArn": given["ResourceArn"]}, "PolicyNotFoundException")


@declared.check("UpdateTimeToLive", "DescribeTimeToLive")
def expiry_stands(proof, world, given, answer):
    found = proof.read("DescribeTimeToLive", {"TableName": given["TableName"]})["TimeToLiveDescription"]
    wanted = given.get("TimeToLiveSpecification")
    if wanted is None:
        proof.equal("TimeToLiveDescription", {"TimeToLiveStatus": "DISABLED"}, found)
        proof.equal("answer", found, answer["TimeToLiveDescription"])
        return
    proof.equal("TimeToLiveSpecification", wanted, answer["TimeToLiveSpecification"])
    proof.equal("AttributeName", wanted["AttributeName"], found.get("AttributeName"))
    proof.true("TimeToLiveStatus", found["TimeToLiveStatus"] in ("ENABLING", "ENABLED"), "ENABLED", found)


@declared.fixture("insights")
def insights(world):
    name = world.fixture("table")["TableName"]
    world.ask("UpdateContributorInsights", {"TableName": name, "ContributorInsightsAction": "ENABLE"})
    return {"TableName": name}


declared.before.update(ListContributorInsights=("insights",), DescribeContributorInsights=("insights",),
                       ListGlobalTables=("global",), DescribeKinesisStreamingDestination=("destination",))
listed(declared, "ListContributorInsights", "ContributorInsightsSummaries", "insights", "TableName", "TableName",
       token=("NextToken", "NextToken"))


@declared.check("UpdateContributorInsights", "DescribeContributorInsights")
def insights_stand(proof, world, given, answer):
    asked = {name: given[name] for name in ("TableName", "IndexName") if name in given}
    found = proof.read("DescribeContributorInsights", asked)
    on = "ContributorInsightsAction" in given or "IndexName" not in given
    proof.true("ContributorInsightsStatus", found["ContributorInsightsStatus"] in (
        ("ENABLING", "ENABLED") if on else ("DISABLED",)), "ENABLED" if on else "DISABLED", found)
    if "ContributorInsightsMode" in given:
        proof.equal("ContributorInsightsMode", given["ContributorInsightsMode"], found.get("ContributorInsightsMode"))
    proof.equal("TableName", given["TableName"], answer["TableName"])
    proof.equal("IndexName", given.get("IndexName"), answer.get("IndexName"))


@declared.fixture("kinesis")
def kinesis(world):
    name = world.unique("stream")
    world.ask("CreateStream", {"StreamName": name, "ShardCount": 1}, "kinesis")
    world.later(lambda: world.ask("DeleteStream", {"StreamName": name}, "kinesis"))
    found = world.ask("DescribeStreamSummary", {"StreamName": name}, "kinesis")["StreamDescriptionSummary"]
    return {"StreamArn": found["StreamARN"]}


@declared.fixture("destination", None, absent)
def destination(world):
    arn = world.fixture("kinesis")["StreamArn"]
    world.ask("EnableKinesisStreamingDestination", {"TableName": world.fixture("table")["TableName"], "StreamArn": arn})
    return {"StreamArn": arn}


@declared.check("EnableKinesisStreamingDestination", "DisableKinesisStreamingDestination",
                "UpdateKinesisStreamingDestination", "DescribeKinesisStreamingDestination")
def destination_stands(proof, world, given, answer):
    found = proof.read("DescribeKinesisStreamingDestination", {"TableName": given["TableName"]})
    rows = found["KinesisDataStreamDestinations"]
    proof.equal("StreamArn", [world.fixture("kinesis")["StreamArn"]], [each["StreamArn"] for each in rows])
    off = world.log[-2][1].startswith("Disable")
    precision = given.get("UpdateKinesisStreamingConfiguration", {}).get("ApproximateCreationDateTimePrecision")
    if precision:
        proof.equal("ApproximateCreationDateTimePrecision", precision,
                    rows[0].get("ApproximateCreationDateTimePrecision"))
    for name in ("EnableKinesisStreamingConfiguration", "UpdateKinesisStreamingConfiguration"):
        proof.holds(name, {} if off else given.get(name) or {}, answer.get(name, {}))
    proof.true("DestinationStatus", rows[0]["DestinationStatus"] in (
        ("DISABLING", "DISABLED") if off else ("ENABLING", "ACTIVE", "UPDATING")), "as asked", rows)


@declared.fixture("streaming", drop, absent)
def streaming(world):
    """An empty table whose stream tells both images, as global tables want it."""
    name = world.unique("streaming")
    world.ask("CreateTable", {"TableName": name, "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": DEFINED[:2],
                              "KeySchema": SCHEMA, "StreamSpecification": {
                                  "StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}})
    found = awaited(world, name)
    return {"TableName": name, "TableArn": found["TableArn"], "StreamArn": found["LatestStreamArn"]}


@declared.fixture("global", None, absent, Error("GlobalTableNotFoundException", 400))
def global_table(world):
    name = world.fixture("streaming")["TableName"]
    world.ask("CreateGlobalTable", {"GlobalTableName": name, "ReplicationGroup": [{"RegionName": world.region}]})
    return {"GlobalTableName": name}


listed(declared, "ListGlobalTables", "GlobalTables", "global", "GlobalTableName", "GlobalTableName",
       token=("LastEvaluatedGlobalTableName", "ExclusiveStartGlobalTableName"))


@declared.check("CreateGlobalTable", "DescribeGlobalTable")
def global_stands(proof, world, given, answer):
    found = proof.read("DescribeGlobalTable", {"GlobalTableName": given["GlobalTableName"]})["GlobalTableDescription"]
    proof.equal("ReplicationGroup", [world.region], [each["RegionName"] for each in found["ReplicationGroup"]])
    proof.equal("GlobalTableArn", answer["GlobalTableDescription"]["GlobalTableArn"], found["GlobalTableArn"])


@declared.check("DescribeGlobalTableSettings")
def settings_told(proof, world, given, answer):
    proof.equal("GlobalTableName", given["GlobalTableName"], answer["GlobalTableName"])
    proof.equal("ReplicaSettings", [world.region], [each["RegionName"] for each in answer["ReplicaSettings"]])


@declared.check("DescribeEndpoints")
def endpoints_told(proof, world, given, answer):
    """A host and, where one is told, a port."""
    for each in answer["Endpoints"]:
        proof.true("Address", re.fullmatch(r"[a-z0-9.-]+\.[a-z0-9.-]+(:\d+)?", each["Address"]), "a host", each)
        proof.true("CachePeriodInMinutes", each["CachePeriodInMinutes"] > 1, "some minutes", each)


DESTINATION = ("TableName", "StreamArn", "DestinationStatus")
declared.present.update({
    "DescribeContributorInsights": ("ContributorInsightsRuleList", "LastUpdateDateTime", "ContributorInsightsStatus",
                                    "ContributorInsightsMode"),
    "UpdateContributorInsights": ("ContributorInsightsStatus", "ContributorInsightsMode"),
    "DeleteResourcePolicy": ("RevisionId",),
    **{f"{verb}GlobalTable": tuple(f"GlobalTableDescription.{name}" for name in (
        "CreationDateTime", "GlobalTableStatus", "GlobalTableName", "ReplicationGroup.RegionName"))
       for verb in ("Create", "Describe")},
    "ListGlobalTables": ("GlobalTables.ReplicationGroup",),
    "DescribeGlobalTableSettings": tuple(f"ReplicaSettings.{name}" for name in (
        "ReplicaBillingModeSummary", "ReplicaStatus", "ReplicaProvisionedReadCapacityUnits",
        "ReplicaProvisionedReadCapacityAutoScalingSettings", "ReplicaProvisionedWriteCapacityUnits",
        "ReplicaProvisionedWriteCapacityAutoScalingSettings", "ReplicaGlobalSecondaryIndexSettings")),
    "ListContributorInsights": ("ContributorInsightsSummaries.ContributorInsightsStatus",),
    "EnableKinesisStreamingDestination": DESTINATION, "DisableKinesisStreamingDestination": DESTINATION,
    "UpdateKinesisStreamingDestination": DESTINATION, "DescribeKinesisStreamingDestination": (
        "TableName", "KinesisDataStreamDestinations.ApproximateCreationDateTimePrecision"),
})  # fmt: skip
