"""Versions: overwriting, delete markers, reading and removing single versions.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
"""

from conformance.scenarios import refused

COST = "About 15 requests and a few bytes for a second: below 0.001 USD."


def run(aws):
    s3 = aws.client("s3")
    bucket = aws.name("versions")
    s3.create_bucket(Bucket=bucket)
    aws.afterwards(s3.delete_bucket, Bucket=bucket)
    s3.get_bucket_versioning(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.get_bucket_versioning(Bucket=bucket)

    versions = [s3.put_object(Bucket=bucket, Key="file", Body=body)["VersionId"] for body in (b"old", b"new")]
    marker = s3.delete_object(Bucket=bucket, Key="file")["VersionId"]
    for version in (*versions, marker):
        aws.afterwards(s3.delete_object, Bucket=bucket, Key="file", VersionId=version)
    refused(s3.get_object, Bucket=bucket, Key="file")
    refused(s3.get_object, Bucket=bucket, Key="file", VersionId=marker)
    s3.get_object(Bucket=bucket, Key="file", VersionId=versions[0])["Body"].read()
    s3.list_object_versions(Bucket=bucket)
    s3.delete_object(Bucket=bucket, Key="file", VersionId=marker)
    s3.get_object(Bucket=bucket, Key="file")["Body"].read()
