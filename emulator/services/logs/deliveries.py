"""Deliveries of vended logs: a source (a resource that makes logs), a destination, and the delivery that joins them.

What the resource's service writes is its own matter; here stand the three and what holds them together.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
"""

from operator import itemgetter

import orjson

from emulator.kernel.store import replace
from emulator.resources import IdPattern, Listing, Resource, Tags
from emulator.resources.errors import refuse
from emulator.services.logs.delivery_templates import TEMPLATES, template
from emulator.services.logs.errors import refused
from emulator.services.logs.pages import paged
from emulator.services.logs.service import service
from emulator.services.logs.upserts import put

BAD_TOKEN = ("ValidationException", "The specified nextToken is invalid.", 400)
TYPES = {"s3": "S3", "logs": "CWL", "firehose": "FH"}  # by the service in the ARN
IN_USE = ("ConflictException", "This operation is not allowed: a delivery is using {name}.")
NO_SOURCE = ("ResourceNotFoundException", "Requested Delivery Source does not exist in this account.")
NO_DESTINATION = ("ResourceNotFoundException", "Requested Delivery Destination does not exist in this account.")
NO_DELIVERY = ("ResourceNotFoundException", "Requested Delivery does not exist in this account.")
TIMES = {"created": "made", "modified": "changed", "arn_member": "arn"}

Source = Resource(
    "DeliverySource", service, id="name", arn="arn:{partition}:logs:{region}:{account}:delivery-source:{name}",
    read="GetDeliverySource", delete="DeleteDeliverySource", missing=NO_SOURCE, tags=Tags(member="tags"),
    list=Listing("DescribeDeliverySources", {"resourceArns": lambda view, given: bool(
        set(view["resourceArns"]) & set(given))}, limit=50, invalid_token=BAD_TOKEN), **TIMES,
)  # fmt: skip
Destination = Resource(
    "DeliveryDestination", service, id="name",
    arn="arn:{partition}:logs:{region}:{account}:delivery-destination:{name}", read="GetDeliveryDestination",
    delete="DeleteDeliveryDestination", missing=NO_DESTINATION, tags=Tags(member="tags"), list=Listing(
        "DescribeDeliveryDestinations", {"names": lambda view, given: view["name"] in given}, limit=50,
        invalid_token=BAD_TOKEN), **TIMES,
)  # fmt: skip
Delivery = Resource(
    "Delivery", service, id=IdPattern("{16:A-Za-z0-9}", "id"),
    arn="arn:{partition}:logs:{region}:{account}:delivery:{id}", create="CreateDelivery", read="GetDelivery",
    update="UpdateDeliveryConfiguration", delete="DeleteDelivery", missing=NO_DELIVERY, tags=Tags(member="tags"),
    list=Listing("DescribeDeliveries", {"deliverySourceNames": lambda view, given: (
        view["deliverySourceName"] in given)}, limit=50, invalid_token=BAD_TOKEN), **TIMES,
)  # fmt: skip


@service.operation
def put_delivery_source(ctx, name, resourceArn, logType, tags=None, deliverySourceConfiguration=None):
    """Raises ConflictException, ValidationException."""
    of = resourceArn.split(":")[2] if resourceArn.startswith("arn:") else ""
    if not of:
        raise refused(f"The resource ARN {resourceArn} is not valid.")
    given = {"name": name, "resourceArns": [resourceArn], "service": of, "logType": logType,
             "deliverySourceConfiguration": deliverySourceConfiguration}  # fmt: skip
    return Source.output(ctx, put(ctx, Source, given, tags=tags), "GetDeliverySource")


