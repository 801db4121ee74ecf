"""Deliveries, exports, policies, detectors: made, told, joined, taken away."""

import gzip
import json

import pytest

POLICY = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "route53.amazonaws.com"}, "Action": "logs:PutLogEvents",
     "Resource": "*"}]})  # fmt: skip


def test_deliveries_join_a_source_and_a_destination(logs, refused):
    distribution = "arn:aws:cloudfront::000000000000:distribution/E1EXAMPLE"
    logs.put_delivery_source(name="src", resourceArn=distribution, logType="ACCESS_LOGS", tags={"k": "v"})
    to = logs.put_delivery_destination(name="dst", outputFormat="json", deliveryDestinationConfiguration={
        "destinationResourceArn": "arn:aws:s3:::bucket"})["deliveryDestination"]  # fmt: skip
    assert to["deliveryDestinationType"] == "S3"
    made = logs.create_delivery(deliverySourceName="src", deliveryDestinationArn=to["arn"])["delivery"]
    assert made["s3DeliveryConfiguration"]["suffixPath"] == "AWSLogs/{account-id}/CloudFront/"
    logs.update_delivery_configuration(id=made["id"], recordFields=["date", "time"])
    found = logs.describe_deliveries()["deliveries"]
    assert [(each["id"], each["recordFields"], each["deliveryDestinationType"]) for each in found] == [
        (made["id"], ["date", "time"], "S3")]
    assert refused(logs.create_delivery, deliverySourceName="src", deliveryDestinationArn=to["arn"])[0] == (
        "ConflictException")
    assert refused(logs.delete_delivery_source, name="src")[0] == "ConflictException"
    logs.put_delivery_destination_policy(deliveryDestinationName="dst", deliveryDestinationPolicy=POLICY)
    assert logs.get_delivery_destination_policy(deliveryDestinationName="dst")["policy"] == {
        "deliveryDestinationPolicy": POLICY}
    logs.delete_delivery(id=made["id"])
    logs.delete_delivery_source(name="src")
    assert refused(logs.get_delivery_source, name="src") == (
        "ResourceNotFoundException", "Requested Delivery Source does not exist in this account.")


@pytest.fixture
def bucket(client):
    """A bucket that CloudWatch Logs may write to."""
    s3 = client("s3")
    s3.create_bucket(Bucket="exports")
    s3.put_bucket_policy(Bucket="exports", Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "logs.amazonaws.com"}, "Action": action,
         "Resource": f"arn:aws:s3:::{resource}"}
        for action, resource in (("s3:GetBucketAcl", "exports"), ("s3:PutObject", "exports/*"))
    ]}))  # fmt: skip
    return s3


def test_exports_write_objects(logs, bucket, put, group, emulator, now):
    put("first", "second")
    task = logs.create_export_task(logGroupName=group, fromTime=now - 1000, to=now, destination="exports",
                                   destinationPrefix="out")["taskId"]  # fmt: skip
    assert logs.describe_export_tasks(taskId=task)["exportTasks"][0]["status"]["code"] == "PENDING"
    emulator.advance(2)
    found = logs.describe_export_tasks(statusCode="COMPLETED")["exportTasks"][0]
    assert (found["taskId"], found["executionInfo"]["completionTime"] > now) == (task, True)
    body = gzip.decompress(bucket.get_object(Bucket="exports", Key=f"out/{task}/one/000000.gz")["Body"].read()).decode()
    assert body == "2027-01-15T11:59:59.999Z first\n2027-01-15T12:00:00.000Z second\n"


def test_an_export_is_cancelled(logs, bucket, client, group, refused, now):
    client("s3").create_bucket(Bucket="closed")
    task = logs.create_export_task(logGroupName=group, fromTime=1, to=now, destination="exports")["taskId"]
    logs.cancel_export_task(taskId=task)
    assert logs.describe_export_tasks()["exportTasks"][0]["status"]["code"] == "CANCELLED"
    assert refused(logs.cancel_export_task, taskId=task)[0] == "InvalidOperationException"
    code, message = refused(logs.create_export_task, logGroupName=group, fromTime=1, to=now, destination="closed")
    assert (code, message.partition(" call")[0]) == ("InvalidParameterException", "GetBucketAcl")
    assert refused(logs.create_export_task, logGroupName=group, fromTime=1, to=now, destination="none") == (
        "InvalidParameterException", "The given bucket does not exist. Please make sure the bucket is valid.")


def test_resource_policies_of_the_account_and_of_a_group(logs, group, refused):
    for number in range(10):
        logs.put_resource_policy(policyName=f"p{number}", policyDocument=POLICY)
    assert refused(logs.put_resource_policy, policyName="more", policyDocument=POLICY)[0] == "LimitExceededException"
    arn = f"arn:aws:logs:us-east-1:000000000000:log-group:{group}"
    first = logs.put_resource_policy(resourceArn=arn, policyDocument=POLICY)["revisionId"]
    assert refused(logs.put_resource_policy, resourceArn=arn, policyDocument=POLICY)[0] == "InvalidParameterException"
    logs.put_resource_policy(resourceArn=arn, policyDocument=POLICY, expectedRevisionId=first)
    assert len(logs.describe_resource_policies()["resourcePolicies"]) == 10
    scoped = logs.describe_resource_policies(resourceArn=arn)["resourcePolicies"]
    assert [(each["policyScope"], each["resourceArn"]) for each in scoped] == [("RESOURCE", arn)]


