"""What must stand before most calls to Kinesis: streams with records, consumers, queues, a channel; and the hints."""

import json
import time
from datetime import UTC, datetime, timedelta

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Declared, Error

NOT_FOUND = "ResourceNotFoundException"
NO_STREAM = Error(NOT_FOUND, 400, "Stream {StreamName} under account {Account} not found.")
FIRST = "shardId-000000000000"
DATAS = (b"first", b"second", b"third")
ROLE = "arn:aws:iam::111122223333:role/channel"
STORAGE = {
    "BucketARN": "arn:aws:s3:::conformance-lake", "ExpectedBucketOwner": "111122223333", "CompressionType": "GZIP",
}
BEFORE = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
READ = Leave("a dry run is refused by design; probes use it")
NOTHING_YET = Leave("Not Implemented. Reserved for future use, says the model")
METRICS = (["IncomingBytes"], ["ALL"], ["OutgoingBytes", "OutgoingRecords"])

declared = Declared("kinesis", {
    "StreamName": Ref("stream", "StreamName"),
    "StreamARN": Ref("stream", "StreamARN"),
    "StreamId": NOTHING_YET,
    "DryRun": READ,
    "CreateStream.StreamName": Unique("s"),
    "ShardCount": Samples(1, 3),
    "StreamModeDetails": Samples({"StreamMode": "PROVISIONED"}, {"StreamMode": "ON_DEMAND"}),
    "WarmThroughputMiBps": Leave("needs the account's billing commitment; probes use it"),
    "MaxRecordSizeInKiB": Samples(1024, 10240),
    "CreateStream.RecordDistributionStrategy": Samples("USER_PARTITION_KEY", "AUTO"),
    "Tags": Samples({"a": "1"}, {"a": "1", "b": ""}),
    "TagKeys": Samples(["k"], ["k", "unknown"]),
    "ResourceARN": Ref("stream", "StreamARN"),
    "Policy": Ref("stream", "Policy", must=False),
    "GetResourcePolicy.ResourceARN": Ref("policed", "StreamARN"),
    "DeleteResourcePolicy.ResourceARN": Ref("policed", "StreamARN"),
    "ShardId": Ref("stream", "ShardId"),
    "ExclusiveStartShardId": Ref("stream", "ShardId", must=False),
    "ShardToSplit": Ref("stream", "ShardId"),
    "NewStartingHashKey": Samples(str(2**126), "3"),
    "ShardToMerge": Ref("stream", "ShardId"),
    "AdjacentShardToMerge": Ref("stream", "Adjacent"),
    "TargetShardCount": Samples(3, 4, 1, 2),
    "ScalingType": "UNIFORM_SCALING",
    "IncreaseStreamRetentionPeriod.RetentionPeriodHours": Samples(48, 8760),
    "DecreaseStreamRetentionPeriod.RetentionPeriodHours": Samples(24, 30),
    "DecreaseStreamRetentionPeriod.StreamName": Ref("kept", "StreamName"),
    "DecreaseStreamRetentionPeriod.StreamARN": Ref("kept", "StreamARN"),
    "ShardLevelMetrics": Samples(*METRICS),
    "DisableEnhancedMonitoring.StreamName": Ref("monitored", "StreamName"),
    "DisableEnhancedMonitoring.StreamARN": Ref("monitored", "StreamARN"),
    "StartStreamEncryption.EncryptionType": "KMS", "StopStreamEncryption.EncryptionType": "KMS",
    "StartStreamEncryption.KeyId": "alias/aws/kinesis", "StopStreamEncryption.KeyId": "alias/aws/kinesis",
    "StopStreamEncryption.StreamName": Ref("encrypted", "StreamName"),
    "StopStreamEncryption.StreamARN": Ref("encrypted", "StreamARN"),
    "Data": Samples(b"hello", b"\x00\xff", b""),
    "PartitionKey": Samples("key", "ключ", "x" * 256),
    "ExplicitHashKey": Samples("0", str(2**128 - 1)),
    "SequenceNumberForOrdering": Ref("stream", "SequenceNumber", must=False),
    "PutRecords.Records": Samples(
        [{"Data": b"a", "PartitionKey": "k"}],
        [{"Data": b"a", "PartitionKey": "k"}, {"Data": b"", "PartitionKey": "l", "ExplicitHashKey": "0"}],
        [{"Data": str(number).encode(), "PartitionKey": str(number)} for number in range(500)]),
    "StartingSequenceNumber": Ref("stream", "SequenceNumber", must=False),
    "GetShardIterator.Timestamp": Samples(BEFORE),
    "ShardIterator": Ref("stream", "ShardIterator"),
    "GetRecords.Limit": Samples(1, 10000),
    "NextToken": Leave("a token comes from an answer; sequences follow pages"),
    "StreamCreationTimestamp": Leave("tells streams of one name apart"),
    "ShardFilter": Samples({"Type": "AT_LATEST"}, {"Type": "AT_TRIM_HORIZON"}, {"Type": "FROM_TRIM_HORIZON"},
                           {"Type": "AFTER_SHARD_ID", "ShardId": FIRST},
                           {"Type": "FROM_TIMESTAMP", "Timestamp": BEFORE}),
    "ListShards.MaxResults": Samples(10000, 1),
    "DescribeStream.Limit": Samples(10000, 1),
    "ListStreams.Limit": Samples(10000, 1),
    "ExclusiveStartStreamName": Samples("0"),
    "ListTagsForStream.Limit": Samples(50, 1),
    "ExclusiveStartTagKey": Samples("a"),
    "MinimumThroughputBillingCommitment": Samples({"Status": "ENABLED"}, {"Status": "DISABLED"}),
    "UpdateStreamMode.StreamModeDetails": Samples({"StreamMode": "ON_DEMAND"}),
    "UpdateStreamRecordDistributionStrategy.StreamARN": Ref("busy", "StreamARN"),
    "UpdateStreamWarmThroughput.StreamARN": Ref("committed", "StreamARN"),
    "UpdateStreamWarmThroughput.StreamName": Ref("committed", "StreamName"),
    "UpdateStreamWarmThroughput.WarmThroughputMiBps": Samples(10, 10240),
    "RegisterStreamConsumer.ConsumerName": Unique("c"),
    "ConsumerName": Ref("consumer", "ConsumerName"),
    "ConsumerARN": Ref("consumer", "ConsumerARN"),
    **{f"{operation}.StreamARN": Ref("consumer", "StreamARN") for operation in (
        "DescribeStreamConsumer", "DeregisterStreamConsumer", "ListStreamConsumers")},
    "ListStreamConsumers.MaxResults": Samples(10000, 1),
    "SubscribeToShard.ConsumerARN": Ref("ended", "ConsumerARN"),
    "SubscribeToShard.ShardId": Ref("ended", "ShardId"),
    "SubscribeToShard.StartingPosition": Samples({"Type": "TRIM_HORIZON"}, {"Type": "LATEST"},
                                                 {"Type": "AT_TIMESTAMP", "Timestamp": BEFORE}),
    "CreateQueue.QueueName": Unique("q"),
    "CreateQueue.StreamConfigurationList": Samples(
        [{"StreamARN": Ref("busy", "StreamARN")}],
        [{"StreamARN": Ref("busy", "StreamARN"), "StartingPosition": {"Type": "TRIM_HORIZON"}}],
        [{"StreamARN": Ref("busy", "StreamARN"), "StartingPosition": {"Type": "AT_TIMESTAMP", "Timestamp": BEFORE}}]),
    "QueueAttributes": Samples(
        {"VisibilityTimeoutSeconds": 0}, {"VisibilityTimeoutSeconds": 43200},
        {"DeadLetterConfiguration": {"TargetType": "NONE"}},
        {"DeadLetterConfiguration": {"TargetType": "BUILT_IN", "MaxReceiveCount": 1000}}),
    "QueueARN": Ref("queue", "QueueARN"),
    **{f"{operation}.QueueARN": Ref(fixture, "QueueARN") for operation, fixture in (
        ("ReceiveQueueRecords", "waiting"), ("ReceiveDeadLetterQueueRecords", "dying"),
        ("AcknowledgeQueueRecords", "held"), ("UpdateQueueRecordsVisibility", "held"),
        ("AcknowledgeDeadLetterQueueRecords", "dead"), ("UpdateDeadLetterQueueRecordsVisibility", "dead"),
        ("RestoreDeadLetterQueueRecords", "dead"))},
    **{f"{operation}.Entries": Samples([{"ReceiptHandle": Ref(fixture, "ReceiptHandle")}]) for operation, fixture in (
        ("AcknowledgeQueueRecords", "held"), ("AcknowledgeDeadLetterQueueRecords", "dead"),
        ("RestoreDeadLetterQueueRecords", "dead"))},
    **{f"{operation}.Entries": Samples(*[
        [{"ReceiptHandle": Ref(fixture, "ReceiptHandle"), "VisibilityTimeoutSeconds": seconds}]
        for seconds in (0, 43200)]) for operation, fixture in (
        ("UpdateQueueRecordsVisibility", "held"), ("UpdateDeadLetterQueueRecordsVisibility", "dead"))},
    "WaitTimeSeconds": Samples(1, 20),
    "ListQueues.StreamFilter": Samples([{"StreamARN": Ref("queue", "StreamARN")}]),
    "ListQueues.MaxResults": Samples(10000, 1),
    "CreateChannel.ChannelName": Unique("ch"),
    "ServiceExecutionRoleARN": ROLE,
    "CreateChannel.StreamConfigurationList": Samples(*[
        [{"StreamARN": Ref("busy", "StreamARN"), "RecordConfiguration": {"RecordFormatType": format}}]
        for format in ("JSON", "STRING", "BYTE_ARRAY")]),
    "CreateChannel.S3DestinationConfiguration": Samples(
        {"StorageConfiguration": STORAGE}, {"StorageConfiguration": STORAGE, "DataFreshnessInSeconds": 900},
        {"StorageConfiguration": {
            **STORAGE, "StorageClass": "GLACIER_IR", "OutputKeyTemplate": "k/!{yyyy}!{extension}"},
         "DeadLetterQueueS3Configuration": {
             "BucketARN": "arn:aws:s3:::conformance-dead", "ExpectedBucketOwner": "111122223333"}}),
    "S3TablesDestinationConfiguration": Leave("S3 Tables are not there: a probe tells so"),
    "CreateChannel.EncryptionConfiguration": Leave("needs a key of KMS"),
    "LoggingConfiguration": Samples({"CloudWatchLogs": {"Enabled": False}}, {"CloudWatchLogs": {"Enabled": True}}),
    "ChannelARN": Ref("channel", "ChannelARN"),
    "UpdateChannel.S3DestinationConfiguration": Samples({"DataFreshnessInSeconds": 600}),
    "ListChannels.StreamFilter": Samples([{"StreamARN": Ref("channel", "StreamARN")}]),
    "ListChannels.MaxResults": Samples(10000, 1),
})  # fmt: skip

