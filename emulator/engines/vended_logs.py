"""Logs that a service writes of a resource of its own: they go where the account's deliveries of that resource lead.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
"""

from datetime import UTC, datetime

from emulator.engines import target_calls
from emulator.kernel.context import Context, Principal, acting

SERVICE = "delivery.logs.amazonaws.com"


def write(ctx: Context, resource: str, log_type: str, lines: list[tuple[int, str]], key: str = "") -> None:
    """Bring lines, (milliseconds, text), of a resource (an ARN) to all of its deliveries of a type. Raises AwsError.

    ``key`` is the object in a bucket, where the service has a form of its own for it.
    """
    owner = target_calls.read(resource)
    who, where = acting(SERVICE, resource, owner.account), owner.where(ctx)
    rows = ctx.call("logs", "DescribeDeliverySources", {"resourceArns": [resource]}, as_=who, **where)
    names = [each["name"] for each in rows["deliverySources"] if each["logType"] == log_type]
    if not names:
        return
    found = ctx.call("logs", "DescribeDeliveries", {"deliverySourceNames": names}, as_=who, **where)
    for each in found["deliveries"]:
        to = target_calls.read(each["deliveryDestinationArn"])
        destination = ctx.call("logs", "GetDeliveryDestination", {"name": to.name}, as_=who, **to.where(ctx))
        arn = destination["deliveryDestination"]["deliveryDestinationConfiguration"]["destinationResourceArn"]
        _send(ctx, target_calls.read(arn), who, owner, lines, key)


def _send(ctx: Context, to: target_calls.Arn, who: Principal, owner: target_calls.Arn, lines: list, key: str) -> None:
    if to.service == "logs":
        target_calls.log(ctx, to, who, owner.resource.replace(":", "/"), lines)
    elif to.service == "firehose":
        for _, text in lines:
            target_calls.delivery_stream(ctx, to, f"{text}\n").make(ctx, who, to.where(ctx))
    else:
        day = datetime.fromtimestamp(ctx.now, UTC)
        key = key or "/".join(("AWSLogs", owner.account, owner.service, owner.region, f"{day:%Y/%m/%d/%H}",
                        f"{ctx.ids.hex(8)}.log"))  # fmt: skip
        body = "".join(f"{text}\n" for _, text in lines).encode()
        ctx.call("s3", "PutObject", {"Bucket": to.resource, "Key": key, "Body": body}, as_=who)
