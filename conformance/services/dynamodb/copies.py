"""Backups, restores, exports, imports: fixtures and proofs."""

import gzip
import json

from conformance.services.declared import Error
from conformance.services.dynamodb.hints import DEFINED, ITEM, KEY, NEW, SCHEMA, declared
from conformance.services.dynamodb.tables import absent, awaited, drop, made_table
from conformance.services.readback import alike, gone, inside, listed

BULK = json.dumps({"Item": NEW}) + "\n"
LINE = json.dumps({"Item": {"pk": {"S": "imported"}}}) + "\n"


@declared.fixture("backup", lambda world, fields: world.ask("DeleteBackup", {"BackupArn": fields["BackupArn"]}),
                  absent, Error("BackupNotFoundException", 400))
def backup(world):
    name = world.fixture("table")["TableName"]
    made = world.ask("CreateBackup", {"TableName": name, "BackupName": "fixture"})["BackupDetails"]
    done(world, "DescribeBackup", {"BackupArn": made["BackupArn"]}, "BackupDescription", "BackupDetails",
         "BackupStatus", "CREATING")
    return {**made, "TableName": name}


declared.errors["CreateBackup", "TableName"] = Error("TableNotFoundException", 400)


@declared.fixture("recoverable", drop, absent, Error("TableNotFoundException", 400))
def recoverable(world):
    made = made_table(world)
    world.ask("PutItem", {"TableName": made["TableName"], "Item": ITEM})
    world.ask("UpdateContinuousBackups", {"TableName": made["TableName"], "PointInTimeRecoverySpecification": {
        "PointInTimeRecoveryEnabled": True}})
    return made


@declared.fixture("bucket", None, absent, None)
def bucket(world):
    world.unknown("DescribeTable", {"TableName": absent(world)["TableName"]})
    name = world.unique("exports")
    world.ask("CreateBucket", {"Bucket": name}, "s3")
    world.ask("PutObject", {"Bucket": name, "Key": "in/data.json", "Body": LINE.encode()}, "s3")
    world.ask("PutObject", {"Bucket": name, "Key": "bulk/data.json", "Body": BULK.encode()}, "s3")
    bulk = {"input": {"S3Bucket": name, "S3KeyPrefix": "bulk/", "InputFormat": "DYNAMODB_JSON"},
            "output": {"S3Bucket": name, "S3KeyPrefix": "report/", "OutputType": ["ERROR"]}}
    return {**bulk, "Bucket": name, "source": {"S3Bucket": name, "S3KeyPrefix": "in/"}, "parameters": {
        "TableName": world.unique("imported"), "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": DEFINED[:1], "KeySchema": SCHEMA[:1]}}


declared.errors["ExportTableToPointInTime", "S3Bucket"] = None


def done(world, operation, given, *path_and_state):
    """Ask until a copy is made; gives the answer's structure."""
    *path, member, busy = path_and_state
    return world.wait(lambda: inside(world.ask(operation, given), ".".join(path)) or {},
                      lambda found: found.get(member) != busy)


@declared.fixture("export", None, absent, Error("ExportNotFoundException", 400))
def export(world):
    return world.ask("ExportTableToPointInTime", {
        "TableArn": world.fixture("recoverable")["TableArn"],
        "S3Bucket": world.fixture("bucket")["Bucket"]})["ExportDescription"]


@declared.fixture("import", None, absent, Error("ImportNotFoundException", 400))
def imported(world):
    made = world.fixture("bucket")
    return world.ask("ImportTable", {"S3BucketSource": made["source"], "InputFormat": "DYNAMODB_JSON",
                                     "TableCreationParameters": made["parameters"]})["ImportTableDescription"]


@declared.fixture("bulk", None, absent, Error("ResourceNotFoundException", 400))
def bulk(world):
    made = world.fixture("bucket")
    return world.ask("StartBulkPutItems", {
        "TableName": world.fixture("table")["TableName"], "InputS3Configuration": made["input"],
        "OutputS3Configuration": made["output"]})["BulkOperationDescription"]


@declared.check("StartBulkPutItems", "DescribeBulkOperation")
def bulk_put(proof, world, given, answer):
    arn = answer["BulkOperationDescription"]["BulkOperationArn"]
    found = done(world, "DescribeBulkOperation", {"BulkOperationArn": arn}, "BulkOperationDescription",
                 "BulkOperationStatus", "IN_PROGRESS")
    proof.holds("BulkOperationDescription", {"BulkOperationStatus": "COMPLETED", "ProcessedItemCount": 1,
                                             "InputS3Configuration": world.fixture("bucket")["input"]}, found)
    proof.holds("BulkOperationDescription", {name: given[name] for name in (
        "MaxWriteRequestUnits", "PerformanceTier", "OutputS3Configuration") if name in given}, found)
    told = proof.read("GetItem", {"TableName": world.fixture("table")["TableName"], "Key": NEW})
    proof.equal("Item", NEW, told.get("Item"))


