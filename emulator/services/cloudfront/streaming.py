"""Streaming distributions (RTMP), which AWS keeps the API of.

https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_StreamingDistributionConfig.html
"""

from emulator.kernel.errors import AwsError
from emulator.resources import IdPattern, Reference, Unique
from emulator.services.cloudfront.access import OriginAccessIdentity
from emulator.services.cloudfront.common import ARN, DEPLOYED, TAGS, added, configured, host_name, immutable
from emulator.services.cloudfront.distributions import IDENTITY
from emulator.services.cloudfront.policies import ILLEGAL_UPDATE

STREAMING = "StreamingDistributionConfig"

StreamingDistribution = configured(
    "StreamingDistribution", "streaming-distribution", IdPattern("E{13:A-Z0-9}"), "ListStreamingDistributions",
    arn=ARN + "streaming-distribution/{Id}", arn_member="ARN", tags=TAGS, states=DEPLOYED,
    create=("CreateStreamingDistribution", "CreateStreamingDistributionWithTags"),
    envelopes=("StreamingDistributionConfigWithTags",),
    missing=("NoSuchStreamingDistribution", "The specified streaming distribution does not exist."),
    unique=(Unique(f"{STREAMING}.CallerReference", (
        "StreamingDistributionAlreadyExists",
        "The caller reference you attempted to create the streaming distribution with is associated with another "
        "distribution.")),),
    refers=(Reference(OriginAccessIdentity, (f"{STREAMING}.S3Origin.OriginAccessIdentity",), (
        "InvalidOriginAccessIdentity", "The specified origin access identity does not exist or is not valid."), (
        "CloudFrontOriginAccessIdentityInUse", "The CloudFront origin access identity is still being used."),
        lambda value: value.removeprefix(IDENTITY)),),
    cloudformation="AWS::CloudFront::StreamingDistribution",
)  # fmt: skip
immutable(StreamingDistribution, ILLEGAL_UPDATE, "CallerReference")


@StreamingDistribution.on_create
def with_domain_name(ctx, record):
    return added(record, DomainName="s" + host_name(ctx)[1:])


@StreamingDistribution.on_delete
def check_disabled(ctx, record):
    if record.document[STREAMING]["Enabled"]:
        text = "The streaming distribution you are trying to delete has not been disabled."
        raise AwsError("StreamingDistributionNotDisabled", text)


@StreamingDistribution.on_read
def shown(ctx, record):
    signers = record.document[STREAMING]["TrustedSigners"].get("Items", ())
    items = [{"AwsAccountNumber": each, "KeyPairIds": {"Quantity": 0}} for each in signers]
    return {"ActiveTrustedSigners": {
        "Enabled": bool(items), "Quantity": len(items), **({"Items": items} if items else {})}}  # fmt: skip
