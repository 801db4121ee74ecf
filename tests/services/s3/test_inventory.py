"""Inventory reports are written on the clock."""

import csv
import gzip
import json

import pytest

DAY = 86_400


@pytest.fixture
def report(s3, emulator):
    """``report(**configuration)``: let a day pass; the manifest and the rows of the report that was written."""
    s3.create_bucket(Bucket="reports")

    def run(versions="Current", frequency="Daily", days=1, **more):
        destination = {"Bucket": "arn:aws:s3:::reports", "Format": "CSV", "Prefix": "in"}
        s3.put_bucket_inventory_configuration(Bucket="bucket", Id="all", InventoryConfiguration={
            "Id": "all", "IsEnabled": True, "IncludedObjectVersions": versions, "Schedule": {"Frequency": frequency},
            "Destination": {"S3BucketDestination": destination}, **more,
        })  # fmt: skip
        emulator.advance(days * DAY)
        found = [each["Key"] for each in s3.list_objects_v2(Bucket="reports", Prefix="in/bucket/all/")["Contents"]]
        manifests = [key for key in found if key.endswith("manifest.json")]
        manifest = json.loads(s3.get_object(Bucket="reports", Key=manifests[0])["Body"].read())
        data = s3.get_object(Bucket="reports", Key=manifest["files"][0]["key"])["Body"].read()
        return manifests, manifest, list(csv.reader(gzip.decompress(data).decode().splitlines()))

    return run


def test_a_report_lists_objects_with_the_fields_asked_for(s3, report):
    s3.put_object(Bucket="bucket", Key="a b", Body=b"12345", StorageClass="STANDARD_IA")
    s3.put_object(Bucket="bucket", Key="other")
    manifests, manifest, rows = report(OptionalFields=["StorageClass", "Size"], Filter={"Prefix": "a"})
    assert manifest["fileSchema"] == "Bucket, Key, Size, StorageClass"
    assert rows == [["bucket", "a+b", "5", "STANDARD_IA"]] and len(manifests) == 1


def test_all_versions_and_markers_may_be_listed(versioned, report):
    first = versioned.put_object(Bucket="bucket", Key="k")["VersionId"]
    marker = versioned.delete_object(Bucket="bucket", Key="k")["VersionId"]
    _, _, rows = report("All")
    assert rows == [["bucket", "k", marker, "true", "true"], ["bucket", "k", first, "false", "false"]]


def test_weekly_reports_come_on_sundays(s3, report):
    s3.put_object(Bucket="bucket", Key="k")
    manifests, _, _ = report(frequency="Weekly", days=14)
    assert len(manifests) == 2


@pytest.mark.parametrize("form", ["Parquet", "ORC"])
def test_other_formats_are_refused(s3, error_of, form):
    destination = {"Bucket": "arn:aws:s3:::bucket", "Format": form}
    refused = error_of(s3.put_bucket_inventory_configuration, Bucket="bucket", Id="i", InventoryConfiguration={
        "Id": "i", "IsEnabled": True, "IncludedObjectVersions": "All", "Schedule": {"Frequency": "Daily"},
        "Destination": {"S3BucketDestination": destination},
    })  # fmt: skip
    assert refused["ResponseMetadata"]["HTTPStatusCode"] == 501
