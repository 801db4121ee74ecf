"""Clean-up: ``python -m conformance.scenarios.sweep`` removes what scenarios that were cut off left in the account.

Only things whose names begin with the scenarios' prefix are touched.
"""

import boto3

from conformance.scenarios import PREFIX


def buckets(s3) -> list[str]:
    """Empty and delete the scenarios' buckets; their names."""
    found = [each["Name"] for each in s3.list_buckets()["Buckets"] if each["Name"].startswith(f"{PREFIX}-")]
    for name in found:
        for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=name):
            for each in page.get("Uploads", ()):
                s3.abort_multipart_upload(Bucket=name, Key=each["Key"], UploadId=each["UploadId"])
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
            for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                s3.delete_object(Bucket=name, Key=each["Key"], VersionId=each["VersionId"])
        s3.delete_bucket(Bucket=name)
    return found


def queues(sqs) -> list[str]:
    """Delete the scenarios' queues; their URLs."""
    pages = sqs.get_paginator("list_queues").paginate(QueueNamePrefix=f"{PREFIX}-")
    found = [url for page in pages for url in page.get("QueueUrls", ())]
    for url in found:
        sqs.delete_queue(QueueUrl=url)
    return found


def main(region: str = "us-east-1") -> None:
    for service, sweep in (("s3", buckets), ("sqs", queues)):
        for name in sweep(boto3.client(service, region_name=region)):
            print(f"removed {name}")


if __name__ == "__main__":
    main()
