"""Changes: every request that alters what name servers answer is one, PENDING until all of them have it.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetChange.html
"""

from emulator.kernel.store import ACCOUNT
from emulator.resources import IdPattern, Lifecycle, Resource, after
from emulator.services.route53.service import service

PROPAGATION = 1  # seconds; AWS says "within 60 seconds"
KEPT = 10_000  # changes of an account; the oldest go first

Change = Resource(
    "Change", service, id=IdPattern("C{20:A-Z0-9}", prefix="/change/"), scope=ACCOUNT, created="SubmittedAt",
    arn="arn:{partition}:route53:::change/{Id}", read="GetChange",
    missing=("NoSuchChange", "Could not find resource with ID: {Id}"),
    states=Lifecycle("PENDING", after(PROPAGATION), "INSYNC"),
)  # fmt: skip


def submit(ctx, comment: str | None = None) -> dict:
    """A new change, as answers tell it: ``{"ChangeInfo": {"Id", "Status", "SubmittedAt", "Comment"?}}``."""
    rows = Change.rows(ctx)
    if len(rows) >= KEPT:
        rows.delete(rows.first("created").id)
    record = Change.make(ctx, {"Comment": comment} if comment else {})
    return Change.output(ctx, record, "GetChange")
