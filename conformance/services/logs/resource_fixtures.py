"""What must stand before calls about deliveries, destinations, exports, policies, detectors, tables, schedules."""

import json

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Error
from conformance.services.logs.fixtures import NO_GROUP, NOT_FOUND, absent, declared, drop_group, made_group
from conformance.services.logs.hints import DISTRIBUTION, ROLE, TRANSFORMER, policy, protection

BUCKET = {"destinationResourceArn": "arn:aws:s3:::conformance-logs"}
STREAM = "arn:aws:kinesis:us-east-1:111122223333:stream/s"
INDEX = '{"Fields": ["RequestId"]}'
SCHEDULE = "cron(0/10 * * * ? 2090)"
CSV = "id,name\n1,ann\n2,bob\n"
TYPE = "FIELD_INDEX_POLICY"
RESOURCE = {"openSearchResourceConfig": {
    "dataSourceRoleArn": ROLE, "dashboardViewerPrincipals": [ROLE], "retentionDays": 30}}


def gone(operation, member, field="Name"):
    """What undoes a fixture, by one of its fields."""
    return lambda world, fields: world.ask(operation, {member: fields[field]})


def nobody(kind):
    """An ARN of a kind that names nothing."""
    def make(world):
        name = f"absent{world.tag}"
        return absent(world) | {"Name": name, "Arn": f"arn:aws:logs:{world.region}:{world.account}:{kind}:{name}"}

    return make


