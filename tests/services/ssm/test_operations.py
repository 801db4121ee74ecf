"""OpsCenter, metadata, settings, shared policies, inventory, compliance, syncs and connectors."""

import json
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

TENANT = "11111111-2222-3333-4444-555555555555"
NOW = datetime(2027, 1, 15, tzinfo=UTC)
ITEM = {"Title": "disk full", "Description": "of a node", "Source": "mine"}


def code(error) -> str:
    return error.value.response["Error"]["Code"]


def test_a_work_item_from_open_to_resolved(ssm):
    data = {"host": {"Value": "a", "Type": "SearchableString"}, "old": {"Value": "b"}}
    item = ssm.create_ops_item(**ITEM, OperationalData=data, Tags=[{"Key": "k", "Value": "v"}])["OpsItemId"]
    ssm.update_ops_item(OpsItemId=item, Status="Resolved", OperationalData={"new": {"Value": "c"}},
                        OperationalDataToDelete=["old"])  # fmt: skip
    found = ssm.get_ops_item(OpsItemId=item)["OpsItem"]
    assert (found["Status"], found["Version"], sorted(found["OperationalData"])) == ("Resolved", "2", ["host", "new"])
    kinds = [each["DetailType"] for each in ssm.list_ops_item_events(
        Filters=[{"Key": "OpsItemId", "Values": [item], "Operator": "Equal"}])["Summaries"]]
    assert sorted(kinds) == ["OpsItem Create", "OpsItem Update"]
    ssm.delete_ops_item(OpsItemId=item)
    with pytest.raises(ClientError) as error:
        ssm.get_ops_item(OpsItemId=item)
    assert code(error) == "OpsItemNotFoundException"


def test_work_items_are_found_by_filters(ssm):
    first = ssm.create_ops_item(**ITEM, Severity="1", OperationalData={"host": {"Value": "a"}})["OpsItemId"]
    ssm.create_ops_item(**{**ITEM, "Title": "other"}, Severity="2")

    def ids(key, value, operator="Equal"):
        found = ssm.describe_ops_items(OpsItemFilters=[{"Key": key, "Values": [value], "Operator": operator}])
        return [each["OpsItemId"] for each in found["OpsItemSummaries"]]

    assert ids("Severity", "1") == ids("Title", "disk", "Contains") == ids("OperationalDataKey", "host") == [first]
    assert len(ids("Status", "Open")) == 2 and ids("CreatedTime", "2001-01-01T00:00:00Z", "LessThan") == []


def test_related_items_of_a_work_item(ssm):
    item = ssm.create_ops_item(**ITEM)["OpsItemId"]
    given = {"OpsItemId": item, "AssociationType": "IsParentOf", "ResourceType": "AWS::SSM::Document",
             "ResourceUri": "arn:aws:ssm:us-east-1:000000000000:document/d"}  # fmt: skip
    association = ssm.associate_ops_item_related_item(**given)["AssociationId"]
    with pytest.raises(ClientError) as error:
        ssm.associate_ops_item_related_item(**given)
    assert code(error) == "OpsItemRelatedItemAlreadyExistsException"
    [found] = ssm.list_ops_item_related_items(OpsItemId=item)["Summaries"]
    assert (found["AssociationId"], found["ResourceUri"]) == (association, given["ResourceUri"])
    ssm.disassociate_ops_item_related_item(OpsItemId=item, AssociationId=association)
    with pytest.raises(ClientError) as error:
        ssm.disassociate_ops_item_related_item(OpsItemId=item, AssociationId=association)
    assert code(error) == "OpsItemRelatedItemAssociationNotFoundException"


def test_metadata_of_a_resource(ssm):
    made = ssm.create_ops_metadata(ResourceId="/aws/ssm/app", Metadata={"a": {"Value": "1"}})["OpsMetadataArn"]
    ssm.update_ops_metadata(OpsMetadataArn=made, MetadataToUpdate={"b": {"Value": "2"}}, KeysToDelete=["a"])
    found = ssm.get_ops_metadata(OpsMetadataArn=made)
    assert (found["ResourceId"], found["Metadata"]) == ("/aws/ssm/app", {"b": {"Value": "2"}})
    assert [each["OpsMetadataArn"] for each in ssm.list_ops_metadata()["OpsMetadataList"]] == [made]
    with pytest.raises(ClientError) as error:
        ssm.create_ops_metadata(ResourceId="/aws/ssm/app")
    assert code(error) == "OpsMetadataAlreadyExistsException"
    ssm.delete_ops_metadata(OpsMetadataArn=made)
    with pytest.raises(ClientError) as error:
        ssm.get_ops_metadata(OpsMetadataArn=made)
    assert code(error) == "OpsMetadataNotFoundException"


def test_a_setting_is_changed_and_reset(ssm):
    name = "/ssm/parameter-store/default-parameter-tier"
    assert ssm.get_service_setting(SettingId=name)["ServiceSetting"]["Status"] == "Default"
    ssm.update_service_setting(SettingId=name, SettingValue="Advanced")
    found = ssm.get_service_setting(SettingId=f"arn:aws:ssm:us-east-1:000000000000:servicesetting{name}")
    assert (found["ServiceSetting"]["SettingValue"], found["ServiceSetting"]["Status"]) == ("Advanced", "Customized")
    assert ssm.reset_service_setting(SettingId=name)["ServiceSetting"]["SettingValue"] == "Standard"
    with pytest.raises(ClientError) as error:
        ssm.get_service_setting(SettingId="/ssm/nothing")
    assert code(error) == "ServiceSettingNotFound"


