"""What a web ACL decides about a request: its rules in order, rule groups inside them, actions, labels, answers.

https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-rule-group-processing-order.html
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from emulator.engines.firewall.capacity import kind_of
from emulator.engines.firewall.requests import WebRequest
from emulator.engines.firewall.statements import Inspection, Sources

GROUPS = ("ManagedRuleGroupStatement", "RuleGroupReferenceStatement")
CONTENT_TYPES = {"TEXT_PLAIN": "text/plain", "TEXT_HTML": "text/html", "APPLICATION_JSON": "application/json"}
TOKENS = {"Captcha": (405, "captcha"), "Challenge": (202, "challenge")}  # status, and what the answer's header says
IMMUNITY = 300  # seconds that a token is good for
DEFAULT = "Default_Action"


class Group(NamedTuple):
    """A rule group as it is evaluated. ``id`` is how logs name it, ``namespace`` the beginning of its labels."""

    id: str
    namespace: str
    rules: list[dict]
    bodies: dict[str, dict] = {}


class Answer(NamedTuple):
    """What the client gets in place of what it asked for."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class Matched(NamedTuple):
    """A rule that matched. ``action`` is what became of it, ``own`` what the rule says itself where that differs."""

    rule: str
    action: str
    group: str = ""
    own: str = ""
    metric: str = ""
    rate: bool = False


class Verdict(NamedTuple):
    """``action`` is ALLOW, BLOCK, CAPTCHA or CHALLENGE; ``ended`` the rule that decided, None for the default action.

    ``answer`` is for the client where the request is not let through, ``insert`` what goes along where it is.
    ``counted`` are the rules that matched without deciding; ``token`` why a token was not good.
    """

    action: str
    ended: Matched | None
    answer: Answer | None
    insert: tuple[tuple[str, str], ...]
    labels: tuple[str, ...]
    counted: tuple[Matched, ...]
    token: str = ""


class Firewall(NamedTuple):
    """What a web ACL's evaluation needs: ``group`` finds a group by its statement, ``token(kind, immunity)`` tells ""
    for a good token of the request, else AWS's reason; ``page(kind)`` is the page of a puzzle or challenge."""

    sources: Sources
    group: Callable[[str, dict], Group]
    token: Callable[[str, int], str]
    page: Callable[[str], bytes]


class _Ended(Exception):
    def __init__(self, matched: Matched, action: dict, bodies: dict, token: str = ""):
        self.matched, self.action, self.bodies, self.token = matched, action, bodies, token