BY_NAME = (
    "AddTagsToStream", "DecreaseStreamRetentionPeriod", "DeleteStream", "DescribeStream", "DescribeStreamSummary",
    "DisableEnhancedMonitoring", "EnableEnhancedMonitoring", "GetShardIterator", "IncreaseStreamRetentionPeriod",
    "ListShards", "ListTagsForStream", "MergeShards", "PutRecord", "PutRecords", "RemoveTagsFromStream", "SplitShard",
    "StartStreamEncryption", "StopStreamEncryption", "UpdateShardCount", "UpdateStreamWarmThroughput",
)
declared.hints.always.update({operation: ("StreamName",) for operation in BY_NAME})
declared.hints.always.update(
    CreateStream=("ShardCount",), PutRecord=("StreamName", "PartitionKey"), UpdateMaxRecordSize=("StreamARN",),
    DescribeStreamConsumer=("ConsumerARN",), DeregisterStreamConsumer=("ConsumerARN",),
    CreateChannel=("S3DestinationConfiguration",), ReceiveQueueRecords=("WaitTimeSeconds",),
    ReceiveDeadLetterQueueRecords=("WaitTimeSeconds",),
)
declared.hints.always["GetShardIterator"] = ("StreamName", "StartingSequenceNumber", "Timestamp")
# A shard answers five reads in a second.
declared.alone.update(("GetRecords", "GetShardIterator"))
declared.left_out["SubscribeToShard"] = "answers with a stream of events, which probes read"
declared.before.update(ListStreams=("stream",), ListQueues=("queue",), ListChannels=("channel",))


