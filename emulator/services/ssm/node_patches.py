"""The patches of nodes, as their agents report them: inventory of the types AWS:PatchSummary and AWS:PatchCompliance.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-compliance-states.html
"""

import json
from collections.abc import Iterator
from datetime import datetime
from operator import attrgetter

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import Record, Table
from emulator.resources import page
from emulator.services.ssm import baselines, patches
from emulator.services.ssm.common import INVALID_TOKEN, service
from emulator.services.ssm.inventory import COMPLIANCE, SUMMARY, items
from emulator.services.ssm.node_tables import Node, nodes

COUNTS = (
    "InstalledCount", "InstalledOtherCount", "InstalledPendingRebootCount", "InstalledRejectedCount", "MissingCount",
    "FailedCount", "UnreportedNotApplicableCount", "NotApplicableCount", "AvailableSecurityUpdateCount",
    "CriticalNonCompliantCount", "SecurityNonCompliantCount", "OtherNonCompliantCount",
)  # fmt: skip
# The tags of a node that name its patch group. https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-patch-groups.html
GROUP_TAGS = ("Patch Group", "PatchGroup")
SYSTEMS = {
    "Amazon Linux 2023": "AMAZON_LINUX_2023", "Amazon Linux 2": "AMAZON_LINUX_2", "Amazon Linux": "AMAZON_LINUX",
    "Debian": "DEBIAN", "Ubuntu": "UBUNTU", "CentOS": "CENTOS", "Red Hat": "REDHAT_ENTERPRISE_LINUX",
    "Rocky": "ROCKY_LINUX", "AlmaLinux": "ALMA_LINUX", "Oracle": "ORACLE_LINUX", "SLES": "SUSE", "SUSE": "SUSE",
    "macOS": "MACOS", "Darwin": "MACOS", "Raspbian": "RASPBIAN", "Windows": "WINDOWS",
}  # fmt: skip
LIFETIME = 86_400  # seconds that a snapshot can be fetched


class Snapshot(Record):
    """What a node is to install: the text that its agent fetches by ``token``."""

    token: str
    text: str
    expires: float


snapshots = Table("ssm.patch_snapshot", Snapshot, key=attrgetter("token"))


def group_of(node: Node) -> str:
    return next((node.tags[name] for name in GROUP_TAGS if name in node.tags), "")


def _moment(text: str | None) -> float | None:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() if text else None


def _state(ctx: Context, node_id: str) -> dict | None:
    """The ``InstancePatchState`` of a node; None while it has reported nothing."""
    item = ctx.rows(items).get((node_id, SUMMARY))
    if item is None or not item.entries:
        return None
    entry = item.entries[0]
    return {
        "InstanceId": node_id, "PatchGroup": entry.get("PatchGroup", ""), "BaselineId": entry.get("BaselineId", ""),
        "SnapshotId": entry.get("SnapshotId") or None, "InstallOverrideList": entry.get("InstallOverrideList") or None,
        "OwnerInformation": "", **{name: int(entry[name]) for name in COUNTS if name in entry},
        "OperationStartTime": _moment(entry.get("OperationStartTime")),
        "OperationEndTime": _moment(entry.get("OperationEndTime")), "Operation": entry.get("OperationType"),
        "LastNoRebootInstallOperationTime": _moment(entry.get("LastNoRebootInstallOperationTime")),
        "RebootOption": entry.get("RebootOption"),
    }  # fmt: skip


def _states(ctx: Context) -> Iterator[dict]:
    return (state for node in ctx.rows(nodes) if (state := _state(ctx, node.id)) is not None)


@service.operation
def describe_instance_patch_states(ctx: Context, InstanceIds, NextToken=None, MaxResults=None):
    """The nodes that have reported; others are left out. Raises InvalidNextToken."""
    states = [state for state in _states(ctx) if state["InstanceId"] in InstanceIds]
    found, following = page(ctx, states, lambda state: state["InstanceId"], NextToken, MaxResults or 50,
                            query=sorted(InstanceIds), invalid=INVALID_TOKEN)  # fmt: skip
    return {"InstancePatchStates": found, "NextToken": following}


COMPARE = {
    "Equal": lambda found, wanted: found == wanted, "NotEqual": lambda found, wanted: found != wanted,
    "LessThan": lambda found, wanted: found < wanted, "GreaterThan": lambda found, wanted: found > wanted,
}  # fmt: skip


@service.operation
def describe_instance_patch_states_for_patch_group(ctx: Context, PatchGroup, Filters=None, NextToken=None,
                                                   MaxResults=None):  # fmt: skip
    """Raises InvalidFilter, InvalidNextToken."""
    for each in Filters or ():
        if each["Key"] not in COUNTS or not each["Values"][0].isdigit():
            raise AwsError("InvalidFilter", f"The filter {each['Key']} isn't valid.")
    states = [state for state in _states(ctx) if state["PatchGroup"] == PatchGroup and all(
        COMPARE[each["Type"]](state.get(each["Key"], 0), int(each["Values"][0])) for each in Filters or ())]
    found, following = page(ctx, states, lambda state: state["InstanceId"], NextToken, MaxResults or 50,
                            query=(PatchGroup, Filters), invalid=INVALID_TOKEN)  # fmt: skip
    return {"InstancePatchStates": found, "NextToken": following}


