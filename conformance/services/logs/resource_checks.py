"""What proves that calls about deliveries, policies, exports, detectors, tables and schedules did their work."""

import json

from conformance.services.logs.checks import NEXT, shown
from conformance.services.logs.fixtures import NOT_FOUND
from conformance.services.logs.hints import DISTRIBUTION, NOW, ROLE, TRANSFORMER, policy, protection
from conformance.services.logs.resource_fixtures import (
    BUCKET,
    CSV,
    INDEX,
    SCHEDULE,
    STREAM,
    TYPE,
    declared,
)
from conformance.services.readback import gone, listed, repeated, written


def recent(proof, what, value):
    proof.true(what, value is not None and abs(value - NOW) < 3_600_000, "now", value)


# Deliveries

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


def shows(operation, at, wanted, name):
    """An answer, or the row with the same name in a list, tells what the fixture was made of."""

    @declared.check(operation)
    def check(proof, world, given, answer):
        made, found = wanted(world), answer[at] if at else answer
        if isinstance(found, list):
            if any(member in given for member in ("limit", "maxResults")):
                return
            found = next((each for each in found if each.get(name) == made[name]), {})
        proof.holds(at or operation, made, found)


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


# Destinations and policies

written(declared, "PutDestination", read="DescribeDestinations", by={"DestinationNamePrefix": "destinationName"},
        at="destinations.0", leave=("tags",))
repeated(declared, "PutDestination", at="destination")
listed(declared, "DescribeDestinations", "destinations", "destination", "Name", "destinationName", NEXT)
shows("DescribeDestinations", "destinations", lambda world: {
    "destinationName": world.fixture("destination")["Name"], "arn": world.fixture("destination")["Arn"],
    "targetArn": STREAM, "roleArn": ROLE}, "destinationName")


@declared.check("PutDestination")
def destination_told(proof, world, given, answer):
    made = answer["destination"]
    recent(proof, "creationTime", made.get("creationTime"))
    tags = proof.read("ListTagsForResource", {"resourceArn": made["arn"]}).get("tags", {})
    proof.equal("tags", given.get("tags", {}), tags)


@declared.check("DescribeDestinations")
def destinations_recent(proof, world, given, answer):
    for each in answer["destinations"]:
        recent(proof, "creationTime", each.get("creationTime"))


@declared.check("DeleteDestination", "PutDestinationPolicy")
def destination_policy_stands(proof, world, given, answer):
    found = proof.read("DescribeDestinations", {"DestinationNamePrefix": given["destinationName"]})["destinations"]
    if "accessPolicy" in given:
        proof.equal("accessPolicy", given["accessPolicy"], found[0].get("accessPolicy") if found else None)
    else:
        proof.equal("destinations", [], found)


@declared.check("PutResourcePolicy")
def resource_policy_stands(proof, world, given, answer):
    made = answer["resourcePolicy"]
    recent(proof, "lastUpdatedTime", made.get("lastUpdatedTime"))
    scope = "RESOURCE" if "resourceArn" in given else "ACCOUNT"
    wanted = {"policyScope": scope, "policyDocument": given["policyDocument"]} | {
        name: given[name] for name in ("policyName", "resourceArn") if name in given}
    proof.holds("resourcePolicy", wanted, made)
    proof.equal("revisionId", scope == "RESOURCE", bool(answer.get("revisionId")))
    by = {"resourceArn": given["resourceArn"]} if scope == "RESOURCE" else {}
    rows = proof.read("DescribeResourcePolicies", by).get("resourcePolicies", [])
    row = next((each for each in rows if each["policyName"] == made["policyName"]), {})
    proof.equal("Statement", json.loads(given["policyDocument"]), json.loads(row.get("policyDocument", "{}")))
    proof.equal("policyScope", scope, row.get("policyScope"))


declared.undo["PutResourcePolicy"] = lambda world, given, answer: world.ask("DeleteResourcePolicy", {
    "policyName": given["policyName"]} if "policyName" in given else {
    "resourceArn": given["resourceArn"], "expectedRevisionId": answer["revisionId"]})


