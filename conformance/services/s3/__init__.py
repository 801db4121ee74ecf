"""S3: buckets and their settings, objects, uploads. https://docs.aws.amazon.com/AmazonS3/latest/API/"""

from conformance.services.s3 import configurations, listings, objects, uploads
from conformance.services.s3.fixtures import declared

__all__ = ["configurations", "declared", "listings", "objects", "uploads"]
