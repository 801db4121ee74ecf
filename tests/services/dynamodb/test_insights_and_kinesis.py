"""Contributor insights, and what becomes of a Kinesis destination whose stream is not there."""

import json
import time

STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/none"


def test_contributor_insights(dynamodb, make_table, refused):
    table = make_table("pk:S sk:S")
    described = dynamodb.describe_contributor_insights(TableName=table)
    assert described["ContributorInsightsStatus"] == "DISABLED"
    assert "ContributorInsightsRuleList" not in described
    told = dynamodb.update_contributor_insights(TableName=table, ContributorInsightsAction="ENABLE")
    assert told["ContributorInsightsStatus"] == "ENABLING"
    described = dynamodb.describe_contributor_insights(TableName=table)
    assert described["ContributorInsightsStatus"] == "ENABLED"
    kinds = [rule.split("-")[1] for rule in described["ContributorInsightsRuleList"]]
    assert kinds == ["PKC", "PKT", "SKC", "SKT"]
    assert dynamodb.list_contributor_insights()["ContributorInsightsSummaries"] == [
        {"TableName": table, "ContributorInsightsStatus": "ENABLED"}
    ]
    missing = {"TableName": table, "IndexName": "none"}
    assert refused(dynamodb.describe_contributor_insights, **missing)[0] == "ResourceNotFoundException"


def test_a_destination_without_a_stream_fails(dynamodb, make_table, refused):
    table = make_table("pk:S")
    told = dynamodb.enable_kinesis_streaming_destination(TableName=table, StreamArn=STREAM)
    assert told["DestinationStatus"] == "ENABLING"
    for _ in range(100):
        (found,) = dynamodb.describe_kinesis_streaming_destination(TableName=table)["KinesisDataStreamDestinations"]
        if found["DestinationStatus"] != "ENABLING":
            break
        time.sleep(0.01)
    assert found["DestinationStatus"] == "ENABLE_FAILED"
    assert found["DestinationStatusDescription"]
    given = {"TableName": table, "StreamArn": STREAM}
    assert refused(dynamodb.disable_kinesis_streaming_destination, **given)[0] == "ResourceNotFoundException"


def test_changes_arrive_in_a_stream(dynamodb, make_table, client):
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="stream", ShardCount=1)
    arn = kinesis.describe_stream_summary(StreamName="stream")["StreamDescriptionSummary"]["StreamARN"]
    table = make_table("pk:S")
    dynamodb.enable_kinesis_streaming_destination(TableName=table, StreamArn=arn)
    eventually(lambda: destination(dynamodb, table) == "ACTIVE")
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}, "b": {"B": b"\x00\xff"}})
    dynamodb.delete_item(TableName=table, Key={"pk": {"S": "a"}})
    shard = kinesis.list_shards(StreamName="stream")["Shards"][0]["ShardId"]
    iterator = kinesis.get_shard_iterator(StreamName="stream", ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    found = []

    def arrived():
        nonlocal iterator
        answer = kinesis.get_records(ShardIterator=iterator.get("ShardIterator") or iterator["NextShardIterator"])
        iterator = answer
        found.extend(json.loads(each["Data"]) for each in answer["Records"])
        return len(found) == 2

    eventually(arrived)
    assert [each["eventName"] for each in found] == ["INSERT", "REMOVE"]
    assert found[0]["dynamodb"]["NewImage"] == {"pk": {"S": "a"}, "b": {"B": "AP8="}}
    assert found[0]["tableName"] == table
    dynamodb.disable_kinesis_streaming_destination(TableName=table, StreamArn=arn)
    assert destination(dynamodb, table) == "DISABLED"


def destination(dynamodb, table):
    (found,) = dynamodb.describe_kinesis_streaming_destination(TableName=table)["KinesisDataStreamDestinations"]
    return found["DestinationStatus"]


def eventually(holds):
    for _ in range(20):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come about")
