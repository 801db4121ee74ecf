"""Records of a stream: inserted, modified, removed, read from the horizon and behind a sequence number.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
"""

from conformance.scenarios import refused

COST = "About 20 requests on demand: below 0.001 USD; reads of streams are free within the free tier."


def run(aws):
    dynamodb, streams = aws.client("dynamodb"), aws.client("dynamodbstreams")
    table = aws.table("records", {"id": "S"}, StreamSpecification={
        "StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    stream = dynamodb.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    streams.list_streams(TableName=table)
    dynamodb.put_item(TableName=table, Item={"id": {"S": "a"}, "raw": {"B": b"\x90"}})
    dynamodb.update_item(TableName=table, Key={"id": {"S": "a"}}, UpdateExpression="SET colour = :c",
                         ExpressionAttributeValues={":c": {"S": "green"}})
    dynamodb.delete_item(TableName=table, Key={"id": {"S": "a"}})
    aws.settle(5)  # records come a moment after the writes

    shard = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]["ShardId"]
    there = {"StreamArn": stream, "ShardId": shard}
    start = streams.get_shard_iterator(**there, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    got = streams.get_records(ShardIterator=start)["Records"]
    first = got[0]["dynamodb"]["SequenceNumber"]
    for kind in ("AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"):
        found = streams.get_shard_iterator(**there, ShardIteratorType=kind, SequenceNumber=first)["ShardIterator"]
        streams.get_records(ShardIterator=found, Limit=1)
    latest = streams.get_shard_iterator(**there, ShardIteratorType="LATEST")["ShardIterator"]
    streams.get_records(ShardIterator=latest)
    refused(streams.get_shard_iterator, StreamArn=stream, ShardId="shardId-00000000000000000000-00000000",
            ShardIteratorType="LATEST")
    refused(streams.get_records, ShardIterator="no iterator")
    refused(streams.describe_stream, StreamArn=stream.replace(table, aws.name("absent")))
