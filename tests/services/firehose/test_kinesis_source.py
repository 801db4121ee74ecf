"""A data stream as source."""

import time


def test_records_come_from_a_data_stream(emulator, client, make, bucket, firehose, refused):
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="source", ShardCount=2)
    arn = "arn:aws:kinesis:us-east-1:000000000000:stream/source"
    make(
        DeliveryStreamType="KinesisStreamAsSource",
        KinesisStreamSourceConfiguration={"KinesisStreamARN": arn, "RoleARN": "arn:aws:iam::000000000000:role/f"},
    )
    source = firehose.describe_delivery_stream(DeliveryStreamName="clicks")["DeliveryStreamDescription"]["Source"]
    assert source["KinesisStreamSourceDescription"]["KinesisStreamARN"] == arn
    kinesis.put_records(StreamName="source", Records=[{"Data": f"{n};", "PartitionKey": str(n)} for n in range(6)])
    emulator.advance(1)
    kinesis.put_record(StreamName="source", Data="last;", PartitionKey="x")
    emulator.advance(300)
    deadline = time.monotonic() + 5
    while not bucket() and time.monotonic() < deadline:
        time.sleep(0.01)
    (content,) = bucket().values()
    assert sorted(content.decode().split(";")) == ["", "0", "1", "2", "3", "4", "5", "last"]
    given = {"DeliveryStreamName": "clicks", "Record": {"Data": b"x"}}
    assert refused(firehose.put_record, **given) == (
        "InvalidArgumentException",
        "This operation is not permitted on KinesisStreamAsSource delivery stream type.",
    )
