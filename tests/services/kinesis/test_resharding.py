"""Shards that split and merge: their hash keys, parents, and what is read of them afterwards."""

HALF = str(2**127)


def told(shards, name="clicks", **more):
    return {each["ShardId"][-2:]: each for each in shards(name, **more)}


def test_a_split_closes_the_parent(kinesis, make_stream, shards, iterate):
    make_stream()
    kinesis.put_record(StreamName="clicks", Data=b"old", PartitionKey="k")
    kinesis.split_shard(StreamName="clicks", ShardToSplit="shardId-000000000000", NewStartingHashKey=HALF)
    found = told(shards)
    assert "EndingSequenceNumber" in found["00"]["SequenceNumberRange"]
    assert found["01"]["ParentShardId"] == found["02"]["ParentShardId"] == "shardId-000000000000"
    assert found["01"]["HashKeyRange"] == {"StartingHashKey": "0", "EndingHashKey": str(2**127 - 1)}
    assert found["02"]["HashKeyRange"]["StartingHashKey"] == HALF
    answer = kinesis.get_records(ShardIterator=iterate("clicks"))
    assert [each["Data"] for each in answer["Records"]] == [b"old"] and "NextShardIterator" not in answer
    assert [each["ShardId"] for each in answer["ChildShards"]] == ["shardId-000000000001", "shardId-000000000002"]
    put = kinesis.put_record(StreamName="clicks", Data=b"new", PartitionKey="k", ExplicitHashKey="5")
    assert put["ShardId"] == "shardId-000000000001"


def test_neighbours_merge(kinesis, make_stream, shards, refused):
    make_stream(shards=3)
    first, second, third = (f"shardId-{number:012d}" for number in range(3))
    code, message = refused(kinesis.merge_shards, StreamName="clicks", ShardToMerge=first, AdjacentShardToMerge=third)
    assert code == "InvalidArgumentException" and message.endswith(
        "are not an adjacent pair of shards eligible for merging"
    )
    kinesis.merge_shards(StreamName="clicks", ShardToMerge=second, AdjacentShardToMerge=first)
    found = told(shards)["03"]
    assert (found["ParentShardId"], found["AdjacentParentShardId"]) == (second, first)
    assert found["HashKeyRange"] == {"StartingHashKey": "0", "EndingHashKey": str(2 * (2**128 // 3) - 1)}
    assert [each["ShardId"] for each in shards("clicks", ShardFilter={"Type": "AT_LATEST"})] == [
        third,
        "shardId-000000000003",
    ]
    assert refused(kinesis.split_shard, StreamName="clicks", ShardToSplit=first, NewStartingHashKey="9") == (
        "InvalidArgumentException",
        "Shard shardId-000000000000 in stream clicks under account 000000000000 has already been merged or split, and "
        "thus is not eligible for merging or splitting.",
    )


def test_a_split_stays_inside_the_shard(kinesis, make_stream, refused):
    make_stream(shards=2)
    code, message = refused(
        kinesis.split_shard, StreamName="clicks", ShardToSplit="shardId-000000000000", NewStartingHashKey="1"
    )
    assert code == "InvalidArgumentException" and "is not both greater than one plus" in message


def test_a_count_scales_evenly(kinesis, make_stream, shards, refused):
    make_stream(shards=2)
    answer = kinesis.update_shard_count(StreamName="clicks", TargetShardCount=4, ScalingType="UNIFORM_SCALING")
    assert (answer["CurrentShardCount"], answer["TargetShardCount"]) == (2, 4)
    live = shards("clicks", ShardFilter={"Type": "AT_LATEST"})
    starts = [int(each["HashKeyRange"]["StartingHashKey"]) for each in live]
    assert starts == [number * 2**126 for number in range(4)]
    assert [each["ParentShardId"][-1] for each in live] == ["0", "0", "1", "1"]
    assert (
        refused(kinesis.update_shard_count, StreamName="clicks", TargetShardCount=9, ScalingType="UNIFORM_SCALING")[0]
        == "InvalidArgumentException"
    )
    kinesis.update_shard_count(StreamName="clicks", TargetShardCount=2, ScalingType="UNIFORM_SCALING")
    assert kinesis.describe_stream_summary(StreamName="clicks")["StreamDescriptionSummary"]["OpenShardCount"] == 2


def test_counts_change_ten_times_a_day(emulator, kinesis, make_stream, refused):
    emulator.freeze()
    make_stream()
    given = {"StreamName": "clicks", "TargetShardCount": 1, "ScalingType": "UNIFORM_SCALING"}
    for _ in range(10):
        kinesis.update_shard_count(**given)
    assert refused(kinesis.update_shard_count, **given)[0] == "LimitExceededException"
    emulator.advance(24 * 3600)
    kinesis.update_shard_count(**given)


def test_on_demand_streams_are_not_scaled_by_hand(kinesis, make_stream, refused):
    make_stream(StreamModeDetails={"StreamMode": "ON_DEMAND"})
    assert (
        refused(kinesis.update_shard_count, StreamName="clicks", TargetShardCount=8, ScalingType="UNIFORM_SCALING")[0]
        == "ValidationException"
    )


def test_closed_shards_go_with_their_records(emulator, kinesis, make_stream, shards):
    emulator.freeze()
    make_stream()
    kinesis.split_shard(StreamName="clicks", ShardToSplit="shardId-000000000000", NewStartingHashKey=HALF)
    emulator.advance(25 * 3600)
    assert sorted(told(shards)) == ["01", "02"]


def test_shards_are_listed_in_pages(emulator, kinesis, make_stream, refused):
    emulator.freeze()
    make_stream(shards=3)
    first = kinesis.list_shards(StreamName="clicks", MaxResults=2)
    rest = kinesis.list_shards(NextToken=first["NextToken"])
    assert [each["ShardId"][-1] for each in first["Shards"] + rest["Shards"]] == ["0", "1", "2"]
    code, message = refused(kinesis.list_shards, StreamName="clicks", NextToken=first["NextToken"])
    assert (code, message) == ("InvalidArgumentException", "NextToken and StreamName cannot be provided together.")
    emulator.advance(300)
    assert refused(kinesis.list_shards, NextToken=first["NextToken"])[0] == "ExpiredNextTokenException"


def test_on_demand_streams_double_when_they_are_busy(emulator, kinesis, make_stream, shards):
    emulator.freeze()
    make_stream(StreamModeDetails={"StreamMode": "ON_DEMAND"})

    def put(count):
        records = [{"Data": b"x", "PartitionKey": "k", "ExplicitHashKey": "0"}] * count
        kinesis.put_records(StreamName="clicks", Records=records)

    def live():
        return shards("clicks", ShardFilter={"Type": "AT_LATEST"})

    put(400)
    emulator.advance(60)
    assert len(live()) == 4
    put(500)
    put(100)
    emulator.advance(60)
    assert [each["ParentShardId"][-1] for each in live()] == list("00112233")
    put(500)
    put(100)
    emulator.advance(60)
    assert len(live()) == 8
    emulator.advance(15 * 60)
    put(500)
    put(100)
    emulator.advance(60)
    assert len(live()) == 16