@declared.rule("CreateStream")
def capacity_fits_the_mode(given):
    """On-demand streams have no number of shards, provisioned ones no choice of distribution."""
    given = dict(given)
    if given.get("RecordDistributionStrategy") == "AUTO":
        given["StreamModeDetails"] = {"StreamMode": "ON_DEMAND"}
    if given.get("StreamModeDetails") == {"StreamMode": "ON_DEMAND"}:
        given.pop("ShardCount", None)
    return given


@declared.rule("GetShardIterator")
def the_type_decides(given):
    """Each type of iterator has its own members."""
    kind = given.get("ShardIteratorType", "")
    wanted = "StartingSequenceNumber" if kind.endswith("SEQUENCE_NUMBER") else "Timestamp" if kind[:2] == "AT" else ""
    return {name: value for name, value in given.items()
            if name == wanted or name not in ("StartingSequenceNumber", "Timestamp")}


def absent(world):
    name = f"absent{world.tag}"
    arn = f"arn:aws:kinesis:{world.region}:{world.account}:stream/{name}"
    return {"StreamName": name, "StreamARN": arn, "Account": world.account, "ShardId": "shardId-000000009999",
            "Adjacent": "shardId-000000009999", "ConsumerARN": f"{arn}/consumer/none:1", "ConsumerName": "none",
            "ShardIterator": "nonsense"}


