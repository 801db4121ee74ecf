"""What web ACLs saw: sampled requests, the paths they were for, and whom rate-based rules hold back.

https://docs.aws.amazon.com/waf/latest/APIReference/API_GetSampledRequests.html
"""

import ipaddress
from collections import Counter
from typing import Any

from emulator.engines.firewall.capacity import walk
from emulator.engines.firewall.rates import Rates
from emulator.kernel.errors import AwsError
from emulator.kernel.store import Record, Table
from emulator.services.wafv2.acls import WebACL, find_acl
from emulator.services.wafv2.service import MISSING, invalid, refusal, service

PERIOD = 3 * 3600  # seconds for which samples are kept
KEPT = 5000  # requests of a web ACL, of all its rules together
UNSUPPORTED = ("The rule that you've named doesn't aggregate solely on the IP address or solely on the forwarded IP "
               "address.")
DEFAULT = "Default_Action"  # the metric of what no rule ended


class Sample(Record):
    """One request that a rule, or the default action, decided about. ``told`` is a SampledHTTPRequest."""

    acl: str
    number: int
    metric: str
    time: float
    path: str
    told: dict[str, Any]


samples = Table("wafv2.sample", Sample, key=lambda each: (each.acl, each.number), ordered=True)


def remember(ctx, acl: str, metric: str, path: str, told: dict) -> None:
    """Keep a sample; the oldest of the web ACL go."""
    rows = ctx.rows(samples)
    last = next(rows.range((acl, KEPT * 10**9), reverse=True), None)
    number = last.number + 1 if last is not None and last.acl == acl else 1
    rows.put(Sample(acl, number, metric, ctx.now, path, told))
    rows.delete((acl, number - KEPT))


def _of(ctx, acl: str, window: dict) -> list[Sample]:
    """The samples of a web ACL in a time window, newest first."""
    start, end = max(window["StartTime"], ctx.now - PERIOD), window["EndTime"]
    found = []
    for each in ctx.rows(samples).range((acl, 0)):
        if each.acl != acl:
            break
        if start <= each.time <= end:
            found.append(each)
    return found[::-1]


@service.operation
def get_sampled_requests(ctx, WebAclArn, RuleMetricName, Scope, TimeWindow, MaxItems):
    """Raises WAFNonexistentItemException, WAFInvalidParameterException."""
    acl = find_acl(ctx, WebAclArn)
    metrics = [rule["VisibilityConfig"]["MetricName"] for rule in acl.document["Rules"]]
    if RuleMetricName not in (*metrics, DEFAULT, acl.document["VisibilityConfig"]["MetricName"]):
        raise refusal(MISSING)
    if TimeWindow["StartTime"] >= TimeWindow["EndTime"]:
        raise invalid("The time window is not valid.", "EXPIRE_TIMESTAMP", str(TimeWindow["StartTime"]))
    found = [each for each in _of(ctx, acl.arn, TimeWindow) if each.metric == RuleMetricName]
    window = {"StartTime": max(TimeWindow["StartTime"], ctx.now - PERIOD), "EndTime": TimeWindow["EndTime"]}
    return {"SampledRequests": [each.told for each in found[:MaxItems]], "PopulationSize": len(found),
            "TimeWindow": window}  # fmt: skip


@service.operation
def get_top_path_statistics_by_traffic(ctx, WebAclArn, Scope, TimeWindow, Limit, NumberOfTopTrafficBotsPerPath,
                                       UriPathPrefix=None, BotCategory=None, BotOrganization=None, BotName=None,
                                       NextMarker=None):  # fmt: skip
    """Counted over the samples; bots are not told apart. Raises WAFNonexistentItemException."""
    found = [] if BotCategory or BotOrganization or BotName else _of(ctx, find_acl(ctx, WebAclArn).arn, TimeWindow)
    counted = Counter(each.path for each in found if each.path.startswith(UriPathPrefix or ""))
    total = sum(counted.values())
    rows = [{"Path": path, "RequestCount": count, "Percentage": 100 * count / total, "TopBots": []}
            for path, count in counted.most_common(Limit)]  # fmt: skip
    return {"PathStatistics": rows, "TotalRequestCount": total, "TopCategories": []}


@service.operation
def get_rate_based_statement_managed_keys(ctx, Scope, WebACLName, WebACLId, RuleName, RuleGroupRuleName=None):
    """Raises WAFNonexistentItemException, WAFUnsupportedAggregateKeyTypeException."""
    acl = WebACL.get(ctx, {"Name": WebACLName, "Scope": Scope, "Id": WebACLId})
    rule = next((each for each in acl.document["Rules"] if each["Name"] == (RuleGroupRuleName or RuleName)), None)
    if rule is None:
        raise refusal(MISSING)
    rated = next((each["RateBasedStatement"] for each in walk([rule]) if "RateBasedStatement" in each), None)
    if rated is None and not RuleGroupRuleName:
        raise refusal(MISSING)
    if rated is not None and rated["AggregateKeyType"] not in ("IP", "FORWARDED_IP"):
        raise AwsError("WAFUnsupportedAggregateKeyTypeException", UNSUPPORTED)
    held = ctx.backend(Rates).held((acl.arn, RuleName), ctx.now)
    addresses = [ipaddress.ip_network(each) for each in sorted(held)]
    return {f"ManagedKeysIPV{version}": {
        "IPAddressVersion": f"IPV{version}", "Addresses": [str(each) for each in addresses if each.version == version]}
        for version in (4, 6)}
