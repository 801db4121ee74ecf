"""Declared resources: one declaration gives storage, operations, errors, paging, tags, states and guards.

    Group = Resource(
        "ScheduleGroup", scheduler, id="Name", arn="arn:{partition}:scheduler:{region}:{account}:schedule-group/{Name}",
        create="CreateScheduleGroup", read="GetScheduleGroup", delete="DeleteScheduleGroup", list="ListScheduleGroups",
        missing=("ResourceNotFoundException", "Schedule group {Name} does not exist."),
    )

The model of the service tells everything else: which members an operation takes and gives, how its pages are named,
which member is its idempotency token. Hooks (``@Group.on_create``) hold what is special; an operation that outgrows
the declaration is written by hand, with the same parts: ``page``, ``tags``, ``Resource.get``/``put``/``output``.
"""

from emulator.resources.declaration import (
    Among,
    Filters,
    IdPattern,
    Listing,
    Of,
    Parent,
    Reference,
    Tags,
    Unique,
    Version,
    equal,
    names,
    prefix,
)
from emulator.resources.lifecycle import Lifecycle, after
from emulator.resources.pagination import page
from emulator.resources.registry import declared, resource_of
from emulator.resources.resource import Resource

__all__ = [
    "Among", "Filters", "IdPattern", "Lifecycle", "Listing", "Of", "Parent", "Reference", "Resource", "Tags",
    "Unique", "Version", "after", "declared", "equal", "names", "page", "prefix", "resource_of",
]  # fmt: skip
