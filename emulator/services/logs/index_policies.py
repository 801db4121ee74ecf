"""Field indexes: the fields of a log group that queries may look up, by its own policy or by the account's.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatchLogs-Field-Indexing.html
"""

import orjson

from emulator.kernel.context import Context
from emulator.services.logs import account_rules
from emulator.services.logs.errors import invalid
from emulator.services.logs.group_policies import renewed, standard
from emulator.services.logs.lookup import group, save
from emulator.services.logs.service import service
from emulator.services.logs.tables import Group

KIND = "FIELD_INDEX_POLICY"
MOST = 20  # fields of a policy
TYPES = ("FIELD_INDEX", "FACET")


def fields_of(text: str) -> dict[str, str]:
    """The fields of a policy's document and their types. Raises InvalidParameterException."""
    try:
        document = orjson.loads(text)
        plain, typed = document.get("Fields", []), document.get("FieldsV2", {})
        found = dict.fromkeys(plain, "FIELD_INDEX") | {name: each["type"] for name, each in typed.items()}
        good = isinstance(plain, list) and all(isinstance(each, str) for each in found)
        good = good and not set(plain) & typed.keys()
    except (ValueError, KeyError, TypeError, AttributeError):
        good, found = False, {}
    if not good or not found or set(found.values()) - set(TYPES):
        raise invalid("The policy document is not a valid field index policy.")
    if len(found) > MOST:
        raise invalid(f"A field index policy can have at most {MOST} fields.")
    return found


def indexed(ctx: Context, found: Group) -> dict[str, str]:
    """The indexed fields of a log group and their types."""
    return fields_of(_document(ctx, found)[0]) if _document(ctx, found) else {}


def _document(ctx: Context, found: Group) -> tuple[str, int, str] | None:
    """The policy that holds for a group: its text, when it was changed, its name ("" for the group's own)."""
    if found.index_policy is not None:
        return found.index_policy.document, found.index_policy.modified, ""
    of_account = next(account_rules.holding(ctx, found, KIND), None)
    return of_account and (of_account.document, of_account.modified, of_account.name)


def _told(ctx: Context, found: Group) -> list[dict]:
    holding = _document(ctx, found)
    if holding is None:
        return []
    text, modified, name = holding
    more = {"policyName": name, "source": "ACCOUNT"} if name else {"source": "LOG_GROUP"}
    return [{"logGroupIdentifier": found.arn, "policyDocument": text, "lastUpdateTime": modified, **more}]


@service.operation
def put_index_policy(ctx, logGroupIdentifier, policyDocument):
    """Raises InvalidParameterException, ResourceNotFoundException."""
    found = standard(ctx, logGroupIdentifier, "field indexes")
    fields_of(policyDocument)
    policy = renewed(ctx, found.index_policy, policyDocument)
    return {"indexPolicy": _told(ctx, save(ctx, found, index_policy=policy))[0]}


@service.operation
def delete_index_policy(ctx, logGroupIdentifier):
    """Raises InvalidParameterException, ResourceNotFoundException."""
    found = group(ctx, logGroupIdentifier)
    if found.index_policy is None:
        raise invalid("The log group has no field index policy.")
    save(ctx, found, index_policy=None)


@service.operation
def describe_index_policies(ctx, logGroupIdentifiers, nextToken=None):
    """The policies of some log groups, in one page. Raises ResourceNotFoundException."""
    return {"indexPolicies": [told for each in logGroupIdentifiers for told in _told(ctx, group(ctx, each))]}


@service.operation
def describe_field_indexes(ctx, logGroupIdentifiers, indexCategories=("CUSTOM",), nextToken=None):
    """The indexed fields of some log groups, in one page. Raises ResourceNotFoundException."""
    if "CUSTOM" not in indexCategories:
        return {"fieldIndexes": []}
    found = [group(ctx, each) for each in logGroupIdentifiers]
    return {"fieldIndexes": [
        {"logGroupIdentifier": each.arn, "fieldIndexName": name, "type": kind, "indexCategory": "CUSTOM"}
        for each in found for name, kind in indexed(ctx, each).items()
    ]}  # fmt: skip
