"""What AWS and its partners publish: managed rule groups and products, vendors' rule sets, mobile SDKs.

The managed rule groups are the emulator's own under AWS's names; vendors' rule sets and releases of the mobile SDK are
not here, which every operation on them says.
https://docs.aws.amazon.com/waf/latest/APIReference/API_ListAvailableManagedRuleGroups.html
"""

from emulator.resources import page
from emulator.services.wafv2 import managed
from emulator.services.wafv2.service import INVALID_MARKER, MISSING, refusal, service


def _paged(ctx, member: str, items: list, key: str, marker, limit, query) -> dict:
    found, following = page(ctx, items, lambda each: each[key], marker, limit or 100, query=query,
                            invalid=INVALID_MARKER)  # fmt: skip
    return {member: found, **({"NextMarker": following} if following else {})}


@service.operation
def list_available_managed_rule_groups(ctx, Scope, NextMarker=None, Limit=None):
    """The managed rule groups that rules may name."""
    rows = [{"VendorName": managed.VENDOR, "Name": name, "VersioningSupported": True,
             "Description": each["Description"]} for name, each in sorted(managed.groups().items())]  # fmt: skip
    return _paged(ctx, "ManagedRuleGroups", rows, "Name", NextMarker, Limit, Scope)


@service.operation
def list_available_managed_rule_group_versions(ctx, VendorName, Name, Scope, NextMarker=None, Limit=None):
    """Raises WAFNonexistentItemException."""
    managed.find(VendorName, Name)
    rows = [{"Name": managed.VERSION, "LastUpdateTimestamp": managed.UPDATED}]
    found = _paged(ctx, "Versions", rows, "Name", NextMarker, Limit, [Scope, Name])
    return {**found, "CurrentDefaultVersion": managed.VERSION}


@service.operation
def describe_managed_rule_group(ctx, VendorName, Name, Scope, VersionName=None):
    """Raises WAFNonexistentItemException."""
    group = managed.find(VendorName, Name)
    if VersionName not in (None, managed.VERSION):
        raise refusal(MISSING)
    return {
        "VersionName": managed.VERSION, "Capacity": group["Capacity"], "LabelNamespace": group["LabelNamespace"],
        "Rules": [{"Name": rule["Name"], "Action": rule["Action"]} for rule in group["Rules"]],
        "AvailableLabels": [{"Name": label["Name"]} for rule in group["Rules"] for label in rule["RuleLabels"]],
        "ConsumedLabels": [],
    }  # fmt: skip


def _products() -> list[dict]:
    return [{"VendorName": managed.VENDOR, "ManagedRuleSetName": name, "ProductTitle": name,
             "ProductDescription": each["Description"], "IsVersioningSupported": True,
             "IsAdvancedManagedRuleSet": each["Advanced"]}
            for name, each in sorted(managed.groups().items())]  # fmt: skip


@service.operation
def describe_all_managed_products(ctx, Scope):
    """The managed rule groups as products."""
    return {"ManagedProducts": _products()}


@service.operation
def describe_managed_products_by_vendor(ctx, VendorName, Scope):
    """Only AWS's own names are here."""
    return {"ManagedProducts": _products() if VendorName == managed.VENDOR else []}


@service.operation
def list_managed_rule_sets(ctx, Scope, NextMarker=None, Limit=None):
    """Rule sets that the account sells in AWS Marketplace: none."""
    return {"ManagedRuleSets": []}


@service.operation
def list_mobile_sdk_releases(ctx, Platform, NextMarker=None, Limit=None):
    """Releases of AWS's mobile SDK, which cannot be given out here: none."""
    return {"ReleaseSummaries": []}


def _absent(operation: str):
    def refuse(ctx, /, **given):
        raise refusal(MISSING)

    service.functions[operation] = refuse


for _operation in ("get_managed_rule_set", "put_managed_rule_set_versions", "get_mobile_sdk_release",
                   "update_managed_rule_set_version_expiry_date", "generate_mobile_sdk_release_url"):
    _absent(_operation)
