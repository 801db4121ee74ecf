"""Streams and shards: splitting, merging, scaling, keeping, deleting; queues and channels."""

from conformance.probes import probe
from conformance.probes.kinesis.records import API, GUIDE, iterator, put, read, stream
from conformance.services.kinesis.fixtures import FIRST, ROLE, active

HALF = str(2**127)
ON_DEMAND = {"StreamMode": "ON_DEMAND"}


@probe(
    "kinesis",
    "CreateStream",
    "A stream without mode and shard count is on-demand, with four shards",
    GUIDE + "how-do-i-size-a-stream.html#ondemandmode",
)
def without_a_count_it_is_on_demand(trial):
    name, _ = stream(trial, StreamModeDetails=ON_DEMAND)
    assert len(trial.ask("ListShards", StreamName=name)["Shards"]) == 4


@probe(
    "kinesis", "CreateStream", "A stream's name is taken once in an account and region", API + "API_CreateStream.html"
)
def names_are_taken(trial):
    name, _ = stream(trial)
    trial.refused(
        "CreateStream",
        "ResourceInUseException",
        400,
        f"Stream {name} under account {trial.world.account} already exists.",
        StreamName=name,
        ShardCount=1,
    )


@probe(
    "kinesis",
    "SplitShard",
    "A split closes the parent, whose records stay readable to their end",
    GUIDE + "kinesis-using-sdk-java-after-resharding.html",
)
def a_split_closes_the_parent(trial):
    name, _ = stream(trial)
    put(trial, name, b"old")
    trial.ask("SplitShard", StreamName=name, ShardToSplit=FIRST, NewStartingHashKey=HALF)
    active(trial.world, name)
    shards = trial.ask("ListShards", StreamName=name)["Shards"]
    assert "EndingSequenceNumber" in shards[0]["SequenceNumberRange"]
    assert [each.get("ParentShardId") for each in shards] == [None, FIRST, FIRST]
    found = read(trial, name)
    assert [each["Data"] for each in found["Records"]] == [b"old"] and not found.get("NextShardIterator")
    assert len(found["ChildShards"]) == 2


@probe("kinesis", "SplitShard", "A shard that was split can't be split again", API + "API_SplitShard.html")
def closed_shards_are_not_split(trial):
    name, _ = stream(trial)
    trial.ask("SplitShard", StreamName=name, ShardToSplit=FIRST, NewStartingHashKey=HALF)
    active(trial.world, name)
    trial.refused(
        "SplitShard",
        "InvalidArgumentException",
        400,
        f"Shard {FIRST} in stream {name} under account {trial.world.account} has already been merged or split, "
        "and thus is not eligible for merging or splitting.",
        StreamName=name,
        ShardToSplit=FIRST,
        NewStartingHashKey=HALF,
    )


@probe("kinesis", "MergeShards", "Only neighbours merge", API + "API_MergeShards.html")
def only_neighbours_merge(trial):
    name, _ = stream(trial, 3)
    trial.refused(
        "MergeShards",
        "InvalidArgumentException",
        400,
        StreamName=name,
        ShardToMerge=FIRST,
        AdjacentShardToMerge="shardId-000000000002",
    )


@probe(
    "kinesis",
    "UpdateShardCount",
    "A stream scales to at most double, and at least half, of its shards",
    API + "API_UpdateShardCount.html",
)
def scaling_has_bounds(trial):
    name, _ = stream(trial, 4)
    for count in (9, 1):
        answer = trial.call("UpdateShardCount", StreamName=name, TargetShardCount=count, ScalingType="UNIFORM_SCALING")
        assert not answer.ok, f"scaled from 4 to {count}"


@probe(
    "kinesis",
    "IncreaseStreamRetentionPeriod",
    "Records are kept for 24 to 8,760 hours",
    GUIDE + "kinesis-extended-retention.html",
)
def retention_has_bounds(trial):
    name, _ = stream(trial)
    trial.refused(
        "DecreaseStreamRetentionPeriod",
        "InvalidArgumentException",
        400,
        "Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.",
        StreamName=name,
        RetentionPeriodHours=23,
    )
    trial.refused(
        "IncreaseStreamRetentionPeriod",
        "InvalidArgumentException",
        400,
        "Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long.",
        StreamName=name,
        RetentionPeriodHours=8761,
    )


