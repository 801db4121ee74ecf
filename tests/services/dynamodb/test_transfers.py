"""Exports to S3 and imports from there."""

import base64
import gzip
import hashlib
import json
import time

import pytest

from emulator.services.dynamodb import formats

T0 = 1_700_000_000
ITEM = {
    "pk": {"S": "a"}, "n": {"N": "1.5"}, "b": {"B": b"\x00\xff"}, "ok": {"BOOL": True}, "none": {"NULL": True},
    "l": {"L": [{"S": "x"}, {"N": "2"}]}, "m": {"M": {"k": {"S": "v"}}}, "ss": {"SS": ["x", "y"]},
    "ns": {"NS": ["1", "2"]}, "bs": {"BS": [b"1", b"2"]},
}  # fmt: skip
CREATION = {
    "TableName": "copy", "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
}  # fmt: skip


@pytest.fixture
def s3(client):
    made = client("s3")
    made.create_bucket(Bucket="bucket")
    return made


@pytest.fixture
def source(dynamodb, make_table, emulator):
    """A table that can be exported; returns its ARN."""
    emulator.freeze(T0)
    table = make_table("pk:S")
    dynamodb.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    return f"arn:aws:dynamodb:us-east-1:000000000000:table/{table}"


def done(describe, member, **which):
    """The description once it is not in progress any more."""
    for _ in range(200):
        (description,) = [value for key, value in describe(**which).items() if key.endswith("Description")]
        if description[member] != "IN_PROGRESS":
            return description
        time.sleep(0.01)
    raise AssertionError("still in progress")


def exported(dynamodb, **given):
    begun = dynamodb.export_table_to_point_in_time(S3Bucket="bucket", **given)["ExportDescription"]
    assert begun["ExportStatus"] == "IN_PROGRESS"
    return done(dynamodb.describe_export, "ExportStatus", ExportArn=begun["ExportArn"])


def content(s3, key):
    return s3.get_object(Bucket="bucket", Key=key)["Body"].read()


def lines(s3, description):
    """The data of an export, through its manifests, whose checksums must be right."""
    summary_key = description["ExportManifest"]
    summary = json.loads(content(s3, summary_key))
    assert summary["itemCount"] == description["ItemCount"]
    listing = content(s3, summary["manifestFilesS3Key"])
    md5 = base64.b64encode(hashlib.md5(listing).digest())
    assert content(s3, summary["manifestFilesS3Key"].replace(".json", ".md5")) == md5
    out = []
    for entry in map(json.loads, listing.splitlines()):
        packed = content(s3, entry["dataFileS3Key"])
        assert base64.b64encode(hashlib.md5(packed).digest()).decode() == entry["md5Checksum"]
        out += gzip.decompress(packed).splitlines()
        assert entry["itemCount"] == len(out)
    return summary, out


@pytest.mark.parametrize("kind", ["DYNAMODB_JSON", "ION"])
def test_an_export_is_imported_again(dynamodb, s3, source, kind):
    dynamodb.put_item(TableName=source, Item=ITEM)
    description = exported(dynamodb, TableArn=source, ExportFormat=kind, S3Prefix="pre")
    assert description["ExportStatus"] == "COMPLETED"
    name = description["ExportArn"].rpartition("/")[2]
    assert description["ExportManifest"] == f"pre/AWSDynamoDB/{name}/manifest-summary.json"
    summary, data = lines(s3, description)
    assert (summary["outputFormat"], len(data)) == (kind, 1)
    begun = dynamodb.import_table(
        S3BucketSource={"S3Bucket": "bucket", "S3KeyPrefix": f"pre/AWSDynamoDB/{name}/data/"}, InputFormat=kind,
        InputCompressionType="GZIP", TableCreationParameters=CREATION,
    )["ImportTableDescription"]  # fmt: skip
    assert begun["CloudWatchLogGroupArn"] == "arn:aws:logs:us-east-1:000000000000:log-group:/aws-dynamodb/imports:*"
    told = done(dynamodb.describe_import, "ImportStatus", ImportArn=begun["ImportArn"])
    assert (told["ImportStatus"], told["ImportedItemCount"], told["ErrorCount"]) == ("COMPLETED", 1, 0)
    assert dynamodb.scan(TableName="copy")["Items"] == [ITEM]
    assert [each["ExportArn"] for each in dynamodb.list_exports()["ExportSummaries"]] == [description["ExportArn"]]
    assert [each["ImportArn"] for each in dynamodb.list_imports()["ImportSummaryList"]] == [begun["ImportArn"]]


