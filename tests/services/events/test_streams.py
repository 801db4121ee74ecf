"""Streams as targets: Kinesis with its partition key, Firehose."""

import json


def test_kinesis_gets_its_partition_key(events, client, rule, put, emulator):
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="s", ShardCount=1)
    emulator.advance(60)
    arn = kinesis.describe_stream_summary(StreamName="s")["StreamDescriptionSummary"]["StreamARN"]
    role = "arn:aws:iam::000000000000:role/r"
    rule("path", arn, RoleArn=role, KinesisParameters={"PartitionKeyPath": "$.detail.key"})
    rule("plain", arn, {"source": ["plain"]}, RoleArn=role)
    put({"key": "k7"})
    id = put({}, Source="plain")
    shard = kinesis.list_shards(StreamName="s")["Shards"][0]["ShardId"]
    place = kinesis.get_shard_iterator(StreamName="s", ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    records = kinesis.get_records(ShardIterator=place["ShardIterator"])["Records"]
    assert [each["PartitionKey"] for each in records] == ["k7", id]
    assert json.loads(records[0]["Data"])["detail"] == {"key": "k7"}
