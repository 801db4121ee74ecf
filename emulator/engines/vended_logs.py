"""Logs that a service writes of a resource of its own: they go where the account's deliveries of that resource lead.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
"""

from datetime import UTC, datetime

from emulator.engines import target_calls
from emulator.engines.log_records import JSON, Form, Log
from emulator.kernel.context import Context, Principal, acting

SERVICE = "delivery.logs.amazonaws.com"


def write(ctx: Context, resource: str, log_type: str, lines: list[tuple[int, Log]], key: str = "") -> None:
    """Bring lines, (milliseconds, record or text), of a resource (an ARN) to all of its deliveries of a type.

    ``key`` is the object in a bucket, where the service has a form of its own for it. Raises AwsError.
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
        destination = destination["deliveryDestination"]
        form = Form(destination.get("outputFormat") or JSON, tuple(each.get("recordFields", ())),
                    each.get("fieldDelimiter") or Form().delimiter)  # fmt: skip
        arn = destination["deliveryDestinationConfiguration"]["destinationResourceArn"]
        _send(ctx, target_calls.read(arn), who, owner, lines, form, key)


def _send(ctx: Context, to: target_calls.Arn, who: Principal, owner: target_calls.Arn, lines: list, form: Form,
          key: str) -> None:  # fmt: skip
    if to.service == "logs":
        target_calls.log(ctx, to, who, owner.resource.replace(":", "/"), [(at, form.line(log)) for at, log in lines])
    elif to.service == "firehose":
        for _, log in lines:
            target_calls.delivery_stream(ctx, to, f"{form.line(log)}\n").make(ctx, who, to.where(ctx))
    else:
        day = datetime.fromtimestamp(ctx.now, UTC)
        key = key or "/".join(("AWSLogs", owner.account, owner.service, owner.region, f"{day:%Y/%m/%d/%H}",
                        f"{ctx.ids.hex(8)}.log"))  # fmt: skip
        body = form.file(log for _, log in lines)
        ctx.call("s3", "PutObject", {"Bucket": to.resource, "Key": key, "Body": body}, as_=who)
