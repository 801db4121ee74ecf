"""Deliveries to S3: buffers, keys, compression, partitions, formats, backups, failures."""

import base64
import gzip
import io
import json
import re
import time
import zipfile

import cramjam
import pytest
from pyarrow import parquet

NAME = r"clicks-1-2027-01-15-12-00-00-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
BUCKET = {"RoleARN": "arn:aws:iam::000000000000:role/firehose", "BucketARN": "arn:aws:s3:::lake"}
DYNAMIC = {
    "Prefix": "customer=!{partitionKeyFromQuery:customer}/",
    "ErrorOutputPrefix": "bad/!{firehose:error-output-type}/",
    "BufferingHints": {"SizeInMBs": 64, "IntervalInSeconds": 60},
    "DynamicPartitioningConfiguration": {"Enabled": True},
}


def processors(*each):
    return {
        "ProcessingConfiguration": {
            "Enabled": True,
            "Processors": [
                {
                    "Type": type,
                    "Parameters": [{"ParameterName": name, "ParameterValue": value} for name, value in given.items()],
                }
                for type, given in each
            ],
        }
    }


def test_records_are_delivered_when_their_time_comes(emulator, make, put, bucket):
    make()
    put("one\n")
    emulator.advance(200)
    put("two\n")
    emulator.advance(99)
    assert bucket() == {}
    emulator.advance(1)
    ((key, content),) = bucket().items()
    assert re.fullmatch("2027/01/15/12/" + NAME, key) and content == b"one\ntwo\n"


def test_records_are_delivered_when_they_are_enough(make, put, bucket, firehose):
    make(BufferingHints={"SizeInMBs": 1, "IntervalInSeconds": 900})
    put(b"x" * 1_000_000)
    assert bucket() == {}
    put(b"x" * 1_000_000)
    deadline = time.monotonic() + 5  # so much is left to a worker thread
    while not bucket() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [len(each) for each in bucket().values()] == [2_000_000]


def test_a_prefix_has_expressions(emulator, make, put, bucket):
    make(
        Prefix="y=!{timestamp:yyyy'-'MM}/!{timestamp:EEE}/!{firehose:random-string}/",
        ErrorOutputPrefix="bad/",
        CustomTimeZone="Asia/Tokyo",
        FileExtension=".jsonl",
    )
    put("x")
    emulator.advance(300)
    (key,) = bucket()
    assert re.fullmatch(r"y=2027-01/Fri/\w{11}/clicks-1-2027-01-15-21-00-00-[0-9a-f-]{36}\.jsonl", key)


@pytest.mark.parametrize(
    "format, extension, read",
    [
        ("GZIP", ".gz", gzip.decompress),
        ("ZIP", ".zip", lambda data: zipfile.ZipFile(io.BytesIO(data)).read("data")),
        ("Snappy", ".snappy", lambda data: bytes(cramjam.snappy.decompress(data))),
        ("HADOOP_SNAPPY", ".hsnappy", lambda data: bytes(cramjam.snappy.decompress_raw(data[8:]))),
    ],
)
def test_objects_are_compressed(emulator, make, put, bucket, format, extension, read):
    make("S3", CompressionFormat=format)
    put(*["line\n"] * 100)
    emulator.advance(300)
    ((key, content),) = bucket().items()
    assert key.endswith(extension) and read(content) == b"line\n" * 100


def test_records_are_partitioned_by_what_they_hold(emulator, make, put, bucket):
    make(
        **DYNAMIC,
        **processors(
            (
                "MetadataExtraction",
                {"MetadataExtractionQuery": "{customer:.customer.id}", "JsonParsingEngine": "JQ-1.6"},
            ),
            ("AppendDelimiterToRecord", {"Delimiter": "\\n"}),
        ),
    )
    put(
        '{"customer":{"id":7},"n":1}', '{"customer":{"id":"b"},"n":2}', '{"customer":{"id":7},"n":3}', '{"customer":{}}'
    )
    emulator.advance(60)
    found = bucket()
    by_folder = {key.partition("/")[0]: content for key, content in found.items()}
    assert by_folder["customer=7"] == b'{"customer":{"id":7},"n":1}\n{"customer":{"id":7},"n":3}\n'
    assert by_folder["customer=b"] == b'{"customer":{"id":"b"},"n":2}\n'
    failed = json.loads(next(content for key, content in found.items() if key.startswith("bad/processing-failed/")))
    assert base64.b64decode(failed["rawData"]) == b'{"customer":{}}' and failed["attemptsMade"] == 1


def test_records_are_split(emulator, make, put, bucket):
    make(
        **processors(
            ("RecordDeAggregation", {"SubRecordType": "JSON"}), ("AppendDelimiterToRecord", {"Delimiter": "\\n"})
        )
    )
    put('{"a":1}{"a":2}\n{"a":3}', '[{"a":4},{"a":5}]')
    emulator.advance(300)
    (content,) = bucket().values()
    assert [json.loads(line)["a"] for line in content.splitlines()] == [1, 2, 3, 4, 5]


