"""The values of DynamoDB's members: keys and items of the fixtures' tables, expressions that stand alone, samples."""

import json
from datetime import UTC, datetime, timedelta

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Declared

ITEM = {"pk": {"S": "p"}, "sk": {"S": "1"}, "a": {"S": "x"}, "n": {"N": "7"}}
KEY = {"pk": ITEM["pk"], "sk": ITEM["sk"]}
NEW = {"pk": {"S": "new"}, "sk": {"S": "1"}}
VALUES = {
    "number": {"N": "-1.5"}, "binary": {"B": b"\x00\xff"}, "set": {"SS": ["a", "ü"]}, "numbers": {"NS": ["1", "2"]},
    "blobs": {"BS": [b"1", b"2"]}, "map": {"M": {"x": {"L": [{"BOOL": True}, {"NULL": True}]}}}, "empty": {"S": ""},
}
DEFINED = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "a")]
SCHEMA = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
LOCAL = {"IndexName": "local", "Projection": {"ProjectionType": "ALL"}, "KeySchema": [
    SCHEMA[0], {"AttributeName": "a", "KeyType": "RANGE"}]}
GLOBAL = {"IndexName": "global", "Projection": {"ProjectionType": "ALL"}, "KeySchema": [
    {"AttributeName": "a", "KeyType": "HASH"}]}
LEGACY = "excludes expressions; probes send it"
USED = "needs an expression that uses it; checks of queries send both"
TOKEN = "a token comes from an answer; sequences follow pages"
REPLICAS = "needs a second region; a probe's matter"
VECTORS = "is for tables with vector indexes"
WHOLE = "replaces the table's schema; probes send it"
NOW = datetime.now(UTC).replace(microsecond=0)


def policy(action="dynamodb:GetItem"):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": action, "Resource": "*"}]})


