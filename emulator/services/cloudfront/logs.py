"""Real-time logs, metrics subscriptions and resource policies.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/real-time-logs.html
"""

import json

from emulator.kernel.store import ACCOUNT
from emulator.resources import Resource, declared
from emulator.services.cloudfront.common import ARN, NO_ENTITY, invalid, listing, service

RealtimeLogConfig = Resource(
    "RealtimeLogConfig", service, id="Name", scope=ACCOUNT, arn=ARN + "realtime-log-config/{Name}", arn_member="ARN",
    by_arn=True, create="CreateRealtimeLogConfig", read="GetRealtimeLogConfig", update="UpdateRealtimeLogConfig",
    delete="DeleteRealtimeLogConfig", list=listing("ListRealtimeLogConfigs"),
    missing=("NoSuchRealtimeLogConfig", "The specified real-time log configuration does not exist."),
    exists=("RealtimeLogConfigAlreadyExists", "A real-time log configuration with this name already exists."),
    cloudformation="AWS::CloudFront::RealtimeLogConfig",
)  # fmt: skip

MonitoringSubscription = Resource(
    "MonitoringSubscription", service, id="DistributionId", scope=ACCOUNT, create="CreateMonitoringSubscription",
    read="GetMonitoringSubscription", delete="DeleteMonitoringSubscription",
    missing=("NoSuchMonitoringSubscription", "A monitoring subscription does not exist for this distribution."),
    exists=("MonitoringSubscriptionAlreadyExists", "A monitoring subscription already exists for this distribution."),
    cloudformation="AWS::CloudFront::MonitoringSubscription",
)  # fmt: skip

ResourcePolicy = Resource(
    "ResourcePolicy", service, id="ResourceArn", scope=ACCOUNT, read="GetResourcePolicy",
    delete="DeleteResourcePolicy", missing=NO_ENTITY,
)  # fmt: skip


@service.operation
def put_resource_policy(ctx, ResourceArn, PolicyDocument):
    """Say who may use a resource that is shared."""
    try:
        json.loads(PolicyDocument)
    except ValueError as error:
        raise invalid("The policy document is not valid JSON.") from error
    if owner(ctx, ResourceArn) is None:
        raise ResourcePolicy.is_missing({})
    ResourcePolicy.make(ctx, {"ResourceArn": ResourceArn, "PolicyDocument": PolicyDocument})
    return {"ResourceArn": ResourceArn}


def owner(ctx, arn: str):
    """The resource of this service with an ARN."""
    for kind in declared(service):
        if kind.arn and kind.parse_arn(arn) is not None:
            return kind.find_arn(ctx, arn)
    return None
