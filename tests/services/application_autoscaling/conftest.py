"""A table with 5 units of each kind, on a clock that stands still until the test moves it."""

from datetime import UTC, datetime

import pytest

NOON = 1_800_014_400.0  # 2027-01-15T12:00:00Z, a Friday
READ = "dynamodb:table:ReadCapacityUnits"
PLACE = {"ServiceNamespace": "dynamodb", "ResourceId": "table/tab", "ScalableDimension": READ}


@pytest.fixture
def scaling(emulator, client):
    emulator.freeze(NOON)
    client("dynamodb").create_table(
        TableName="tab", KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    )  # fmt: skip
    return client("application-autoscaling")


@pytest.fixture
def units(client, emulator):
    """The read units that the table has, when what is due was done."""

    def call() -> int:
        emulator.advance(1)
        table = client("dynamodb").describe_table(TableName="tab")["Table"]
        return table["ProvisionedThroughput"]["ReadCapacityUnits"]

    return call


@pytest.fixture
def register(scaling):
    def call(least=1, most=10, **more):
        return scaling.register_scalable_target(**PLACE | {"MinCapacity": least, "MaxCapacity": most} | more)

    return call


@pytest.fixture
def put(client):
    """``put(50, seconds=60)``: a value of the metric load, at a time by the noon of the test."""

    def call(value, seconds=0):
        at = datetime.fromtimestamp(NOON + seconds, UTC)
        datum = {"MetricName": "load", "Value": value, "Timestamp": at}
        client("cloudwatch").put_metric_data(Namespace="n", MetricData=[datum])

    return call


@pytest.fixture
def activities(scaling):
    def call(**more):
        answer = scaling.describe_scaling_activities(ServiceNamespace=more.pop("namespace", "dynamodb"), **more)
        return answer["ScalingActivities"]

    return call
