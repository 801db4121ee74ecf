"""Contributor insights, and what becomes of a Kinesis destination whose stream is not there."""

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
