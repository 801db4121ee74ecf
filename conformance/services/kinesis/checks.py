"""What proves that a call to Kinesis did its work: streams, shards, records, queues as they are told afterwards."""

from conformance.services.kinesis.fixtures import DATAS, FIRST, active, declared


def summary(proof, name):
    active(proof.world, name)
    return proof.read("DescribeStreamSummary", {"StreamName": name}).get("StreamDescriptionSummary", {})


@declared.check("CreateStream")
def stream_stands(proof, world, given, answer):
    name = given["StreamName"]
    mode = given.get("StreamModeDetails", {"StreamMode": "PROVISIONED"})
    found = summary(proof, name)
    wanted = {"StreamName": name, "StreamModeDetails": mode, "RetentionPeriodHours": 24, "EncryptionType": "NONE",
              "OpenShardCount": given.get("ShardCount", 4), "MaxRecordSizeInKiB": given.get("MaxRecordSizeInKiB", 1024)}
    if mode["StreamMode"] == "ON_DEMAND":
        wanted["RecordDistributionStrategy"] = given.get("RecordDistributionStrategy", "USER_PARTITION_KEY")
    proof.holds("DescribeStreamSummary", wanted, found)
    tags = proof.read("ListTagsForStream", {"StreamName": name}).get("Tags", [])
    proof.equal("Tags", given.get("Tags", {}), {tag["Key"]: tag.get("Value", "") for tag in tags})
    shards = proof.read("ListShards", {"StreamName": name}).get("Shards", [])
    starts = [int(each["HashKeyRange"]["StartingHashKey"]) for each in shards]
    ends = [int(each["HashKeyRange"]["EndingHashKey"]) for each in shards]
    proof.equal("hash keys", [[0, *(end + 1 for end in ends[:-1])], 2**128 - 1], [starts, ends[-1] if ends else None])


declared.undo["CreateStream"] = lambda world, given, answer: world.ask(
    "DeleteStream", {"StreamName": given["StreamName"]})


@declared.check("DeleteStream")
def stream_gone(proof, world, given, answer):
    name = world.fixture("stream")["StreamName"]
    answer = world.caller().call("DescribeStreamSummary", {"StreamName": name})
    state = "gone" if answer.code == "ResourceNotFoundException" else \
        (answer.parsed or {}).get("StreamDescriptionSummary", {}).get("StreamStatus")
    proof.true("StreamStatus", state in ("gone", "DELETING"), "DELETING or gone", state)


@declared.check("DescribeStream", "DescribeStreamSummary")
def stream_told(proof, world, given, answer):
    made = world.fixture("stream")
    found = answer.get("StreamDescription") or answer["StreamDescriptionSummary"]
    proof.holds("answer", {"StreamName": made["StreamName"], "StreamARN": made["StreamARN"], "StreamStatus": "ACTIVE",
                           "RetentionPeriodHours": 24, "EncryptionType": "NONE",
                           "StreamModeDetails": {"StreamMode": "PROVISIONED"}}, found)
    if "Shards" in found:
        wanted = 1 if given.get("Limit") == 1 or "ExclusiveStartShardId" in given else 2
        proof.equal("Shards", wanted, len(found["Shards"]))
        proof.equal("HasMoreShards", given.get("Limit") == 1 and "ExclusiveStartShardId" not in given,
                    found["HasMoreShards"])
    else:
        proof.holds("answer", {"OpenShardCount": 2, "ConsumerCount": 0, "QueueCount": 0, "ChannelCount": 0,
                               "MaxRecordSizeInKiB": 1024}, found)


@declared.check("ListStreams")
def streams_listed(proof, world, given, answer):
    made = world.fixture("stream")
    rows = {row["StreamName"]: row for row in answer["StreamSummaries"]}
    proof.equal("StreamNames", sorted(rows), answer["StreamNames"])
    proof.holds("StreamSummaries", {"StreamARN": made["StreamARN"], "StreamStatus": "ACTIVE"},
                rows.get(made["StreamName"]))
    proof.equal("HasMoreStreams", False, answer["HasMoreStreams"])
    proof.present("StreamSummaries.StreamCreationTimestamp", "StreamSummaries.StreamModeDetails.StreamMode")


