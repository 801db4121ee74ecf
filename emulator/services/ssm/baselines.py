"""Patch baselines, the default one of each operating system, and the groups of nodes that they are for.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-patch-baselines.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.kernel.store import Record, Table, replace
from emulator.resources import Filters, IdPattern, Resource, page
from emulator.services.ssm import tags
from emulator.services.ssm.common import INVALID_TOKEN, service
from emulator.services.ssm.windows import MISMATCH

UNKNOWN_FILTER = ("ValidationException", "Filter key {key} is not supported.")

Baseline = Resource(
    "PatchBaseline", service, id=IdPattern("pb-0{16:hex}", "BaselineId"),
    arn="arn:{partition}:ssm:{region}:{account}:patchbaseline/{BaselineId}",
    create="CreatePatchBaseline", read="GetPatchBaseline", update="UpdatePatchBaseline", delete="DeletePatchBaseline",
    lenient_delete=True, tags=tags.RULES, mismatch=MISMATCH,
    missing=("DoesNotExistException", "Patch baseline {BaselineId} does not exist."),
    defaults={
        "OperatingSystem": "WINDOWS", "ApprovedPatchesComplianceLevel": "UNSPECIFIED", "ApprovedPatches": [],
        "ApprovedPatchesEnableNonSecurity": False, "RejectedPatches": [],
        "RejectedPatchesAction": "ALLOW_AS_DEPENDENCY", "GlobalFilters": {"PatchFilters": []},
        "ApprovalRules": {"PatchRules": []}, "Sources": [],
    },
    created="CreatedDate", modified="ModifiedDate", cloudformation="AWS::SSM::PatchBaseline",
)  # fmt: skip
tags.tagged("PatchBaseline", Baseline)


class Group(Record):
    """That a patch group uses a baseline: one for each operating system."""

    name: str
    operating_system: str
    baseline: str


class Default(Record):
    """The baseline that an account made the default of an operating system."""

    operating_system: str
    baseline: str


groups = Table("ssm.patch_group", Group, key=lambda group: (group.name, group.operating_system), ordered=True)
defaults = Table("ssm.default_patch_baseline", Default, key=lambda default: default.operating_system)


@Baseline.on_read
def shown(ctx: Context, record) -> dict:
    return {"PatchGroups": [group.name for group in ctx.rows(groups) if group.baseline == record.id[0]]}


@Baseline.on_update
def updated(ctx: Context, record, before):
    """With ``Replace`` what an update does not name goes back to its default."""
    document = dict(record.document)
    if document.pop("Replace", False):
        kept = {name: value for name, value in document.items() if name in ctx.input or name in ("Name",
                "OperatingSystem")}  # fmt: skip
        document = {**Baseline.defaults, **kept}
    return replace(record, document=document)


@Baseline.on_delete
def deleted(ctx: Context, record):
    if any(group.baseline == record.id[0] for group in ctx.rows(groups)):
        raise AwsError("ResourceInUseException", f"Patch baseline {record.id[0]} is registered for a patch group.")
    if any(default.baseline == record.id[0] for default in ctx.rows(defaults)):
        raise AwsError("ResourceInUseException", f"Patch baseline {record.id[0]} is a default patch baseline.")


def _identity(ctx: Context, record) -> dict:
    document = record.document
    default = ctx.rows(defaults).get(document["OperatingSystem"])
    return {
        "BaselineId": record.id[0], "BaselineName": document["Name"], "OperatingSystem": document["OperatingSystem"],
        "BaselineDescription": document.get("Description"),
        "DefaultBaseline": default is not None and default.baseline == record.id[0],
    }  # fmt: skip


BASELINE_FILTERS = Filters({
    "NAME_PREFIX": "BaselineName", "OWNER": lambda identity: "Self", "OPERATING_SYSTEM": "OperatingSystem",
}, UNKNOWN_FILTER, compare=str.startswith)  # fmt: skip


@service.operation
def describe_patch_baselines(ctx: Context, Filters=None, MaxResults=None, NextToken=None):
    """The account's own baselines. AWS's predefined ones are not known here."""
    BASELINE_FILTERS.check(Filters or ())
    found, following = page(
        ctx, lambda after: (record for record in Baseline.rows(ctx).range(after, after=after is not None)
                            if BASELINE_FILTERS(_identity(ctx, record), Filters or ())),
        lambda record: record.id, NextToken, MaxResults or 100, query=Filters, invalid=INVALID_TOKEN,
    )  # fmt: skip
    return {"BaselineIdentities": [_identity(ctx, record) for record in found], "NextToken": following}


@service.operation
def register_default_patch_baseline(ctx: Context, BaselineId):
    """Make a baseline the default of its operating system. Raises DoesNotExistException."""
    record = Baseline.get(ctx, {"BaselineId": BaselineId})
    ctx.rows(defaults).put(Default(record.document["OperatingSystem"], record.id[0]))
    return {"BaselineId": record.id[0]}


@service.operation
def get_default_patch_baseline(ctx: Context, OperatingSystem="WINDOWS"):
    """The default baseline of an operating system; AWS's predefined one, until another was registered, is not here."""
    found = ctx.rows(defaults).get(OperatingSystem)
    if found is None:
        raise NotImplementedByEmulator("GetDefaultPatchBaseline of a baseline that AWS predefines")
    return {"BaselineId": found.baseline, "OperatingSystem": OperatingSystem}


