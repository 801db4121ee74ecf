"""AWS Certificate Manager: certificates that a local authority signs when their domains are proven; imports, renewals.

https://docs.aws.amazon.com/acm/latest/APIReference/
"""

# Operations, resources and jobs declare themselves on import.
from emulator.services.acm import (
    account,
    acme,
    acme_server,
    certificates,
    issuing,
    lifecycle,
    listing,
    tags,
    validation,
)
from emulator.services.acm.service import service

__all__ = [
    "account", "acme", "acme_server", "certificates", "issuing", "lifecycle", "listing", "service", "tags",
    "validation",
]  # fmt: skip
