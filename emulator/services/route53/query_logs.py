"""Query logging: what the name servers are asked goes to a log group.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html
"""

import re

from emulator.kernel.context import acting
from emulator.kernel.errors import AwsError
from emulator.kernel.store import ACCOUNT
from emulator.resources import IdPattern, Listing, Resource
from emulator.services.route53.service import bare, invalid, location, service
from emulator.services.route53.vpcs import INVALID_TOKEN
from emulator.services.route53.zones import Zone

GROUP = re.compile(r"arn:aws[\w-]*:logs:us-east-1:\d{12}:log-group:([^:]+)(?::\*)?")
EDGE = "LOC1"  # the edge location of every answer

QueryLoggingConfig = Resource(
    "QueryLoggingConfig", service, id=IdPattern("{uuid}"), scope=ACCOUNT,
    arn="arn:{partition}:route53:::queryloggingconfig/{Id}", create="CreateQueryLoggingConfig",
    read="GetQueryLoggingConfig", delete="DeleteQueryLoggingConfig",
    list=Listing("ListQueryLoggingConfigs", {
        "HostedZoneId": lambda view, given: view["HostedZoneId"] == bare(given)}, invalid_token=INVALID_TOKEN),
    missing=("NoSuchQueryLoggingConfig", "The query logging configuration with the ID '{Id}' doesn't exist."),
)  # fmt: skip
QueryLoggingConfig.on_read(location("queryloggingconfig"))


@QueryLoggingConfig.on_validate
def check(ctx, document, before):
    zone = Zone.get(ctx, {"Id": document["HostedZoneId"]})
    document["HostedZoneId"] = zone.id[0]
    if "VPCs" in zone.document:
        raise invalid("Query logging is not supported for private hosted zones.")
    group = GROUP.fullmatch(document["CloudWatchLogsLogGroupArn"])
    if not group:
        raise invalid("The ARN for the CloudWatch Logs log group is invalid")
    if any(each.document["HostedZoneId"] == zone.id[0] for each in QueryLoggingConfig.rows(ctx)):
        raise AwsError("QueryLoggingConfigAlreadyExists")
    try:
        found = ctx.call("logs", "DescribeLogGroups", {"logGroupNamePrefix": group[1]}, region="us-east-1")
    except AwsError as error:
        if error.status != 501:  # CloudWatch Logs is not here: nothing can be said of the group
            raise
        return
    if all(each["logGroupName"] != group[1] for each in found["logGroups"]):
        raise AwsError("NoSuchCloudWatchLogsLogGroup")


@Zone.on_delete
def forgotten(ctx, record):
    for each in list(QueryLoggingConfig.rows(ctx)):
        if each.document["HostedZoneId"] == record.id[0]:
            QueryLoggingConfig.remove(ctx, each)


def log(ctx, zone, line: str) -> None:
    """Write one line of a zone's queries, where they are logged."""
    config = next((each for each in QueryLoggingConfig.rows(ctx) if each.document["HostedZoneId"] == zone.id[0]), None)
    if config is None:
        return
    group = GROUP.fullmatch(config.document["CloudWatchLogsLogGroupArn"])[1]
    stream = {"logGroupName": group, "logStreamName": f"{zone.id[0]}/{EDGE}"}
    where = {"as_": acting("route53.amazonaws.com", zone.arn, ctx.account), "region": "us-east-1"}
    try:
        ctx.call("logs", "CreateLogStream", stream, **where)
    except AwsError as error:
        if error.code != "ResourceAlreadyExistsException":
            return
    event = {"timestamp": int(ctx.now * 1000), "message": line}
    ctx.call("logs", "PutLogEvents", {**stream, "logEvents": [event]}, **where)
