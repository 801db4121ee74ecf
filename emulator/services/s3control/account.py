"""The public access block of a whole account.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/configuring-block-public-access-account.html
"""

from emulator.engines.access_points import AccountBlock, account_blocks
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.s3control.common import public_access_block, service


@service.operation
def put_public_access_block(ctx: Context, AccountId, PublicAccessBlockConfiguration):
    ctx.rows(account_blocks).put(AccountBlock(AccountId, public_access_block(PublicAccessBlockConfiguration)))
    return {}


@service.operation
def get_public_access_block(ctx: Context, AccountId):
    """Raises NoSuchPublicAccessBlockConfiguration."""
    found = ctx.rows(account_blocks).get(AccountId)
    if found is None:
        raise AwsError("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found",
                       404, AccountId=AccountId)  # fmt: skip
    return {"PublicAccessBlockConfiguration": found.block}


@service.operation
def delete_public_access_block(ctx: Context, AccountId):
    ctx.rows(account_blocks).delete(AccountId)
    return {}