# How DescribePatchGroupState calls the nodes that have patches of a kind, by the count that makes them such.
KINDS = {
    "InstancesWithInstalledPatches": "InstalledCount", "InstancesWithInstalledOtherPatches": "InstalledOtherCount",
    "InstancesWithInstalledPendingRebootPatches": "InstalledPendingRebootCount",
    "InstancesWithInstalledRejectedPatches": "InstalledRejectedCount", "InstancesWithMissingPatches": "MissingCount",
    "InstancesWithFailedPatches": "FailedCount", "InstancesWithNotApplicablePatches": "NotApplicableCount",
    "InstancesWithUnreportedNotApplicablePatches": "UnreportedNotApplicableCount",
    "InstancesWithCriticalNonCompliantPatches": "CriticalNonCompliantCount",
    "InstancesWithSecurityNonCompliantPatches": "SecurityNonCompliantCount",
    "InstancesWithOtherNonCompliantPatches": "OtherNonCompliantCount",
    "InstancesWithAvailableSecurityUpdates": "AvailableSecurityUpdateCount",
}  # fmt: skip


@service.operation
def describe_patch_group_state(ctx: Context, PatchGroup):
    states = [state for state in _states(ctx) if state["PatchGroup"] == PatchGroup]
    sums = {name: sum(state.get(count, 0) > 0 for state in states) for name, count in KINDS.items()}
    return {"Instances": len(states), **sums}


PATCH_FILTERS = ("Classification", "KBId", "Severity", "State")


@service.operation
def describe_instance_patches(ctx: Context, InstanceId, Filters=None, NextToken=None, MaxResults=None):
    """Raises InvalidFilter, InvalidNextToken."""
    for each in Filters or ():
        if each.get("Key") not in PATCH_FILTERS:
            raise AwsError("InvalidFilter", f"The filter {each.get('Key')} isn't valid.")
    item = ctx.rows(items).get((InstanceId, COMPLIANCE))
    shown = [_patch(entry) for entry in item.entries] if item is not None else []
    numbered = [(number, patch) for number, patch in enumerate(shown)
                if all(patch[each["Key"]] in (each.get("Values") or ()) for each in Filters or ())]  # fmt: skip
    found, following = page(ctx, numbered, lambda pair: pair[0], NextToken, MaxResults or 50,
                            query=(InstanceId, Filters), invalid=INVALID_TOKEN)  # fmt: skip
    return {"Patches": [patch for _, patch in found], "NextToken": following}


def _patch(entry: dict[str, str]) -> dict:
    return {
        "Title": entry.get("Title", ""), "KBId": entry.get("KBId") or entry.get("Id", ""),
        "Classification": entry.get("Classification", ""), "Severity": entry.get("Severity", ""),
        "State": entry.get("State", ""), "InstalledTime": _moment(entry.get("InstalledTime")) or 0.0,
        "CVEIds": entry.get("CVEIds") or None,
    }  # fmt: skip


# What an agent is to install


@service.operation
def get_deployable_patch_snapshot_for_instance(ctx: Context, InstanceId, SnapshotId, BaselineOverride=None,
                                               UseS3DualStackEndpoint=None):  # fmt: skip
    """The baseline of a node, fixed at this moment, at an address. Raises UnsupportedOperatingSystem."""
    node = ctx.rows(nodes).get(InstanceId)
    if node is None:
        raise AwsError("ValidationException", f"Instance {InstanceId} is not a managed node.", 400)
    system = next((value for name, value in SYSTEMS.items() if node.platform_name.startswith(name)), None)
    if system is None:
        raise AwsError("UnsupportedOperatingSystem", f"Patching {node.platform_name} is not supported.")
    group = group_of(node)
    name = baselines.of_group(ctx, group, system) if group else baselines.default_of(ctx, system)
    name, baseline = baselines.find(ctx, name)
    text = json.dumps(_snapshot(ctx, name, {**baseline, **(BaselineOverride or {})}, group))
    made = ctx.rows(snapshots).put(Snapshot(ctx.ids.base64url(48), text, ctx.now + LIFETIME))
    place = f"/_ssm/patch-snapshot/{ctx.account}/{ctx.region}/{system}-{SnapshotId}/{made.token}"
    return {
        "InstanceId": InstanceId, "SnapshotId": SnapshotId, "SnapshotDownloadUrl": f"{ctx.host}{place}",
        "Product": f"{node.platform_name}{node.platform_version}",
    }  # fmt: skip


def _lowered(value):
    """With the names of members as the agent reads them."""
    if isinstance(value, dict):
        return {name[0].lower() + name[1:]: _lowered(each) for name, each in value.items()}
    return [_lowered(each) for each in value] if isinstance(value, list) else value


def _snapshot(ctx: Context, name: str, baseline: dict, group: str) -> dict:
    known = patches.effective(ctx, baseline) if baseline["OperatingSystem"] == "WINDOWS" else []
    rules = [{"filterGroup": {"filters": _lowered(rule["PatchFilterGroup"]["PatchFilters"])},
              **{key: each for key, each in _lowered(rule).items() if key != "patchFilterGroup"}}
             for rule in baseline["ApprovalRules"]["PatchRules"]]  # fmt: skip
    shown = {key: each for key, each in _lowered(baseline).items() if key not in ("createdDate", "modifiedDate")}
    return {
        "patchBaseline": {
            "accountId": ctx.account, "baselineId": name.rpartition("/")[2], **shown,
            "globalFilters": {"filters": _lowered(baseline["GlobalFilters"]["PatchFilters"])},
            "approvalRules": {"rules": rules}, "createdTime": baseline["CreatedDate"],
            "modifiedTime": baseline["ModifiedDate"],
        },
        "patchGroup": group or None, "patches": _lowered(known), "enableApplicationPatches": False,
        "requiredFeatures": [],
    }  # fmt: skip


@service.page("/_ssm/patch-snapshot/")
def snapshot_page(ctx: Context, rest: str):
    """A snapshot for the agent that was told its token, for a day."""
    account, region, _, token = (*rest.split("/"), *[""] * 4)[:4]
    found = ctx.rows(snapshots, account=account, region=region).get(token)
    return None if found is None or found.expires < ctx.now else ("application/json", found.text.encode())
