"""Tags, policies, retention, monitoring, modes, encryption, the account."""

import json

ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/clicks"


def summary(kinesis):
    return kinesis.describe_stream_summary(StreamName="clicks")["StreamDescriptionSummary"]


def test_tags_by_stream_and_by_resource(kinesis, make_stream, refused):
    make_stream()
    kinesis.add_tags_to_stream(StreamName="clicks", Tags={"a": "1", "b": "2"})
    kinesis.tag_resource(ResourceARN=ARN, Tags={"c": "3"})
    kinesis.remove_tags_from_stream(StreamARN=ARN, TagKeys=["a"])
    assert kinesis.list_tags_for_resource(ResourceARN=ARN)["Tags"] == [
        {"Key": "b", "Value": "2"},
        {"Key": "c", "Value": "3"},
    ]
    page = kinesis.list_tags_for_stream(StreamName="clicks", Limit=1)
    assert page["HasMoreTags"] and page["Tags"][0]["Key"] == "b"
    kinesis.untag_resource(ResourceARN=ARN, TagKeys=["b", "c"])
    assert kinesis.list_tags_for_stream(StreamName="clicks")["Tags"] == []
    many = {str(number): "" for number in range(51)}
    assert refused(kinesis.add_tags_to_stream, StreamName="clicks", Tags=many)[0] == "InvalidArgumentException"


def test_consumers_have_tags(kinesis, make_stream):
    make_stream()
    consumer = kinesis.register_stream_consumer(StreamARN=ARN, ConsumerName="c", Tags={"a": "1"})["Consumer"]
    assert kinesis.list_tags_for_resource(ResourceARN=consumer["ConsumerARN"])["Tags"] == [{"Key": "a", "Value": "1"}]


def test_policies_are_put_and_deleted(kinesis, make_stream, refused):
    make_stream()
    assert kinesis.get_resource_policy(ResourceARN=ARN)["Policy"] == "{}"
    policy = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": "222222222222"},
                    "Action": "kinesis:PutRecord",
                    "Resource": ARN,
                }
            ],
        }
    )
    kinesis.put_resource_policy(ResourceARN=ARN, Policy=policy)
    assert kinesis.get_resource_policy(ResourceARN=ARN)["Policy"] == policy
    kinesis.delete_resource_policy(ResourceARN=ARN)
    assert refused(kinesis.delete_resource_policy, ResourceARN=ARN) == (
        "ResourceNotFoundException",
        f"No resource policy found for resource ARN {ARN}",
    )
    code, message = refused(kinesis.put_resource_policy, ResourceARN=ARN + "x", Policy=policy)
    assert (code, message) == ("ResourceNotFoundException", f"Stream with ARN {ARN}x not found")


def test_retention_has_bounds(kinesis, make_stream, refused):
    make_stream()
    kinesis.increase_stream_retention_period(StreamName="clicks", RetentionPeriodHours=48)
    assert summary(kinesis)["RetentionPeriodHours"] == 48
    assert refused(kinesis.increase_stream_retention_period, StreamName="clicks", RetentionPeriodHours=25) == (
        "InvalidArgumentException",
        "Requested retention period (25 hours) for stream clicks can not be shorter than existing retention period (48 "
        "hours). Use DecreaseRetentionPeriod API.",
    )
    assert refused(kinesis.decrease_stream_retention_period, StreamName="clicks", RetentionPeriodHours=23)[1] == (
        "Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short."
    )
    assert refused(kinesis.increase_stream_retention_period, StreamName="clicks", RetentionPeriodHours=8761)[1] == (
        "Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long."
    )


def test_shard_metrics_are_switched(kinesis, make_stream):
    make_stream()
    answer = kinesis.enable_enhanced_monitoring(StreamName="clicks", ShardLevelMetrics=["IncomingBytes"])
    assert (answer["CurrentShardLevelMetrics"], answer["DesiredShardLevelMetrics"]) == ([], ["IncomingBytes"])
    kinesis.enable_enhanced_monitoring(StreamName="clicks", ShardLevelMetrics=["ALL"])
    answer = kinesis.disable_enhanced_monitoring(StreamName="clicks", ShardLevelMetrics=["IncomingBytes"])
    assert len(answer["CurrentShardLevelMetrics"]) == 7 and len(answer["DesiredShardLevelMetrics"]) == 6
    assert len(summary(kinesis)["EnhancedMonitoring"][0]["ShardLevelMetrics"]) == 6


def test_modes_change(kinesis, make_stream, refused):
    make_stream()
    kinesis.update_stream_mode(StreamARN=ARN, StreamModeDetails={"StreamMode": "ON_DEMAND"})
    assert summary(kinesis)["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}
    kinesis.update_stream_record_distribution_strategy(StreamARN=ARN, RecordDistributionStrategy="AUTO")
    assert summary(kinesis)["RecordDistributionStrategy"] == "AUTO"
    warm = {"StreamARN": ARN, "WarmThroughputMiBps": 100}
    assert refused(kinesis.update_stream_warm_throughput, **warm)[0] == "ValidationException"
    kinesis.update_account_settings(MinimumThroughputBillingCommitment={"Status": "ENABLED"})
    assert kinesis.update_stream_warm_throughput(**warm)["WarmThroughput"]["TargetMiBps"] == 100


def test_a_commitment_lasts_a_day(emulator, kinesis, refused):
    emulator.freeze()
    status = {"MinimumThroughputBillingCommitment": {"Status": "DISABLED"}}
    kinesis.update_account_settings(MinimumThroughputBillingCommitment={"Status": "ENABLED"})
    assert refused(kinesis.update_account_settings, **status)[0] == "InvalidArgumentException"
    emulator.advance(24 * 3600)
    kinesis.update_account_settings(**status)
    found = kinesis.describe_account_settings()["MinimumThroughputBillingCommitment"]
    assert found["Status"] == "DISABLED" and found["EndedAt"] > found["StartedAt"]


def test_encryption_with_kinesis_own_key(kinesis, make_stream, iterate):
    make_stream()
    key = {"StreamName": "clicks", "EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"}
    kinesis.start_stream_encryption(**key)
    assert (summary(kinesis)["EncryptionType"], summary(kinesis)["KeyId"]) == ("KMS", "alias/aws/kinesis")
    assert kinesis.put_record(StreamName="clicks", Data=b"x", PartitionKey="k")["EncryptionType"] == "KMS"
    assert kinesis.get_records(ShardIterator=iterate("clicks"))["Records"][0]["EncryptionType"] == "KMS"
    kinesis.stop_stream_encryption(**key)
    assert "EncryptionType" not in kinesis.put_record(StreamName="clicks", Data=b"x", PartitionKey="k")
