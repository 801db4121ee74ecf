"""S3's buckets, objects and uploads."""

from conformance.sequences.kind import Kind, follow
from conformance.services.s3.fixtures import drop_bucket

BODIES = ({"Body": b"", "ContentType": "text/plain", "Metadata": {}},
          {"Body": b"hello", "ContentType": "text/html", "Metadata": {"k": "v"}},
          {"Body": bytes(range(256)) * 8, "ContentType": "application/x", "Metadata": {"a": "1", "b": "2"}})


def bucket(trial):
    return trial.fixture("bucket")["Bucket"]


def read_object(trial, name):
    found = trial.ask("GetObject", Bucket=trial.place, Key=name)
    return {key: found[key] for key in BODIES[0]}


def tags(trial, name):
    found = trial.ask("GetObjectTagging", Bucket=trial.place, Key=name)["TagSet"]
    return {each["Key"]: each["Value"] for each in found}


def put_tags(trial, name, given):
    """S3 replaces the set: the old tags are put again with the new ones."""
    both = tags(trial, name) | given
    trial.ask("PutObjectTagging", Bucket=trial.place, Key=name, Tagging={
        "TagSet": [{"Key": key, "Value": value} for key, value in both.items()]})


def object_pages(trial, prefix, size):
    return follow(trial, "ListObjectsV2", {"Bucket": trial.place, "Prefix": prefix, "MaxKeys": size}, "Contents",
                  ("NextContinuationToken", "ContinuationToken"), "Key")


def bucket_pages(trial, prefix, size):
    return follow(trial, "ListBuckets", {"Prefix": prefix, "MaxBuckets": size}, "Buckets",
                  ("ContinuationToken", "ContinuationToken"), "Name")


KINDS = [
    Kind("s3", "object", BODIES, place=bucket,
         create=lambda trial, name, value: trial.ask("PutObject", Bucket=trial.place, Key=name, **value),
         read=read_object,
         delete=lambda trial, name: trial.ask("DeleteObject", Bucket=trial.place, Key=name),
         missing="NoSuchKey", winners=0,
         listed=lambda trial, prefix: object_pages(trial, prefix, 1000), pages=object_pages),
    Kind("s3", "tagged object", (b"x",), place=bucket, winners=0,
         create=lambda trial, name, value: trial.ask("PutObject", Bucket=trial.place, Key=name, Body=value,
                                                     IfNoneMatch="*"),
         again="PreconditionFailed",
         read=lambda trial, name: trial.ask("GetObject", Bucket=trial.place, Key=name)["Body"],
         delete=lambda trial, name: trial.ask("DeleteObject", Bucket=trial.place, Key=name),
         missing="NoSuchKey", tag=put_tags, tags=tags),
    Kind("s3", "bucket", ("Enabled", "Suspended"), winners=0,
         create=lambda trial, name, value: (
             trial.ask("CreateBucket", Bucket=name),
             trial.ask("PutBucketVersioning", Bucket=name, VersioningConfiguration={"Status": value})),
         read=lambda trial, name: trial.ask("GetBucketVersioning", Bucket=name)["Status"],
         update=lambda trial, name, value: trial.ask("PutBucketVersioning", Bucket=name,
                                                     VersioningConfiguration={"Status": value}),
         delete=lambda trial, name: drop_bucket(trial.world, {"Bucket": name}),
         missing="NoSuchBucket",
         listed=lambda trial, prefix: bucket_pages(trial, prefix, 1000), pages=bucket_pages),
]  # fmt: skip
