"""The public access block: a bucket's own settings and its account's; the stricter of the two counts.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from emulator.engines.access_points import account_blocks
from emulator.kernel.context import Context
from emulator.services.s3.tables import Bucket


def blocks(ctx: Context, bucket: Bucket, setting: str) -> bool:
    """Whether ``setting`` (``BlockPublicAcls``, ``IgnorePublicAcls``, ...) is on for a bucket."""
    if bucket.configurations.get("PublicAccessBlock", {}).get(setting):
        return True
    account = ctx.rows(account_blocks).get(bucket.account)
    return account is not None and account.block[setting]