def test_an_export_of_a_moment(dynamodb, s3, source, emulator):
    dynamodb.put_item(TableName=source, Item={"pk": {"S": "a"}})
    emulator.advance(10)
    dynamodb.put_item(TableName=source, Item={"pk": {"S": "b"}})
    _, data = lines(s3, exported(dynamodb, TableArn=source, ExportTime=T0 + 5))
    assert [json.loads(each) for each in data] == [{"Item": {"pk": {"S": "a"}}}]


def test_an_export_of_what_changed(dynamodb, s3, source, emulator):
    for name in ("stays", "changes", "goes"):
        dynamodb.put_item(TableName=source, Item={"pk": {"S": name}})
    emulator.advance(60)
    dynamodb.put_item(TableName=source, Item={"pk": {"S": "changes"}, "x": {"N": "1"}})
    dynamodb.put_item(TableName=source, Item={"pk": {"S": "brief"}})
    emulator.advance(60)
    dynamodb.delete_item(TableName=source, Key={"pk": {"S": "goes"}})
    dynamodb.delete_item(TableName=source, Key={"pk": {"S": "brief"}})
    emulator.advance(900)
    period = {"ExportFromTime": T0 + 30, "ExportToTime": T0 + 1000}
    given = {"TableArn": source, "ExportType": "INCREMENTAL_EXPORT", "IncrementalExportSpecification": period}
    summary, data = lines(s3, exported(dynamodb, **given))
    assert summary["exportType"] == "INCREMENTAL_EXPORT"
    assert [json.loads(each) for each in data] == [
        {
            "Metadata": {"WriteTimestampMicros": {"N": str((T0 + 60) * 1_000_000)}},
            "Keys": {"pk": {"S": "changes"}}, "OldImage": {"pk": {"S": "changes"}},
            "NewImage": {"pk": {"S": "changes"}, "x": {"N": "1"}},
        },
        {
            "Metadata": {"WriteTimestampMicros": {"N": str((T0 + 120) * 1_000_000)}},
            "Keys": {"pk": {"S": "goes"}}, "OldImage": {"pk": {"S": "goes"}},
        },
    ]  # fmt: skip


def test_what_an_export_can_not_be(dynamodb, source, make_table, refused, s3):
    gone = dynamodb.export_table_to_point_in_time(TableArn=source, S3Bucket="no-such-bucket")["ExportDescription"]
    failed = done(dynamodb.describe_export, "ExportStatus", ExportArn=gone["ExportArn"])
    assert (failed["ExportStatus"], failed["FailureCode"]) == ("FAILED", "S3NoSuchBucket")
    early = {"TableArn": source, "S3Bucket": "bucket", "ExportTime": T0 - 10}
    assert refused(dynamodb.export_table_to_point_in_time, **early)[0] == "InvalidExportTimeException"
    other = {"TableArn": source[:-5] + make_table("pk:S", name="other"), "S3Bucket": "bucket"}
    assert refused(dynamodb.export_table_to_point_in_time, **other)[0] == "PointInTimeRecoveryUnavailableException"