def test_a_policy_of_a_resource_is_held_to_its_hash(ssm):
    arn = "arn:aws:ssm:us-east-1:000000000000:parameter/p"
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]})
    put = ssm.put_resource_policy(ResourceArn=arn, Policy=policy)
    assert ssm.get_resource_policies(ResourceArn=arn)["Policies"][0]["Policy"] == policy
    with pytest.raises(ClientError) as error:
        ssm.delete_resource_policy(ResourceArn=arn, PolicyId=put["PolicyId"], PolicyHash="0")
    assert code(error) == "ResourcePolicyConflictException"
    with pytest.raises(ClientError) as error:
        ssm.put_resource_policy(ResourceArn=arn, Policy="{")
    assert code(error) == "MalformedResourcePolicyDocumentException"
    ssm.delete_resource_policy(ResourceArn=arn, PolicyId=put["PolicyId"], PolicyHash=put["PolicyHash"])
    assert ssm.get_resource_policies(ResourceArn=arn)["Policies"] == []


def test_inventory_is_put_listed_and_deleted(ssm, register):
    [mine] = register()
    entries = [{"Rack": "1", "Name": "a"}, {"Rack": "2", "Name": "b"}]
    ssm.put_inventory(InstanceId=mine, Items=[{
        "TypeName": "Custom:Rack", "SchemaVersion": "1.0", "CaptureTime": "2027-01-15T00:00:00Z", "Content": entries}])
    found = ssm.list_inventory_entries(InstanceId=mine, TypeName="Custom:Rack", Filters=[
        {"Key": "Custom:Rack.Rack", "Values": ["2"]}])["Entries"]
    assert found == [entries[1]]
    [entity] = ssm.get_inventory(Filters=[{"Key": "Custom:Rack.Name", "Values": ["a"]}])["Entities"]
    assert entity["Id"] == mine and entity["Data"]["AWS:InstanceInformation"]["Content"][0]["InstanceId"] == mine
    schema = ssm.get_inventory_schema(TypeName="Custom:Rack")["Schemas"][0]
    assert [each["Name"] for each in schema["Attributes"]] == ["Rack", "Name"]
    gone = ssm.delete_inventory(TypeName="Custom:Rack")
    assert gone["DeletionSummary"]["TotalCount"] == 1
    assert ssm.list_inventory_entries(InstanceId=mine, TypeName="Custom:Rack")["Entries"] == []
    [deletion] = ssm.describe_inventory_deletions(DeletionId=gone["DeletionId"])["InventoryDeletions"]
    assert deletion["LastStatus"] == "Complete"


def test_compliance_is_counted_by_type_and_resource(ssm):
    items = [{"Id": "1", "Severity": "HIGH", "Status": "NON_COMPLIANT"},
             {"Id": "2", "Severity": "LOW", "Status": "COMPLIANT"}]  # fmt: skip
    ssm.put_compliance_items(ResourceId="mi-1", ResourceType="ManagedInstance", ComplianceType="Custom:Mine",
                             ExecutionSummary={"ExecutionTime": NOW}, Items=items)  # fmt: skip
    found = ssm.list_compliance_items(Filters=[{"Key": "Severity", "Values": ["HIGH"]}])["ComplianceItems"]
    assert [each["Id"] for each in found] == ["1"]
    [summary] = ssm.list_compliance_summaries()["ComplianceSummaryItems"]
    assert summary["NonCompliantSummary"]["SeveritySummary"]["HighCount"] == 1
    [resource] = ssm.list_resource_compliance_summaries()["ResourceComplianceSummaryItems"]
    assert (resource["Status"], resource["OverallSeverity"]) == ("NON_COMPLIANT", "HIGH")
    ssm.put_compliance_items(ResourceId="mi-1", ResourceType="ManagedInstance", ComplianceType="Custom:Mine",
                             ExecutionSummary={"ExecutionTime": NOW}, Items=[])  # fmt: skip
    assert ssm.list_compliance_items()["ComplianceItems"] == []


def test_syncs_and_connectors_are_declared(ssm):
    destination = {"BucketName": "b", "SyncFormat": "JsonSerDe", "Region": "us-east-1"}
    ssm.create_resource_data_sync(SyncName="s", S3Destination=destination)
    [sync] = ssm.list_resource_data_sync()["ResourceDataSyncItems"]
    assert (sync["SyncName"], sync["S3Destination"], sync["LastStatus"]) == ("s", destination, "InProgress")
    with pytest.raises(ClientError) as error:
        ssm.create_resource_data_sync(SyncName="t")
    assert code(error) == "ResourceDataSyncInvalidConfigurationException"
    ssm.delete_resource_data_sync(SyncName="s")
    made = ssm.create_cloud_connector(
        DisplayName="azure", RoleArn="arn:aws:iam::000000000000:role/connector",
        Configuration={"AzureConfiguration": {"TenantId": TENANT, "ApplicationId": TENANT}})["CloudConnectorId"]
    assert ssm.get_cloud_connector(CloudConnectorId=made)["DisplayName"] == "azure"
    wanted = [{"FilterKey": "TenantId", "FilterValues": [TENANT]}]
    [listed] = ssm.list_cloud_connectors(Filters=wanted)["CloudConnectors"]
    assert listed["Provider"] == "Azure"
    ssm.delete_cloud_connector(CloudConnectorId=made)
    with pytest.raises(ClientError) as error:
        ssm.get_cloud_connector(CloudConnectorId=made)
    assert code(error) == "ResourceNotFoundException"
