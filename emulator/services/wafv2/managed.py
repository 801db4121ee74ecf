"""Managed rule groups under AWS's names, with rules that are the emulator's own.

AWS does not publish what its rules look for, so these stand for them: names, labels, capacities and actions are AWS's,
https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html; the patterns are not, which
their descriptions say. A group whose rules need what no local system has (reputation, fraud, bots) knows only what
its file tells.
"""

import json
from functools import cache
from pathlib import Path

from emulator.services.wafv2.service import MISSING, refusal

VENDOR = "AWS"
VERSION = "Version_1.0"
UPDATED = 1_700_000_000  # of the files beside this module
MARK = "The emulator's own rules under AWS's name."
DATA = Path(__file__).parent / "data" / "managed_rule_groups.json"

FIELDS = {
    "body": {"Body": {"OversizeHandling": "CONTINUE"}}, "uri": {"UriPath": {}}, "query": {"QueryString": {}},
    "arguments": {"AllQueryArguments": {}}, "method": {"Method": {}},
    "cookies": {"Cookies": {"MatchPattern": {"All": {}}, "MatchScope": "ALL", "OversizeHandling": "CONTINUE"}},
    "headers": {"Headers": {"MatchPattern": {"All": {}}, "MatchScope": "VALUE", "OversizeHandling": "CONTINUE"}},
}  # fmt: skip
DECODED = [{"Priority": 0, "Type": "URL_DECODE"}, {"Priority": 1, "Type": "LOWERCASE"}]
PLAIN = [{"Priority": 0, "Type": "NONE"}]


def _field(name: str) -> dict:
    return FIELDS.get(name, {"SingleHeader": {"Name": name}})


def _statement(field: str, match: dict) -> dict:
    """The statement that a line of the file stands for."""
    (kind, value), = match.items()
    if kind == "regex":
        return {"RegexMatchStatement": {"RegexString": value, "FieldToMatch": _field(field),
                                        "TextTransformations": DECODED}}
    if kind == "sqli":
        return {"SqliMatchStatement": {"SensitivityLevel": value, "FieldToMatch": _field(field),
                                       "TextTransformations": DECODED}}
    if kind == "xss":
        return {"XssMatchStatement": {"FieldToMatch": _field(field), "TextTransformations": DECODED}}
    if kind == "size":
        return {"SizeConstraintStatement": {"ComparisonOperator": value[0], "Size": value[1],
                                            "FieldToMatch": _field(field), "TextTransformations": PLAIN}}
    if kind == "absent":
        return {"NotStatement": {"Statement": {"SizeConstraintStatement": {
            "ComparisonOperator": "GT", "Size": 0, "FieldToMatch": _field(field), "TextTransformations": PLAIN}}}}
    return {"Addresses": value}  # evaluated as an IP set that no account has


@cache
def groups() -> dict[str, dict]:
    """The managed rule groups by name: description, capacity, label namespace, and rules as a rule group's."""
    found = {}
    for name, group in json.loads(DATA.read_text())["groups"].items():
        namespace = f"awswaf:managed:aws:{group['label']}:"
        found[name] = {
            "Description": f"{group['about']} {MARK}", "Capacity": group["capacity"], "LabelNamespace": namespace,
            "Advanced": group.get("advanced", False),
            "Rules": [
                {"Name": rule, "Priority": place, "Action": {action: {}}, "Statement": _statement(field, match),
                 "RuleLabels": [{"Name": namespace + rule}]}
                for place, (rule, action, field, match) in enumerate(group["rules"])
            ],
        }  # fmt: skip
    return found


def find(vendor: str, name: str) -> dict:
    """A managed rule group. Raises WAFNonexistentItemException."""
    if vendor != VENDOR or name not in groups():
        raise refusal(MISSING)
    return groups()[name]
