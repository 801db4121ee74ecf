"""Canonical user ids, under which S3's ACLs and policies know accounts.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/finding-canonical-user-id.html
"""

import hashlib
from functools import cache


@cache
def canonical_id(account: str) -> str:
    """The canonical user id of an account: 64 hexadecimal digits, always the same for the same account."""
    return hashlib.sha256(f"s3:{account}".encode()).hexdigest()
