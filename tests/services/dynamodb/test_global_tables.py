"""Global tables: replicas in other regions, changes that travel, and what they have in common."""

import time

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

REPLICA = [{"Create": {"RegionName": "eu-west-1"}}]


@pytest.fixture
def europe(client):
    return client("dynamodb", region="eu-west-1")


def item(key, value):
    return {"pk": {"S": key}, "x": {"S": value}}


def eventually(call, expected):
    """Changes travel as jobs: a moment after the answer."""
    for _ in range(100):
        if call() == expected:
            return
        time.sleep(0.01)
    assert call() == expected


def contents(dynamodb, **where):
    found = dynamodb.scan(TableName="table", **where)["Items"]
    return {each["pk"]["S"]: each["x"]["S"] for each in found}


def test_changes_travel_both_ways(dynamodb, europe, make_table, client):
    table = make_table("pk:S")
    dynamodb.put_item(TableName=table, Item=item("a", "1"))
    told = dynamodb.update_table(TableName=table, ReplicaUpdates=REPLICA)["TableDescription"]
    assert told["Replicas"] == [{"RegionName": "eu-west-1", "ReplicaStatus": "CREATING"}]
    here, there = (each.describe_table(TableName=table)["Table"] for each in (dynamodb, europe))
    assert here["Replicas"] == [{"RegionName": "eu-west-1", "ReplicaStatus": "ACTIVE"}]
    assert there["Replicas"] == [{"RegionName": "us-east-1", "ReplicaStatus": "ACTIVE"}]
    assert here["GlobalTableVersion"] == "2019.11.21"
    assert here["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert there["LatestStreamArn"].startswith("arn:aws:dynamodb:eu-west-1:")
    assert contents(europe) == {"a": "1"}
    dynamodb.put_item(TableName=table, Item=item("b", "2"))
    eventually(lambda: contents(europe), {"a": "1", "b": "2"})
    europe.delete_item(TableName=table, Key={"pk": {"S": "a"}})
    eventually(lambda: contents(dynamodb), {"b": "2"})
    assert contents(europe) == {"b": "2"}
    streams = client("dynamodbstreams", region="eu-west-1").list_streams(TableName=table)["Streams"]
    assert [each["StreamArn"] for each in streams] == [there["LatestStreamArn"]]


def test_the_later_of_two_writes_stands(dynamodb, europe, make_table, emulator):
    emulator.freeze(1_700_000_000)
    table = make_table("pk:S")
    dynamodb.update_table(TableName=table, ReplicaUpdates=REPLICA)
    dynamodb.put_item(TableName=table, Item=item("a", "first"))
    emulator.advance(1)
    europe.put_item(TableName=table, Item=item("a", "second"))
    emulator.advance(1)
    assert contents(dynamodb) == contents(europe) == {"a": "second"}


def test_indexes_are_shared_and_replicas_can_leave(dynamodb, europe, make_table, refused):
    table = make_table("pk:S")
    dynamodb.put_item(TableName=table, Item=item("a", "1"))
    dynamodb.update_table(TableName=table, ReplicaUpdates=REPLICA)
    dynamodb.update_table(
        TableName=table,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"},
                              {"AttributeName": "x", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[{"Create": {
            "IndexName": "by_x", "KeySchema": [{"AttributeName": "x", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }}],
    )  # fmt: skip
    assert contents(europe, IndexName="by_x") == {"a": "1"}
    again = {"TableName": table, "ReplicaUpdates": REPLICA}
    assert refused(dynamodb.update_table, **again)[1].startswith("Failed to create a the new replica")
    local = {"TableName": table, "ReplicaUpdates": [{"Delete": {"RegionName": "us-east-1"}}]}
    assert refused(dynamodb.update_table, **local)[1].startswith("Cannot add, delete, or update the local region")
    dynamodb.update_table(TableName=table, ReplicaUpdates=[{"Delete": {"RegionName": "eu-west-1"}}])
    assert refused(europe.describe_table, TableName=table)[0] == "ResourceNotFoundException"
    assert "Replicas" not in dynamodb.describe_table(TableName=table)["Table"]


STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
KEYS = {
    "TableName": "table",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6},
}
POLICY = {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 70.0}}


def test_the_older_version_joins_tables(dynamodb, europe, refused):
    group = {"GlobalTableName": "table", "ReplicationGroup": [{"RegionName": "us-east-1"}, {"RegionName": "eu-west-1"}]}
    assert refused(dynamodb.create_global_table, **group) == ("TableNotFoundException", "Table not found: table")
    for each in (dynamodb, europe):
        each.create_table(**KEYS, StreamSpecification=STREAM)
    made = dynamodb.create_global_table(**group)["GlobalTableDescription"]
    assert made["GlobalTableStatus"] == "CREATING"
    assert made["GlobalTableArn"] == "arn:aws:dynamodb::000000000000:global-table/table"
    assert refused(europe.create_global_table, **group)[0] == "GlobalTableAlreadyExistsException"
    dynamodb.put_item(TableName="table", Item=item("a", "1"))
    eventually(lambda: contents(europe), {"a": "1"})
    assert dynamodb.describe_table(TableName="table")["Table"]["GlobalTableVersion"] == "2017.11.29"
    assert europe.list_global_tables(RegionName="eu-west-1")["GlobalTables"] == [group]
    told = dynamodb.update_global_table_settings(
        GlobalTableName="table", GlobalTableProvisionedWriteCapacityUnits=9,
        ReplicaSettingsUpdate=[{"RegionName": "eu-west-1", "ReplicaProvisionedReadCapacityUnits": 7}],
    )["ReplicaSettings"]  # fmt: skip
    assert [each["ReplicaProvisionedWriteCapacityUnits"] for each in told] == [9, 9]
    assert [each["ReplicaProvisionedReadCapacityUnits"] for each in told] == [5, 7]
    removal = [{"Delete": {"RegionName": "eu-west-1"}}]
    dynamodb.update_global_table(GlobalTableName="table", ReplicaUpdates=removal)
    dynamodb.put_item(TableName="table", Item=item("b", "2"))
    assert contents(europe) == {"a": "1"}
    again = {"GlobalTableName": "table", "ReplicaUpdates": removal}
    assert refused(dynamodb.update_global_table, **again)[0] == "ReplicaNotFoundException"


def test_auto_scaling_settings_of_replicas(dynamodb, make_table):
    table = make_table("pk:S", gsi={"by_x": "x:S"})
    dynamodb.update_table(TableName=table, ReplicaUpdates=REPLICA)
    told = dynamodb.update_table_replica_auto_scaling(
        TableName=table,
        ProvisionedWriteCapacityAutoScalingUpdate={
            "MinimumUnits": 1, "MaximumUnits": 10, "ScalingPolicyUpdate": POLICY,
        },
        ReplicaUpdates=[{
            "RegionName": "eu-west-1",
            "ReplicaProvisionedReadCapacityAutoScalingUpdate": {"MinimumUnits": 2, "MaximumUnits": 3},
        }],
    )["TableAutoScalingDescription"]  # fmt: skip
    assert told == dynamodb.describe_table_replica_auto_scaling(TableName=table)["TableAutoScalingDescription"]
    here, there = told["Replicas"]
    writing = {"MinimumUnits": 1, "MaximumUnits": 10, "AutoScalingDisabled": False, "ScalingPolicies": [POLICY]}
    for each in (here, there):
        assert each["ReplicaProvisionedWriteCapacityAutoScalingSettings"] == writing
    assert here["ReplicaProvisionedReadCapacityAutoScalingSettings"] == {"AutoScalingDisabled": True}
    assert there["ReplicaProvisionedReadCapacityAutoScalingSettings"]["MaximumUnits"] == 3
    assert here["GlobalSecondaryIndexes"][0]["IndexName"] == "by_x"


def test_what_replica_updates_cannot_do_is_refused(client):
    dynamodb = client("dynamodb", config=Config(parameter_validation=False))
    dynamodb.create_table(
        TableName="table", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
    )  # fmt: skip
    region = {"RegionName": "eu-west-1"}
    leaving = {**region, "DisassociationMode": "WAIT_FOR_REPLICATION"}
    for update in ({}, {"Create": region, "Delete": region}, {"Disassociate": leaving}):
        with pytest.raises(ClientError) as refused:
            dynamodb.update_table(TableName="table", ReplicaUpdates=[update])
        assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_a_disassociated_replica_stands_on_alone(dynamodb, europe, make_table):
    table = make_table("pk:S")
    dynamodb.update_table(TableName=table, ReplicaUpdates=REPLICA)
    dynamodb.put_item(TableName=table, Item=item("a", "1"))
    leaving = {"RegionName": "eu-west-1", "DisassociationMode": "WAIT_FOR_REPLICATION"}
    update = {"TableName": table, "ReplicaUpdates": [{"Disassociate": leaving}]}
    with pytest.raises(ClientError) as refused:
        europe.update_table(**update)
    assert "protected against disassociation" in refused.value.response["Error"]["Message"]
    europe.update_table(TableName=table, DisassociationProtectionEnabled=False)
    europe.update_table(**update)
    for each in (dynamodb, europe):
        eventually(lambda each=each: "Replicas" in each.describe_table(TableName=table)["Table"], False)
    assert contents(europe) == {"a": "1"}
    dynamodb.put_item(TableName=table, Item=item("b", "1"))
    europe.put_item(TableName=table, Item=item("c", "1"))
    assert (contents(dynamodb), contents(europe)) == ({"a": "1", "b": "1"}, {"a": "1", "c": "1"})


STRONG = {
    "ReplicaUpdates": [{"Create": {"RegionName": "eu-west-2"}}], "MultiRegionConsistency": "STRONG",
    "GlobalTableWitnessUpdates": [{"Create": {"RegionName": "eu-west-3"}}],
}  # fmt: skip


def test_strongly_consistent_replicas(client):
    west, london = client("dynamodb", region="eu-west-1"), client("dynamodb", region="eu-west-2")
    west.create_table(
        TableName="table", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
    )  # fmt: skip
    alone = {**STRONG, "GlobalTableWitnessUpdates": []}
    elsewhere = {**STRONG, "ReplicaUpdates": [{"Create": {"RegionName": "us-east-1"}}]}
    for wrong in (elsewhere, {name: value for name, value in alone.items() if value}):
        with pytest.raises(ClientError) as refused:
            west.update_table(TableName="table", **wrong)
        assert refused.value.response["Error"]["Code"] == "ValidationException"
    west.update_table(TableName="table", **STRONG)
    told = london.describe_table(TableName="table")["Table"]
    assert told["MultiRegionConsistency"] == "STRONG"
    assert told["GlobalTableWitnesses"] == [{"RegionName": "eu-west-3", "WitnessStatus": "ACTIVE"}]
    for number in range(10):
        here, there = (west, london) if number % 2 else (london, west)
        here.put_item(TableName="table", Item=item("a", str(number)))
        assert contents(there, ConsistentRead=True) == {"a": str(number)}
    put = [{"Put": {"TableName": "table", "Item": item("b", "1")}}]
    with pytest.raises(ClientError) as refused:
        west.transact_write_items(TransactItems=put)
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    ended = {"ReplicaUpdates": [{"Delete": {"RegionName": "eu-west-2"}}]}
    with pytest.raises(ClientError):
        west.update_table(TableName="table", **ended)
    west.update_table(
        TableName="table", **ended, GlobalTableWitnessUpdates=[{"Delete": {"RegionName": "eu-west-3"}}]
    )
    assert "Replicas" not in west.describe_table(TableName="table")["Table"]
    assert contents(west) == {"a": "9"}