def test_account_policies_hold_for_the_groups_they_select(logs, group, refused):
    logs.create_log_group(logGroupName="/other")
    kind = "FIELD_INDEX_POLICY"
    logs.put_account_policy(policyName="fields", policyType=kind, policyDocument='{"Fields": ["RequestId"]}',
                            selectionCriteria='LogGroupNamePrefix IN ["/o"]')
    found = logs.describe_index_policies(logGroupIdentifiers=["/other"])["indexPolicies"]
    assert [(each["policyName"], each["source"]) for each in found] == [("fields", "ACCOUNT")]
    assert logs.describe_index_policies(logGroupIdentifiers=[group])["indexPolicies"] == []
    logs.put_index_policy(logGroupIdentifier=group, policyDocument='{"FieldsV2": {"user": {"type": "FACET"}}}')
    indexes = logs.describe_field_indexes(logGroupIdentifiers=[group])["fieldIndexes"]
    assert [(each["fieldIndexName"], each["type"]) for each in indexes] == [("user", "FACET")]
    code, _ = refused(logs.put_account_policy, policyName="x", policyType=kind, policyDocument="{}")
    assert code == "InvalidParameterException"
    logs.delete_account_policy(policyName="fields", policyType=kind)
    assert logs.describe_account_policies(policyType=kind)["accountPolicies"] == []


def test_anomaly_detectors(logs, group, refused):
    arn = f"arn:aws:logs:us-east-1:000000000000:log-group:{group}"
    made = logs.create_log_anomaly_detector(logGroupArnList=[arn], detectorName="d")["anomalyDetectorArn"]
    assert logs.get_log_anomaly_detector(anomalyDetectorArn=made)["anomalyDetectorStatus"] == "TRAINING"
    logs.update_log_anomaly_detector(anomalyDetectorArn=made, enabled=False, anomalyVisibilityTime=30)
    found = logs.list_log_anomaly_detectors(filterLogGroupArn=arn)["anomalyDetectors"][0]
    assert (found["anomalyDetectorStatus"], found["anomalyVisibilityTime"]) == ("PAUSED", 30)
    assert logs.list_anomalies(anomalyDetectorArn=made)["anomalies"] == []
    logs.delete_log_anomaly_detector(anomalyDetectorArn=made)
    assert refused(logs.get_log_anomaly_detector, anomalyDetectorArn=made)[0] == "ResourceNotFoundException"


def test_the_accounts_retention_stands_above_the_groups(logs, put, group, emulator, refused):
    logs.put_retention_policy(logGroupName=group, retentionInDays=365)
    given = {"policyName": "keep", "policyType": "RETENTION_POLICY",
             "selectionCriteria": 'LogGroupNamePrefix IN ["/a"]',
             "policyDocument": '{"retentionInDays": 30, "enforcementMode": "RETROACTIVE"}'}  # fmt: skip
    preview = logs.put_account_policy(**given, dryRun=True)["dryRunResult"]
    assert (preview["totalMatchedLogGroups"], preview["decreasedRetentionLogGroupCount"]) == (1, 1)
    assert preview["topLogGroupsImpacted"][0]["proposedRetention"] == "30"
    assert logs.describe_account_policies(policyType="RETENTION_POLICY")["accountPolicies"] == []
    logs.put_account_policy(**given)
    put("old")

    def shown():
        found = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]
        return found.get("retentionInDays"), found.get("retentionPolicyName")

    assert shown() == (365, None)
    emulator.advance(86_400)
    assert shown() == (30, "keep")
    logs.put_account_policy(policyName="longer", policyType="RETENTION_POLICY",
                            policyDocument='{"retentionInDays": "NEVER_EXPIRE", "enforcementMode": "NEW_ONLY"}')
    emulator.advance(30 * 86_400)
    assert shown() == (30, "keep")
    assert logs.filter_log_events(logGroupName=group)["events"] == []
    logs.delete_account_policy(policyName="keep", policyType="RETENTION_POLICY")
    assert shown() == (365, None)
    code, _ = refused(logs.put_account_policy, policyName="x", policyType="RETENTION_POLICY",
                      policyDocument='{"retentionInDays": 7, "enforcementMode": "NEW_ONLY"}')
    assert code == "InvalidParameterException"


def test_an_integration_ends_where_there_is_no_opensearch(logs, emulator, now, refused):
    role = "arn:aws:iam::000000000000:role/r"
    given = {"integrationType": "OPENSEARCH", "resourceConfig": {"openSearchResourceConfig": {
        "dataSourceRoleArn": role, "dashboardViewerPrincipals": [role], "retentionDays": 30}}}
    assert logs.put_integration(integrationName="one", **given)["integrationStatus"] == "PROVISIONING"
    assert refused(logs.put_integration, integrationName="two", **given)[0] == "LimitExceededException"
    emulator.advance(60)
    found = logs.get_integration(integrationName="one")
    told = found["integrationDetails"]["openSearchIntegrationDetails"]["collection"]["status"]
    assert (found["integrationStatus"], told["status"]) == ("FAILED", "NOT_FOUND")
    assert logs.list_integrations(integrationStatus="FAILED")["integrationSummaries"][0]["integrationName"] == "one"
