"""State Manager: associations that are applied at once and on their schedule."""

import pytest
from botocore.exceptions import ClientError

NOON = 1_800_014_400.0  # 2027-01-15T12:00:00Z


def code(error) -> str:
    return error.value.response["Error"]["Code"]


@pytest.fixture
def associate(ssm):
    def make(node, line="true", **given):
        return ssm.create_association(**{
            "Name": "AWS-RunShellScript", "Targets": [{"Key": "InstanceIds", "Values": [node]}],
            "Parameters": {"commands": [line]}, **given})["AssociationDescription"]  # fmt: skip

    return make


def statuses(ssm, association) -> list[str]:
    found = ssm.describe_association_executions(AssociationId=association)["AssociationExecutions"]
    return [each["Status"] for each in found]


def test_an_association_is_applied_at_once_and_again_on_schedule(ssm, register, associate, until, emulator):
    emulator.freeze(NOON)
    [node] = register()
    made = associate(node, ScheduleExpression="rate(30 minutes)", AssociationName="mine")
    association = made["AssociationId"]
    assert (made["AssociationVersion"], made["Overview"]["Status"]) == ("1", "Pending")
    until(lambda: statuses(ssm, association), lambda found: found == ["Success"], lambda: emulator.advance(1))
    emulator.advance(1800)
    until(lambda: statuses(ssm, association), lambda found: found == ["Success"] * 2, lambda: emulator.advance(1))
    shown = ssm.describe_association(AssociationId=association)["AssociationDescription"]
    assert shown["Overview"] == {
        "Status": "Success", "DetailedStatus": "Success", "AssociationStatusAggregatedCount": {"Success": 1}}
    [info] = ssm.describe_instance_associations_status(InstanceId=node)["InstanceAssociationStatusInfos"]
    assert (info["AssociationId"], info["Status"]) == (association, "Success")
    execution = ssm.describe_association_executions(AssociationId=association)["AssociationExecutions"][0]
    [target] = ssm.describe_association_execution_targets(
        AssociationId=association, ExecutionId=execution["ExecutionId"])["AssociationExecutionTargets"]
    assert (target["ResourceId"], target["Status"]) == (node, "Success")


def test_a_failing_association_says_so(ssm, register, associate, until, emulator):
    emulator.freeze(NOON)
    [node] = register()
    association = associate(node, "exit 3")["AssociationId"]
    until(lambda: statuses(ssm, association), lambda found: found == ["Failed"], lambda: emulator.advance(1))


def test_versions_of_an_association(ssm, register, associate):
    [node] = register()
    association = associate(node, ApplyOnlyAtCronInterval=True, ScheduleExpression="rate(1 day)")["AssociationId"]
    updated = ssm.update_association(AssociationId=association, MaxErrors="2")["AssociationDescription"]
    assert (updated["AssociationVersion"], updated["MaxErrors"]) == ("2", "2") and "ScheduleExpression" not in updated
    versions = ssm.list_association_versions(AssociationId=association)["AssociationVersions"]
    assert [each["AssociationVersion"] for each in versions] == ["1", "2"]
    first = ssm.describe_association(AssociationId=association, AssociationVersion="1")["AssociationDescription"]
    assert first["ScheduleExpression"] == "rate(1 day)"
    with pytest.raises(ClientError) as error:
        ssm.update_association(AssociationId=association, AssociationVersion="1")
    assert code(error) == "InvalidUpdate"
    found = ssm.list_associations(AssociationFilterList=[{"key": "InstanceId", "value": node}])["Associations"]
    assert [each["AssociationId"] for each in found] == [association]
    ssm.delete_association(AssociationId=association)
    with pytest.raises(ClientError) as error:
        ssm.describe_association(AssociationId=association)
    assert code(error) == "AssociationDoesNotExist"


def test_once_by_hand_and_in_batches(ssm, register, associate, until, emulator):
    emulator.freeze(NOON)
    [node] = register()
    association = associate(node, ApplyOnlyAtCronInterval=True, ScheduleExpression="rate(1 day)")["AssociationId"]
    ssm.start_associations_once(AssociationIds=[association])
    until(lambda: statuses(ssm, association), lambda found: found == ["Success"], lambda: emulator.advance(1))
    batch = ssm.create_association_batch(Entries=[
        {"Name": "AWS-RunShellScript", "InstanceId": node, "Parameters": {"commands": ["true"]}}, {"Name": "nobody"}])
    assert len(batch["Successful"]) == 1 and batch["Failed"][0]["Entry"]["Name"] == "nobody"
    ssm.update_association_status(Name="AWS-RunShellScript", InstanceId=node, AssociationStatus={
        "Date": NOON, "Name": "Success", "Message": "done"})  # fmt: skip
    shown = ssm.describe_association(Name="AWS-RunShellScript", InstanceId=node)["AssociationDescription"]
    assert shown["Status"]["Message"] == "done"


@pytest.mark.parametrize(("given", "expected"), [
    ({"Name": "nobody"}, "InvalidDocument"), ({"ScheduleExpression": "sometimes"}, "InvalidSchedule"),
    ({"Targets": []}, "InvalidTarget"), ({"DocumentVersion": "9"}, "InvalidDocumentVersion"),
])  # fmt: skip
def test_associations_that_are_refused(associate, given, expected):
    with pytest.raises(ClientError) as error:
        associate("mi-0", **given)
    assert code(error) == expected