@declared.check("ListShards")
def shards_listed(proof, world, given, answer):
    ids = [each["ShardId"] for each in answer["Shards"]]
    wanted = [FIRST, "shardId-000000000001"]
    if given.get("ShardFilter", {}).get("Type") == "AFTER_SHARD_ID" or "ExclusiveStartShardId" in given:
        wanted = wanted[1:]
    proof.equal("Shards", wanted[:given.get("MaxResults", 2)], ids)
    proof.equal("NextToken", len(wanted) > given.get("MaxResults", 2), "NextToken" in answer)
    proof.present("Shards.SequenceNumberRange.StartingSequenceNumber")


def data_of(proof, name, shard, sequence):
    iterator = proof.read("GetShardIterator", {"StreamName": name, "ShardId": shard, "StartingSequenceNumber": sequence,
                                               "ShardIteratorType": "AT_SEQUENCE_NUMBER"}).get("ShardIterator")
    return proof.read("GetRecords", {"ShardIterator": iterator, "Limit": 1}).get("Records", [{}])[0]


@declared.check("PutRecord")
def record_stands(proof, world, given, answer):
    found = data_of(proof, world.fixture("stream")["StreamName"], answer["ShardId"], answer["SequenceNumber"])
    proof.holds("GetRecords", {"Data": given["Data"], "PartitionKey": given["PartitionKey"],
                               "SequenceNumber": answer["SequenceNumber"]}, found)
    if "ExplicitHashKey" in given:
        proof.equal("ShardId", FIRST if given["ExplicitHashKey"] == "0" else "shardId-000000000001", answer["ShardId"])


@declared.check("PutRecords")
def records_stand(proof, world, given, answer):
    proof.equal("FailedRecordCount", 0, answer["FailedRecordCount"])
    proof.equal("Records", len(given["Records"]), len(answer["Records"]))
    last, entry = answer["Records"][-1], given["Records"][-1]
    found = data_of(proof, world.fixture("stream")["StreamName"], last["ShardId"], last["SequenceNumber"])
    proof.holds("GetRecords", {"Data": entry["Data"], "PartitionKey": entry["PartitionKey"]}, found)


@declared.check("GetRecords")
def records_told(proof, world, given, answer):
    made = world.fixture("stream")
    wanted = list(DATAS)[:given.get("Limit", 10)]
    proof.equal("Records.Data", wanted, [each["Data"] for each in answer["Records"]])
    proof.equal("Records.PartitionKey", ["p"] * len(wanted), [each.get("PartitionKey") for each in answer["Records"]])
    proof.equal("Records.SequenceNumber", made["Sequences"][:len(wanted)],
                [each["SequenceNumber"] for each in answer["Records"]])
    proof.present("NextShardIterator", "MillisBehindLatest", "Records.ApproximateArrivalTimestamp")


@declared.check("GetShardIterator")
def iterator_works(proof, world, given, answer):
    found = proof.read("GetRecords", {"ShardIterator": answer["ShardIterator"]})
    skipped = {"AFTER_SEQUENCE_NUMBER": 1, "LATEST": 3}.get(given["ShardIteratorType"], 0)
    proof.equal("GetRecords", list(DATAS)[skipped:], [each["Data"] for each in found.get("Records", [])])


def open_shards(proof, name):
    active(proof.world, name)
    return proof.read("ListShards", {"StreamName": name, "ShardFilter": {"Type": "AT_LATEST"}}).get("Shards", [])


@declared.check("SplitShard")
def shard_split(proof, world, given, answer):
    live = open_shards(proof, world.fixture("stream")["StreamName"])
    children = [each for each in live if each.get("ParentShardId") == given["ShardToSplit"]]
    proof.equal("children", ["0", given["NewStartingHashKey"]],
                [each["HashKeyRange"]["StartingHashKey"] for each in children])


@declared.check("MergeShards")
def shards_merged(proof, world, given, answer):
    live = open_shards(proof, world.fixture("stream")["StreamName"])
    proof.equal("shards", [("0", str(2**128 - 1), given["ShardToMerge"], given["AdjacentShardToMerge"])], [
        (each["HashKeyRange"]["StartingHashKey"], each["HashKeyRange"]["EndingHashKey"], each.get("ParentShardId"),
         each.get("AdjacentParentShardId")) for each in live])


@declared.check("UpdateShardCount")
def shards_scaled(proof, world, given, answer):
    made = world.fixture("stream")
    proof.holds("answer", {"StreamName": made["StreamName"], "StreamARN": made["StreamARN"], "CurrentShardCount": 2,
                           "TargetShardCount": given["TargetShardCount"]}, answer)
    proof.equal("OpenShardCount", given["TargetShardCount"], len(open_shards(proof, made["StreamName"])))


