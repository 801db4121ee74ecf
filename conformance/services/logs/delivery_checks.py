"""What proves that calls about deliveries did their work."""

from conformance.services.logs.checks import NEXT
from conformance.services.logs.fixtures import NOT_FOUND
from conformance.services.logs.hints import DISTRIBUTION, policy
from conformance.services.logs.readings import shows
from conformance.services.logs.resource_fixtures import BUCKET, declared
from conformance.services.readback import gone, listed, repeated, written

written(declared, "PutDeliverySource", read="GetDeliverySource", by=("name",), at="deliverySource",
        leave=("service",))
repeated(declared, "PutDeliverySource", at="deliverySource")
written(declared, "PutDeliveryDestination", read="GetDeliveryDestination", by=("name",), at="deliveryDestination")
repeated(declared, "PutDeliveryDestination", at="deliveryDestination")
written(declared, "CreateDelivery", read="GetDelivery", by={"id": "answer.delivery.id"}, at="delivery")
repeated(declared, "CreateDelivery", at="delivery")
written(declared, "UpdateDeliveryConfiguration", read="GetDelivery", by=("id",), at="delivery")
gone(declared, "DeleteDelivery", read="GetDelivery", by=("id",), code=NOT_FOUND)
gone(declared, "DeleteDeliverySource", read="GetDeliverySource", by=("name",), code=NOT_FOUND)
gone(declared, "DeleteDeliveryDestination", read="GetDeliveryDestination", by=("name",), code=NOT_FOUND)
listed(declared, "DescribeDeliveries", "deliveries", "delivery", "Id", "id", NEXT)
listed(declared, "DescribeDeliverySources", "deliverySources", "delivery source", "Name", "name", NEXT)
listed(declared, "DescribeDeliveryDestinations", "deliveryDestinations", "delivery destination", "Name", "name", NEXT)
declared.undo["CreateDelivery"] = lambda world, given, answer: world.ask(
    "DeleteDelivery", {"id": answer["delivery"]["id"]})


def source_of(world):
    made = world.fixture("delivery source")
    return {"name": made["Name"], "arn": made["Arn"], "resourceArns": [DISTRIBUTION], "service": "cloudfront",
            "logType": "ACCESS_LOGS"}


def destination_of(world):
    made = world.fixture("delivery destination")
    return {"name": made["Name"], "arn": made["Arn"], "deliveryDestinationType": "S3", "outputFormat": "json",
            "deliveryDestinationConfiguration": BUCKET}


def delivery_of(world):
    made = world.fixture("delivery")
    return {"id": made["Id"], "arn": made["Arn"], "deliverySourceName": made["Source"], "deliveryDestinationType": "S3",
            "deliveryDestinationArn": world.fixture("delivery destination")["Arn"], "s3DeliveryConfiguration": {
                "suffixPath": "AWSLogs/{account-id}/CloudFront/", "enableHiveCompatiblePath": False}}


for reading, place, wanted in (("GetDeliverySource", "deliverySource", source_of),
                               ("DescribeDeliverySources", "deliverySources", source_of),
                               ("GetDeliveryDestination", "deliveryDestination", destination_of),
                               ("DescribeDeliveryDestinations", "deliveryDestinations", destination_of)):
    shows(reading, place, wanted, "name")
for reading, place in (("GetDelivery", "delivery"), ("DescribeDeliveries", "deliveries")):
    shows(reading, place, delivery_of, "id")


@declared.check("UpdateDeliveryConfiguration")
def the_rest_stays(proof, world, given, answer):
    wanted = {name: value for name, value in delivery_of(world).items() if name not in given}
    proof.holds("GetDelivery", wanted, proof.read("GetDelivery", {"id": given["id"]}).get("delivery"))


@declared.check("CreateDelivery")
def delivery_told(proof, world, given, answer):
    made = answer["delivery"]
    proof.true("arn", made["arn"].endswith(f":delivery:{made['id']}"), "names its id", made["arn"])
    proof.equal("deliveryDestinationType", "S3", made.get("deliveryDestinationType"))


@declared.check("PutDeliverySource")
def source_told(proof, world, given, answer):
    proof.holds("deliverySource", {"service": "cloudfront", "resourceArns": [DISTRIBUTION]}, answer["deliverySource"])
    proof.true("arn", answer["deliverySource"]["arn"].endswith(f":delivery-source:{given['name']}"), "names it")


@declared.check("PutDeliveryDestination")
def delivery_destination_told(proof, world, given, answer):
    made = answer["deliveryDestination"]
    proof.equal("deliveryDestinationType", "S3", made.get("deliveryDestinationType"))
    proof.true("arn", made["arn"].endswith(f":delivery-destination:{given['name']}"), "names it", made["arn"])


@declared.check("PutDeliveryDestinationPolicy", "GetDeliveryDestinationPolicy")
def delivery_policy_stands(proof, world, given, answer):
    wanted = {"policy": {"deliveryDestinationPolicy": given.get("deliveryDestinationPolicy", policy(
        "logs:CreateDelivery", {"AWS": "*"}))}}
    proof.holds("answer", wanted, answer)
    proof.holds("GetDeliveryDestinationPolicy", wanted, proof.read("GetDeliveryDestinationPolicy", {
        "deliveryDestinationName": given["deliveryDestinationName"]}))


@declared.check("DeleteDeliveryDestinationPolicy")
def delivery_policy_gone(proof, world, given, answer):
    found = proof.read("GetDeliveryDestinationPolicy", given)
    proof.equal("policy", None, found.get("policy", {}).get("deliveryDestinationPolicy"))


@declared.check("DescribeConfigurationTemplates")
def templates_told(proof, world, given, answer):
    if "limit" in given:
        proof.pages("DescribeConfigurationTemplates", given, "configurationTemplates", NEXT, "deliveryDestinationType")
    row = next((each for each in answer["configurationTemplates"] if each["deliveryDestinationType"] == "S3"), None)
    if row is not None:
        proof.holds("configurationTemplates", {
            "service": "cloudfront", "logType": "ACCESS_LOGS", "resourceType": "distribution",
            "defaultDeliveryConfigValues": {"s3DeliveryConfiguration": {
                "suffixPath": "AWSLogs/{account-id}/CloudFront/"}}}, row)
        proof.true("allowedFields", {"date", "c-ip"} <= {each["name"] for each in row["allowedFields"]}, "the fields")
    elif "limit" not in given:
        proof.true("configurationTemplates", False, "a template for S3", answer)
