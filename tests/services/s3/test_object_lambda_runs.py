"""Object Lambda access points whose functions really run: reads, heads and lists."""

import io
import zipfile

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "000000000000"
SOURCE = """
import json, urllib.request
import boto3
def fetch(url, method="GET"):
    with urllib.request.urlopen(urllib.request.Request(url, method=method)) as answer:
        return dict(answer.headers), answer.read()
def handler(event, context):
    if "getObjectContext" in event:
        about = event["getObjectContext"]
        body = fetch(about["inputS3Url"])[1]
        boto3.client("s3").write_get_object_response(
            RequestRoute=about["outputRoute"], RequestToken=about["outputToken"], Body=body.upper())
        return None
    if "headObjectContext" in event:
        if "hidden" in event["userRequest"]["url"]:
            return {"statusCode": 404, "errorCode": "NoSuchKey", "errorMessage": "hidden"}
        headers = fetch(event["headObjectContext"]["inputS3Url"], "HEAD")[0]
        return {"statusCode": 200, "headers": {**headers, "x-amz-meta-by": "function"}}
    if "listObjectsV2Context" in event:
        return {"statusCode": 200, "listResultXml": fetch(event["listObjectsV2Context"]["inputS3Url"])[1].decode()}
    row = {"key": "made up", "size": 7, "eTag": '"e"', "lastModified": "2026-01-02T03:04:05.000Z"}
    return {"statusCode": 200, "listBucketResult": {"name": "bucket", "isTruncated": False, "contents": [row]}}
"""


@pytest.fixture
def point(client, s3, aws, control):
    """The ARN of an Object Lambda access point over a bucket with two objects; a client that reaches it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.py", SOURCE)
    arn = client("lambda").create_function(
        FunctionName="loud", Role=f"arn:aws:iam::{ACCOUNT}:role/function", Runtime="python3.12", Timeout=30,
        Handler="index.handler", Code={"ZipFile": buffer.getvalue()},
    )["FunctionArn"]
    for key in ("a", "hidden"):
        s3.put_object(Bucket="bucket", Key=key, Body=b"content", Metadata={"own": "yes"})
    made = control.create_access_point(AccountId=ACCOUNT, Name="point", Bucket="bucket")["AccessPointArn"]
    actions = ["GetObject", "HeadObject", "ListObjects", "ListObjectsV2"]
    configuration = {"SupportingAccessPoint": made, "TransformationConfigurations": [
        {"Actions": actions, "ContentTransformation": {"AwsLambda": {"FunctionArn": arn}}}]}  # fmt: skip
    found = control.create_access_point_for_object_lambda(AccountId=ACCOUNT, Name="loud", Configuration=configuration)
    return found["ObjectLambdaAccessPointArn"], aws("s3")


def test_reads_heads_and_lists(point):
    arn, s3 = point
    assert s3.get_object(Bucket=arn, Key="a")["Body"].read() == b"CONTENT"
    head = s3.head_object(Bucket=arn, Key="a")
    assert head["ContentLength"] == 7 and head["Metadata"] == {"own": "yes", "by": "function"} and head["ETag"]
    with pytest.raises(ClientError) as refused:
        s3.head_object(Bucket=arn, Key="hidden")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    found = s3.list_objects_v2(Bucket=arn, Prefix="h")
    assert [each["Key"] for each in found["Contents"]] == ["hidden"] and found["KeyCount"] == 1
    (row,) = s3.list_objects(Bucket=arn)["Contents"]
    assert (row["Key"], row["Size"], row["ETag"], row["LastModified"].year) == ("made up", 7, '"e"', 2026)
