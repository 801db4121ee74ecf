"""GetObjectTorrent, which S3 no longer serves: it ended its support of BitTorrent on 30 April 2022.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTorrent.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.s3 import service
from emulator.services.s3.common import find_bucket
from emulator.services.s3.versions import find_object


@service.operation
def get_object_torrent(ctx: Context, Bucket, Key, ExpectedBucketOwner=None):
    """Always refused, after the object was looked for. Raises NoSuchBucket, NoSuchKey, MethodNotAllowed."""
    find_object(ctx, find_bucket(ctx, Bucket, ExpectedBucketOwner), Key)
    message = "The specified method is not allowed against this resource."
    raise AwsError("MethodNotAllowed", message, 405, Method="GET", ResourceType="TORRENT")
