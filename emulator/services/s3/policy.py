"""Bucket policies: which ones are accepted, and whether one is public.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
"""

import re

from emulator.auth import s3_policies
from emulator.auth.conditions import matches_glob
from emulator.auth.s3_policies import is_public
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.s3 import service
from emulator.services.s3.common import find_bucket
from emulator.services.s3.public_access import blocks
from emulator.services.s3.tables import Bucket

RESOURCE = re.compile(r"arn:aws[a-z-]*:s3:::([^/]+)(?:/.*)?", re.DOTALL)


def accept(ctx: Context, bucket: Bucket, document: str | bytes, given: dict) -> str:
    """Validate a bucket policy and bring it into the form that S3 gives back."""

    def is_resource(resource: str) -> bool:
        match = RESOURCE.fullmatch(resource)
        return match is not None and matches_glob(match[1], bucket.name)

    accepted = s3_policies.accept(document, is_resource)
    if is_public(accepted) and blocks(ctx, bucket, "BlockPublicPolicy"):
        raise AwsError(
            "AccessDenied",
            f"User: {ctx.principal.arn} is not authorized to perform: s3:PutBucketPolicy on resource: "
            f'"arn:aws:s3:::{bucket.name}" because public policies are blocked by the BlockPublicPolicy block public '
            "access setting.",
            403,
        )
    return accepted


@service.operation
def get_bucket_policy_status(ctx, Bucket, ExpectedBucketOwner=None):
    """Whether the bucket's policy is public. Raises NoSuchBucketPolicy."""
    bucket = find_bucket(ctx, Bucket, ExpectedBucketOwner)
    document = bucket.configurations.get("Policy")
    if document is None:
        raise AwsError("NoSuchBucketPolicy", "The bucket policy does not exist", 404, BucketName=bucket.name)
    return {"PolicyStatus": {"IsPublic": is_public(document)}}