declared.hints.table.update({
    # Deliveries
    "PutDeliverySource.name": Unique("src"), "PutDeliverySource.resourceArn": Samples(DISTRIBUTION),
    "logType": Samples("ACCESS_LOGS"), "deliverySourceConfiguration": Samples({"a": "b"}),
    "PutDeliveryDestination.name": Unique("dst"), "deliveryDestinationConfiguration": Samples(BUCKET),
    "deliveryDestinationType": Samples("S3"), "DescribeDeliverySources.resourceArns": Samples([DISTRIBUTION]),
    "outputFormat": Samples("json", "parquet"), "DescribeDeliveryDestinations.names": Samples(
        [Ref("delivery destination", "Name")]),
    "CreateDelivery.deliverySourceName": Ref("delivery source", "Name"),
    "CreateDelivery.deliveryDestinationArn": Ref("delivery destination", "Arn"),
    "recordFields": Samples(["date"]), "fieldDelimiter": Samples(","),
    "s3DeliveryConfiguration": Samples({"suffixPath": "p/{yyyy}", "enableHiveCompatiblePath": True}),
    "deliverySourceNames": Samples([Ref("delivery", "Source")]), "id": Ref("delivery", "Id"),
    "GetDeliverySource.name": Ref("delivery source", "Name"),
    "DeleteDeliverySource.name": Ref("delivery source", "Name"),
    "GetDeliveryDestination.name": Ref("delivery destination", "Name"),
    "DeleteDeliveryDestination.name": Ref("delivery destination", "Name"),
    "deliveryDestinationName": Ref("delivery destination", "Name"),
    "deliveryDestinationPolicy": Samples(policy("logs:CreateDelivery", {"AWS": "111122223333"})),
    "DescribeConfigurationTemplates.service": Samples("cloudfront"), "logTypes": Samples(["ACCESS_LOGS"]),
    "resourceTypes": Samples(["distribution"]), "deliveryDestinationTypes": Samples(["S3"]),
    # Destinations and policies
    "PutDestination.destinationName": Unique("d"), "targetArn": Samples(STREAM),
    "destinationName": Ref("destination", "Name"), "DestinationNamePrefix": Ref("destination", "Name", must=False),
    "accessPolicy": Samples(policy("logs:PutSubscriptionFilter", {"AWS": "111122223333"})),
    "PutResourcePolicy.policyName": Unique("p"),
    "PutResourcePolicy.policyDocument": Samples(policy("logs:PutLogEvents")),
    "PutResourcePolicy.resourceArn": Ref("group", "Arn"),
    "expectedRevisionId": Leave("goes with a change; probes use it"),
    "DeleteResourcePolicy.policyName": Ref("resource policy", "Name"),
    "DeleteResourcePolicy.resourceArn": Leave("goes with a revision; probes use it"),
    "DescribeResourcePolicies.resourceArn": Leave("goes with a log group's policy; probes use it"),
    "PutAccountPolicy.policyName": Unique("p"), "PutAccountPolicy.policyType": Samples(TYPE),
    "PutAccountPolicy.policyDocument": Samples(INDEX),
    "dryRun": Leave("is for retention policies alone"),
    "PutAccountPolicy.selectionCriteria": Samples('LogGroupNamePrefix IN ["/nobody"]'),
    "DeleteAccountPolicy.policyName": Ref("account policy", "Name"), "DeleteAccountPolicy.policyType": Samples(TYPE),
    "DescribeAccountPolicies.policyName": Ref("account policy", "Name"),
    "DescribeAccountPolicies.policyType": Samples(TYPE),
    "PutDataProtectionPolicy.policyDocument": Samples(protection("p"), protection("q")),
    **{f"{operation}.logGroupIdentifier": Ref("guarded", "Name") for operation in (
        "GetDataProtectionPolicy", "DeleteDataProtectionPolicy", "GetTransformer", "DeleteTransformer",
        "DeleteIndexPolicy", "DeleteSyslogConfiguration")},
    "PutIndexPolicy.policyDocument": Samples(INDEX, '{"FieldsV2": {"a": {"type": "FACET"}}}'),
    "DescribeIndexPolicies.logGroupIdentifiers": Samples([Ref("guarded", "Arn")]),
    "DescribeFieldIndexes.logGroupIdentifiers": Samples([Ref("guarded", "Arn")]),
    "indexCategories": Samples(["CUSTOM"]),
    "transformerConfig": Samples(TRANSFORMER),
    # Exports, detectors, tables, schedules
    "CreateExportTask.destination": Ref("bucket", "Bucket"), "taskId": Ref("export", "TaskId"),
    "DescribeExportTasks.taskId": Ref("export", "TaskId", must=False), "statusCode": Samples("PENDING", "RUNNING"),
    "CreateExportTask.from": Samples(1), "CreateExportTask.to": Samples(1_700_000_000_000),
    "taskName": Samples("t"), "destinationPrefix": Samples("p"),
    "CreateExportTask.logStreamNamePrefix": Samples("s"),
    "logGroupArnList": Samples([Ref("group", "Arn")]), "filterLogGroupArn": Ref("group", "Arn", must=False),
    "anomalyDetectorArn": Ref("detector", "Arn"), "detectorName": Samples("d"),
    "anomalyVisibilityTime": Samples(7, 90), "UpdateAnomaly.anomalyDetectorArn": Ref("detector", "Arn"),
    "CreateLookupTable.lookupTableName": Unique("table_"), "tableBody": Samples(CSV),
    "CreateLookupTable.queryId": Leave("stands for tableBody"), "UpdateLookupTable.queryId": Leave("as for creation"),
    "lookupTableArn": Ref("lookup table", "Arn"), "lookupTableNamePrefix": Ref("lookup table", "Name", must=False),
    "CreateScheduledQuery.name": Unique("q"), "scheduleExpression": Samples(SCHEDULE, "cron(0 1 * * ? 2090)"),
    "timezone": Samples("UTC", "Europe/Berlin"), "identifier": Ref("scheduled query", "Arn"),
    "executionRoleArn": ROLE, "startTimeOffset": Samples(3600), "endTimeOffset": Samples(60),
    "scheduleStartTime": Samples(1_700_000_000_000), "scheduleEndTime": Samples(4_000_000_000_000),
    "destinationConfiguration": Samples({"s3Configuration": {
        "destinationIdentifier": "s3://conformance/logs", "roleArn": ROLE}}),
    "GetScheduledQueryHistory.startTime": Samples(0), "GetScheduledQueryHistory.endTime": Samples(4_000_000_000_000),
    "UpdateScheduledQuery.state": Samples("ENABLED", "DISABLED"),
    "integrationName": Ref("integration", "Name"), "PutIntegration.integrationName": Unique("i"),
    "resourceConfig": Samples(RESOURCE), "integrationNamePrefix": Ref("integration", "Name", must=False),
    "vpcEndpointId": Samples("vpce-0123456789abcdef0"),
    "ListSyslogConfigurations.logGroupIdentifier": Ref("guarded", "Name"),
    "DeleteSyslogConfiguration.vpcEndpointId": Leave("goes with a configuration of one endpoint"),
    "integrationArn": Ref("association", "Integration"),
    "dataSource": Samples({"name": "o"}, {"name": "o", "type": "p"}),
    "DisassociateSourceFromS3TableIntegration.identifier": Ref("association", "Identifier"),
    "importId": Leave("there are no imports"), "importSourceArn": Samples(
        "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/12345678-1234-1234-1234-123456789012"),
})  # fmt: skip
declared.hints.always.update(
    PutDeliveryDestination=("deliveryDestinationConfiguration",), PutResourcePolicy=("policyName", "policyDocument"),
    DeleteResourcePolicy=("policyName",), CreateLookupTable=("tableBody",), UpdateLookupTable=("tableBody",),
)


