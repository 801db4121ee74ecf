"""Amazon S3 Control, as far as S3's data plane needs it: access points, and an account's public access block.

What they are stands in emulator.engines.access_points, where S3 reads it.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_AWS_S3_Control.html
"""

from emulator.services.s3control import access_points, account, multi_region, multi_region_requests, object_lambda
from emulator.services.s3control.common import service

__all__ = ["access_points", "account", "multi_region", "multi_region_requests", "object_lambda", "service"]