declared = Declared("dynamodb", {
    "TableName": Ref("table", "TableName"), "ResourceArn": Ref("table", "TableArn"),
    "TableArn": Ref("table", "TableArn", must=False), "CreateTable.TableName": Unique("made"),
    "CreateTable.AttributeDefinitions": Samples(DEFINED[:1]), "CreateTable.KeySchema": Samples(SCHEMA[:1]),
    "CreateTable.BillingMode": Samples("PAY_PER_REQUEST"),
    "CreateTable.ProvisionedThroughput": Leave("excludes on-demand billing; probes send it"),
    "CreateTable.LocalSecondaryIndexes": Leave("needs attributes of its own; fixtures have one"),
    "CreateTable.GlobalSecondaryIndexes": Leave("needs attributes of its own; fixtures have one"),
    "CreateTable.StreamSpecification": Samples(*({"StreamEnabled": True, "StreamViewType": view} for view in (
        "NEW_AND_OLD_IMAGES", "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE"))),
    "SSESpecification": Samples({"Enabled": True, "SSEType": "KMS"}),
    "TableClass": Samples("STANDARD", "STANDARD_INFREQUENT_ACCESS"), "DeletionProtectionEnabled": Samples(False),
    "WarmThroughput": Leave("takes numbers above the table's own; a probe's matter"),
    "CreateTable.ResourcePolicy": Samples(policy()),
    "OnDemandThroughput": Samples({"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 20}),
    "GlobalTableSourceArn": Leave(REPLICAS), "GlobalTableSettingsReplicationMode": Leave(REPLICAS),
    "MultiRegionConsistency": Leave(REPLICAS), "GlobalTableWitnessUpdates": Leave(REPLICAS),
    "DisassociationProtectionEnabled": Leave(REPLICAS), "UpdateTable.ReplicaUpdates": Leave(REPLICAS),
    "VectorIndexes": Leave(VECTORS), "VectorIndexUpdates": Leave(VECTORS), "VectorIndexOverride": Leave(VECTORS),
    "UpdateTable.AttributeDefinitions": Leave(WHOLE), "UpdateTable.GlobalSecondaryIndexUpdates": Leave(WHOLE),
    "UpdateTable.BillingMode": Leave("goes with ProvisionedThroughput; probes send both"),
    "UpdateTable.ProvisionedThroughput": Leave("goes with BillingMode; probes send both"),
    "UpdateTable.StreamSpecification": Samples({"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}),
    "UpdateTable.SSESpecification": Samples({"Enabled": True, "SSEType": "KMS"}),
    "Tags": Samples([{"Key": "a", "Value": "1"}], [{"Key": "k", "Value": "2"}, {"Key": "b", "Value": "ü"}]),
    "TagKeys": Samples(["k"], ["k", "unknown"]),
    # Items
    "PutItem.Item": Samples(NEW, *({**NEW, "v": value} for value in VALUES.values()), {**KEY, "a": {"S": "other"}}),
    "Key": Samples(KEY), "UpdateItem.UpdateExpression": Samples(
        "REMOVE a", "REMOVE a, n", "SET b = a, c = if_not_exists(z, n)"),
    "ConditionExpression": Samples("attribute_exists(pk)", "attribute_exists(sk) AND NOT attribute_exists(zz)"),
    "PutItem.ConditionExpression": Samples("attribute_not_exists(zz)"),
    "ProjectionExpression": Samples("a", "a, n", "pk, sk, a, nothing"),
    "FilterExpression": Samples("attribute_exists(n)", "attribute_not_exists(n)"),
    "Query.KeyConditionExpression": Samples("pk = :p"),
    "Query.ExpressionAttributeValues": Samples({":p": {"S": "p"}}),
    "ExpressionAttributeNames": Leave(USED), "ExpressionAttributeValues": Leave(USED),
    **{name: Leave(LEGACY) for name in (
        "Expected", "ConditionalOperator", "AttributesToGet", "KeyConditions", "QueryFilter", "ScanFilter",
        "AttributeUpdates")},
    "ReturnValues": Samples("NONE", "ALL_OLD"),
    "UpdateItem.ReturnValues": Samples("NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"),
    "IndexName": Samples("local"), "DescribeContributorInsights.IndexName": Leave("needs insights of the index"),
    "UpdateContributorInsights.IndexName": Samples("global"),
    "Select": Samples("COUNT", "ALL_ATTRIBUTES"), "Limit": Samples(100, 1), "ExclusiveStartKey": Samples(KEY),
    "TotalSegments": Leave("goes with Segment; probes send both"), "Segment": Leave("goes with TotalSegments"),
    "RequestItems": Ref("requests", "get", must=False),
    "BatchWriteItem.RequestItems": Ref("requests", "write", must=False),
    "TransactGetItems.TransactItems": Ref("requests", "transact get", must=False),
    "TransactWriteItems.TransactItems": Ref("requests", "transact write", must=False),
    "ExecuteStatement.Statement": Ref("requests", "select", must=False), "ExecuteStatement.Parameters": Leave(USED),
    "Statements": Ref("requests", "batch", must=False), "TransactStatements": Ref("requests", "batch", must=False),
    "ClientRequestToken": Unique("token"), "ClientToken": Unique("token"),
    "NextToken": Leave(TOKEN), "ExclusiveStartTableName": Leave(TOKEN), "ExclusiveStartBackupArn": Leave(TOKEN),
    "ExclusiveStartGlobalTableName": Leave(TOKEN),
    # Vectors
    "SearchVectors.TableName": Ref("searchable", "TableName"), "SearchVectors.IndexName": Samples("vectors"),
    "SearchVectors.SearchVector": Samples([{"N": "1"}, {"N": "0"}], [{"N": "2.5"}, {"N": "0"}]),
    "TopK": Samples(1, 3, 100), "SearchConditionExpression": Leave("needs a search schema; a probe's matter"),
    # Copies
    "BackupName": Samples("copy", "c" * 255), "BackupArn": Ref("backup", "BackupArn"),
    "CreateBackup.TableName": Ref("table", "TableName"), "ListBackups.TableName": Ref("table", "TableName", must=False),
    "TimeRangeLowerBound": Samples(NOW - timedelta(days=1)), "TimeRangeUpperBound": Samples(NOW + timedelta(days=1)),
    "BackupType": Samples("USER", "ALL"), "TargetTableName": Unique("restored"),
    "RestoreTableToPointInTime.SourceTableName": Ref("recoverable", "TableName"),
    "RestoreTableToPointInTime.SourceTableArn": Leave("excludes the table's name"),
    "UseLatestRestorableTime": Samples(True), "RestoreDateTime": Leave("excludes the latest time; a probe's matter"),
    **{f"{name}Override": Leave("goes with a table of the same kind; a probe's matter") for name in (
        "BillingMode", "GlobalSecondaryIndex", "LocalSecondaryIndex", "ProvisionedThroughput", "OnDemandThroughput")},
    "PointInTimeRecoverySpecification": Samples(
        {"PointInTimeRecoveryEnabled": True}, {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 7},
        {"PointInTimeRecoveryEnabled": False}),
    "ExportTableToPointInTime.TableArn": Ref("recoverable", "TableArn"), "S3Bucket": Ref("bucket", "Bucket"),
    "S3BucketOwner": Leave("must be the bucket's account"), "S3Prefix": Samples("exports", "a/b"),
    "S3SseKmsKeyId": Leave("goes with encryption by KMS"), "S3SseAlgorithm": Samples("AES256"),
    "ExportTime": Leave("must lie in the recovery window; a probe's matter"),
    "ExportType": Samples("FULL_EXPORT"), "IncrementalExportSpecification": Leave("goes with incremental exports"),
    "FilterSpecification": Leave("a probe's matter"), "ExportArn": Ref("export", "ExportArn"),
    "ListExports.TableArn": Ref("recoverable", "TableArn", must=False),
    "S3BucketSource": Ref("bucket", "source", must=False), "InputFormat": Samples("DYNAMODB_JSON"),
    "InputFormatOptions": Leave("is for CSV; a probe's matter"), "InputCompressionType": Samples("NONE"),
    "TableCreationParameters": Ref("bucket", "parameters", must=False),
    "ListImports.TableArn": Leave("finds imports of another table"), "ImportArn": Ref("import", "ImportArn"),
    "BulkOperationArn": Ref("bulk", "BulkOperationArn"), "MaxWriteRequestUnits": Samples(1024),
    "InputS3Configuration": Ref("bucket", "input", must=False),
    "OutputS3Configuration": Ref("bucket", "output", must=False),
    # Features
    "Policy": Samples(policy(), policy("dynamodb:PutItem")),
    "ExpectedRevisionId": Leave("needs a policy of that revision; a probe's matter"),
    "GetResourcePolicy.ResourceArn": Ref("governed", "TableArn"),
    "DeleteResourcePolicy.ResourceArn": Ref("governed", "TableArn", must=False),
    "TimeToLiveSpecification": Samples({"Enabled": True, "AttributeName": "expires"}),
    "ContributorInsightsAction": Samples("ENABLE"), "ContributorInsightsMode": Samples(
        "ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS"),
    "StreamArn": Ref("destination", "StreamArn", must=False),
    "EnableKinesisStreamingDestination.StreamArn": Ref("kinesis", "StreamArn", must=False),
    "GlobalTableName": Ref("global", "GlobalTableName"), "RegionName": Samples("us-east-1"),
    "CreateGlobalTable.GlobalTableName": Ref("streaming", "TableName", must=False),
    "ReplicationGroup": Samples([{"RegionName": "us-east-1"}]),
    "ReplicaUpdates": Samples([]), "GlobalTableBillingMode": Leave(REPLICAS),
    **{f"GlobalTable{name}": Leave(REPLICAS) for name in (
        "ProvisionedWriteCapacityUnits", "ProvisionedWriteCapacityAutoScalingSettingsUpdate",
        "GlobalSecondaryIndexSettingsUpdate")},
    "ReplicaSettingsUpdate": Leave(REPLICAS),
    "UpdateTableReplicaAutoScaling.GlobalSecondaryIndexUpdates": Leave(REPLICAS),
    "UpdateTableReplicaAutoScaling.ReplicaUpdates": Leave(REPLICAS),
    "ProvisionedWriteCapacityAutoScalingUpdate": Leave(REPLICAS),
})  # fmt: skip
declared.hints.always.update({
    "CreateTable": ("AttributeDefinitions", "KeySchema", "BillingMode"), "UpdateTable": ("TableClass",),
    "Query": ("KeyConditionExpression", "ExpressionAttributeValues"), "UpdateItem": ("UpdateExpression",),
    "RestoreTableToPointInTime": ("SourceTableName", "UseLatestRestorableTime"),
})  # fmt: skip
declared.left_out.update({"UpdateTableReplicaAutoScaling": REPLICAS, "DescribeTableReplicaAutoScaling": REPLICAS,
                          "UpdateGlobalTableSettings": REPLICAS, "UpdateGlobalTable": REPLICAS})
# As recorded: nothing was decreased, on-demand tables have no capacity, and what was not left undone is told as empty.
declared.loose.update({"numberOfDecreasesToday", "readCapacityUnits", "writeCapacityUnits", "unprocessedItems",
                       "unprocessedKeys"})


@declared.rule("Query", "Scan")
def shown(given):
    """What is chosen excludes a projection, and an index of its own start."""
    if "Select" in given and "ProjectionExpression" in given:
        given = {name: value for name, value in given.items() if name != "ProjectionExpression"}
    if "IndexName" in given and "ExclusiveStartKey" in given:
        given = {**given, "ExclusiveStartKey": {**KEY, "a": ITEM["a"]}}
    return given


@declared.rule("UpdateTable")
def one_change(given):
    """One kind of change at a time."""
    kinds = [name for name in given if name != "TableName"]
    return "an update takes one kind of change at a time" if len(kinds) > 2 else {
        name: value for name, value in given.items() if name != "TableClass" or len(kinds) == 1}