def test_log_events_are_unpacked(emulator, make, put, bucket):
    make(
        **processors(
            ("Decompression", {"CompressionFormat": "GZIP"}),
            ("CloudWatchLogProcessing", {"DataMessageExtraction": "true"}),
        )
    )
    data = {"messageType": "DATA_MESSAGE", "logEvents": [{"message": "a"}, {"message": "b"}]}
    put(gzip.compress(json.dumps(data).encode()), gzip.compress(b'{"messageType":"CONTROL_MESSAGE"}'), "no gzip")
    emulator.advance(300)
    assert next(content for key, content in bucket("2027").items()) == b"a\nb\n"
    assert len(bucket("processing-failed/2027/01/15/12/")) == 1


def test_what_came_is_backed_up(emulator, make, put, bucket):
    make(
        S3BackupMode="Enabled",
        S3BackupConfiguration={**BUCKET, "Prefix": "raw/"},
        **processors(("AppendDelimiterToRecord", {"Delimiter": ";"})),
    )
    put("a", "b")
    emulator.advance(300)
    assert list(bucket("raw/2027/").values()) == [b"ab"] and list(bucket("2027/").values()) == [b"a;b;"]


def test_a_bucket_that_is_away_is_tried_again(emulator, make, put, bucket, client):
    make(BucketARN="arn:aws:s3:::later")
    put("x")
    emulator.advance(300)
    client("s3").create_bucket(Bucket="later")
    emulator.advance(300)
    assert client("s3").list_objects_v2(Bucket="later")["KeyCount"] == 1


def test_conversion_without_a_table_fails_the_records(emulator, make, put, bucket):
    make(
        BufferingHints={"SizeInMBs": 64, "IntervalInSeconds": 60},
        DataFormatConversionConfiguration={
            "SchemaConfiguration": {"RoleARN": BUCKET["RoleARN"], "DatabaseName": "d", "TableName": "t"},
            "OutputFormatConfiguration": {"Serializer": {"ParquetSerDe": {}}},
        },
    )
    put('{"a":1}')
    emulator.advance(60)
    ((key, content),) = bucket().items()
    failed = json.loads(content)
    assert key.startswith("format-conversion-failed/2027/") and base64.b64decode(failed["rawData"]) == b'{"a":1}'
    assert failed["lastErrorCode"] == "DataFormatConversion.SchemaError"
    assert failed["dataCatalogTable"]["tableName"] == "t"


def test_records_become_parquet_by_the_columns_of_a_table(emulator, make, put, bucket, client):
    glue = client("glue")
    glue.create_database(DatabaseInput={"Name": "d"})
    columns = [{"Name": "a", "Type": "int"}, {"Name": "b", "Type": "array<string>"}]
    glue.create_table(DatabaseName="d", TableInput={"Name": "t", "StorageDescriptor": {"Columns": columns}})
    make(
        BufferingHints={"SizeInMBs": 64, "IntervalInSeconds": 60},
        DataFormatConversionConfiguration={
            "SchemaConfiguration": {"RoleARN": BUCKET["RoleARN"], "DatabaseName": "d", "TableName": "t"},
            "InputFormatConfiguration": {"Deserializer": {"OpenXJsonSerDe": {}}},
            "OutputFormatConfiguration": {"Serializer": {"ParquetSerDe": {}}},
        },
    )
    put('{"a":1,"b":["x"]}', '{"a":2}')
    emulator.advance(60)
    ((key, content),) = bucket().items()
    assert key.endswith(".parquet")
    assert parquet.read_table(io.BytesIO(content)).to_pylist() == [{"a": 1, "b": ["x"]}, {"a": 2, "b": None}]


def test_the_same_run_gives_the_same_objects(tmp_path):
    import boto3

    from emulator.testing import InProcess

    def run():
        running = InProcess(seed=7).start()
        try:
            running.freeze(1_800_014_400.0)
            keys = {
                "endpoint_url": running.url,
                "region_name": "us-east-1",
                "aws_access_key_id": "test",
                "aws_secret_access_key": "test",
            }
            s3, firehose = boto3.client("s3", **keys), boto3.client("firehose", **keys)
            s3.create_bucket(Bucket="lake")
            firehose.create_delivery_stream(DeliveryStreamName="clicks", ExtendedS3DestinationConfiguration=BUCKET)
            firehose.put_record(DeliveryStreamName="clicks", Record={"Data": b"x"})
            running.advance(300)
            return [each["Key"] for each in s3.list_objects_v2(Bucket="lake")["Contents"]]
        finally:
            running.stop()

    assert run() == run()
