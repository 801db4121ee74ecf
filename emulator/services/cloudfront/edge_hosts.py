"""The host names of distributions and tenants, kept where the gateway looks them up, with what they show over TLS.

ACM tells of its certificates which distributions and tenants use them.
"""

from emulator.engines import certificate_store
from emulator.kernel.host_names import HostName, host_names
from emulator.resources.documents import every
from emulator.services.cloudfront import certificates
from emulator.services.cloudfront.distributions import CONFIG, ORIGIN_CERTIFICATE, Distribution
from emulator.services.cloudfront.networks import TrustStore
from emulator.services.cloudfront.tenants import Tenant


def names(record) -> set[str]:
    """Every host under which a distribution or a tenant answers."""
    if CONFIG not in record.document:
        return {each["Domain"].lower() for each in record.document["Domains"]}
    return own_names(record) | {each.lower() for each in every(record.document, f"{CONFIG}.Aliases.Items[]")}


def own_names(record) -> set[str]:
    """The hosts that CloudFront gives a distribution; they are shown CloudFront's own certificate."""
    return {record.document["DomainName"], f"{record.id[-1].lower()}.cloudfront.net"}


def own_certificate(ctx, record) -> str:
    """The ARN of the certificate that a distribution or a tenant names; empty where it names none."""
    if CONFIG in record.document:
        return certificates.arn_of(ctx, record.document[CONFIG]["ViewerCertificate"])
    return next(iter(every(record.document, "Customizations.Certificate.Arn")), "")


def _used(ctx, record) -> set[str]:
    """The ARNs of all certificates that a distribution or a tenant shows to viewers or to origins."""
    return {own_certificate(ctx, record), *every(record.document, ORIGIN_CERTIFICATE)} - {""}


def updated(ctx, record, before=None):
    if before is not None:
        deleted(ctx, before)
    for arn in _used(ctx, record):
        certificate_store.use(ctx, arn, record.arn)
    if CONFIG not in record.document:
        _put(ctx, record, Distribution.get(ctx, {"Id": record.document["DistributionId"]}))
        return
    _put(ctx, record, record)
    for tenant in Tenant.rows(ctx):  # those without a certificate of their own show the distribution's
        if tenant.document["DistributionId"] == record.id[-1]:
            _put(ctx, tenant, record)


def _put(ctx, record, distribution) -> None:
    """Write the hosts of a distribution, or of one of its tenants."""
    arn = own_certificate(ctx, record) or own_certificate(ctx, distribution)
    demands = _demands(ctx, distribution.document[CONFIG])
    plain = own_names(record) if record is distribution else ()
    for host in names(record):
        shown = {"certificate": arn, **demands} if host not in plain else {}
        ctx.rows(host_names).put(HostName(host, "cloudfront", record.arn, **shown))


def _demands(ctx, config: dict) -> dict:
    """What viewers must speak and show."""
    minimum = config["ViewerCertificate"].get("MinimumProtocolVersion", "").partition("_")[0]
    mutual = config.get("ViewerMtlsConfig", {})
    if mutual.get("Mode") not in ("required", "optional"):
        return {"minimum": minimum}
    store = mutual.get("TrustStoreConfig", {})
    found = TrustStore.find(ctx, {"Id": store.get("TrustStoreId", "")})
    return {"minimum": minimum, "clients": mutual["Mode"], "trusted": found.arn if found else "",
            "expired": bool(store.get("IgnoreCertificateExpiry"))}  # fmt: skip


def deleted(ctx, record):
    for host in names(record):
        ctx.rows(host_names).delete(host)
    for arn in _used(ctx, record):
        certificate_store.release(ctx, arn, record.arn)


for kind in (Distribution, Tenant):
    kind.on_create(updated)
    kind.on_update(updated)
    kind.on_delete(deleted)
