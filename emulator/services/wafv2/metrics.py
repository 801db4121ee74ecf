"""What web ACLs tell CloudWatch of their decisions.

https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html
"""

from emulator.engines.firewall.verdicts import Verdict
from emulator.engines.service_metrics import measure

NAMES = {"ALLOW": "AllowedRequests", "BLOCK": "BlockedRequests", "COUNT": "CountedRequests",
         "CAPTCHA": "CaptchaRequests", "CHALLENGE": "ChallengeRequests"}


def decided(ctx, record, verdict: Verdict) -> None:
    """Count a verdict under the web ACL as a whole, and each rule that matched under its own metric's name."""
    own = record.document["VisibilityConfig"]
    rules = {rule["VisibilityConfig"]["MetricName"] for rule in record.document["Rules"]
             if rule["VisibilityConfig"]["CloudWatchMetricsEnabled"]}  # fmt: skip
    if own["CloudWatchMetricsEnabled"]:
        _count(ctx, record, "ALL", verdict.action)
        if verdict.ended is None:
            _count(ctx, record, "Default_Action", verdict.action)
    for each in (*verdict.counted, *([verdict.ended] if verdict.ended else ())):
        if each.metric in rules:
            _count(ctx, record, each.metric, each.action)


def _count(ctx, record, rule: str, action: str) -> None:
    if action in NAMES:
        acl = record.document["VisibilityConfig"]["MetricName"]
        dimensions = (("Region", ctx.region), ("Rule", rule), ("WebACL", acl))
        measure(ctx, (ctx.account, ctx.region), "AWS/WAFV2", dimensions, ((NAMES[action], 1.0, "Count"),))