@probe(
    "kinesis",
    "DeleteStream",
    "A stream with registered consumers goes only with EnforceConsumerDeletion",
    API + "API_DeleteStream.html",
)
def consumers_keep_a_stream(trial):
    made = trial.fixture("consumer")
    trial.refused("DeleteStream", "ResourceInUseException", 400, StreamName=made["StreamName"])
    trial.ask("DeleteStream", StreamName=made["StreamName"], EnforceConsumerDeletion=True)


@probe(
    "kinesis",
    "DeleteStream",
    "A new stream of a deleted one's name has none of its records",
    API + "API_DeleteStream.html",
)
def a_new_stream_is_empty(trial):
    name, _ = stream(trial)
    put(trial, name)
    trial.ask("DeleteStream", StreamName=name)
    for _ in range(100):
        if trial.call("DescribeStreamSummary", StreamName=name).code == "ResourceNotFoundException":
            break
    trial.ask("CreateStream", StreamName=name, ShardCount=1)
    active(trial.world, name)
    assert read(trial, name)["Records"] == []


@probe("kinesis", "StartStreamEncryption", "Records written while encryption is on say so", GUIDE + "what-is-sse.html")
def encrypted_records_say_so(trial):
    name, _ = stream(trial)
    put(trial, name)
    trial.ask("StartStreamEncryption", StreamName=name, EncryptionType="KMS", KeyId="alias/aws/kinesis")
    active(trial.world, name)
    assert put(trial, name)["EncryptionType"] == "KMS"
    found = trial.ask("GetRecords", ShardIterator=iterator(trial, name))["Records"]
    assert [each.get("EncryptionType", "NONE") for each in found] == ["NONE", "KMS"]


@probe("kinesis", "DeleteResourcePolicy", "A policy is deleted once", API + "API_DeleteResourcePolicy.html")
def a_policy_is_deleted_once(trial):
    made = trial.fixture("policed")
    trial.ask("DeleteResourcePolicy", ResourceARN=made["StreamARN"])
    trial.refused(
        "DeleteResourcePolicy",
        "ResourceNotFoundException",
        400,
        f"No resource policy found for resource ARN {made['StreamARN']}",
        ResourceARN=made["StreamARN"],
    )


@probe(
    "kinesis",
    "ReceiveQueueRecords",
    "A record received MaxReceiveCount times without an answer is a dead letter",
    GUIDE + "queues-dead-letter-records.html",
)
def dead_letters(trial):
    made = trial.fixture("dying")
    assert trial.ask("ReceiveQueueRecords", QueueARN=made["QueueARN"], WaitTimeSeconds=1)["QueueRecords"] == []
    dead = trial.ask("ReceiveDeadLetterQueueRecords", QueueARN=made["QueueARN"], WaitTimeSeconds=1)["QueueRecords"]
    assert [each["Data"] for each in dead] == [b"dies"]


@probe(
    "kinesis", "CreateChannel", "A channel can deliver to tables of S3 Tables", GUIDE + "data-delivery-concepts.html"
)
def channels_to_tables(trial):
    made = trial.fixture("busy")
    bucket = {"BucketARN": "arn:aws:s3:::conformance-dead", "ExpectedBucketOwner": trial.world.account}
    answer = trial.ask(
        "CreateChannel",
        ChannelName=trial.unique("tables"),
        ServiceExecutionRoleARN=ROLE,
        StreamConfigurationList=[
            {
                "StreamARN": made["StreamARN"],
                "RecordConfiguration": {
                    "RecordFormatType": "JSON",
                    "GSRSchemaARN": "arn:aws:glue:us-east-1:111122223333:schema/registry/schema",
                },
            }
        ],
        S3TablesDestinationConfiguration={
            "DeadLetterQueueS3Configuration": bucket,
            "S3TablesConfigurationList": [
                {
                    "TableBucketARN": "arn:aws:s3tables:us-east-1:111122223333:bucket/tables",
                    "Namespace": "n",
                    "TableName": "t",
                    "CompressionType": "SNAPPY",
                }
            ],
        },
    )
    assert answer["ChannelDescription"]["ChannelStatus"] == "CREATING"
