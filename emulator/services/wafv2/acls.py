"""Rule groups and web ACLs, and what holds on to what.

https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html and API_CreateRuleGroup.html
"""

from emulator.kernel.store import replace
from emulator.resources import IdPattern, Listing, Resource, Unique
from emulator.services.wafv2 import rules
from emulator.services.wafv2.service import (
    BY_SCOPE,
    DUPLICATE,
    IN_USE,
    INVALID_MARKER,
    MISSING,
    NAMED,
    STALE,
    invalid,
    refusal,
    service,
)
from emulator.services.wafv2.sets import IPSet, RegexPatternSet

MOST = 5000  # capacity units of a web ACL or rule group
UNIQUE = (Unique(("Scope", "Name"), DUPLICATE),)

RuleGroup = Resource(
    "RuleGroup", service, id=IdPattern("{uuid}"), defaults={"Description": "", "Rules": []}, unique=UNIQUE,
    arn="arn:{partition}:wafv2:{region}:{account}:{Scope}/rulegroup/{Name}/{Id}",
    create="CreateRuleGroup", read="GetRuleGroup", update="UpdateRuleGroup", delete="DeleteRuleGroup",
    list=Listing("ListRuleGroups", BY_SCOPE, invalid_token=INVALID_MARKER), cloudformation="AWS::WAFv2::RuleGroup",
    **NAMED,
)  # fmt: skip

WebACL = Resource(
    "WebACL", service, id=IdPattern("{uuid}"), defaults={"Description": "", "Rules": []}, unique=UNIQUE,
    arn="arn:{partition}:wafv2:{region}:{account}:{Scope}/webacl/{Name}/{Id}",
    create="CreateWebACL", read="GetWebACL", update="UpdateWebACL", delete="DeleteWebACL",
    list=Listing("ListWebACLs", BY_SCOPE, invalid_token=INVALID_MARKER), cloudformation="AWS::WAFv2::WebACL", **NAMED,
)  # fmt: skip


def find_group(ctx):
    """A function from a rule group's ARN to its record, which raises where there is none."""
    def resolve(arn: str):
        found = RuleGroup.find_arn(ctx, arn)
        if found is None:
            raise refusal(MISSING)
        return found

    return resolve


def find_acl(ctx, arn: str):
    """A web ACL by its ARN. Raises WAFInvalidParameterException, WAFNonexistentItemException."""
    if not arn.startswith("arn:"):
        raise not_an_arn(arn)
    found = WebACL.find_arn(ctx, arn)
    if found is None:
        raise refusal(MISSING)
    return found


def not_an_arn(arn: str, field: str = "RESOURCE_ARN"):
    return invalid("The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by "
                   "colons or slashes.", field, arn)  # fmt: skip


@RuleGroup.on_validate
def check_group(ctx, document, before):
    rules.check(ctx, document["Rules"], find_group(ctx))
    nested = [each for each in rules.walk(document["Rules"]) if rules.kind_of(each) in rules.GROUPS]
    if nested:
        raise invalid("A rule group can't refer to another rule group.", "STATEMENT", rules.kind_of(nested[0]))
    if rules.cost(document["Rules"], find_group(ctx)) > document["Capacity"] or document["Capacity"] > MOST:
        raise rules.over_capacity()
    _check_bodies(document)


@WebACL.on_validate
def check_acl(ctx, document, before):
    if len(document["DefaultAction"]) != 1:
        raise invalid("You have used none or multiple values for a field that requires exactly one value.",
                      "DEFAULT_ACTION", "DefaultAction")  # fmt: skip
    rules.check(ctx, document["Rules"], find_group(ctx))
    if rules.cost(document["Rules"], find_group(ctx)) > MOST:
        raise rules.over_capacity()
    _check_bodies(document)


def _check_bodies(document: dict) -> None:
    """Custom answers must have the bodies that they name."""
    known = document.get("CustomResponseBodies", {})
    actions = [rule.get("Action", {}) for rule in document["Rules"]] + [document.get("DefaultAction", {})]
    for action in actions:
        key = action.get("Block", {}).get("CustomResponse", {}).get("CustomResponseBodyKey")
        if key is not None and key not in known:
            raise invalid("You referenced a custom response body that isn't defined.", "CUSTOM_RESPONSE_BODY", key)


def namespace(record, kind: str) -> str:
    return f"awswaf:{record.arn.split(':')[4]}:{kind}:{record.document['Name']}:"


@RuleGroup.on_read
def group_shown(ctx, record):
    prefix = namespace(record, "rulegroup")
    return {"LabelNamespace": prefix, **rules.labels(prefix, record.document["Rules"])}


@WebACL.on_read
def acl_shown(ctx, record):
    return {"LabelNamespace": namespace(record, "webacl"), "ManagedByFirewallManager": False,
            "RetrofittedByFirewallManager": False,
            "Capacity": rules.cost(record.document["Rules"], find_group(ctx))}  # fmt: skip


@service.operation
def check_capacity(ctx, Scope, Rules):
    """Raises WAFInvalidParameterException, WAFNonexistentItemException."""
    rules.check(ctx, Rules, find_group(ctx))
    return {"Capacity": rules.cost(Rules, find_group(ctx))}


def _unused(ctx, record):
    """Nothing that a rule refers to can go."""
    for resource in (WebACL, RuleGroup):
        for each in resource.rows(ctx):
            if record.arn in rules.referred(each.document["Rules"]):
                raise refusal(IN_USE)


for _resource in (IPSet, RegexPatternSet, RuleGroup):
    _resource.on_delete(_unused)


@service.operation
def delete_firewall_manager_rule_groups(ctx, WebACLArn, WebACLLockToken):
    """There is no Firewall Manager here, so no rule group goes. Raises WAFOptimisticLockException."""
    record = find_acl(ctx, WebACLArn)
    if record.version != WebACLLockToken:
        raise refusal(STALE)
    return {"NextWebACLLockToken": WebACL.put(ctx, replace(record, version=ctx.ids.uuid())).version}
