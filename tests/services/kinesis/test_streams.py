"""Streams: made, told, listed, deleted; by name, by ARN, in other accounts."""

ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/clicks"


def test_a_new_stream_is_told(kinesis, make_stream):
    make_stream(shards=2, Tags={"team": "web"})
    found = kinesis.describe_stream(StreamName="clicks")["StreamDescription"]
    assert (found["StreamARN"], found["StreamStatus"], found["RetentionPeriodHours"]) == (ARN, "ACTIVE", 24)
    assert found["EncryptionType"] == "NONE" and "KeyId" not in found and found["HasMoreShards"] is False
    ranges = [each["HashKeyRange"] for each in found["Shards"]]
    assert ranges[0] == {"StartingHashKey": "0", "EndingHashKey": str(2**127 - 1)}
    assert ranges[1] == {"StartingHashKey": str(2**127), "EndingHashKey": str(2**128 - 1)}
    assert [each["ShardId"] for each in found["Shards"]] == ["shardId-000000000000", "shardId-000000000001"]
    assert kinesis.list_tags_for_stream(StreamName="clicks")["Tags"] == [{"Key": "team", "Value": "web"}]


def test_without_a_shard_count_it_is_on_demand(kinesis, make_stream):
    kinesis.create_stream(StreamName="clicks")
    found = kinesis.describe_stream_summary(StreamARN=ARN)["StreamDescriptionSummary"]
    assert found["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"} and found["OpenShardCount"] == 4
    assert found["RecordDistributionStrategy"] == "USER_PARTITION_KEY" and found["MaxRecordSizeInKiB"] == 1024


def test_names_are_taken_once(kinesis, make_stream, refused):
    make_stream()
    assert refused(kinesis.create_stream, StreamName="clicks", ShardCount=1) == (
        "ResourceInUseException",
        "Stream clicks under account 000000000000 already exists.",
    )
    assert refused(kinesis.describe_stream, StreamName="other") == (
        "ResourceNotFoundException",
        "Stream other under account 000000000000 not found.",
    )


def test_a_deleted_stream_is_gone_and_its_name_is_free(kinesis, make_stream, read, refused):
    make_stream()
    kinesis.put_record(StreamName="clicks", Data=b"one", PartitionKey="k")
    kinesis.delete_stream(StreamName="clicks")
    assert refused(kinesis.describe_stream, StreamName="clicks")[0] == "ResourceNotFoundException"
    make_stream()
    assert read("clicks") == []


def test_streams_are_listed_in_pages(kinesis, make_stream):
    for name in ("c", "a", "b"):
        make_stream(name)
    first = kinesis.list_streams(Limit=2)
    assert first["StreamNames"] == ["a", "b"] and first["HasMoreStreams"]
    rest = kinesis.list_streams(NextToken=first["NextToken"])
    assert rest["StreamNames"] == ["c"] and not rest["HasMoreStreams"]
    assert kinesis.list_streams(ExclusiveStartStreamName="a")["StreamNames"] == ["b", "c"]
    assert [each["StreamStatus"] for each in first["StreamSummaries"]] == ["ACTIVE", "ACTIVE"]


def test_another_account_reaches_a_stream_by_its_arn(client, kinesis, make_stream, refused):
    make_stream()
    other = client("kinesis", access_key="222222222222")
    assert other.put_record(StreamARN=ARN, Data=b"x", PartitionKey="k")["ShardId"] == "shardId-000000000000"
    assert refused(other.describe_stream, StreamName="clicks")[0] == "ResourceNotFoundException"


def test_consumers_keep_a_stream(kinesis, make_stream, refused):
    make_stream()
    kinesis.register_stream_consumer(StreamARN=ARN, ConsumerName="reader")
    assert refused(kinesis.delete_stream, StreamName="clicks")[0] == "ResourceInUseException"
    kinesis.delete_stream(StreamName="clicks", EnforceConsumerDeletion=True)
    assert kinesis.list_streams()["StreamNames"] == []


def test_limits_count_provisioned_shards_and_on_demand_streams(kinesis, make_stream):
    make_stream(shards=3)
    make_stream("busy", StreamModeDetails={"StreamMode": "ON_DEMAND"})
    found = kinesis.describe_limits()
    assert (found["OpenShardCount"], found["OnDemandStreamCount"]) == (3, 1)
