"""Streams that are ready, and what can be read of their shards."""

import pytest

NOON = 1_800_014_400.0  # 2027-01-15T12:00:00Z
HASHES = 2**128


@pytest.fixture
def kinesis(client):
    return client("kinesis")


@pytest.fixture
def make_stream(kinesis):
    """Make a stream; returns its name."""

    def make(name="clicks", shards=1, **more):
        if "StreamModeDetails" not in more:
            more["ShardCount"] = shards
        kinesis.create_stream(StreamName=name, **more)
        found = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]
        assert found["StreamStatus"] == "ACTIVE"
        return name

    return make


@pytest.fixture
def shards(kinesis):
    return lambda name, **more: kinesis.list_shards(StreamName=name, **more)["Shards"]


@pytest.fixture
def iterate(kinesis):
    """An iterator of a stream's shard (its first by default)."""

    def make(name, kind="TRIM_HORIZON", shard=0, **more):
        return kinesis.get_shard_iterator(
            StreamName=name, ShardId=f"shardId-{shard:012d}", ShardIteratorType=kind, **more
        )["ShardIterator"]

    return make


@pytest.fixture
def read(kinesis, iterate):
    """The data in a shard from some place on."""

    def get(name, kind="TRIM_HORIZON", shard=0, **more):
        answer = kinesis.get_records(ShardIterator=iterate(name, kind, shard, **more))
        return [record["Data"].decode() for record in answer["Records"]]

    return get