@declared.check("DescribeResourcePolicies")
def resource_policies_told(proof, world, given, answer):
    made = world.fixture("resource policy")
    if "limit" in given:
        proof.pages("DescribeResourcePolicies", given, "resourcePolicies", NEXT, "policyName")
        return
    row = next((each for each in answer["resourcePolicies"] if each["policyName"] == made["Name"]), {})
    if given.get("policyScope") == "RESOURCE":
        proof.equal("resourcePolicies", {}, row)
        return
    proof.equal("policyDocument", json.loads(made["Document"]), json.loads(row.get("policyDocument", "{}")))
    proof.equal("policyScope", "ACCOUNT", row.get("policyScope"))
    recent(proof, "lastUpdatedTime", row.get("lastUpdatedTime"))


@declared.check("DeleteResourcePolicy")
def resource_policy_gone(proof, world, given, answer):
    rows = proof.read("DescribeResourcePolicies", {}).get("resourcePolicies", [])
    proof.equal("resourcePolicies", [], [each for each in rows if each["policyName"] == given["policyName"]])


@declared.check("PutAccountPolicy", "DescribeAccountPolicies")
def account_policy_stands(proof, world, given, answer):
    name = given.get("policyName") or world.fixture("account policy")["Name"]
    rows = answer.get("accountPolicies") or proof.read("DescribeAccountPolicies", {
        "policyType": TYPE}).get("accountPolicies", [])
    row = next((each for each in rows if each["policyName"] == name), {})
    for found in (row, answer.get("accountPolicy", row)):
        proof.holds("accountPolicy", {"policyName": name, "policyType": TYPE, "policyDocument": INDEX, "scope": "ALL",
                                      "accountId": world.account}, found)
        recent(proof, "lastUpdatedTime", found.get("lastUpdatedTime"))
        everyone = None if "policyDocument" in given else 'LogGroupNamePrefix IN ["/nobody"]'
        wanted = given.get("selectionCriteria", everyone)
        proof.equal("selectionCriteria", wanted, found.get("selectionCriteria"))


@declared.check("DeleteAccountPolicy")
def account_policy_gone(proof, world, given, answer):
    rows = proof.read("DescribeAccountPolicies", {"policyType": TYPE}).get("accountPolicies", [])
    proof.equal("accountPolicies", [], [each for each in rows if each["policyName"] == given["policyName"]])


@declared.check("PutDataProtectionPolicy", "GetDataProtectionPolicy")
def data_protection_stands(proof, world, given, answer):
    wanted = given.get("policyDocument", protection("p"))
    for found in (answer, proof.read("GetDataProtectionPolicy", {"logGroupIdentifier": given["logGroupIdentifier"]})):
        proof.holds("answer", {"policyDocument": wanted, "logGroupIdentifier": given["logGroupIdentifier"]}, found)
        recent(proof, "lastUpdatedTime", found.get("lastUpdatedTime"))
    proof.equal("dataProtectionStatus", "ACTIVATED", shown(proof, given["logGroupIdentifier"]).get(
        "dataProtectionStatus"))


@declared.check("DeleteDataProtectionPolicy")
def data_protection_gone(proof, world, given, answer):
    proof.equal("policyDocument", None, proof.read("GetDataProtectionPolicy", given).get("policyDocument"))
    proof.equal("dataProtectionStatus", "DELETED", shown(proof, given["logGroupIdentifier"]).get(
        "dataProtectionStatus"))


@declared.check("PutIndexPolicy", "DescribeIndexPolicies")
def index_policy_stands(proof, world, given, answer):
    name = given.get("logGroupIdentifier") or world.fixture("guarded")["Arn"]
    rows = proof.read("DescribeIndexPolicies", {"logGroupIdentifiers": [name]}).get("indexPolicies", [])
    for found in (answer.get("indexPolicy") or answer["indexPolicies"][0], rows[0] if rows else {}):
        proof.holds("indexPolicy", {"policyDocument": given.get("policyDocument", INDEX), "source": "LOG_GROUP"}, found)
        proof.true("logGroupIdentifier", found.get("logGroupIdentifier", "").endswith(name), "the group's ARN", found)
        recent(proof, "lastUpdateTime", found.get("lastUpdateTime"))


