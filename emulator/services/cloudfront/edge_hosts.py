"""The host names of distributions and tenants, kept where the gateway looks them up."""

from emulator.kernel.host_names import HostName, host_names
from emulator.resources.documents import every
from emulator.services.cloudfront.distributions import CONFIG, Distribution
from emulator.services.cloudfront.tenants import Tenant


def names(record) -> set[str]:
    """Every host under which a distribution or a tenant answers."""
    if CONFIG not in record.document:
        return {each["Domain"].lower() for each in record.document["Domains"]}
    own = {record.document["DomainName"], f"{record.id[-1].lower()}.cloudfront.net"}
    return own | {each.lower() for each in every(record.document, f"{CONFIG}.Aliases.Items[]")}


def updated(ctx, record, before=None):
    rows = ctx.rows(host_names)
    for host in names(before) if before else ():
        rows.delete(host)
    for host in names(record):
        rows.put(HostName(host, "cloudfront", record.arn))


def deleted(ctx, record):
    for host in names(record):
        ctx.rows(host_names).delete(host)


for kind in (Distribution, Tenant):
    kind.on_create(updated)
    kind.on_update(updated)
    kind.on_delete(deleted)