declared.left_out["CancelBulkOperation"] = "needs an operation that is still under way"
declared.before["ListBulkOperations"] = ("bulk",)
listed(declared, "ListBulkOperations", "BulkOperationsSummaryList", "bulk", "BulkOperationArn", "BulkOperationArn",
       token=("NextToken", "NextToken"))
declared.before.update(ListBackups=("backup",), ListExports=("export",), ListImports=("import",))
listed(declared, "ListExports", "ExportSummaries", "export", "ExportArn", "ExportArn", token=("NextToken", "NextToken"))
listed(declared, "ListImports", "ImportSummaryList", "import", "ImportArn", "ImportArn")
listed(declared, "ListBackups", "BackupSummaries", "backup", "BackupArn", "BackupArn",
       token=("LastEvaluatedBackupArn", "ExclusiveStartBackupArn"))
gone(declared, "DeleteBackup", read="DescribeBackup", by=("BackupArn",), code="BackupNotFoundException")


@declared.check("CreateBackup")
def backup_stands(proof, world, given, answer):
    arn = answer["BackupDetails"]["BackupArn"]
    found = done(world, "DescribeBackup", {"BackupArn": arn}, "BackupDescription", "BackupDetails", "BackupStatus",
                 "CREATING")
    proof.holds("BackupDetails", {"BackupArn": arn, "BackupName": given["BackupName"], "BackupType": "USER",
                                  "BackupStatus": "AVAILABLE"}, found)
    world.later(lambda: world.ask("DeleteBackup", {"BackupArn": arn}))


@declared.check("DescribeBackup")
def backup_told(proof, world, given, answer):
    made = world.fixture("backup")
    proof.holds("BackupDetails", {"BackupArn": made["BackupArn"], "BackupName": "fixture"},
                answer["BackupDescription"]["BackupDetails"])
    proof.holds("SourceTableDetails", {"TableName": made["TableName"], "KeySchema": SCHEMA,
                                       "TableId": world.fixture("table")["TableId"]},
                answer["BackupDescription"]["SourceTableDetails"])


@declared.check("RestoreTableFromBackup", "RestoreTableToPointInTime")
def restored(proof, world, given, answer):
    name = given["TargetTableName"]
    found = awaited(world, name)
    proof.equal("KeySchema", SCHEMA, found["KeySchema"])
    told = proof.read("GetItem", {"TableName": name, "Key": KEY, "ConsistentRead": True})
    proof.equal("Item", ITEM, told.get("Item"))
    world.later(lambda: drop(world, {"TableName": name}))


alike(declared, "RestoreTableFromBackup", "RestoreTableToPointInTime", read="DescribeTable",
      by={"TableName": "TargetTableName"}, at="TableDescription", read_at="Table", leave=("WarmThroughput",))
alike(declared, "CreateBackup", read="DescribeBackup", by={"BackupArn": "answer.BackupDetails.BackupArn"},
      at="BackupDetails", read_at="BackupDescription.BackupDetails")
alike(declared, "StartBulkPutItems", read="DescribeBulkOperation",
      by={"BulkOperationArn": "answer.BulkOperationDescription.BulkOperationArn"}, at="BulkOperationDescription",
      read_at="BulkOperationDescription", leave=("EndTime", "TotalInputBytes"))
alike(declared, "ExportTableToPointInTime", read="DescribeExport",
      by={"ExportArn": "answer.ExportDescription.ExportArn"}, at="ExportDescription", read_at="ExportDescription",
      leave=("EndTime", "ItemCount", "BilledSizeBytes", "ExportManifest"))
alike(declared, "ImportTable", read="DescribeImport", by={"ImportArn": "answer.ImportTableDescription.ImportArn"},
      at="ImportTableDescription", read_at="ImportTableDescription", leave=("EndTime", "CloudWatchLogGroupArn"))