@declared.check("DeleteIndexPolicy")
def index_policy_gone(proof, world, given, answer):
    found = proof.read("DescribeIndexPolicies", {"logGroupIdentifiers": [given["logGroupIdentifier"]]})
    proof.equal("indexPolicies", [], found.get("indexPolicies"))


@declared.check("DescribeFieldIndexes")
def indexes_told(proof, world, given, answer):
    proof.holds("fieldIndexes", [{"logGroupIdentifier": world.fixture("guarded")["Arn"], "type": "FIELD_INDEX",
                                  "fieldIndexName": "RequestId", "indexCategory": "CUSTOM"}], answer["fieldIndexes"])


@declared.check("PutTransformer", "GetTransformer")
def transformer_stands(proof, world, given, answer):
    found = proof.read("GetTransformer", {"logGroupIdentifier": given["logGroupIdentifier"]})
    for each in (found, answer if "transformerConfig" not in given else found):
        proof.equal("transformerConfig", given.get("transformerConfig", TRANSFORMER), each.get("transformerConfig"))
        proof.true("logGroupIdentifier", each.get("logGroupIdentifier", "").endswith(given["logGroupIdentifier"]),
                   "the group's ARN", each)
        recent(proof, "creationTime", each.get("creationTime"))
        recent(proof, "lastModifiedTime", each.get("lastModifiedTime"))


@declared.check("DeleteTransformer")
def transformer_gone(proof, world, given, answer):
    proof.equal("transformerConfig", None, proof.read("GetTransformer", given).get("transformerConfig"))


@declared.check("TestTransformer")
def transformed(proof, world, given, answer):
    found = answer["transformedLogs"]
    messages = given["logEventMessages"]
    proof.equal("eventNumber", list(range(1, len(messages) + 1)), [each["eventNumber"] for each in found])
    proof.equal("eventMessage", messages, [each["eventMessage"] for each in found])
    wanted = [{"a": "b"} if message.startswith("{") else None for message in messages]
    proof.equal("transformedEventMessage", wanted, [
        json.loads(each["transformedEventMessage"]) if "transformedEventMessage" in each else None for each in found])


# Exports


@declared.check("CreateExportTask")
def export_stands(proof, world, given, answer):
    row = next(iter(proof.read("DescribeExportTasks", {"taskId": answer["taskId"]}).get("exportTasks", [])), {})
    names = ("logGroupName", "to", "destination", "taskName")
    proof.holds("exportTasks", {name: given[name] for name in names if name in given} | {
        "taskId": answer["taskId"], "destinationPrefix": given.get("destinationPrefix", "exportedlogs"),
        "from": given.get("fromTime", given.get("from"))}, row)
    recent(proof, "creationTime", row.get("executionInfo", {}).get("creationTime"))


declared.undo["CreateExportTask"] = lambda world, given, answer: world.ask(
    "CancelExportTask", {"taskId": answer["taskId"]})


@declared.check("DescribeExportTasks")
def exports_listed(proof, world, given, answer):
    made = world.fixture("export")
    rows = answer["exportTasks"]
    if "statusCode" in given:
        proof.true("status", all(each["status"]["code"] == given["statusCode"] for each in rows), given["statusCode"])
        return
    row = next((each for each in rows if each["taskId"] == made["TaskId"]), {})
    proof.holds("exportTasks", {"logGroupName": world.fixture("group")["Name"], "from": 1, "to": 2,
                                "destination": world.fixture("bucket")["Bucket"],
                                "destinationPrefix": "exportedlogs"}, row)
    proof.true("status", row.get("status", {}).get("code") in ("PENDING", "RUNNING", "COMPLETED"), "on its way", row)
    recent(proof, "creationTime", row.get("executionInfo", {}).get("creationTime"))


