"""Amazon Route 53: zones, record sets, health checks that probe, traffic policies, DNSSEC, and one resolver for all.

https://docs.aws.amazon.com/Route53/latest/APIReference/
"""

# Operations, resources and jobs declare themselves on import.
from emulator.services.route53 import (
    answers,
    batches,
    changes,
    cidr,
    delegation,
    dnssec,
    geo,
    health,
    limits,
    nameserver,
    probing,
    protections,
    query_logs,
    records,
    tags,
    traffic,
    vpcs,
    zones,
)
from emulator.services.route53.service import service

__all__ = [
    "answers", "batches", "changes", "cidr", "delegation", "dnssec", "geo", "health", "limits", "nameserver", "probing",
    "protections", "query_logs", "records", "service", "tags", "traffic", "vpcs", "zones",
]  # fmt: skip
