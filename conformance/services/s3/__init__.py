"""S3: buckets and their settings, objects, uploads. https://docs.aws.amazon.com/AmazonS3/latest/API/"""

from conformance.services.s3 import configurations, extras, listings, objects, uploads
from conformance.services.s3.fixtures import declared

__all__ = ["configurations", "declared", "extras", "listings", "objects", "uploads"]