CHANGES = {
    "IncreaseStreamRetentionPeriod": ("stream", lambda given: {"RetentionPeriodHours": given["RetentionPeriodHours"]}),
    "DecreaseStreamRetentionPeriod": ("kept", lambda given: {"RetentionPeriodHours": given["RetentionPeriodHours"]}),
    "StartStreamEncryption": ("stream", lambda given: {"EncryptionType": "KMS", "KeyId": given["KeyId"]}),
    "StopStreamEncryption": ("encrypted", lambda given: {"EncryptionType": "NONE"}),
    "UpdateStreamMode": ("stream", lambda given: {"StreamModeDetails": given["StreamModeDetails"]}),
    "UpdateMaxRecordSize": ("stream", lambda given: {"MaxRecordSizeInKiB": given["MaxRecordSizeInKiB"]}),
    "UpdateStreamRecordDistributionStrategy": (
        "busy", lambda given: {"RecordDistributionStrategy": given["RecordDistributionStrategy"]}),
    "UpdateStreamWarmThroughput": (
        "committed", lambda given: {"WarmThroughput": {"TargetMiBps": given["WarmThroughputMiBps"]}}),
}


def _changed(operation, fixture, wanted):
    @declared.check(operation)
    def check(proof, world, given, answer):
        proof.holds("DescribeStreamSummary", wanted(given), summary(proof, world.fixture(fixture)["StreamName"]))


for operation_, (fixture_, wanted_) in CHANGES.items():
    _changed(operation_, fixture_, wanted_)


@declared.check("UpdateStreamWarmThroughput")
def warmth_told(proof, world, given, answer):
    made, wanted = world.fixture("committed"), given["WarmThroughputMiBps"]
    proof.holds("answer", {"StreamName": made["StreamName"], "StreamARN": made["StreamARN"],
                           "WarmThroughput": {"TargetMiBps": wanted, "CurrentMiBps": wanted}}, answer)


@declared.check("EnableEnhancedMonitoring")
def metrics_told(proof, world, given, answer):
    wanted = 7 if given["ShardLevelMetrics"] == ["ALL"] else len(given["ShardLevelMetrics"])
    made = world.fixture("stream")
    proof.holds("answer", {"StreamName": made["StreamName"], "StreamARN": made["StreamARN"]}, answer)
    proof.equal("CurrentShardLevelMetrics", [], answer.get("CurrentShardLevelMetrics"))
    proof.equal("DesiredShardLevelMetrics", wanted, len(answer["DesiredShardLevelMetrics"]))
    found = summary(proof, made["StreamName"])
    proof.equal("EnhancedMonitoring", answer["DesiredShardLevelMetrics"],
                found.get("EnhancedMonitoring", [{}])[0].get("ShardLevelMetrics"))


@declared.check("DisableEnhancedMonitoring")
def metrics_off(proof, world, given, answer):
    made = world.fixture("monitored")
    left = 0 if given["ShardLevelMetrics"] == ["ALL"] else 7 - len(given["ShardLevelMetrics"])
    proof.holds("answer", {"StreamName": made["StreamName"], "StreamARN": made["StreamARN"]}, answer)
    proof.equal("CurrentShardLevelMetrics", 7, len(answer.get("CurrentShardLevelMetrics", [])))
    proof.equal("DesiredShardLevelMetrics", left, len(answer["DesiredShardLevelMetrics"]))
    found = summary(proof, made["StreamName"]).get("EnhancedMonitoring", [{}])[0].get("ShardLevelMetrics", [])
    proof.equal("EnhancedMonitoring", left, len(found))


@declared.check("AddTagsToStream", "RemoveTagsFromStream", "TagResource", "UntagResource", "ListTagsForStream",
                "ListTagsForResource")
def tags_stand(proof, world, given, answer):
    found = proof.read("ListTagsForResource", {"ResourceARN": world.fixture("stream")["StreamARN"]})
    wanted = {"k": "v", "other": world.tag} | given.get("Tags", {})
    for key in given.get("TagKeys", []):
        wanted.pop(key, None)
    proof.equal("Tags", wanted, {tag["Key"]: tag.get("Value", "") for tag in found.get("Tags", [])})
    if "Tags" in answer:
        proof.equal("answer", sorted(wanted.items())[:given.get("Limit", 50)],
                    [(tag["Key"], tag.get("Value")) for tag in answer["Tags"]])


