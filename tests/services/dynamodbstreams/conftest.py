"""A table with a stream, and reading one from its beginning."""

import pytest


@pytest.fixture
def dynamodb(client):
    return client("dynamodb")


@pytest.fixture
def reader(client):
    return client("dynamodbstreams")


@pytest.fixture
def make_table(dynamodb):
    """Make a table keyed by ``id`` with a stream of a view; returns the stream's ARN."""

    def make(view="NEW_AND_OLD_IMAGES", name="people"):
        return dynamodb.create_table(
            TableName=name, BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": view},
        )["TableDescription"]["LatestStreamArn"]  # fmt: skip

    return make


@pytest.fixture
def shards(reader):
    return lambda arn: reader.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]


@pytest.fixture
def iterate(reader, shards):
    """An iterator of a stream's shard (the last one by default)."""

    def make(arn, kind="TRIM_HORIZON", shard=None, **more):
        shard = shard or shards(arn)[-1]["ShardId"]
        given = reader.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType=kind, **more)
        return given["ShardIterator"]

    return make


@pytest.fixture
def records(reader, iterate):
    return lambda arn, **where: reader.get_records(ShardIterator=iterate(arn, **where))["Records"]
