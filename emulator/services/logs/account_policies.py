"""Policies of the account: set, told, taken away.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html
"""

from collections.abc import Callable
from operator import attrgetter

import orjson

from emulator.kernel.context import Context
from emulator.kernel.errors import NotImplementedByEmulator
from emulator.services.logs import (
    account_retention,
    groups,
    index_policies,
    protection,
    subscribers,
    subscriptions,
    tables,
    transforming,
)
from emulator.services.logs.account_rules import AccountPolicy, account_policies, selection
from emulator.services.logs.errors import invalid, limit_exceeded, not_found
from emulator.services.logs.lookup import millis
from emulator.services.logs.pages import paged
from emulator.services.logs.reading import pattern_of
from emulator.services.logs.service import service

MOST = {"DATA_PROTECTION_POLICY": 1, "SUBSCRIPTION_FILTER_POLICY": 1, "FIELD_INDEX_POLICY": 20,
        "TRANSFORMER_POLICY": 20, "RETENTION_POLICY": 20}  # fmt: skip
SELECTIONS = {"SUBSCRIPTION_FILTER_POLICY": ("LogGroupName", True), "FIELD_INDEX_POLICY": ("LogGroupNamePrefix", False),
              "TRANSFORMER_POLICY": ("LogGroupNamePrefix", False),
              "RETENTION_POLICY": ("LogGroupNamePrefix", False)}  # fmt: skip
PAGE = 100
SWEEP = 86_400.0  # seconds between two looks for events that a retention policy lets go


def _check_subscription(ctx: Context, text: str) -> None:
    try:
        settings = subscribers.account_settings(text)
    except (ValueError, KeyError, TypeError):
        raise invalid("The policy document is not a valid subscription filter policy.") from None
    subscriptions.check_destination(ctx, settings["destinationArn"], settings.get("roleArn"))
    pattern_of(settings["filterPattern"])


def _check_transformer(ctx: Context, text: str) -> None:
    try:
        processors = orjson.loads(text)
    except ValueError:
        raise invalid("The policy document is not a valid transformer.") from None
    transforming.check(processors)


CHECKS: dict[str, Callable[[Context, str], object]] = {
    "DATA_PROTECTION_POLICY": lambda ctx, text: protection.check(text),
    "SUBSCRIPTION_FILTER_POLICY": _check_subscription,
    "FIELD_INDEX_POLICY": lambda ctx, text: index_policies.fields_of(text),
    "TRANSFORMER_POLICY": _check_transformer,
    account_retention.KIND: lambda ctx, text: account_retention.check(text),
}


def _check_selection(kind: str, text: str) -> None:
    found, wanted = selection(text), SELECTIONS.get(kind)
    if found is None or wanted is None or found[:2] != wanted:
        raise invalid(f"The selection criteria are not valid for a policy of type {kind}.")


@service.operation
def put_account_policy(ctx, policyName, policyDocument, policyType, scope="ALL", selectionCriteria=None, dryRun=None):
    """Raises InvalidParameterException, LimitExceededException; NotImplemented for metric extraction."""
    if policyType not in CHECKS:
        raise NotImplementedByEmulator(f"An account policy of type {policyType}")
    _check_dry_run(policyType, dryRun)
    CHECKS[policyType](ctx, policyDocument)
    if selectionCriteria:
        _check_selection(policyType, selectionCriteria)
    rows = ctx.rows(account_policies)
    others = sum(each.kind == policyType and each.name != policyName for each in rows)
    if others >= MOST[policyType]:
        raise limit_exceeded()
    now, old = millis(ctx), rows.get((policyType, policyName))
    made = AccountPolicy(
        policyType, policyName, policyDocument, now, selectionCriteria or "", scope, old.created if old else now,
        account_retention.in_effect(old, now) if old else "",
    )
    if dryRun:
        return {"dryRunResult": _preview(ctx, made)}
    if policyType == account_retention.KIND:
        ctx.after(SWEEP, "sweep_all", "sweep_all")
    return {"accountPolicy": _told(ctx, rows.put(made))}


def _check_dry_run(kind: str, dry_run: bool | None) -> None:
    if dry_run and kind != account_retention.KIND:
        raise invalid(f"dryRun is only valid for policies of type {account_retention.KIND}.")


def _preview(ctx: Context, policy: AccountPolicy, gone: bool = False) -> dict:
    every = [(each, groups.stored(ctx, each)) for each in ctx.rows(tables.groups)]
    return account_retention.preview(ctx, every, policy, gone)


@service.job
def sweep_all(ctx):
    """Events that the account's policies let go are forgotten, once a day while there are such policies."""
    if any(each.kind == account_retention.KIND for each in ctx.rows(account_policies)):
        for each in ctx.rows(tables.groups):
            groups.trim(ctx, each)
        ctx.after(SWEEP, "sweep_all", "sweep_all")


@service.operation
def delete_account_policy(ctx, policyName, policyType, dryRun=None):
    """Raises InvalidParameterException, ResourceNotFoundException."""
    _check_dry_run(policyType, dryRun)
    rows = ctx.rows(account_policies)
    found = rows.get((policyType, policyName))
    if found is None:
        raise not_found("The specified policy does not exist.")
    if dryRun:
        return {"dryRunResult": _preview(ctx, found, gone=True)}
    rows.delete((policyType, policyName))


@service.operation
def describe_account_policies(ctx, policyType, policyName=None, accountIdentifiers=None, nextToken=None):
    """Raises InvalidParameterException, ResourceNotFoundException."""
    if accountIdentifiers and set(accountIdentifiers) - {ctx.account}:
        raise NotImplementedByEmulator("Account policies of linked accounts")
    rows = [each for each in ctx.rows(account_policies)
            if each.kind == policyType and policyName in (None, each.name)]  # fmt: skip
    if policyName is not None and not rows:
        raise not_found("The specified policy does not exist.")
    return paged(ctx, "accountPolicies", rows, attrgetter("name"), nextToken, PAGE, [policyType, policyName],
                 lambda each: _told(ctx, each))  # fmt: skip


def _told(ctx: Context, each: AccountPolicy) -> dict:
    out = {"policyName": each.name, "policyDocument": each.document, "lastUpdatedTime": each.modified,
           "policyType": each.kind, "scope": each.scope, "accountId": ctx.account}  # fmt: skip
    return out | ({"selectionCriteria": each.selection} if each.selection else {})