@declared.check("PutResourcePolicy")
def policy_stands(proof, world, given, answer):
    found = proof.read("GetResourcePolicy", {"ResourceARN": given["ResourceARN"]})
    proof.equal("Policy", given["Policy"], found.get("Policy"))


@declared.check("GetResourcePolicy")
def policy_told(proof, world, given, answer):
    proof.true("Policy", given["ResourceARN"] in answer["Policy"], "the policy that was put", answer["Policy"])


@declared.check("DeleteResourcePolicy")
def policy_gone(proof, world, given, answer):
    proof.equal("Policy", "{}", proof.read("GetResourcePolicy", {"ResourceARN": given["ResourceARN"]}).get("Policy"))


@declared.check("RegisterStreamConsumer", "DescribeStreamConsumer")
def consumer_told(proof, world, given, answer):
    told = answer.get("Consumer") or answer["ConsumerDescription"]
    found = proof.read("DescribeStreamConsumer", {"ConsumerARN": told["ConsumerARN"]})["ConsumerDescription"]
    proof.equal("ConsumerName", given.get("ConsumerName", told["ConsumerName"]), found["ConsumerName"])
    proof.true("ConsumerARN", told["ConsumerARN"].startswith(f"{found['StreamARN']}/consumer/{found['ConsumerName']}:"),
               "stream, name and time", told["ConsumerARN"])
    if "Tags" in given:
        tags = proof.read("ListTagsForResource", {"ResourceARN": told["ConsumerARN"]}).get("Tags", [])
        proof.equal("Tags", given["Tags"], {tag["Key"]: tag.get("Value", "") for tag in tags})


@declared.check("DeregisterStreamConsumer")
def consumer_gone(proof, world, given, answer):
    listed = proof.read("ListStreamConsumers", {"StreamARN": world.fixture("consumer")["StreamARN"]})
    left = [each["ConsumerStatus"] for each in listed.get("Consumers", [])]
    proof.true("Consumers", left in ([], ["DELETING"]), "none, or one that goes", left)


@declared.check("ListStreamConsumers")
def consumers_listed(proof, world, given, answer):
    proof.equal("Consumers", [world.fixture("consumer")["ConsumerName"]],
                [each["ConsumerName"] for each in answer["Consumers"]])


@declared.check("CreateQueue", "UpdateQueue", "DescribeQueue")
def queue_stands(proof, world, given, answer):
    told = answer["QueueDescription"]
    found = proof.read("DescribeQueue", {"QueueARN": told["QueueARN"]}).get("QueueDescription", {})
    proof.holds("DescribeQueue", {"QueueName": given.get("QueueName", told["QueueName"])}, found)
    attributes = found.get("QueueAttributes", {})
    proof.equal("answer", attributes, told.get("QueueAttributes"))
    proof.holds("QueueAttributes", {
        "VisibilityTimeoutSeconds": 30,
        "DeadLetterConfiguration": {"TargetType": "BUILT_IN", "MaxReceiveCount": 6},
    } | given.get("QueueAttributes", {}), attributes)
    if "StreamConfigurationList" in given:
        proof.equal("StartingPosition", given["StreamConfigurationList"][0].get("StartingPosition", {"Type": "LATEST"}),
                    found["StreamConfigurationList"][0].get("StartingPosition"))


@declared.check("ListQueues", "ListChannels")
def listed(proof, world, given, answer):
    kind = "Queue" if "QueueSummaries" in answer else "Channel"
    made = world.fixture(kind.lower())
    row = next(iter(answer[f"{kind}Summaries"]), {})
    proof.holds("summary", {f"{kind}ARN": made[f"{kind}ARN"], f"{kind}Name": made[f"{kind}Name"],
                            f"{kind}Status": "ACTIVE", "Streams": [{"StreamARN": made["StreamARN"]}]}, row)


@declared.check("DeleteQueue", "DeleteChannel")
def gone(proof, world, given, answer):
    kind = "Queue" if "QueueARN" in given else "Channel"
    found = world.caller().call(f"Describe{kind}", given)
    state = "gone" if found.code == "ResourceNotFoundException" else \
        (found.parsed or {}).get(f"{kind}Description", {}).get(f"{kind}Status")
    proof.true("status", state in ("gone", "DELETING"), "DELETING or gone", state)


