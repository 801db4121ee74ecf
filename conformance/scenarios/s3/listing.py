"""Listing: prefixes, delimiters, pages, start-after, URL encoding.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

from conformance.scenarios import refused

COST = "About 25 requests and a few bytes for a second: below 0.001 USD."

KEYS = ("a/1", "a/2", "a/b/3", "c d+e", "ü/4", "z")


def run(aws):
    s3 = aws.client("s3")
    bucket = aws.name("listing")
    s3.create_bucket(Bucket=bucket)
    aws.afterwards(s3.delete_bucket, Bucket=bucket)
    for key in KEYS:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
        aws.afterwards(s3.delete_object, Bucket=bucket, Key=key)

    s3.list_objects_v2(Bucket=bucket, Delimiter="/")
    s3.list_objects_v2(Bucket=bucket, Prefix="a/", Delimiter="/")
    s3.list_objects_v2(Bucket=bucket, StartAfter="a/2", FetchOwner=True)
    first = s3.list_objects_v2(Bucket=bucket, MaxKeys=4)
    s3.list_objects_v2(Bucket=bucket, MaxKeys=4, ContinuationToken=first["NextContinuationToken"])
    s3.list_objects_v2(Bucket=bucket, MaxKeys=0)
    s3.list_objects(Bucket=bucket, Marker="a/b/3", MaxKeys=1)
    refused(s3.list_objects_v2, Bucket=bucket, ContinuationToken="no-such-token")
    refused(s3.list_objects_v2, Bucket=aws.name("absent"))
