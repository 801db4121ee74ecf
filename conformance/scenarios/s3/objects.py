"""Objects: write, read, ranges, conditions, copy, delete.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
"""

from conformance.scenarios import refused

COST = "About 20 requests and a few bytes for a second: below 0.001 USD."


def run(aws):
    s3 = aws.client("s3")
    bucket = aws.name("objects")
    s3.create_bucket(Bucket=bucket)
    aws.afterwards(s3.delete_bucket, Bucket=bucket)
    for key in ("greeting.txt", "copy.txt", "folder/empty"):
        aws.afterwards(s3.delete_object, Bucket=bucket, Key=key)

    s3.put_object(Bucket=bucket, Key="greeting.txt", Body=b"Hello, world", ContentType="text/plain",
                  CacheControl="max-age=60", Metadata={"colour": "green"})
    etag = s3.head_object(Bucket=bucket, Key="greeting.txt")["ETag"]
    s3.get_object(Bucket=bucket, Key="greeting.txt")["Body"].read()
    s3.get_object(Bucket=bucket, Key="greeting.txt", Range="bytes=7-11")["Body"].read()
    refused(s3.get_object, Bucket=bucket, Key="greeting.txt", Range="bytes=100-")
    refused(s3.get_object, Bucket=bucket, Key="greeting.txt", IfNoneMatch=etag)
    refused(s3.get_object, Bucket=bucket, Key="greeting.txt", IfMatch='"0123456789abcdef0123456789abcdef"')
    refused(s3.put_object, Bucket=bucket, Key="greeting.txt", Body=b"again", IfNoneMatch="*")
    s3.copy_object(Bucket=bucket, Key="copy.txt", CopySource={"Bucket": bucket, "Key": "greeting.txt"},
                   MetadataDirective="REPLACE", Metadata={"colour": "red"})
    s3.head_object(Bucket=bucket, Key="copy.txt")
    s3.put_object(Bucket=bucket, Key="folder/empty", Body=b"")
    s3.list_objects_v2(Bucket=bucket)
    s3.delete_object(Bucket=bucket, Key="greeting.txt")
    refused(s3.get_object, Bucket=bucket, Key="greeting.txt")
    refused(s3.head_object, Bucket=bucket, Key="greeting.txt")
    refused(s3.delete_bucket, Bucket=bucket)