def drop(world, fields):
    world.ask("DeleteStream", {"StreamName": fields["StreamName"], "EnforceConsumerDeletion": True})


def active(world, name):
    """The stream's ARN, once it is active."""
    for _ in range(100):
        found = world.ask("DescribeStreamSummary", {"StreamName": name})["StreamDescriptionSummary"]
        if found["StreamStatus"] == "ACTIVE":
            return found["StreamARN"]
        time.sleep(0.05)
    raise LookupError(f"{name} does not become active")


def made_stream(world, prefix, **given):
    world.unknown("DescribeStreamSummary", {"StreamName": absent(world)["StreamName"]})
    name = world.unique(prefix)
    world.ask("CreateStream", {"StreamName": name, **given})
    return {"StreamName": name, "StreamARN": active(world, name), "Account": world.account, "ShardId": FIRST,
            "Adjacent": "shardId-000000000001"}


@declared.fixture("stream", drop, absent, NO_STREAM)
def stream(world):
    made = made_stream(world, "stream", ShardCount=2, Tags={"k": "v", "other": world.tag})
    put = [world.ask("PutRecord", {"StreamName": made["StreamName"], "Data": data, "PartitionKey": "p",
                                   "ExplicitHashKey": "0"}) for data in DATAS]
    iterator = world.ask("GetShardIterator", {"StreamName": made["StreamName"], "ShardId": FIRST,
                                              "ShardIteratorType": "TRIM_HORIZON"})["ShardIterator"]
    return {**made, "SequenceNumber": put[0]["SequenceNumber"], "ShardIterator": iterator,
            "Sequences": [each["SequenceNumber"] for each in put], "Policy": policy_of(made["StreamARN"])}


def policy_of(arn):
    return json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "kinesis:PutRecord", "Resource": arn}]})


