"""Web ACL capacity units (WCU) of rules, and walking through nested statements.

https://docs.aws.amazon.com/waf/latest/developerguide/aws-waf-capacity-units.html and the page of each statement
"""

from collections.abc import Callable, Iterator

COSTS = {
    "GeoMatchStatement": 1, "IPSetReferenceStatement": 1, "LabelMatchStatement": 1, "SizeConstraintStatement": 1,
    "AsnMatchStatement": 1, "RegexMatchStatement": 3, "RegexPatternSetReferenceStatement": 25, "XssMatchStatement": 40,
    "SqliMatchStatement": 20, "ByteMatchStatement": 2, "RateBasedStatement": 2,
}  # fmt: skip
TRANSFORMATION, ALL_QUERY_ARGUMENTS, CUSTOM_KEY, ANY_POSITION = 10, 10, 30, 4
CONTAINS, SENSITIVE = 10, 30  # of a byte match that looks anywhere, and of a SQL match that looks closely


def kind_of(statement: dict) -> str:
    """The one member that a statement holds; "" where it is not exactly one."""
    named = [name for name, value in statement.items() if value is not None]
    return named[0] if len(named) == 1 else ""


def inner(statement: dict) -> list[dict]:
    """The statements that a statement holds."""
    body = statement[kind_of(statement)] if kind_of(statement) else {}
    return [*body.get("Statements", ()), *(body[name] for name in ("Statement", "ScopeDownStatement") if name in body)]


def walk(rules: list[dict]) -> Iterator[dict]:
    """Every statement of rules, the outer before the inner ones."""
    waiting = [rule["Statement"] for rule in rules if "Statement" in rule]
    while waiting:
        statement = waiting.pop(0)
        yield statement
        waiting = inner(statement) + waiting


def of_rules(rules: list[dict], of_group: Callable[[str, dict], int]) -> int:
    """The capacity of rules. ``of_group(kind, statement)`` tells that of a rule group that is referenced."""
    return sum(of_statement(rule["Statement"], of_group) for rule in rules if "Statement" in rule)


def of_statement(statement: dict, of_group: Callable[[str, dict], int]) -> int:
    kind = kind_of(statement)
    body = statement[kind]
    below = sum(of_statement(each, of_group) for each in inner(statement))
    if kind in ("ManagedRuleGroupStatement", "RuleGroupReferenceStatement"):
        return of_group(kind, body) + below
    cost = _base(kind, body)
    field = body.get("FieldToMatch", {})
    if "JsonBody" in field:
        cost *= 2
    if "AllQueryArguments" in field:
        cost += ALL_QUERY_ARGUMENTS
    transformed = [each for each in body.get("TextTransformations", ()) if each["Type"] != "NONE"]
    return cost + TRANSFORMATION * len(transformed) + CUSTOM_KEY * len(body.get("CustomKeys", ())) + below


def _base(kind: str, body: dict) -> int:
    if kind == "ByteMatchStatement" and body["PositionalConstraint"].startswith("CONTAINS"):
        return CONTAINS
    if kind == "SqliMatchStatement" and body.get("SensitivityLevel") == "HIGH":
        return SENSITIVE
    if kind == "IPSetReferenceStatement" and body.get("IPSetForwardedIPConfig", {}).get("Position") == "ANY":
        return COSTS[kind] + ANY_POSITION
    return COSTS.get(kind, 0)
