"""Certificates that CloudFront has ACM make for a tenant's domains: each domain proves itself by a redirect.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/managed-cloudfront-certificates.html
"""

from urllib.parse import urlsplit

from emulator.kernel.context import acting
from emulator.kernel.store import replace
from emulator.services.cloudfront.common import service
from emulator.services.cloudfront.tenants import Tenant

REQUEST = "ManagedCertificateRequest"
PLACE = "/.well-known/pki-validation/"


@Tenant.on_create
def request(ctx, record, before=None):
    """Have ACM make what is asked for, once."""
    asked = record.document.get(REQUEST)
    if asked is None or (before is not None and asked == before.document.get(REQUEST)):
        return record
    domains = [each["Domain"] for each in record.document["Domains"]]
    names = list(dict.fromkeys([asked.get("PrimaryDomainName", domains[0]), *domains]))
    logging = asked.get("CertificateTransparencyLoggingPreference", "enabled").upper()
    arn = _acm(ctx, "RequestCertificate", record, {
        "DomainName": names[0], "SubjectAlternativeNames": names, "ValidationMethod": "HTTP", "ManagedBy": "CLOUDFRONT",
        "Options": {"CertificateTransparencyLoggingPreference": logging}})["CertificateArn"]  # fmt: skip
    return replace(record, private={**record.private, "managed": arn})


Tenant.on_update(request)


def _acm(ctx, operation: str, tenant, given: dict) -> dict:
    return ctx.call("acm", operation, given, as_=acting("cloudfront.amazonaws.com", tenant.arn, ctx.account),
                    region="us-east-1")  # fmt: skip


def _certificate(ctx, tenant) -> dict:
    return _acm(ctx, "DescribeCertificate", tenant, {"CertificateArn": tenant.private["managed"]})["Certificate"]


@service.operation
def get_managed_certificate_details(ctx, Identifier):
    """The certificate that CloudFront was asked to have made for a tenant's domains. Raises EntityNotFound."""
    tenant = Tenant.get(ctx, {"Id": Identifier})
    if "managed" not in tenant.private:
        raise Tenant.is_missing({})
    found = _certificate(ctx, tenant)
    tokens = [{"Domain": each["DomainName"], **each["HttpRedirect"]} for each in found["DomainValidationOptions"]]
    return {"ManagedCertificateDetails": {
        "CertificateArn": found["CertificateArn"], "CertificateStatus": found["Status"].lower().replace("_", "-"),
        "ValidationTokenHost": tenant.document[REQUEST]["ValidationTokenHost"], "ValidationTokenDetails": tokens,
    }}  # fmt: skip


def redirect(ctx, tenant, host: str, path: str) -> str | None:
    """Where the edge sends who asks for a domain's token; None where it is not for CloudFront to tell."""
    if not path.startswith(PLACE) or tenant is None or "managed" not in tenant.private:
        return None
    if tenant.document[REQUEST]["ValidationTokenHost"] != "cloudfront":
        return None
    for each in _certificate(ctx, tenant)["DomainValidationOptions"]:
        place = urlsplit(each["HttpRedirect"]["RedirectFrom"])
        if (place.hostname, place.path) == (host, path):
            return each["HttpRedirect"]["RedirectTo"]
    return None