class Evaluation:
    """One web ACL over one request. ``acl`` is the wire form of a WebACL."""

    def __init__(self, acl: dict, request: WebRequest, firewall: Firewall):
        self.acl, self.request, self.firewall = acl, request, firewall
        self.inspection = Inspection(request, firewall.sources)
        self.counted: list[Matched] = []
        self.insert: list[tuple[str, str]] = []

    def verdict(self) -> Verdict:
        bodies = self.acl.get("CustomResponseBodies", {})
        try:
            for rule in sorted(self.acl.get("Rules", ()), key=lambda each: each["Priority"]):
                self._rule(rule, self.acl["LabelNamespace"], bodies)
        except _Ended as ended:
            return self._end(ended.matched, ended.action, ended.bodies, ended.token)
        return self._end(None, self.acl["DefaultAction"], bodies)

    def _rule(self, rule: dict, namespace: str, bodies: dict) -> None:
        kind = kind_of(rule["Statement"])
        if kind in GROUPS:
            self._group(rule, kind)
            return
        self.inspection.rule, self.inspection.namespace = rule["Name"], namespace
        if not self.inspection.holds(rule["Statement"]):
            return
        self._add_labels(rule, namespace)
        self._act(rule, rule["Action"], bodies, Matched(
            rule["Name"], "", metric=rule["VisibilityConfig"]["MetricName"], rate=kind == "RateBasedStatement"))

    def _group(self, rule: dict, kind: str) -> None:
        body = rule["Statement"][kind]
        if "ScopeDownStatement" in body and not self.inspection.holds(body["ScopeDownStatement"]):
            return
        group = self.firewall.group(kind, body)
        overrides = {each["Name"]: each["ActionToUse"] for each in body.get("RuleActionOverrides", ())}
        overrides |= {each["Name"]: {"Count": {}} for each in body.get("ExcludedRules", ())}
        only_count = "Count" in rule.get("OverrideAction", {})
        metric = rule["VisibilityConfig"]["MetricName"]
        for each in sorted(group.rules, key=lambda one: one["Priority"]):
            self.inspection.rule, self.inspection.namespace = each["Name"], group.namespace
            if not self.inspection.holds(each["Statement"]):
                continue
            self._add_labels(each, group.namespace)
            action = overrides.get(each["Name"], each["Action"])
            own = next(iter(each["Action"])).upper() if action != each["Action"] else ""
            matched = Matched(each["Name"], "", group.id, own, metric)
            if only_count and not ({"Count"} & set(action)):
                self.counted.append(matched._replace(action="COUNT", own=next(iter(action)).upper()))
                return
            self._act(each, action, group.bodies, matched)

    def _add_labels(self, rule: dict, namespace: str) -> None:
        for label in rule.get("RuleLabels", ()):
            name = label["Name"]
            self.inspection.label(name if name.startswith("awswaf:") else namespace + name)

    def _act(self, rule: dict, action: dict, bodies: dict, matched: Matched) -> None:
        (kind, how), = action.items()
        matched = matched._replace(action=kind.upper())
        if kind in TOKENS:
            token = self.firewall.token(kind, self._immunity(rule, kind))
            if token:
                raise _Ended(matched, action, bodies, token)
        elif kind != "Count":
            raise _Ended(matched, action, bodies)
        self.counted.append(matched)
        self.insert += _inserted(how)

    def _immunity(self, rule: dict, kind: str) -> int:
        member = f"{kind}Config"
        config = rule.get(member) or self.acl.get(member) or {}
        return config.get("ImmunityTimeProperty", {}).get("ImmunityTime", IMMUNITY)

    def _end(self, matched: Matched | None, action: dict, bodies: dict, token: str = "") -> Verdict:
        (kind, how), = action.items()
        answer = None
        if kind == "Allow":
            self.insert += _inserted(how)
        elif kind in TOKENS:
            answer = self._token_answer(kind)
        elif kind == "Monetize":
            answer = Answer(402)
        else:
            answer = _blocked(how.get("CustomResponse"), bodies)
        word = {"Monetize": "BLOCK"}.get(kind, kind.upper())
        return Verdict(word, matched, answer, tuple(self.insert), tuple(self.inspection.labels), tuple(self.counted),
                       token)

    def _token_answer(self, kind: str) -> Answer:
        status, word = TOKENS[kind]
        headers = (("x-amzn-waf-action", word), ("cache-control", "no-store, max-age=0"))
        if "text/html" not in (self.request.header("accept") or ""):
            return Answer(status, headers)
        page = self.firewall.page(kind)
        return Answer(status, (*headers, ("content-type", "text/html; charset=UTF-8")), page)


def _inserted(how: dict[str, Any]) -> list[tuple[str, str]]:
    given = how.get("CustomRequestHandling", {}).get("InsertHeaders", ())
    return [(f"x-amzn-waf-{each['Name']}", each["Value"]) for each in given]


def _blocked(custom: dict | None, bodies: dict) -> Answer:
    if custom is None:
        return Answer(403)
    headers = [(each["Name"], each["Value"]) for each in custom.get("ResponseHeaders", ())]
    body = bodies.get(custom.get("CustomResponseBodyKey", ""))
    if body is None:
        return Answer(custom["ResponseCode"], tuple(headers))
    headers.append(("content-type", CONTENT_TYPES[body["ContentType"]]))
    return Answer(custom["ResponseCode"], tuple(headers), body["Content"].encode())
