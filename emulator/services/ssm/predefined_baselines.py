"""The patch baselines that AWS predefines, one or more for each operating system. They are named by ARN, and read only.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-predefined-and-custom-patch-baselines.html
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from emulator.kernel.context import PARTITION, Context

CREATED = 1525194800.068  # epoch seconds, as AWS tells of one of them


@cache
def data() -> dict[str, Any]:
    """The data of patches: Owners, Baselines, Properties and Patches; each with its source."""
    return json.loads(Path(__file__).with_name("patches.json").read_text("utf-8"))


def arn(ctx: Context, each: dict) -> str:
    """The ARN of a predefined baseline in the caller's region; AWS's own account there owns it."""
    owners = data()["Owners"]
    owner = owners.get(ctx.region, next(iter(owners.values())))
    made = f"pb-0{hashlib.sha256(each['Name'].encode()).hexdigest()[:16]}"
    return f"arn:{PARTITION}:ssm:{ctx.region}:{owner}:patchbaseline/{each['Id'] or made}"


def find(ctx: Context, name: str) -> dict | None:
    """The entry of a predefined baseline by its ARN."""
    return next((each for each in data()["Baselines"] if arn(ctx, each) == name), None)


def default_of(system: str) -> dict | None:
    return next((each for each in data()["Baselines"] if each["OperatingSystem"] == system and each["Default"]), None)


def document(each: dict) -> dict[str, Any]:
    """The members of a predefined baseline, as GetPatchBaseline has them."""
    return {
        "Name": each["Name"], "OperatingSystem": each["OperatingSystem"], "Description": each["Description"],
        "GlobalFilters": {"PatchFilters": [_filter("PRODUCT", ["*"])]},
        "ApprovalRules": {"PatchRules": [{
            "PatchFilterGroup": {"PatchFilters": [_filter(*item) for item in rule["Filters"].items()]},
            "ComplianceLevel": "UNSPECIFIED", "ApproveAfterDays": rule["ApproveAfterDays"],
            "EnableNonSecurity": rule.get("EnableNonSecurity", False),
        } for rule in each["Rules"]]},
        "ApprovedPatches": [], "ApprovedPatchesComplianceLevel": "UNSPECIFIED",
        "ApprovedPatchesEnableNonSecurity": False, "RejectedPatches": [],
        "RejectedPatchesAction": "ALLOW_AS_DEPENDENCY", "CreatedDate": CREATED, "ModifiedDate": CREATED, "Sources": [],
    }  # fmt: skip


def _filter(key: str, values: list[str]) -> dict:
    return {"Key": key, "Values": values}