@service.operation
def put_delivery_destination(
    ctx, name, outputFormat=None, deliveryDestinationConfiguration=None, deliveryDestinationType=None, roleArn=None,
    tags=None,
):  # fmt: skip
    """Raises ValidationException."""
    kind = deliveryDestinationType
    if deliveryDestinationConfiguration is not None:
        arn = deliveryDestinationConfiguration["destinationResourceArn"]
        kind = TYPES.get(arn.split(":")[2] if arn.startswith("arn:") else "")
        if kind is None or deliveryDestinationType not in (None, kind):
            raise refused(f"The destination {arn} is not valid for this type of delivery destination.")
    elif kind != "XRAY":
        raise refused("deliveryDestinationConfiguration is required for this type of delivery destination.")
    given = {"name": name, "outputFormat": outputFormat, "deliveryDestinationType": kind, "roleArn": roleArn,
             "deliveryDestinationConfiguration": deliveryDestinationConfiguration}  # fmt: skip
    return Destination.output(ctx, put(ctx, Destination, given, tags=tags), "GetDeliveryDestination")


@Source.on_delete
def source_unused(ctx, record):
    _unused(ctx, record, "deliverySourceName", record.id[0])


@Destination.on_delete
def destination_unused(ctx, record):
    _unused(ctx, record, "deliveryDestinationArn", record.arn)


def _unused(ctx, record, member: str, value: str) -> None:
    if any(each.document[member] == value for each in Delivery.rows(ctx)):
        raise refuse(IN_USE, {"name": record.id[0]})


@Delivery.on_validate
def joins(ctx, document, before):
    """Both ends must be there, and not be joined yet. Raises ConflictException, ResourceNotFoundException."""
    source = Source.get(ctx, {"name": document["deliverySourceName"]})
    if Destination.find_arn(ctx, document["deliveryDestinationArn"]) is None:
        raise Destination.is_missing({})
    if before is None:
        for each in Delivery.rows(ctx):
            if all(each.document[name] == document[name] for name in ("deliverySourceName", "deliveryDestinationArn")):
                raise refuse(IN_USE, {"name": source.id[0]})


@Delivery.on_create
def with_defaults(ctx, record):
    """A delivery takes what the template of its source says."""
    document = record.document
    source = Source.get(ctx, {"name": document["deliverySourceName"]}).document
    kind = Destination.find_arn(ctx, document["deliveryDestinationArn"]).document["deliveryDestinationType"]
    known = template(source["service"], source["logType"], kind)
    defaults = known["defaultDeliveryConfigValues"] if known else {}
    return replace(record, document={**defaults, **document, "deliveryDestinationType": kind})


# Policies of destinations


@service.operation
def put_delivery_destination_policy(ctx, deliveryDestinationName, deliveryDestinationPolicy):
    """Raises ResourceNotFoundException, ValidationException."""
    found = Destination.get(ctx, {"name": deliveryDestinationName})
    try:
        orjson.loads(deliveryDestinationPolicy)["Statement"]
    except (ValueError, KeyError, TypeError):
        raise refused("The policy is not a valid policy document.") from None
    Destination.put(ctx, replace(found, private={"policy": deliveryDestinationPolicy}))
    return {"policy": {"deliveryDestinationPolicy": deliveryDestinationPolicy}}


@service.operation
def get_delivery_destination_policy(ctx, deliveryDestinationName):
    """The policy, as far as there is one. Raises ResourceNotFoundException."""
    policy = Destination.get(ctx, {"name": deliveryDestinationName}).private.get("policy")
    return {"policy": {"deliveryDestinationPolicy": policy}} if policy else {"policy": {}}


@service.operation
def delete_delivery_destination_policy(ctx, deliveryDestinationName):
    """Raises ResourceNotFoundException."""
    found = Destination.get(ctx, {"name": deliveryDestinationName})
    Destination.put(ctx, replace(found, private={}))


@service.operation
def describe_configuration_templates(
    ctx, service=None, logTypes=None, resourceTypes=None, deliveryDestinationTypes=None, nextToken=None, limit=50
):
    """What deliveries of a service may carry. Raises ValidationException."""
    wanted = {"logType": logTypes, "resourceType": resourceTypes, "deliveryDestinationType": deliveryDestinationTypes}
    rows = [
        each for each in TEMPLATES
        if service in (None, each["service"]) and all(not names or each[by] in names for by, names in wanted.items())
    ]  # fmt: skip
    return paged(ctx, "configurationTemplates", rows, itemgetter("service", "logType", "deliveryDestinationType"),
                 nextToken, limit, [service, wanted], invalid=BAD_TOKEN)  # fmt: skip
