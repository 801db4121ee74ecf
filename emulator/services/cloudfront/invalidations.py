"""Invalidations: paths and tags that the edge forgets at once; a batch is repeated under its caller reference.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Invalidation.html
"""

import re

from emulator.engines.edge.cache import EdgeCache
from emulator.kernel.errors import AwsError
from emulator.kernel.store import ACCOUNT
from emulator.resources import IdPattern, Lifecycle, Parent, Resource, Unique
from emulator.services.cloudfront import shapes
from emulator.services.cloudfront.common import ENDPOINT, SOON, invalid, listing, service
from emulator.services.cloudfront.distributions import Distribution
from emulator.services.cloudfront.tenants import Tenant

LARGEST = 3000  # paths of a batch
WELL_FORMED = re.compile(r"/[^*]*\*?|#[!-+\--~]{1,256}")  # a path, with an asterisk at its end alone; or a tag
USED = ("InvalidArgument", "Your request contains a caller reference that was used for a previous invalidation batch "
        "for the same distribution.")  # fmt: skip


def invalidations(name: str, parent: Resource, member: str, place: str, **operations) -> Resource:
    """Invalidations of one kind of parent, which ``member`` names."""
    declared = Resource(
        name, service, id=IdPattern("I{13:A-Z0-9}", "InvalidationId"), scope=ACCOUNT, body="InvalidationBatch",
        parent=Parent(parent, member), created="CreateTime",
        missing=("NoSuchInvalidation", "The specified invalidation does not exist."),
        states=Lifecycle("InProgress", SOON, "Completed"),
        unique=(Unique((member, "InvalidationBatch.CallerReference"), USED, repeats=True),), **operations,
    )  # fmt: skip

    @declared.on_prepare
    def normalized(ctx, document, before):
        return {**document, "InvalidationBatch": shapes.normalized("InvalidationBatch", document["InvalidationBatch"])}

    @declared.on_validate
    def check(ctx, document, before):
        paths = document["InvalidationBatch"]["Paths"].get("Items", ())
        if not paths or not all(map(WELL_FORMED.fullmatch, paths)):
            raise invalid("Your request contains one or more invalid invalidation paths.")
        if len(paths) > LARGEST:
            raise AwsError("BatchTooLarge", "Invalidation batch specified is too large.")

    @declared.on_create
    def forgotten(ctx, record):
        paths = record.document["InvalidationBatch"]["Paths"]["Items"]
        tenant = Tenant.find(ctx, {"Id": record.id[0]}) if parent is Tenant else None
        owner = tenant.document["DistributionId"] if tenant else record.id[0]
        ctx.backend(EdgeCache).forget(owner, tenant.id[-1] if tenant else "", paths)

    declared.on_read(lambda ctx, record: {"Location": f"{ENDPOINT}/{place}/{record.id[0]}/invalidation/{record.id[1]}"})
    return declared


Invalidation = invalidations(
    "Invalidation", Distribution, "DistributionId", "distribution", names={"Id": "InvalidationId"},
    create="CreateInvalidation", read="GetInvalidation", list=listing("ListInvalidations"),
)  # fmt: skip
TenantInvalidation = invalidations(
    "TenantInvalidation", Tenant, "DistributionTenantId", "distribution-tenant", names={"Id": "InvalidationId"},
    read="GetInvalidationForDistributionTenant",
)  # fmt: skip