@declared.rule("PutResourcePolicy")
def of_the_account_or_a_group(given):
    return {name: value for name, value in given.items() if name != "policyName" or "resourceArn" not in given}


@declared.fixture("delivery source", gone("DeleteDeliverySource", "name"), absent, Error(
    NOT_FOUND, 400, "Requested Delivery Source does not exist in this account."))
def delivery_source(world):
    name = world.unique("src")
    made = world.ask("PutDeliverySource", {"name": name, "resourceArn": DISTRIBUTION, "logType": "ACCESS_LOGS"})
    return {"Name": name, "Arn": made["deliverySource"]["arn"]}


@declared.fixture("delivery destination", gone("DeleteDeliveryDestination", "name"), nobody("delivery-destination"),
                  Error(NOT_FOUND, 400, "Requested Delivery Destination does not exist in this account."))
def delivery_destination(world):
    name = world.unique("dst")
    made = world.ask("PutDeliveryDestination", {"name": name, "outputFormat": "json",
                                                "deliveryDestinationConfiguration": BUCKET})
    world.ask("PutDeliveryDestinationPolicy", {
        "deliveryDestinationName": name, "deliveryDestinationPolicy": policy("logs:CreateDelivery", {"AWS": "*"})})
    return {"Name": name, "Arn": made["deliveryDestination"]["arn"]}


@declared.fixture("delivery", gone("DeleteDelivery", "id", "Id"), absent, Error(
    NOT_FOUND, 400, "Requested Delivery does not exist in this account."))
def delivery(world):
    name = world.unique("src")
    world.ask("PutDeliverySource", {"name": name, "resourceArn": DISTRIBUTION, "logType": "ACCESS_LOGS"})
    made = world.ask("CreateDelivery", {
        "deliverySourceName": name, "deliveryDestinationArn": world.fixture("delivery destination")["Arn"]})["delivery"]
    return {"Id": made["id"], "Source": name, "Arn": made["arn"]}


@declared.fixture("destination", gone("DeleteDestination", "destinationName"), absent, Error(
    NOT_FOUND, 400, "The specified destination does not exist."))
def destination(world):
    name = world.unique("d")
    made = world.ask("PutDestination", {"destinationName": name, "targetArn": STREAM, "roleArn": ROLE})
    return {"Name": name, "Arn": made["destination"]["arn"]}


@declared.fixture("resource policy", gone("DeleteResourcePolicy", "policyName"), absent, Error(
    NOT_FOUND, 400, "Policy with name [{Name}] does not exist."))
def resource_policy(world):
    world.unknown("DeleteResourcePolicy", {"policyName": absent(world)["Name"]})
    name = world.unique("p")
    world.ask("PutResourcePolicy", {"policyName": name, "policyDocument": policy("logs:PutLogEvents")})
    return {"Name": name, "Document": policy("logs:PutLogEvents")}


@declared.fixture("account policy", lambda world, fields: world.ask(
    "DeleteAccountPolicy", {"policyName": fields["Name"], "policyType": TYPE}), absent, Error(NOT_FOUND, 400))
def account_policy(world):
    world.unknown("DeleteAccountPolicy", {"policyName": absent(world)["Name"], "policyType": TYPE})
    name = world.unique("p")
    world.ask("PutAccountPolicy", {"policyName": name, "policyType": TYPE, "policyDocument": INDEX,
                                   "selectionCriteria": 'LogGroupNamePrefix IN ["/nobody"]'})
    return {"Name": name}


@declared.fixture("guarded", drop_group, absent, NO_GROUP)
def guarded(world):
    """A log group with policies of each kind, a transformer and a syslog configuration."""
    made = made_group(world, "/guarded/")
    by = {"logGroupIdentifier": made["Name"]}
    world.ask("PutDataProtectionPolicy", {**by, "policyDocument": protection("p")})
    world.ask("PutIndexPolicy", {**by, "policyDocument": INDEX})
    world.ask("PutTransformer", {**by, "transformerConfig": TRANSFORMER})
    world.ask("PutSyslogConfiguration", by)
    return made


@declared.fixture("bucket", lambda world, fields: world.ask("DeleteBucket", {"Bucket": fields["Bucket"]}, "s3"), absent,
                  Error("InvalidParameterException", 400,
                        "The given bucket does not exist. Please make sure the bucket is valid."))
