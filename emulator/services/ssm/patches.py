"""Which patches there are, and which of them a baseline approves.

The catalogue holds only the patches that AWS's documentation shows: the whole one is not published.
https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-approved-rejected-package-name-formats.html
"""

from datetime import datetime

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.resources import page
from emulator.services.ssm import baselines
from emulator.services.ssm.common import INVALID_TOKEN, invalid, service
from emulator.services.ssm.predefined_baselines import data

DAY = 86400
# The member of a patch that a filter is about.
FIELDS = {
    "PRODUCT": "Product", "PRODUCT_FAMILY": "ProductFamily", "CLASSIFICATION": "Classification",
    "MSRC_SEVERITY": "MsrcSeverity", "SEVERITY": "Severity", "NAME": "Name", "VERSION": "Version", "EPOCH": "Epoch",
    "RELEASE": "Release", "ARCH": "Arch", "REPOSITORY": "Repository", "ADVISORY_ID": "AdvisoryIds",
    "CVE_ID": "CVEIds", "BUGZILLA_ID": "BugzillaIds",
}  # fmt: skip


def _values(patch: dict, key: str) -> list[str]:
    if key == "PATCH_ID":
        return [patch["KbNumber"], patch["Id"]]
    if key == "PATCH_SET":
        return ["OS" if patch["ProductFamily"] == "Windows" else "APPLICATION"]
    found = patch.get(FIELDS[key], [])
    return found if isinstance(found, list) else [str(found)]


def fits(patch: dict, filters: list[dict]) -> bool:
    """Whether a patch has, for every filter, one of its values; ``*`` is any."""
    return all("*" in each["Values"] or set(_values(patch, each["Key"])) & set(each["Values"]) for each in filters)


@service.operation
def describe_available_patches(ctx: Context, Filters=None, MaxResults=None, NextToken=None):
    """Raises ValidationException for a filter that nobody knows."""
    for each in Filters or ():
        if each.get("Key") not in (*FIELDS, "PATCH_ID", "PATCH_SET"):
            raise invalid(f"Filter key {each.get('Key')} is not supported.")
    wanted = [{"Key": each["Key"], "Values": each.get("Values") or ["*"]} for each in Filters or ()]
    chosen = sorted((patch for patch in data()["Patches"] if fits(patch, wanted)), key=lambda patch: patch["Id"])
    found, following = page(ctx, chosen, lambda patch: patch["Id"], NextToken, MaxResults or 50, query=Filters,
                            invalid=INVALID_TOKEN)  # fmt: skip
    return {"Patches": found, "NextToken": following}


@service.operation
def describe_effective_patches_for_patch_baseline(ctx: Context, BaselineId, MaxResults=None, NextToken=None):
    """Raises DoesNotExistException, UnsupportedOperatingSystem: for Windows alone."""
    _, baseline = baselines.find(ctx, BaselineId)
    if baseline["OperatingSystem"] != "WINDOWS":
        raise AwsError("UnsupportedOperatingSystem", "The operation is supported for Windows patch baselines only.")
    found, following = page(ctx, effective(ctx, baseline), lambda each: each["Patch"]["Id"], NextToken,
                            MaxResults or 50, query=BaselineId, invalid=INVALID_TOKEN)  # fmt: skip
    return {"EffectivePatches": found, "NextToken": following}


def effective(ctx: Context, baseline: dict) -> list[dict]:
    """The patches that a baseline speaks of, each with what it says of it now, by id."""
    found = []
    for patch in sorted(data()["Patches"], key=lambda patch: patch["Id"]):
        status = _status(ctx, baseline, patch)
        if status is not None:
            found.append({"Patch": patch, "PatchStatus": status})
    return found


def _status(ctx: Context, baseline: dict, patch: dict) -> dict | None:
    """Rejection before approval by name, that before the rules; None where the baseline does not mean the patch."""
    names = {patch["KbNumber"], patch["Id"]}
    level = baseline["ApprovedPatchesComplianceLevel"]
    if names & set(baseline["RejectedPatches"]):
        return {"DeploymentStatus": "EXPLICIT_REJECTED", "ComplianceLevel": level}
    if names & set(baseline["ApprovedPatches"]):
        return {"DeploymentStatus": "EXPLICIT_APPROVED", "ComplianceLevel": level,
                "ApprovalDate": baseline["ModifiedDate"]}  # fmt: skip
    if not fits(patch, baseline["GlobalFilters"]["PatchFilters"]):
        return None
    for rule in baseline["ApprovalRules"]["PatchRules"]:
        filters = rule["PatchFilterGroup"]["PatchFilters"]
        if not any(each["Key"] == "PATCH_SET" for each in filters):
            filters = [*filters, {"Key": "PATCH_SET", "Values": ["OS"]}]
        if fits(patch, filters):
            return _by_rule(ctx, rule, patch)
    return None


def _by_rule(ctx: Context, rule: dict, patch: dict) -> dict | None:
    level = rule.get("ComplianceLevel", "UNSPECIFIED")
    if rule.get("ApproveUntilDate"):
        until = datetime.fromisoformat(f"{rule['ApproveUntilDate']}T23:59:59+00:00").timestamp()
        if patch["ReleaseDate"] > until:
            return None
        return {"DeploymentStatus": "APPROVED", "ComplianceLevel": level, "ApprovalDate": patch["ReleaseDate"]}
    due = patch["ReleaseDate"] + rule.get("ApproveAfterDays", 0) * DAY
    status = "APPROVED" if due <= ctx.now else "PENDING_APPROVAL"
    return {"DeploymentStatus": status, "ComplianceLevel": level, "ApprovalDate": due}


@service.operation
def describe_patch_properties(ctx: Context, OperatingSystem, Property, PatchSet=None, MaxResults=None, NextToken=None):
    """The values that a property of an operating system's patches has; none of a property that it lacks."""
    values = data()["Properties"].get(OperatingSystem, {}).get(Property, ())
    if PatchSet == "APPLICATION":
        values = ()
    numbered = list(enumerate(values))
    found, following = page(ctx, numbered, lambda pair: pair[0], NextToken, MaxResults or 50,
                            query=(OperatingSystem, Property, PatchSet), invalid=INVALID_TOKEN)  # fmt: skip
    return {"Properties": [{"Name": value} for _, value in found], "NextToken": following}
