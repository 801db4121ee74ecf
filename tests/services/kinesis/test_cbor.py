"""CBOR in place of JSON, as SDKs for Java send it."""

import urllib.error
import urllib.request

import cbor2


def ask(endpoint, operation, given):
    request = urllib.request.Request(
        endpoint,
        cbor2.dumps(given),
        {
            "Content-Type": "application/x-amz-cbor-1.1",
            "X-Amz-Target": f"Kinesis_20131202.{operation}",
            "Authorization": "AWS4-HMAC-SHA256 Credential=test/20270115/us-east-1/kinesis/aws4_request, "
            "SignedHeaders=host, Signature=0",
        },
    )
    try:
        answer = urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        answer = error
    body = answer.read()
    assert answer.headers["Content-Type"] == "application/x-amz-cbor-1.1"
    # Timestamps are tagged milliseconds, which the library takes for seconds.
    tags = {1: lambda value, immutable: ("milliseconds", value)}
    return answer.status, cbor2.loads(body, semantic_decoders=tags) if body else None


def test_blobs_are_bytes_and_times_are_milliseconds(endpoint, kinesis, make_stream):
    make_stream()
    given = {"StreamName": "clicks", "Data": b"\x00\xff", "PartitionKey": "k"}
    status, put = ask(endpoint, "PutRecord", given)
    assert status == 200 and put["ShardId"] == "shardId-000000000000"
    moment = int(
        kinesis.describe_stream(StreamName="clicks")["StreamDescription"]["StreamCreationTimestamp"].timestamp()
    )
    _, iterator = ask(
        endpoint,
        "GetShardIterator",
        {
            "StreamName": "clicks",
            "ShardId": "shardId-000000000000",
            "ShardIteratorType": "AT_TIMESTAMP",
            "Timestamp": cbor2.CBORTag(1, moment * 1000),
        },
    )
    _, found = ask(endpoint, "GetRecords", iterator)
    (record,) = found["Records"]
    assert record["Data"] == b"\x00\xff" and record["SequenceNumber"] == put["SequenceNumber"]
    assert record["ApproximateArrivalTimestamp"][0] == "milliseconds"
    assert 0 <= record["ApproximateArrivalTimestamp"][1] - moment * 1000 < 60_000


def test_errors_are_cbor_too(endpoint):
    status, error = ask(endpoint, "DescribeStream", {"StreamName": "none"})
    assert status == 400 and error["__type"].endswith("ResourceNotFoundException")
    assert error["message"] == "Stream none under account 000000000000 not found."