@declared.check("CancelExportTask")
def export_cancelled(proof, world, given, answer):
    row = proof.read("DescribeExportTasks", given)["exportTasks"][0]
    proof.true("status", row["status"]["code"] in ("CANCELLED", "PENDING_CANCEL"), "cancelled", row)


# Detectors, tables, schedules, integrations

written(declared, "CreateLogAnomalyDetector", read="GetLogAnomalyDetector",
        by={"anomalyDetectorArn": "answer.anomalyDetectorArn"})
written(declared, "UpdateLogAnomalyDetector", read="GetLogAnomalyDetector", by=("anomalyDetectorArn",))
gone(declared, "DeleteLogAnomalyDetector", read="GetLogAnomalyDetector", by=("anomalyDetectorArn",), code=NOT_FOUND)
listed(declared, "ListLogAnomalyDetectors", "anomalyDetectors", "detector", "Arn", "anomalyDetectorArn", NEXT)
for reading, place in (("GetLogAnomalyDetector", ""), ("ListLogAnomalyDetectors", "anomalyDetectors")):
    shows(reading, place, lambda world: {"detectorName": "first", "filterPattern": "ERROR", "logGroupArnList": [
        world.fixture("group")["Arn"]]}, "detectorName")


@declared.check("CreateLogAnomalyDetector", "UpdateLogAnomalyDetector", "GetLogAnomalyDetector")
def detector_stands(proof, world, given, answer):
    found = proof.read("GetLogAnomalyDetector", {
        "anomalyDetectorArn": answer.get("anomalyDetectorArn") or given["anomalyDetectorArn"]})
    paused = given.get("enabled") is False
    proof.equal("anomalyDetectorStatus", "PAUSED" if paused else "TRAINING", found.get("anomalyDetectorStatus"))
    for name in ("creationTimeStamp", "lastModifiedTimeStamp"):
        recent(proof, name, found.get(name))
    if "tags" in given:
        tags = proof.read("ListTagsForResource", {"resourceArn": answer["anomalyDetectorArn"]}).get("tags")
        proof.equal("tags", given["tags"], tags)
    if "creationTimeStamp" in answer:
        proof.holds("answer", {name: value for name, value in found.items() if name != "ResponseMetadata"}, answer)


@declared.check("ListAnomalies")
def no_anomalies(proof, world, given, answer):
    proof.equal("anomalies", [], answer["anomalies"])
    absent = world.fixture("group")["Arn"].replace("log-group", "anomaly-detector")
    proof.refused("ListAnomalies", {"anomalyDetectorArn": absent}, NOT_FOUND)


written(declared, "CreateLookupTable", read="GetLookupTable", by={"lookupTableArn": "answer.lookupTableArn"})
written(declared, "UpdateLookupTable", read="GetLookupTable", by=("lookupTableArn",))
gone(declared, "DeleteLookupTable", read="GetLookupTable", by=("lookupTableArn",), code=NOT_FOUND)
listed(declared, "DescribeLookupTables", "lookupTables", "lookup table", "Arn", "lookupTableArn", NEXT)
@declared.check("ListLogAnomalyDetectors")
def detectors_recent(proof, world, given, answer):
    for each in answer["anomalyDetectors"]:
        for name in ("creationTimeStamp", "lastModifiedTimeStamp"):
            recent(proof, name, each.get(name))


@declared.check("UpdateLookupTable")
def table_named(proof, world, given, answer):
    proof.equal("lookupTableArn", given["lookupTableArn"], answer.get("lookupTableArn"))


for reading, place in (("GetLookupTable", ""), ("DescribeLookupTables", "lookupTables")):
    shows(reading, place, lambda world: {
        "lookupTableName": world.fixture("lookup table")["Name"], "description": world.tag, "sizeBytes": len(CSV),
        "lookupTableArn": world.fixture("lookup table")["Arn"]}, "lookupTableName")


