"""Certificates that viewers are shown: ACM's in us-east-1 or IAM's, which must be there and cover the alternate names.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
"""

import re

from emulator.engines import certificate_store
from emulator.kernel.context import acting
from emulator.services.cloudfront.common import invalid

OWN = re.compile(r"arn:[a-z-]+:(?:acm:us-east-1|iam:):\d{12}:")
INVALID = "InvalidViewerCertificate"
PAGE = ("https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html"
        "#alternate-domain-names-requirements")  # fmt: skip
ABSENT = ("The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a "
          "valid certificate chain.")  # fmt: skip
UNCOVERED = ("The certificate that is attached to your distribution doesn't cover the alternate domain name (CNAME) "
             f"that you're trying to add. For more details, see: {PAGE}")  # fmt: skip


def arn_of(ctx, given: dict) -> str:
    """The ARN of the certificate that a ViewerCertificate names; empty for CloudFront's own."""
    id = given.get("IAMCertificateId")
    if not id:
        return given.get("ACMCertificateArn") or ""
    cloudfront = acting("cloudfront.amazonaws.com", "", ctx.account)
    found = ctx.call("iam", "ListServerCertificates", as_=cloudfront)["ServerCertificateMetadataList"]
    return next((each["Arn"] for each in found if each["ServerCertificateId"] == id), id)


def check(ctx, arn: str, hosts: list[str] | None = None) -> None:
    """A certificate must be this account's and issued. Raises InvalidViewerCertificate.

    What viewers are shown must cover the ``hosts`` and may not sign itself: nobody's browser trusts that. Origins (no
    ``hosts``) decide themselves what they trust.
    """
    material = certificate_store.find(ctx, arn) if OWN.match(arn) and arn.split(":")[4] == ctx.account else None
    if material is None:
        raise invalid(ABSENT, INVALID)
    if hosts is None:
        return
    from emulator.engines import certificate_contexts  # loads cryptography

    if certificate_contexts.signs_itself(material):
        raise invalid(ABSENT, INVALID)
    names = certificate_contexts.names(material)
    if not all(certificate_contexts.covers(names, each.lower()) for each in hosts):
        raise invalid(UNCOVERED, INVALID)
