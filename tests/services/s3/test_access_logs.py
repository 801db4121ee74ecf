"""Server access logs are delivered as objects, by the hour."""

HOUR = 3600


def test_requests_are_written_down_and_delivered(s3, emulator, error_of):
    s3.create_bucket(Bucket="logs")
    enabled = {"TargetBucket": "logs", "TargetPrefix": "in/"}
    s3.put_bucket_logging(Bucket="bucket", BucketLoggingStatus={"LoggingEnabled": enabled})
    s3.put_object(Bucket="bucket", Key="a b", Body=b"12345")
    s3.get_object(Bucket="bucket", Key="a b")
    error_of(s3.get_object, Bucket="bucket", Key="none")
    s3.list_objects_v2(Bucket="bucket")
    assert "Contents" not in s3.list_objects_v2(Bucket="logs")
    emulator.advance(HOUR)
    (entry,) = s3.list_objects_v2(Bucket="logs", Prefix="in/")["Contents"]
    lines = s3.get_object(Bucket="logs", Key=entry["Key"])["Body"].read().decode().splitlines()
    told = [[line.split(" ")[at] for at in (1, 7, 8)] for line in lines]
    assert told[1:] == [
        ["bucket", "REST.PUT.OBJECT", "a%2520b"], ["bucket", "REST.GET.OBJECT", "a%2520b"],
        ["bucket", "REST.GET.OBJECT", "none"], ["bucket", "REST.GET.BUCKET", "-"],
    ]  # fmt: skip
    assert '"GET /bucket/none HTTP/1.1" 404 NoSuchKey' in lines[3] and "HTTP/1.1\" 200 - 5 5" in lines[2]
    emulator.advance(HOUR)
    assert s3.list_objects_v2(Bucket="logs", Prefix="in/")["KeyCount"] == 1


def test_the_key_may_be_partitioned(s3, emulator):
    s3.create_bucket(Bucket="logs")
    enabled = {"TargetBucket": "logs", "TargetPrefix": "",
               "TargetObjectKeyFormat": {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}}}  # fmt: skip
    s3.put_bucket_logging(Bucket="bucket", BucketLoggingStatus={"LoggingEnabled": enabled})
    s3.put_object(Bucket="bucket", Key="k")
    emulator.advance(HOUR)
    (entry,) = s3.list_objects_v2(Bucket="logs")["Contents"]
    assert entry["Key"].startswith("000000000000/us-east-1/bucket/20")