def test_csv_counts_what_it_can_not_read(dynamodb, s3):
    rows = 'pk;rank;note\na;1;"x;y"\nb;two;bad rank\nc;3\n;4;no key\na;5;again\n'
    s3.put_object(Bucket="bucket", Key="in/1.csv", Body=rows.encode())
    creation = {
        **CREATION,
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"},
                                 {"AttributeName": "rank", "AttributeType": "N"}],
        "GlobalSecondaryIndexes": [{"IndexName": "ranks", "Projection": {"ProjectionType": "ALL"},
                                    "KeySchema": [{"AttributeName": "rank", "KeyType": "HASH"}]}],
    }  # fmt: skip
    begun = dynamodb.import_table(
        S3BucketSource={"S3Bucket": "bucket", "S3KeyPrefix": "in/"}, InputFormat="CSV",
        InputFormatOptions={"Csv": {"Delimiter": ";"}}, TableCreationParameters=creation,
    )["ImportTableDescription"]  # fmt: skip
    told = done(dynamodb.describe_import, "ImportStatus", ImportArn=begun["ImportArn"])
    assert [told[name] for name in ("ProcessedItemCount", "ImportedItemCount", "ErrorCount")] == [5, 2, 3]
    assert told["ProcessedSizeBytes"] == len(rows)
    kept = [{"pk": {"S": "a"}, "rank": {"N": "5"}, "note": {"S": "again"}}]
    assert dynamodb.scan(TableName="copy")["Items"] == kept
    assert dynamodb.scan(TableName="copy", IndexName="ranks")["Items"] == kept


def test_fields_of_csv_are_as_long_as_items_may_be():
    long = "x" * 300_000
    assert list(formats.read_csv(f"pk,note\na,{long}\n", {}, {"pk": "S"})) == [{"pk": {"S": "a"}, "note": {"S": long}}]


def test_an_export_can_be_filtered(dynamodb, s3, source, refused):
    for key, colour in (("a", "red"), ("b", "blue"), ("c", "red")):
        dynamodb.put_item(TableName=source, Item={"pk": {"S": key}, "colour": {"S": colour}, "x": {"N": "1"}})
    red = {"ExpressionAttributeValues": {":red": {"S": "red"}}, "FilterExpression": "colour = :red"}
    description = exported(dynamodb, TableArn=source, FilterSpecification={**red, "ProjectionExpression": "pk"})
    assert description["FilterSpecification"]["FilterExpression"] == "colour = :red"
    _, found = lines(s3, description)
    assert sorted(json.loads(line)["Item"]["pk"]["S"] for line in found) == ["a", "c"]
    assert all(json.loads(line)["Item"].keys() == {"pk"} for line in found)
    one = {"KeyConditionExpression": "pk = :b", "ExpressionAttributeValues": {":b": {"S": "b"}}}
    _, found = lines(s3, exported(dynamodb, TableArn=source, FilterSpecification=one))
    assert [json.loads(line)["Item"]["colour"]["S"] for line in found] == ["blue"]
    both = {**one, "FilterExpression": "pk = :b"}
    given = {"TableArn": source, "S3Bucket": "bucket", "FilterSpecification": both}
    assert refused(dynamodb.export_table_to_point_in_time, **given)[0] == "ValidationException"


def test_objects_compressed_with_zstandard_are_imported(dynamodb, s3):
    zstd = pytest.importorskip("cramjam").zstd
    packed = bytes(zstd.compress(b'{"Item": {"pk": {"S": "a"}}}\n'))
    s3.put_object(Bucket="bucket", Key="in/1.zst", Body=packed)
    begun = dynamodb.import_table(
        S3BucketSource={"S3Bucket": "bucket", "S3KeyPrefix": "in/"}, InputFormat="DYNAMODB_JSON",
        InputCompressionType="ZSTD", TableCreationParameters=CREATION,
    )["ImportTableDescription"]  # fmt: skip
    ended = done(dynamodb.describe_import, "ImportStatus", ImportArn=begun["ImportArn"])
    assert (ended["ImportStatus"], ended["ImportedItemCount"]) == ("COMPLETED", 1)
    s3.put_object(Bucket="bucket", Key="in/1.zst", Body=b"no zstandard")
    again = {**CREATION, "TableName": "again"}
    begun = dynamodb.import_table(
        S3BucketSource={"S3Bucket": "bucket", "S3KeyPrefix": "in/"}, InputFormat="DYNAMODB_JSON",
        InputCompressionType="ZSTD", TableCreationParameters=again,
    )["ImportTableDescription"]  # fmt: skip
    assert done(dynamodb.describe_import, "ImportStatus", ImportArn=begun["ImportArn"])["ImportStatus"] == "FAILED"
