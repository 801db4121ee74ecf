"""What IAM is told of CloudWatch: the ARN that a call acts on, and its condition keys.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
"""

from emulator.auth.policies import Keys
from emulator.kernel.context import Context, arn
from emulator.services.cloudwatch.service import service

# Members of inputs that name something: what stands before the name in its ARN.
NAMED = {
    "AlarmName": "alarm:", "AlarmNames": "alarm:", "DashboardName": "dashboard/", "DashboardNames": "dashboard/",
    "RuleName": "insight-rule/", "RuleNames": "insight-rule/", "AlarmMuteRuleName": "alarm-mute-rule:",
    "DatasetIdentifier": "dataset/",
}  # fmt: skip
# Operations whose member has a name that others have for something else.
OWN = {
    "PutMetricStream": ("Name", "metric-stream/"), "GetMetricStream": ("Name", "metric-stream/"),
    "DeleteMetricStream": ("Name", "metric-stream/"), "StartMetricStreams": ("Names", "metric-stream/"),
    "StopMetricStreams": ("Names", "metric-stream/"), "PutAlarmMuteRule": ("Name", "alarm-mute-rule:"),
    "PutMetricDataQueryDefinition": ("Id", "metric-query-definition/"),
    "GetMetricDataQueryDefinition": ("Id", "metric-query-definition/"),
    "DeleteMetricDataQueryDefinition": ("Id", "metric-query-definition/"),
}  # fmt: skip
# Operations that IAM does not hold to a resource.
FREE = ("DescribeAlarmsForMetric", "ListAlarmMuteRules", "DescribeInsightRules", "ListDashboards", "ListMetrics")


def resource_of(ctx: Context) -> str | None:
    """The ARN of what a call names; of several things a pattern for their kind."""
    given = ctx.input
    if given.get("ResourceARN", "").startswith("arn:"):
        return given["ResourceARN"]
    if ctx.operation in FREE:
        return None
    own = OWN.get(ctx.operation)
    member, kind = own or next(((name, kind) for name, kind in NAMED.items() if given.get(name)), ("", ""))
    value = given.get(member)
    if not value:
        return None
    names = value if isinstance(value, list) else [value]
    name = names[0] if len(names) == 1 else "*"
    if name.startswith("arn:"):
        return name
    return arn(ctx, "cloudwatch", kind + name, region="" if kind == "dashboard/" else None)


def condition_keys(ctx: Context, resource: str) -> Keys:
    """What conditions may ask about data and alarms that are put."""
    found: dict[str, list[str]] = {}
    if ctx.operation == "PutMetricData" and ctx.input.get("Namespace"):
        found["cloudwatch:namespace"] = [ctx.input["Namespace"]]
    actions = [each for name in ("OKActions", "AlarmActions", "InsufficientDataActions")
               for each in ctx.input.get(name) or ()]  # fmt: skip
    if actions:
        found["cloudwatch:alarmactions"] = actions
    return found


service.resource_of, service.condition_keys = resource_of, condition_keys