@declared.check("ReceiveQueueRecords", "ReceiveDeadLetterQueueRecords")
def received(proof, world, given, answer):
    dead = world.fixture("waiting")["QueueARN"] != given["QueueARN"]
    proof.equal("Data", [b"dies" if dead else b"waits"], [each["Data"] for each in answer["QueueRecords"]])
    proof.equal("ReceiveCount", [1], [each["ReceiveCount"] for each in answer["QueueRecords"]])
    proof.equal("PartitionKey", ["p"], [each.get("PartitionKey") for each in answer["QueueRecords"]])
    proof.equal("receipts", len(answer["QueueRecords"]), held(proof, given, answer["QueueRecords"], dead))


def held(proof, given, records, dead):
    """How many of these records their receipt handles still hold."""
    entries = [{"ReceiptHandle": each["ReceiptHandle"], "VisibilityTimeoutSeconds": 60} for each in records]
    operation = f"Update{'DeadLetter' if dead else ''}QueueRecordsVisibility"
    return len(proof.read(operation, {"QueueARN": given["QueueARN"], "Entries": entries}).get("Successful", []))


@declared.check("AcknowledgeQueueRecords", "AcknowledgeDeadLetterQueueRecords", "UpdateQueueRecordsVisibility",
                "UpdateDeadLetterQueueRecordsVisibility", "RestoreDeadLetterQueueRecords")
def entries_done(proof, world, given, answer):
    proof.equal("Successful", [each["ReceiptHandle"] for each in given["Entries"]],
                [each["ReceiptHandle"] for each in answer["Successful"]])
    proof.equal("Failed", [], answer["Failed"])


@declared.check("UpdateQueueRecordsVisibility", "UpdateDeadLetterQueueRecordsVisibility")
def entries_seen(proof, world, given, answer):
    """What was made visible is received again at once."""
    if given["Entries"][0]["VisibilityTimeoutSeconds"] == 0:
        dead = world.fixture("held")["QueueARN"] != given["QueueARN"]
        operation = f"Receive{'DeadLetter' if dead else ''}QueueRecords"
        found = proof.read(operation, {"QueueARN": given["QueueARN"], "WaitTimeSeconds": 1})
        proof.equal("Data", [b"dies" if dead else b"held"], [each["Data"] for each in found.get("QueueRecords", [])])


@declared.check("AcknowledgeQueueRecords", "AcknowledgeDeadLetterQueueRecords")
def entries_gone(proof, world, given, answer):
    dead = world.fixture("held")["QueueARN"] != given["QueueARN"]
    proof.equal("receipts", 0, held(proof, given, given["Entries"], dead))


@declared.check("RestoreDeadLetterQueueRecords")
def entries_back(proof, world, given, answer):
    found = proof.read("ReceiveQueueRecords", {"QueueARN": given["QueueARN"], "WaitTimeSeconds": 1})
    proof.equal("Data", [b"dies"], [each["Data"] for each in found.get("QueueRecords", [])])


@declared.check("CreateChannel", "DescribeChannel", "UpdateChannel")
def channel_stands(proof, world, given, answer):
    told = answer["ChannelDescription"]
    found = proof.read("DescribeChannel", {"ChannelARN": told["ChannelARN"]}).get("ChannelDescription", {})
    proof.holds("DescribeChannel", {"ChannelName": given.get("ChannelName", told["ChannelName"])}, found)
    proof.equal("answer", found.get("S3DestinationConfiguration", {}), told.get("S3DestinationConfiguration"))
    if "S3DestinationConfiguration" in given:
        proof.holds("S3DestinationConfiguration", given["S3DestinationConfiguration"],
                    found.get("S3DestinationConfiguration"))


@declared.check("UpdateAccountSettings", "DescribeAccountSettings")
def settings_told(proof, world, given, answer):
    found = proof.read("DescribeAccountSettings", {}).get("MinimumThroughputBillingCommitment", {})
    wanted = given.get("MinimumThroughputBillingCommitment", {}).get("Status", "DISABLED")
    proof.equal("Status", wanted, found.get("Status"))
    proof.equal("answer", found, answer.get("MinimumThroughputBillingCommitment"))
    proof.equal("StartedAt", wanted == "ENABLED", "StartedAt" in found and "EarliestAllowedEndAt" in found)
    proof.refused("DescribeStreamSummary", {"StreamName": f"absent{world.tag}"}, "ResourceNotFoundException")


@declared.check("DescribeLimits")
def limits_told(proof, world, given, answer):
    proof.holds("answer", {"OpenShardCount": 0, "OnDemandStreamCount": 0, "ChannelCount": 0}, answer)
    proof.true("limits", answer["ShardLimit"] > 0 and answer["OnDemandStreamCountLimit"] > 0, "more than none", answer)