@service.operation
def register_patch_baseline_for_patch_group(ctx: Context, BaselineId, PatchGroup):
    """Raises DoesNotExistException, AlreadyExistsException."""
    record = Baseline.get(ctx, {"BaselineId": BaselineId})
    system = record.document["OperatingSystem"]
    if ctx.rows(groups).get((PatchGroup, system)) is not None:
        raise AwsError("AlreadyExistsException", f"Patch Group baseline already has a baseline registered for "
                       f"OperatingSystem {system}.")  # fmt: skip
    ctx.rows(groups).put(Group(PatchGroup, system, record.id[0]))
    return {"BaselineId": record.id[0], "PatchGroup": PatchGroup}


@service.operation
def deregister_patch_baseline_for_patch_group(ctx: Context, BaselineId, PatchGroup):
    """Raises DoesNotExistException when the group does not use that baseline."""
    group = next((each for each in ctx.rows(groups) if each.name == PatchGroup and each.baseline == BaselineId), None)
    if group is None:
        raise AwsError("DoesNotExistException", "Patch Baseline to be retrieved does not exist.")
    ctx.rows(groups).delete((group.name, group.operating_system))
    return {"BaselineId": BaselineId, "PatchGroup": PatchGroup}


@service.operation
def get_patch_baseline_for_patch_group(ctx: Context, PatchGroup, OperatingSystem="WINDOWS"):
    """The baseline of a group, else the default one of the operating system."""
    group = ctx.rows(groups).get((PatchGroup, OperatingSystem))
    baseline = group.baseline if group is not None else get_default_patch_baseline(ctx, OperatingSystem)["BaselineId"]
    return {"BaselineId": baseline, "PatchGroup": PatchGroup, "OperatingSystem": OperatingSystem}


@service.operation
def describe_patch_groups(ctx: Context, MaxResults=None, Filters=None, NextToken=None):
    """Which group uses which baseline."""
    BASELINE_FILTERS.check(Filters or ())

    def mapping(group: Group) -> dict:
        return {"PatchGroup": group.name,
                "BaselineIdentity": _identity(ctx, Baseline.rows(ctx)[(group.baseline,)])}  # fmt: skip

    found, following = page(
        ctx, (group for group in ctx.rows(groups) if BASELINE_FILTERS(mapping(group)["BaselineIdentity"],
                                                                      Filters or ())),
        lambda group: (group.name, group.operating_system), NextToken, MaxResults or 100, query=Filters,
        invalid=INVALID_TOKEN,
    )  # fmt: skip
    return {"Mappings": [mapping(group) for group in found], "NextToken": following}
