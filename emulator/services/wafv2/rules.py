"""Rules of web ACLs and rule groups: what AWS refuses in them, what they refer to, what they cost.

https://docs.aws.amazon.com/waf/latest/APIReference/API_Rule.html
"""

from emulator.engines.firewall import capacity
from emulator.engines.firewall.capacity import kind_of, walk
from emulator.kernel.errors import AwsError
from emulator.services.wafv2 import managed
from emulator.services.wafv2.service import MISSING, OVER_LIMIT, invalid, refusal
from emulator.services.wafv2.sets import IPSet, RegexPatternSet, check_pattern

GROUPS = ("ManagedRuleGroupStatement", "RuleGroupReferenceStatement")
ONE = "Your statement has multiple values set for a field that requires exactly one value."
FIELDS = {
    "ByteMatchStatement": "BYTE_MATCH_STATEMENT", "SqliMatchStatement": "SQLI_MATCH_STATEMENT",
    "XssMatchStatement": "XSS_MATCH_STATEMENT", "SizeConstraintStatement": "SIZE_CONSTRAINT_STATEMENT",
}  # fmt: skip
WINDOWS = (60, 120, 300, 600)


def check(ctx, rules: list[dict], resolve_group) -> None:
    """Raise for rules that AWS would not store. ``resolve_group(arn)`` finds a rule group or raises."""
    for member, field in (("Name", "RULE"), ("Priority", "RULE")):
        values = [rule[member] for rule in rules]
        if len(set(values)) < len(values):
            raise invalid(f"You have used the same {member.lower()} for more than one rule.", field, member)
    for rule in rules:
        _check_actions(rule)
    for statement in walk(rules):
        _check_statement(ctx, statement, resolve_group)


def _check_actions(rule: dict) -> None:
    is_group = kind_of(rule["Statement"]) in GROUPS
    wanted, other = ("OverrideAction", "Action") if is_group else ("Action", "OverrideAction")
    if wanted not in rule or other in rule:
        raise invalid("A reference in your rule statement is not valid.", "RULE", rule["Name"])
    action = rule[wanted]
    if len(action) != 1:
        raise invalid("You have used none or multiple values for a field that requires exactly one value.",
                      "OVERRIDE_ACTION" if is_group else "RULE_ACTION", rule["Name"])  # fmt: skip


def _check_statement(ctx, statement: dict, resolve_group) -> None:
    kind = kind_of(statement)
    if not kind:
        raise invalid(ONE, "STATEMENT", "Statement")
    body = statement[kind]
    if "FieldToMatch" in body and len(body["FieldToMatch"]) != 1:
        raise invalid(ONE, "FIELD_TO_MATCH", "FieldToMatch")
    priorities = [each["Priority"] for each in body.get("TextTransformations", ())]
    if len(set(priorities)) < len(priorities):
        raise invalid("You have used the same priority for more than one text transformation.", "TEXT_TRANSFORMATION",
                      str(priorities[0]))  # fmt: skip
    if kind in ("AndStatement", "OrStatement") and len(body["Statements"]) < 2:
        field = "AND_STATEMENT" if kind == "AndStatement" else "OR_STATEMENT"
        raise invalid("You must have at least two nested statements.", field, "Statements")
    if kind == "RegexMatchStatement":
        check_pattern(body["RegexString"], "STATEMENT")
    if kind == "RateBasedStatement":
        _check_rate(body)
    if kind == "ManagedRuleGroupStatement":
        managed.find(body["VendorName"], body["Name"])
    _check_references(ctx, kind, body, resolve_group)


def _check_rate(body: dict) -> None:
    if body.get("EvaluationWindowSec", 300) not in WINDOWS:
        raise invalid("The evaluation window is not valid.", "RATE_BASED_STATEMENT", str(body["EvaluationWindowSec"]))
    keyed, custom = body["AggregateKeyType"], "CustomKeys" in body
    if (keyed == "CUSTOM_KEYS") != custom:
        raise invalid("The custom keys are not valid for the aggregate key type.", "CUSTOM_KEYS", keyed)
    if keyed == "FORWARDED_IP" and "ForwardedIPConfig" not in body:
        raise invalid("A forwarded IP configuration is required.", "FORWARDED_IP_CONFIG", keyed)
    if keyed == "CONSTANT" and "ScopeDownStatement" not in body:
        raise invalid("A scope-down statement is required.", "SCOPE_DOWN", keyed)


def _check_references(ctx, kind: str, body: dict, resolve_group) -> None:
    found = True
    if kind == "IPSetReferenceStatement":
        found = IPSet.find_arn(ctx, body["ARN"])
    elif kind == "RegexPatternSetReferenceStatement":
        found = RegexPatternSet.find_arn(ctx, body["ARN"])
    elif kind == "RuleGroupReferenceStatement":
        found = resolve_group(body["ARN"])
    if found is None:
        raise refusal(MISSING)


def referred(rules: list[dict]) -> set[str]:
    """The ARNs that rules refer to."""
    return {body["ARN"] for statement in walk(rules) if "ARN" in (body := statement[kind_of(statement)])}


def cost(rules: list[dict], resolve_group) -> int:
    """The capacity units of rules."""
    def of_group(kind: str, body: dict) -> int:
        if kind == "ManagedRuleGroupStatement":
            return managed.find(body["VendorName"], body["Name"])["Capacity"]
        return resolve_group(body["ARN"]).document["Capacity"]

    return capacity.of_rules(rules, of_group)


def over_capacity() -> AwsError:
    code, message = OVER_LIMIT
    return AwsError(code, f"{message} You exceeded the capacity limit for a rule group or web ACL.")


def labels(namespace: str, rules: list[dict]) -> dict:
    """Which labels rules add and which they look for, as rule groups tell them."""
    added = {namespace + label["Name"] for rule in rules for label in rule.get("RuleLabels", ())}
    sought = {body["Key"] if body["Key"].startswith("awswaf:") else namespace + body["Key"]
              for statement in walk(rules) if (body := statement.get("LabelMatchStatement"))}
    return {name: [{"Name": each} for each in sorted(found)]
            for name, found in (("AvailableLabels", added), ("ConsumedLabels", sought)) if found}