@declared.check("CreateLookupTable", "UpdateLookupTable", "DescribeLookupTables")
def table_stands(proof, world, given, answer):
    arn = answer.get("lookupTableArn") or world.fixture("lookup table")["Arn"]
    rows = proof.read("DescribeLookupTables", {}).get("lookupTables", [])
    row = next((each for each in rows if each["lookupTableArn"] == arn), {})
    proof.holds("DescribeLookupTables", {"tableFields": ["id", "name"], "recordsCount": 2, "sizeBytes": len(CSV)}, row)
    recent(proof, "lastUpdatedTime", row.get("lastUpdatedTime"))
    if "lookupTables" not in answer:
        recent(proof, "time", answer.get("createdAt") or answer.get("lastUpdatedTime"))
    tags = proof.read("ListTagsForResource", {"resourceArn": arn}).get("tags", {})
    proof.equal("tags", given.get("tags", {}), tags)


@declared.check("GetLookupTable")
def table_told(proof, world, given, answer):
    proof.equal("tableBody", CSV, answer.get("tableBody"))
    recent(proof, "lastUpdatedTime", answer.get("lastUpdatedTime"))


written(declared, "CreateScheduledQuery", read="GetScheduledQuery", by={"identifier": "answer.scheduledQueryArn"})
written(declared, "UpdateScheduledQuery", read="GetScheduledQuery", by=("identifier",))
repeated(declared, "UpdateScheduledQuery")
gone(declared, "DeleteScheduledQuery", read="GetScheduledQuery", by=("identifier",), code=NOT_FOUND)


def scheduled_of(world):
    made = world.fixture("scheduled query")
    return {"scheduledQueryArn": made["Arn"], "name": made["Name"], "state": "ENABLED", "timezone": "UTC",
            "scheduleType": "CUSTOMER_MANAGED", "scheduleExpression": SCHEDULE}


@declared.check("ListScheduledQueries")
def schedules_listed(proof, world, given, answer):
    if "maxResults" in given:
        proof.pages("ListScheduledQueries", given, "scheduledQueries", NEXT, "name")
        return
    wanted = scheduled_of(world)
    chosen = all(wanted[name] == given[name] for name in ("state", "scheduleType") if name in given)
    row = next((each for each in answer["scheduledQueries"] if each["name"] == wanted["name"]), None)
    proof.equal("scheduledQueries", chosen, row is not None)
    if row is not None:
        proof.holds("scheduledQueries[0]", wanted, row)


@declared.check("GetScheduledQuery")
def scheduled_told(proof, world, given, answer):
    proof.holds("answer", scheduled_of(world) | {
        "queryLanguage": "CWLI", "queryString": "limit 5", "executionRoleArn": ROLE, "description": world.tag,
        "logGroupIdentifiers": [world.fixture("group")["Arn"]]}, answer)


@declared.check("CreateScheduledQuery", "UpdateScheduledQuery", "GetScheduledQuery")
def scheduled_stands(proof, world, given, answer):
    found = proof.read("GetScheduledQuery", {"identifier": answer["scheduledQueryArn"]})
    for each in (found, answer if "creationTime" in answer else found):
        for name in ("creationTime", "lastUpdatedTime"):
            recent(proof, name, each.get(name))
    wanted = {"state": given.get("state", "ENABLED"), "timezone": given.get("timezone", "UTC")}
    proof.holds("GetScheduledQuery", wanted, found)
    proof.equal("state", given.get("state", "ENABLED"), answer["state"])
    tags = proof.read("ListTagsForResource", {"resourceArn": answer["scheduledQueryArn"]}).get("tags", {})
    proof.equal("tags", given.get("tags", {}), tags)


@declared.check("ListScheduledQueries")
def schedules_recent(proof, world, given, answer):
    for each in answer["scheduledQueries"]:
        for name in ("creationTime", "lastUpdatedTime"):
            recent(proof, name, each.get(name))


