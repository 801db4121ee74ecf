"""Requests at the resources that web ACLs protect: evaluated, sampled, logged.

What the rules mean is the engine's (``emulator.engines.firewall``); this is what they refer to, and what remains of it.
"""

from functools import partial

from emulator.engines.firewall import port, tokens
from emulator.engines.firewall.rates import Rates
from emulator.engines.firewall.requests import WebRequest
from emulator.engines.firewall.statements import Sources
from emulator.engines.firewall.verdicts import DEFAULT, Answer, Evaluation, Firewall, Group, Verdict
from emulator.engines.places import located
from emulator.kernel.store import ACCOUNT, Record, Table
from emulator.services.wafv2 import logs, managed, metrics, seen
from emulator.services.wafv2.acls import RuleGroup, WebACL, find_acl, namespace
from emulator.services.wafv2.associations import associations
from emulator.services.wafv2.sets import IPSet, RegexPatternSet


class Secret(Record):
    """What an account's tokens are signed with."""

    text: str


secrets = Table("wafv2.secret", Secret, key=lambda _: "secret", scope=ACCOUNT)


def _secret(ctx) -> str:
    rows = ctx.rows(secrets)
    return (rows.get("secret") or rows.put(Secret(ctx.ids.hex(64)))).text


@port.provide
def inspect(ctx, request: WebRequest, source: str, *, resource: str, acl: str) -> port.Passage:
    """What the firewall says of a request; see ``emulator.engines.firewall.port``."""
    if not acl:
        found = ctx.rows(associations).get(resource)
        if found is None:
            return port.OPEN
        acl = found.acl
    record = find_acl(ctx, acl)
    domain = _domain(record, request)
    if request.path == tokens.PATH and request.method == "POST":
        return port.Passage(_hand_in(ctx, request, domain))
    verdict = Evaluation(WebACL.view(ctx, record), request, _firewall(ctx, record, request, domain)).verdict()
    _sample(ctx, record, request, verdict)
    metrics.decided(ctx, record, verdict)
    logs.write(ctx, record, request, verdict, source, resource)
    return port.Passage(verdict.answer, verdict.insert)


def _domain(record, request: WebRequest) -> str:
    """The domain that tokens of a request are for: the host, or the one of the web ACL's that it belongs to."""
    host = (request.header("host") or "").partition(":")[0].lower()
    for domain in record.document.get("TokenDomains", ()):
        if host == domain or host.endswith(f".{domain}"):
            return domain
    return host


def _hand_in(ctx, request: WebRequest, domain: str) -> Answer:
    earned = tokens.earned(_secret(ctx), request.body, domain, ctx.now)
    if earned is None:
        return Answer(403)
    token, target = earned
    return Answer(303, (("location", target), ("set-cookie", f"{tokens.COOKIE}={token}; Path=/; SameSite=Lax")))


def _firewall(ctx, record, request: WebRequest, domain: str) -> Firewall:
    held = dict(request.cookies()).get(tokens.COOKIE) or request.header("x-aws-waf-token")
    target = request.path + (f"?{request.query}" if request.query else "")

    def exceeds(rule: str, key: str, limit: int, window: int) -> bool:
        return ctx.backend(Rates).exceeds((record.arn, rule), key, limit, window, ctx.now)

    sources = Sources(
        lambda arn: _document(ctx, IPSet, arn).get("Addresses", []),
        lambda arn: [each["RegexString"] for each in _document(ctx, RegexPatternSet, arn)["RegularExpressionList"]],
        partial(located, ctx), exceeds,
    )  # fmt: skip
    return Firewall(
        sources, partial(_group, ctx),
        lambda kind, immunity: tokens.problem(_secret(ctx), held, kind, domain, immunity, ctx.now),
        lambda kind: tokens.page(_secret(ctx), kind, target, ctx.now),
    )  # fmt: skip


def _document(ctx, resource, arn: str) -> dict:
    return resource.find_arn(ctx, arn).document


def _group(ctx, kind: str, body: dict) -> Group:
    if kind == "ManagedRuleGroupStatement":
        group = managed.find(body["VendorName"], body["Name"])
        return Group(f"{body['VendorName']}#{body['Name']}", group["LabelNamespace"], group["Rules"])
    record = RuleGroup.find_arn(ctx, body["ARN"])
    document = record.document
    return Group(record.arn, namespace(record, "rulegroup"), document["Rules"],
                 document.get("CustomResponseBodies", {}))  # fmt: skip


def _sample(ctx, record, request: WebRequest, verdict: Verdict) -> None:
    """Keep the request under the metric of each rule that matched, and of the default action where that decided."""
    told = {
        "Request": {"ClientIP": request.client, "Country": located(ctx, request.client).place.country or "-",
                    "URI": request.path, "Method": request.method,
                    "HTTPVersion": request.version,
                    "Headers": [{"Name": name, "Value": value} for name, value in request.headers]},
        "Weight": 1, "Timestamp": ctx.now, "Labels": [{"Name": each} for each in verdict.labels],
        "RequestHeadersInserted": [{"Name": name, "Value": value} for name, value in verdict.insert],
    }  # fmt: skip
    if verdict.answer is not None:
        told["ResponseCodeSent"] = verdict.answer.status
    if verdict.token:
        failure = {"ResponseCode": verdict.answer.status, "FailureReason": verdict.token}
        told["CaptchaResponse" if verdict.action == "CAPTCHA" else "ChallengeResponse"] = failure
    sampled = {rule["VisibilityConfig"]["MetricName"] for rule in record.document["Rules"]
               if rule["VisibilityConfig"]["SampledRequestsEnabled"]}  # fmt: skip
    matched = (*verdict.counted, *([verdict.ended] if verdict.ended else ()))
    for each in [each for each in matched if each.metric in sampled]:
        inside = {"RuleNameWithinRuleGroup": f"{each.group}#{each.rule}"} if each.group else {}
        own = {"OverriddenAction": each.own} if each.own else {}
        seen.remember(ctx, record.arn, each.metric, request.path, {**told, "Action": each.action, **inside, **own})
    if verdict.ended is None and record.document["VisibilityConfig"]["SampledRequestsEnabled"]:
        seen.remember(ctx, record.arn, DEFAULT, request.path, {**told, "Action": verdict.action})
