"""Multipart uploads: parts, listing, completion, what is refused, abort.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

from conformance.scenarios import refused

COST = "About 15 requests and a few bytes for a second: below 0.001 USD."


def run(aws):
    s3 = aws.client("s3")
    bucket = aws.name("multipart")
    s3.create_bucket(Bucket=bucket)
    aws.afterwards(s3.delete_bucket, Bucket=bucket)
    aws.afterwards(s3.delete_object, Bucket=bucket, Key="whole")

    upload = s3.create_multipart_upload(Bucket=bucket, Key="whole", ContentType="text/plain")["UploadId"]
    there = {"Bucket": bucket, "Key": "whole", "UploadId": upload}
    aws.afterwards(s3.abort_multipart_upload, **there)
    first = s3.upload_part(**there, PartNumber=1, Body=b"first part")["ETag"]
    second = s3.upload_part(**there, PartNumber=2, Body=b"second part")["ETag"]
    s3.list_parts(**there, MaxParts=1)
    s3.list_multipart_uploads(Bucket=bucket)
    parts = [{"PartNumber": 1, "ETag": first}, {"PartNumber": 2, "ETag": second}]
    refused(s3.complete_multipart_upload, **there, MultipartUpload={"Parts": parts})  # all but the last need 5 MiB
    refused(s3.complete_multipart_upload, **there, MultipartUpload={"Parts": parts[::-1]})
    s3.complete_multipart_upload(**there, MultipartUpload={"Parts": parts[:1]})
    s3.get_object(Bucket=bucket, Key="whole")["Body"].read()

    other = s3.create_multipart_upload(Bucket=bucket, Key="never")["UploadId"]
    s3.abort_multipart_upload(Bucket=bucket, Key="never", UploadId=other)
    refused(s3.upload_part, Bucket=bucket, Key="never", UploadId=other, PartNumber=1, Body=b"late")