declared.present.update({
    "DeleteBackup": ("BackupDescription.BackupDetails", "BackupDescription.SourceTableDetails",
                     "BackupDescription.SourceTableFeatureDetails"),
    "DescribeBackup": ("BackupDescription.BackupDetails", "BackupDescription.SourceTableFeatureDetails"),
    "DescribeBulkOperation": tuple(f"BulkOperationDescription.{name}" for name in (
        "BulkOperationUsage", "EndTime", "FailedItemCount", "TotalInputBytes", "ProcessedInputBytes", "StartTime",
        "TableDetails", "PerformanceTier", "OutputS3Configuration")),
    "DescribeExport": tuple(f"ExportDescription.{name}" for name in (
        "ExportManifest", "ExportType", "S3SseAlgorithm", "StartTime", "EndTime", "ExportTime", "TableId",
        "ExportFormat", "BilledSizeBytes", "ItemCount")),
    "DescribeImport": tuple(f"ImportTableDescription.{name}" for name in (
        "InputCompressionType", "InputFormat", "S3BucketSource", "StartTime", "EndTime", "TableArn", "TableId",
        "ProcessedSizeBytes", "ProcessedItemCount")),
    "ListBackups": tuple(f"BackupSummaries.{name}" for name in (
        "BackupCreationDateTime", "BackupName", "TableName", "TableArn", "TableId", "BackupStatus", "BackupType",
        "BackupSizeBytes")),
    "ListBulkOperations": ("BulkOperationsSummaryList.EndTime",),
    "ListExports": ("ExportSummaries.ExportStatus", "ExportSummaries.ExportType"),
    "ListImports": tuple(f"ImportSummaryList.{name}" for name in (
        "EndTime", "ImportStatus", "TableArn", "InputFormat", "S3BucketSource", "StartTime")),
})  # fmt: skip
declared.tells("DescribeBulkOperation", "ClientToken", at="BulkOperationDescription")
declared.tells("DescribeExport", "ClientToken", at="ExportDescription")
declared.tells("DescribeImport", "ClientToken", "CloudWatchLogGroupArn", at="ImportTableDescription")
declared.tells("ImportTable", "CloudWatchLogGroupArn", at="ImportTableDescription")
declared.tells("ListImports", "CloudWatchLogGroupArn", at="ImportSummaryList")


@declared.check("UpdateContinuousBackups", "DescribeContinuousBackups")
def recovery_stands(proof, world, given, answer):
    wanted = given.get("PointInTimeRecoverySpecification", {"PointInTimeRecoveryEnabled": False})
    found = proof.read("DescribeContinuousBackups", {"TableName": given["TableName"]})["ContinuousBackupsDescription"]
    recovery = found["PointInTimeRecoveryDescription"]
    enabled = wanted["PointInTimeRecoveryEnabled"]
    proof.equal("PointInTimeRecoveryStatus", "ENABLED" if enabled else "DISABLED",
                recovery["PointInTimeRecoveryStatus"])
    proof.equal("ContinuousBackupsStatus", "ENABLED", found["ContinuousBackupsStatus"])
    proof.equal("RecoveryPeriodInDays", wanted.get("RecoveryPeriodInDays", 35) if enabled else None,
                recovery.get("RecoveryPeriodInDays") if enabled else None)
    proof.equal("answer", recovery["PointInTimeRecoveryStatus"],
                answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"])


@declared.check("ExportTableToPointInTime", "DescribeExport")
def exported(proof, world, given, answer):
    arn = answer["ExportDescription"]["ExportArn"]
    found = done(world, "DescribeExport", {"ExportArn": arn}, "ExportDescription", "ExportStatus", "IN_PROGRESS")
    proof.holds("ExportDescription", {"ExportStatus": "COMPLETED", "ItemCount": 1,
                                      "TableArn": world.fixture("recoverable")["TableArn"],
                                      "S3Bucket": world.fixture("bucket")["Bucket"]}, found)
    proof.holds("ExportDescription", {name: given[name] for name in (
        "ExportFormat", "S3Prefix", "S3SseAlgorithm") if name in given}, found)
    if given.get("ExportFormat") == "ION":
        return
    listing = world.ask("ListObjectsV2", {"Bucket": found["S3Bucket"]}, "s3")["Contents"]
    key = next(each["Key"] for each in listing if each["Key"].endswith(".json.gz"))
    body = gzip.decompress(world.ask("GetObject", {"Bucket": found["S3Bucket"], "Key": key}, "s3")["Body"])
    proof.equal("the exported item", {"Item": ITEM}, json.loads(body))


@declared.check("ImportTable", "DescribeImport")
def import_stands(proof, world, given, answer):
    arn = answer["ImportTableDescription"]["ImportArn"]
    found = done(world, "DescribeImport", {"ImportArn": arn}, "ImportTableDescription", "ImportStatus", "IN_PROGRESS")
    proof.holds("ImportTableDescription", {"ImportStatus": "COMPLETED", "ImportedItemCount": 1, "ErrorCount": 0}, found)
    name = found["TableCreationParameters"]["TableName"]
    awaited(world, name)
    told = proof.read("GetItem", {"TableName": name, "Key": {"pk": {"S": "imported"}}})
    proof.equal("Item", {"pk": {"S": "imported"}}, told.get("Item"))
    world.later(lambda: drop(world, {"TableName": name}))


declared.errors["RestoreTableToPointInTime", "SourceTableName"] = Error("TableNotFoundException", 400)
declared.errors["UpdateContinuousBackups", "TableName"] = Error("TableNotFoundException", 400)
declared.errors["DescribeContinuousBackups", "TableName"] = Error("TableNotFoundException", 400)
declared.errors["StartBulkPutItems", "TableName"] = Error("ResourceNotFoundException", 400)
