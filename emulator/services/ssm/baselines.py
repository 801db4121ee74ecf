"""Patch baselines, the default one of each operating system, and the groups of nodes that they are for.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-patch-baselines.html
"""

from emulator.kernel.context import Context, arn
from emulator.kernel.errors import AwsError
from emulator.kernel.store import Record, Table, replace
from emulator.resources import Filters, IdPattern, Resource, page
from emulator.services.ssm import predefined_baselines as predefined
from emulator.services.ssm import tags
from emulator.services.ssm.common import INVALID_TOKEN, service
from emulator.services.ssm.windows import MISMATCH

UNKNOWN_FILTER = ("ValidationException", "Filter key {key} is not supported.")

Baseline = Resource(
    "PatchBaseline", service, id=IdPattern("pb-0{16:hex}", "BaselineId"),
    arn="arn:{partition}:ssm:{region}:{account}:patchbaseline/{BaselineId}",
    create="CreatePatchBaseline", update="UpdatePatchBaseline", delete="DeletePatchBaseline",
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
    """The baseline that an account made the default of an operating system; AWS's predefined one is so from itself."""

    operating_system: str
    baseline: str


groups = Table("ssm.patch_group", Group, key=lambda group: (group.name, group.operating_system), ordered=True)
defaults = Table("ssm.default_patch_baseline", Default, key=lambda default: default.operating_system)


def find(ctx: Context, name: str) -> tuple[str, dict]:
    """The id and the document of a baseline: the account's own by id or ARN, a predefined one by ARN.

    Raises DoesNotExistException.
    """
    known = predefined.find(ctx, name)
    if known is not None:
        return name, predefined.document(known)
    own = name.rpartition("/")[2] if name.startswith(arn(ctx, "ssm", "patchbaseline/")) else name
    record = Baseline.get(ctx, {"BaselineId": own})
    return record.id[0], {**record.document, "CreatedDate": record.created, "ModifiedDate": record.modified}


@service.operation
def get_patch_baseline(ctx: Context, BaselineId):
    """Raises DoesNotExistException."""
    name, document = find(ctx, BaselineId)
    return {"BaselineId": name, **document, "PatchGroups": [
        group.name for group in ctx.rows(groups) if group.baseline == name]}  # fmt: skip


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


def default_of(ctx: Context, system: str) -> str | None:
    """The baseline of an operating system: the one that the account made so, else the predefined one."""
    found = ctx.rows(defaults).get(system)
    known = predefined.default_of(system)
    return found.baseline if found is not None else predefined.arn(ctx, known) if known is not None else None


def _identity(ctx: Context, name: str, document: dict) -> dict:
    return {
        "BaselineId": name, "BaselineName": document["Name"], "OperatingSystem": document["OperatingSystem"],
        "BaselineDescription": document.get("Description"),
        "DefaultBaseline": default_of(ctx, document["OperatingSystem"]) == name,
    }  # fmt: skip


def _owner(identity: dict) -> str:
    return "AWS" if identity["BaselineId"].startswith("arn:") else "Self"


BASELINE_FILTERS = Filters({
    "NAME_PREFIX": "BaselineName", "OWNER": _owner, "OPERATING_SYSTEM": "OperatingSystem",
}, UNKNOWN_FILTER, compare=str.startswith)  # fmt: skip


def _chosen(filters: list | None) -> list:
    """The filters that choose; ``All`` owners is no choice. Raises ValidationException."""
    BASELINE_FILTERS.check(filters or ())
    return [each for each in filters or () if not (each["Key"] == "OWNER" and "All" in each["Values"])]


@service.operation
def describe_patch_baselines(ctx: Context, Filters=None, MaxResults=None, NextToken=None):
    """AWS's predefined baselines, then the account's own."""
    wanted = _chosen(Filters)
    identities = [_identity(ctx, predefined.arn(ctx, each), predefined.document(each))
                  for each in predefined.data()["Baselines"]]  # fmt: skip
    identities += [_identity(ctx, record.id[0], record.document) for record in Baseline.rows(ctx)]
    numbered = [(number, each) for number, each in enumerate(identities) if BASELINE_FILTERS(each, wanted)]
    found, following = page(ctx, numbered, lambda pair: pair[0], NextToken, MaxResults or 100, query=Filters,
                            invalid=INVALID_TOKEN)  # fmt: skip
    return {"BaselineIdentities": [each for _, each in found], "NextToken": following}


@service.operation
def register_default_patch_baseline(ctx: Context, BaselineId):
    """Make a baseline the default of its operating system. Raises DoesNotExistException."""
    name, document = find(ctx, BaselineId)
    ctx.rows(defaults).put(Default(document["OperatingSystem"], name))
    return {"BaselineId": name}


@service.operation
def get_default_patch_baseline(ctx: Context, OperatingSystem="WINDOWS"):
    return {"BaselineId": default_of(ctx, OperatingSystem), "OperatingSystem": OperatingSystem}


@service.operation
def register_patch_baseline_for_patch_group(ctx: Context, BaselineId, PatchGroup):
    """Raises DoesNotExistException, AlreadyExistsException."""
    name, document = find(ctx, BaselineId)
    system = document["OperatingSystem"]
    if ctx.rows(groups).get((PatchGroup, system)) is not None:
        raise AwsError("AlreadyExistsException", f"Patch Group baseline already has a baseline registered for "
                       f"OperatingSystem {system}.")  # fmt: skip
    ctx.rows(groups).put(Group(PatchGroup, system, name))
    return {"BaselineId": name, "PatchGroup": PatchGroup}


@service.operation
def deregister_patch_baseline_for_patch_group(ctx: Context, BaselineId, PatchGroup):
    """Raises DoesNotExistException when the group does not use that baseline."""
    group = next((each for each in ctx.rows(groups) if each.name == PatchGroup and each.baseline == BaselineId), None)
    if group is None:
        raise AwsError("DoesNotExistException", "Patch Baseline to be retrieved does not exist.")
    ctx.rows(groups).delete((group.name, group.operating_system))
    return {"BaselineId": BaselineId, "PatchGroup": PatchGroup}


def of_group(ctx: Context, name: str, system: str) -> str | None:
    """The baseline of a group, else the default one of the operating system."""
    group = ctx.rows(groups).get((name, system))
    return group.baseline if group is not None else default_of(ctx, system)


@service.operation
def get_patch_baseline_for_patch_group(ctx: Context, PatchGroup, OperatingSystem="WINDOWS"):
    baseline = of_group(ctx, PatchGroup, OperatingSystem)
    return {"BaselineId": baseline, "PatchGroup": PatchGroup, "OperatingSystem": OperatingSystem}


@service.operation
def describe_patch_groups(ctx: Context, MaxResults=None, Filters=None, NextToken=None):
    """Which group uses which baseline."""
    wanted = _chosen(Filters)

    def mapping(group: Group) -> dict:
        return {"PatchGroup": group.name, "BaselineIdentity": _identity(ctx, *find(ctx, group.baseline))}

    found, following = page(
        ctx, (group for group in ctx.rows(groups) if BASELINE_FILTERS(mapping(group)["BaselineIdentity"], wanted)),
        lambda group: (group.name, group.operating_system), NextToken, MaxResults or 100, query=Filters,
        invalid=INVALID_TOKEN,
    )  # fmt: skip
    return {"Mappings": [mapping(group) for group in found], "NextToken": following}