@declared.fixture("kept", drop, absent, NO_STREAM)
def kept(world):
    made = made_stream(world, "kept", ShardCount=1)
    world.ask("IncreaseStreamRetentionPeriod", {"StreamName": made["StreamName"], "RetentionPeriodHours": 72})
    active(world, made["StreamName"])
    return made


@declared.fixture("encrypted", drop, absent, NO_STREAM)
def encrypted(world):
    made = made_stream(world, "encrypted", ShardCount=1)
    world.ask("StartStreamEncryption", {"StreamName": made["StreamName"], "EncryptionType": "KMS",
                                        "KeyId": "alias/aws/kinesis"})
    active(world, made["StreamName"])
    return made


@declared.fixture("monitored", drop, absent, NO_STREAM)
def monitored(world):
    made = made_stream(world, "monitored", ShardCount=1)
    world.ask("EnableEnhancedMonitoring", {"StreamName": made["StreamName"], "ShardLevelMetrics": ["ALL"]})
    return made


@declared.fixture("policed", drop, absent, Error(NOT_FOUND, 400))
def policed(world):
    made = made_stream(world, "policed", ShardCount=1)
    world.ask("PutResourcePolicy", {"ResourceARN": made["StreamARN"], "Policy": policy_of(made["StreamARN"])})
    return made


@declared.fixture("busy", drop, absent, NO_STREAM)
def busy(world):
    return made_stream(world, "busy", StreamModeDetails={"StreamMode": "ON_DEMAND"})


@declared.fixture("committed", drop, absent, NO_STREAM)
def committed(world):
    world.ask("UpdateAccountSettings", {"MinimumThroughputBillingCommitment": {"Status": "ENABLED"}})
    return made_stream(world, "committed", StreamModeDetails={"StreamMode": "ON_DEMAND"})


def registered(world, arn):
    made = world.ask("RegisterStreamConsumer", {"StreamARN": arn, "ConsumerName": world.unique("consumer")})["Consumer"]
    for _ in range(100):
        found = world.ask("DescribeStreamConsumer", {"ConsumerARN": made["ConsumerARN"]})["ConsumerDescription"]
        if found["ConsumerStatus"] == "ACTIVE":
            return {"ConsumerARN": made["ConsumerARN"], "ConsumerName": made["ConsumerName"]}
        time.sleep(0.05)
    raise LookupError(f"{made['ConsumerARN']} does not become active")


@declared.fixture("consumer", drop, absent, Error(NOT_FOUND, 400))
def consumer(world):
    made = made_stream(world, "fanned", ShardCount=1)
    return {**made, **registered(world, made["StreamARN"])}


@declared.fixture("ended", drop, absent, Error(NOT_FOUND, 400))
def ended(world):
    """A consumer of a shard that is closed: a subscription to it ends by itself."""
    made = made_stream(world, "ended", ShardCount=1)
    world.ask("PutRecord", {"StreamName": made["StreamName"], "Data": b"pushed", "PartitionKey": "p"})
    found = registered(world, made["StreamARN"])
    world.ask("SplitShard", {"StreamName": made["StreamName"], "ShardToSplit": FIRST,
                             "NewStartingHashKey": str(2**127)})
    active(world, made["StreamName"])
    return {**made, **found}


def absent_queue(world):
    arn = f"arn:aws:kinesis:{world.region}:{world.account}:queue/absent{world.tag}"
    return {**absent(world), "QueueARN": arn, "ReceiptHandle": "no handle",
            "ChannelARN": arn.replace(":queue/", ":channel/")}


NO_QUEUE = Error(NOT_FOUND, 400)


def drop_queue(world, fields):
    world.ask("DeleteQueue", {"QueueARN": fields["QueueARN"]})


def made_queue(world, *datas, **attributes):
    stream_ = made_stream(world, "queued", StreamModeDetails={"StreamMode": "ON_DEMAND"})
    name = world.unique("queue")
    made = world.ask("CreateQueue", {
        "QueueName": name, "StreamConfigurationList": [{"StreamARN": stream_["StreamARN"]}],
        "QueueAttributes": attributes})["QueueDescription"]
    for _ in range(100):
        if world.ask("DescribeQueue", {"QueueARN": made["QueueARN"]})["QueueDescription"]["QueueStatus"] == "ACTIVE":
            break
        time.sleep(0.05)
    for data in datas:
        world.ask("PutRecord", {"StreamName": stream_["StreamName"], "Data": data, "PartitionKey": "p"})
    return {**stream_, "QueueARN": made["QueueARN"], "QueueName": name}


