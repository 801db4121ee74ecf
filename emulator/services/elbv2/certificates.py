"""Certificates of listeners: the default one and those that are chosen by the name that the client asks for.

They are ACM's or IAM's, and must be there. https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddListenerCertificates.html
"""

from emulator.kernel.context import acting
from emulator.kernel.errors import AwsError, NotImplementedByEmulator

SERVICE = "elasticloadbalancing.amazonaws.com"


def absent(arn: str) -> AwsError:
    return AwsError("CertificateNotFound", f"Certificate '{arn}' not found")


def check(ctx, arn: str) -> None:
    """Raises CertificateNotFound where neither ACM nor IAM has the certificate, ValidationError for another ARN."""
    parts = arn.split(":", 5)
    if len(parts) != 6 or parts[2] not in ("acm", "iam"):
        raise AwsError("ValidationError", f"Certificate ARN '{arn}' is not valid", 400)
    principal = acting(SERVICE, arn, ctx.account)
    try:
        if parts[2] == "acm":
            ctx.call("acm", "DescribeCertificate", {"CertificateArn": arn}, as_=principal, region=parts[3])
        else:
            name = arn.rpartition("/")[2]
            found = ctx.call("iam", "GetServerCertificate", {"ServerCertificateName": name}, as_=principal)
            if found["ServerCertificate"]["ServerCertificateMetadata"]["Arn"] != arn:
                raise absent(arn)
    except NotImplementedByEmulator:
        return  # an emulator that is told to serve without ACM takes its certificates by their ARN
    except AwsError as refusal:
        raise absent(arn) from refusal