def bucket(world):
    name = world.unique("exports")
    world.ask("CreateBucket", {"Bucket": name}, "s3")
    world.ask("PutBucketPolicy", {"Bucket": name, "Policy": json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": f"logs.{world.region}.amazonaws.com"}, "Action": "s3:GetBucketAcl",
         "Resource": f"arn:aws:s3:::{name}"},
        {"Effect": "Allow", "Principal": {"Service": f"logs.{world.region}.amazonaws.com"}, "Action": "s3:PutObject",
         "Resource": f"arn:aws:s3:::{name}/*"}]})}, "s3")
    return {"Bucket": name}


@declared.fixture("export", None, absent, Error(NOT_FOUND, 400, "The specified export task does not exist."))
def export(world):
    id = world.ask("CreateExportTask", {"logGroupName": world.fixture("group")["Name"], "from": 1, "to": 2,
                                        "destination": world.fixture("bucket")["Bucket"]})["taskId"]
    return {"TaskId": id}


@declared.fixture("detector", gone("DeleteLogAnomalyDetector", "anomalyDetectorArn", "Arn"),
                  nobody("anomaly-detector"), Error(NOT_FOUND, 400))
def detector(world):
    made = world.ask("CreateLogAnomalyDetector", {
        "logGroupArnList": [world.fixture("group")["Arn"]], "detectorName": "first", "filterPattern": "ERROR"})
    return {"Arn": made["anomalyDetectorArn"]}


@declared.fixture("lookup table", gone("DeleteLookupTable", "lookupTableArn", "Arn"), nobody("lookup-table"),
                  Error(NOT_FOUND, 400))
def lookup_table(world):
    name = world.unique("table_")
    made = world.ask("CreateLookupTable", {"lookupTableName": name, "tableBody": CSV, "description": world.tag})
    return {"Name": name, "Arn": made["lookupTableArn"]}


@declared.fixture("scheduled query", gone("DeleteScheduledQuery", "identifier", "Arn"), nobody("scheduled-query"),
                  Error(NOT_FOUND, 400))
def scheduled_query(world):
    name = world.unique("q")
    made = world.ask("CreateScheduledQuery", {
        "name": name, "queryLanguage": "CWLI", "queryString": "limit 5", "scheduleExpression": SCHEDULE,
        "executionRoleArn": ROLE, "description": world.tag, "logGroupIdentifiers": [world.fixture("group")["Arn"]]})
    return {"Name": name, "Arn": made["scheduledQueryArn"]}


@declared.fixture("integration", gone("DeleteIntegration", "integrationName"), absent, Error(NOT_FOUND, 400))
def integration(world):
    name = world.unique("i")
    world.ask("PutIntegration", {"integrationName": name, "integrationType": "OPENSEARCH", "resourceConfig": RESOURCE})
    return {"Name": name}


@declared.fixture("association", None, lambda world: {
    "Integration": f"arn:aws:observabilityadmin:{world.region}:999988887777:s3tableintegration/absent",
    "Identifier": "absent"}, Error(NOT_FOUND, 400))
def association(world):
    """A data source of an S3 Table integration, which is CloudWatch's and named by its ARN alone."""
    arn = f"arn:aws:observabilityadmin:{world.region}:{world.account}:s3tableintegration/{world.tag}"
    name = f"conformance{world.tag}"
    made = world.ask("AssociateSourceToS3TableIntegration", {
        "integrationArn": arn, "dataSource": {"name": name, "type": "orders"}})
    return {"Integration": arn, "Identifier": made["identifier"], "Name": name}


declared.before.update(
    DescribeDeliveries=("delivery",), DescribeDeliverySources=("delivery source",),
    DescribeDeliveryDestinations=("delivery destination",), DescribeDestinations=("destination",),
    DescribeResourcePolicies=("resource policy",), DescribeAccountPolicies=("account policy",),
    DescribeExportTasks=("export",), ListLogAnomalyDetectors=("detector",), DescribeLookupTables=("lookup table",),
    ListScheduledQueries=("scheduled query",), ListIntegrations=("integration",),
    ListSyslogConfigurations=("guarded",), DescribeIndexPolicies=("guarded",), DescribeFieldIndexes=("guarded",),
)
declared.left_out["UpdateAnomaly"] = "detectors train for a quarter of an hour before they find anomalies"
declared.left_out.update(dict.fromkeys(
    ("CreateImportTask", "CancelImportTask", "DescribeImportTaskBatches"),
    "imports need CloudTrail's event data stores"))
