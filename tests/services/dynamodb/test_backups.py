"""Backups on demand and continuous ones: what is kept, and what comes back."""

import pytest

T0 = 1_700_000_000


def put(dynamodb, table, key, value):
    dynamodb.put_item(TableName=table, Item={"pk": {"S": key}, "x": {"S": value}})


def contents(dynamodb, table, **where):
    found = dynamodb.scan(TableName=table, **where)["Items"]
    return {item["pk"]["S"]: item["x"]["S"] for item in found}


def test_a_backup_comes_back(dynamodb, make_table, refused):
    table = make_table("pk:S", gsi={"by_x": "x:S"})
    put(dynamodb, table, "a", "1")
    made = dynamodb.create_backup(TableName=table, BackupName="first")["BackupDetails"]
    assert made["BackupStatus"] == "CREATING"
    arn = made["BackupArn"]
    put(dynamodb, table, "b", "2")
    restored = dynamodb.restore_table_from_backup(TargetTableName="copy", BackupArn=arn)["TableDescription"]
    assert restored["TableStatus"] == "CREATING"
    assert restored["RestoreSummary"]["SourceBackupArn"] == arn
    assert restored["RestoreSummary"]["RestoreInProgress"] is True
    assert contents(dynamodb, "copy") == contents(dynamodb, "copy", IndexName="by_x") == {"a": "1"}
    assert dynamodb.describe_table(TableName="copy")["Table"]["RestoreSummary"]["RestoreInProgress"] is False
    put(dynamodb, "copy", "a", "changed")
    assert contents(dynamodb, table) == {"a": "1", "b": "2"}
    again = {"TargetTableName": "copy", "BackupArn": arn}
    assert refused(dynamodb.restore_table_from_backup, **again)[0] == "TableAlreadyExistsException"
    dynamodb.restore_table_from_backup(
        TargetTableName="plain", BackupArn=arn, GlobalSecondaryIndexOverride=[], BillingModeOverride="PROVISIONED",
        ProvisionedThroughputOverride={"ReadCapacityUnits": 3, "WriteCapacityUnits": 4},
    )  # fmt: skip
    plain = dynamodb.describe_table(TableName="plain")["Table"]
    assert "GlobalSecondaryIndexes" not in plain
    assert plain["ProvisionedThroughput"]["WriteCapacityUnits"] == 4
    assert [each["AttributeName"] for each in plain["AttributeDefinitions"]] == ["pk"]


def test_backups_are_described_listed_and_deleted(dynamodb, make_table, refused, emulator):
    emulator.freeze(T0)
    table, other = make_table("pk:S"), make_table("pk:S", name="other")
    put(dynamodb, table, "a", "1")
    arns = []
    for name in ("one", "two"):
        arns.append(dynamodb.create_backup(TableName=table, BackupName=name)["BackupDetails"]["BackupArn"])
        emulator.advance(10)
    dynamodb.create_backup(TableName=other, BackupName="three")
    told = dynamodb.describe_backup(BackupArn=arns[0])["BackupDescription"]
    assert told["BackupDetails"]["BackupStatus"] == "AVAILABLE"
    assert told["SourceTableDetails"]["ItemCount"] == 1
    assert told["SourceTableDetails"]["TableSizeBytes"] == told["BackupDetails"]["BackupSizeBytes"] == 5
    page = dynamodb.list_backups(TableName=table, Limit=1)
    assert [each["BackupName"] for each in page["BackupSummaries"]] == ["one"]
    rest = dynamodb.list_backups(TableName=table, ExclusiveStartBackupArn=page["LastEvaluatedBackupArn"])
    assert [each["BackupName"] for each in rest["BackupSummaries"]] == ["two"]
    assert len(dynamodb.list_backups(TimeRangeLowerBound=T0 + 5)["BackupSummaries"]) == 2
    deleted = dynamodb.delete_backup(BackupArn=arns[0])["BackupDescription"]["BackupDetails"]
    assert deleted["BackupStatus"] == "DELETED"
    assert refused(dynamodb.describe_backup, BackupArn=arns[0]) == (
        "BackupNotFoundException", f"Backup not found: {arns[0]}",
    )  # fmt: skip
    nothing = {"TableName": "nothing", "BackupName": "four"}
    assert refused(dynamodb.create_backup, **nothing) == ("TableNotFoundException", "Table not found: nothing")


@pytest.fixture
def recoverable(dynamodb, make_table, emulator):
    emulator.freeze(T0)
    table = make_table("pk:S")
    put(dynamodb, table, "a", "0")
    dynamodb.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    return table


def test_any_moment_comes_back(dynamodb, recoverable, emulator):
    emulator.advance(10)
    put(dynamodb, recoverable, "a", "1")
    put(dynamodb, recoverable, "b", "1")
    emulator.advance(10)
    dynamodb.delete_item(TableName=recoverable, Key={"pk": {"S": "a"}})
    put(dynamodb, recoverable, "b", "2")
    emulator.advance(10)
    expected = {5: {"a": "0"}, 10: {"a": "1", "b": "1"}, 15: {"a": "1", "b": "1"}, 20: {"b": "2"}}
    for seconds, state in expected.items():
        name = f"at-{seconds}"
        dynamodb.restore_table_to_point_in_time(
            SourceTableName=recoverable, TargetTableName=name, RestoreDateTime=T0 + seconds
        )
        assert contents(dynamodb, name) == state
    dynamodb.restore_table_to_point_in_time(
        SourceTableName=recoverable, TargetTableName="latest", UseLatestRestorableTime=True
    )
    assert contents(dynamodb, "latest") == {"b": "2"}


def test_the_window_moves_on(dynamodb, recoverable, refused, emulator):
    emulator.advance(40 * 86400)
    told = dynamodb.describe_continuous_backups(TableName=recoverable)["ContinuousBackupsDescription"]
    recovery = told["PointInTimeRecoveryDescription"]
    assert recovery["RecoveryPeriodInDays"] == 35
    assert recovery["EarliestRestorableDateTime"].timestamp() == T0 + 5 * 86400
    early = {"SourceTableName": recoverable, "TargetTableName": "other", "RestoreDateTime": T0 + 86400}
    assert refused(dynamodb.restore_table_to_point_in_time, **early)[0] == "InvalidRestoreTimeException"


def test_a_deleted_table_leaves_a_backup(dynamodb, recoverable, emulator):
    dynamodb.delete_table(TableName=recoverable)
    (kept,) = dynamodb.list_backups(BackupType="SYSTEM")["BackupSummaries"]
    assert kept["BackupName"] == f"{recoverable}$DeletedTableBackup"
    dynamodb.restore_table_from_backup(TargetTableName="again", BackupArn=kept["BackupArn"])
    assert contents(dynamodb, "again") == {"a": "0"}
    emulator.advance(36 * 86400)
    assert dynamodb.list_backups(BackupType="ALL")["BackupSummaries"] == []


def test_without_recovery_there_is_no_history(dynamodb, make_table, refused):
    table = make_table("pk:S")
    wanted = {"SourceTableName": table, "TargetTableName": "other", "UseLatestRestorableTime": True}
    assert refused(dynamodb.restore_table_to_point_in_time, **wanted) == (
        "PointInTimeRecoveryUnavailableException", f"Point in time recovery is not enabled for table '{table}'",
    )  # fmt: skip