@declared.check("GetScheduledQueryHistory")
def never_run(proof, world, given, answer):
    made = world.fixture("scheduled query")
    proof.equal("answer", {"name": made["Name"], "scheduledQueryArn": made["Arn"], "triggerHistory": []},
                {name: answer.get(name) for name in ("name", "scheduledQueryArn", "triggerHistory")})


@declared.check("PutIntegration")
def integration_stands(proof, world, given, answer):
    proof.equal("integrationName", given["integrationName"], answer["integrationName"])
    found = proof.read("GetIntegration", {"integrationName": given["integrationName"]})
    proof.holds("GetIntegration", {"integrationName": given["integrationName"], "integrationType": "OPENSEARCH"}, found)
    proof.equal("integrationStatus", found.get("integrationStatus"), answer.get("integrationStatus"))


declared.undo["PutIntegration"] = lambda world, given, answer: world.ask(
    "DeleteIntegration", {"integrationName": given["integrationName"]})


@declared.check("GetIntegration")
def integration_told(proof, world, given, answer):
    proof.holds("answer", {"integrationName": world.fixture("integration")["Name"], "integrationType": "OPENSEARCH",
                           "integrationStatus": "PROVISIONING"}, answer)


@declared.check("ListIntegrations")
def integrations_listed(proof, world, given, answer):
    wanted = [world.fixture("integration")["Name"]] if given.get("integrationStatus", "PROVISIONING") == (
        "PROVISIONING") else []
    proof.equal("integrationSummaries", wanted, [each["integrationName"] for each in answer["integrationSummaries"]])
    told = {"integrationType": "OPENSEARCH", "integrationStatus": "PROVISIONING"}
    for each in answer["integrationSummaries"]:
        proof.holds("integrationSummaries", told, each)


gone(declared, "DeleteIntegration", read="GetIntegration", by=("integrationName",), code=NOT_FOUND)


@declared.check("PutStorageTierPolicy", "GetStorageTierPolicy")
def tier_stands(proof, world, given, answer):
    wanted = given.get("storageTier", "STANDARD")
    proof.equal("storageTier", wanted, answer["storageTier"])
    found = proof.read("GetStorageTierPolicy", {})
    for name in ("storageTier", "lastUpdatedTime"):
        proof.equal(name, found.get(name), answer.get(name))
    if "storageTier" not in given:
        proof.equal("lastUpdatedTime", None, answer.get("lastUpdatedTime"))
    else:
        recent(proof, "lastUpdatedTime", answer.get("lastUpdatedTime"))


@declared.check("PutSyslogConfiguration", "ListSyslogConfigurations", "DeleteSyslogConfiguration")
def syslog_stands(proof, world, given, answer):
    group = next(world.fixture(name) for name in ("group", "guarded")
                 if given.get("logGroupIdentifier", world.fixture("guarded")["Name"]) == world.fixture(name)["Name"])
    rows = proof.read("ListSyslogConfigurations", {"logGroupIdentifier": group["Name"]}).get("syslogConfigurations", [])
    deleted = "syslogConfigurations" not in answer and group is world.fixture("guarded")
    ends = {"vpcEndpointId": given["vpcEndpointId"]} if group is world.fixture("group") and len(given) > 1 else {}
    wanted = [] if deleted else [{"logGroupArn": group["Arn"], "sourceType": "VPCE"} | ends]
    proof.equal("syslogConfigurations", wanted, [{name: each[name] for name in each if name != "createdAt"}
                                                 for each in rows])
    for each in rows:
        recent(proof, "createdAt", each.get("createdAt"))
    if "syslogConfigurations" in answer and "vpcEndpointId" not in given:
        proof.equal("answer", rows, answer["syslogConfigurations"])


@declared.check("DescribeImportTasks")
def no_imports(proof, world, given, answer):
    proof.equal("imports", [], answer["imports"])
    proof.refused("DescribeImportTasks", {"importId": "12345678-1234-1234-1234-123456789012"}, NOT_FOUND)
