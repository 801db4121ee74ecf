"""Amazon S3 Control, as far as S3's own data plane needs it: access points of three kinds.

What they are stands in emulator.engines.access_points, where S3 reads it.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_AWS_S3_Control.html
"""

from emulator.services.s3control import access_points, multi_region, multi_region_requests, object_lambda
from emulator.services.s3control.common import service

__all__ = ["access_points", "multi_region", "multi_region_requests", "object_lambda", "service"]