@declared.fixture("queue", drop_queue, absent_queue, NO_QUEUE)
def queue(world):
    return made_queue(world)


@declared.fixture("waiting", drop_queue, absent_queue, NO_QUEUE)
def waiting(world):
    return made_queue(world, b"waits")


@declared.fixture("held", drop_queue, absent_queue, NO_QUEUE)
def held(world):
    made = made_queue(world, b"held")
    got = world.ask("ReceiveQueueRecords", {"QueueARN": made["QueueARN"], "VisibilityTimeoutSeconds": 600})
    return {**made, "ReceiptHandle": got["QueueRecords"][0]["ReceiptHandle"]}


DYING = {"DeadLetterConfiguration": {"TargetType": "BUILT_IN", "MaxReceiveCount": 1}}


@declared.fixture("dying", drop_queue, absent_queue, NO_QUEUE)
def dying(world):
    made = made_queue(world, b"dies", **DYING)
    world.ask("ReceiveQueueRecords", {"QueueARN": made["QueueARN"], "VisibilityTimeoutSeconds": 0})
    return made


@declared.fixture("dead", drop_queue, absent_queue, NO_QUEUE)
def dead(world):
    made = dying(world)
    got = world.ask("ReceiveDeadLetterQueueRecords", {"QueueARN": made["QueueARN"], "VisibilityTimeoutSeconds": 600})
    return {**made, "ReceiptHandle": got["QueueRecords"][0]["ReceiptHandle"]}


@declared.fixture("channel", lambda world, fields: world.ask("DeleteChannel", {"ChannelARN": fields["ChannelARN"]}),
                  absent_queue, Error(NOT_FOUND, 400))
def channel(world):
    made = made_stream(world, "delivered", StreamModeDetails={"StreamMode": "ON_DEMAND"})
    name = world.unique("channel")
    found = world.ask("CreateChannel", {
        "ChannelName": name, "ServiceExecutionRoleARN": ROLE, "S3DestinationConfiguration": {
            "StorageConfiguration": STORAGE}, "StreamConfigurationList": [{
                "StreamARN": made["StreamARN"], "RecordConfiguration": {"RecordFormatType": "JSON"}}]})
    arn = found["ChannelDescription"]["ChannelARN"]
    for _ in range(100):
        if world.ask("DescribeChannel", {"ChannelARN": arn})["ChannelDescription"]["ChannelStatus"] == "ACTIVE":
            break
        time.sleep(0.05)
    return {**made, "ChannelARN": arn, "ChannelName": name}


# A name beside an ARN must fit it: what naming another stream's ARN is answered is not known.
declared.errors.update({(operation, "StreamARN"): None for operation in (
    *BY_NAME, "DescribeStreamConsumer", "DeregisterStreamConsumer", "GetRecords")})
declared.errors.update({(operation, "StreamName"): NO_STREAM for operation in BY_NAME})
declared.errors.update({(operation, "ResourceARN"): Error(NOT_FOUND, 400) for operation in (
    "TagResource", "UntagResource", "ListTagsForResource")})
declared.errors["PutResourcePolicy", "ResourceARN"] = Error(NOT_FOUND, 400)
declared.errors["GetRecords", "ShardIterator"] = Error("InvalidArgumentException", 400, "Invalid ShardIterator.")
for operation_, member in (("GetShardIterator", "ShardId"), ("SplitShard", "ShardToSplit"),
                           ("MergeShards", "ShardToMerge"), ("MergeShards", "AdjacentShardToMerge"),
                           ("SubscribeToShard", "ShardId")):
    declared.errors[operation_, member] = Error(NOT_FOUND, 400)
