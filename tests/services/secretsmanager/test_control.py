"""Replication, rotation and policies. https://docs.aws.amazon.com/secretsmanager/latest/userguide/"""

import json
from datetime import UTC, datetime

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:rotate"


def policy(principal, **more):
    statement = {"Effect": "Allow", "Principal": principal, "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement | more]})


def test_replicas_follow_their_primary(sm, client, refused):
    there = client("secretsmanager", region="eu-west-1")
    made = sm.create_secret(Name="s", SecretString="1", AddReplicaRegions=[{"Region": "eu-west-1"}])
    assert made["ReplicationStatus"][0]["Status"] == "InProgress"
    assert sm.describe_secret(SecretId="s")["ReplicationStatus"][0]["Status"] == "InSync"
    assert there.get_secret_value(SecretId="s")["SecretString"] == "1"
    sm.put_secret_value(SecretId="s", SecretString="2")
    assert there.get_secret_value(SecretId="s")["SecretString"] == "2"
    assert refused(there.put_secret_value, SecretId="s", SecretString="3")[0] == "InvalidRequestException"
    assert refused(sm.delete_secret, SecretId="s") == (
        "InvalidParameterException", "You can't delete secret s that still has replica regions [eu-west-1]",
    )  # fmt: skip
    there.stop_replication_to_replica(SecretId="s")
    there.put_secret_value(SecretId="s", SecretString="3")
    assert sm.get_secret_value(SecretId="s")["SecretString"] == "2"
    assert "ReplicationStatus" not in sm.describe_secret(SecretId="s")


def test_a_replica_does_not_overwrite_unasked(sm, client):
    there = client("secretsmanager", region="eu-west-1")
    there.create_secret(Name="s", SecretString="mine")
    sm.create_secret(Name="s", SecretString="1", AddReplicaRegions=[{"Region": "eu-west-1"}])
    told = sm.describe_secret(SecretId="s")["ReplicationStatus"][0]
    assert (told["Status"], told["StatusMessage"]) == (
        "Failed", "Replication failed: Secret name s already exists in region eu-west-1.",
    )  # fmt: skip
    sm.replicate_secret_to_regions(
        SecretId="s", AddReplicaRegions=[{"Region": "eu-west-1"}], ForceOverwriteReplicaSecret=True
    )
    assert there.get_secret_value(SecretId="s")["SecretString"] == "1"
    sm.remove_regions_from_replication(SecretId="s", RemoveReplicaRegions=["eu-west-1"])
    assert there.list_secrets()["SecretList"] == []


def test_rotation_needs_a_function_that_can_be_called(sm, refused):
    sm.create_secret(Name="s", SecretString="1")
    assert refused(sm.rotate_secret, SecretId="s") == (
        "InvalidRequestException", "No Lambda rotation function ARN is associated with this secret.",
    )  # fmt: skip
    code, _ = refused(
        sm.rotate_secret, SecretId="s", RotationLambdaARN=FUNCTION, RotationRules={"AutomaticallyAfterDays": 1}
    )
    assert code == "AccessDeniedException"
    assert "RotationEnabled" not in sm.describe_secret(SecretId="s")


def test_windows_open_on_the_clock():
    from emulator.services.secretsmanager.schedule import next_window

    def window(since, **rules):
        return [datetime.fromtimestamp(each, UTC).isoformat() for each in next_window(rules, since)]

    noon = datetime(2027, 1, 15, 12, tzinfo=UTC).timestamp()
    assert window(noon, AutomaticallyAfterDays=10) == ["2027-01-25T00:00:00+00:00", "2027-01-25T23:59:59+00:00"]
    assert window(noon + 120, ScheduleExpression="rate(4 hours)") == [
        "2027-01-15T16:00:00+00:00", "2027-01-15T16:59:59+00:00",
    ]  # fmt: skip
    assert window(noon, ScheduleExpression="cron(0 8 1 * ? *)", Duration="2h") == [
        "2027-02-01T08:00:00+00:00", "2027-02-01T09:59:59+00:00",
    ]  # fmt: skip


def test_policies_are_kept_and_checked(sm, refused):
    sm.create_secret(Name="s", SecretString="1")
    assert "ResourcePolicy" not in sm.get_resource_policy(SecretId="s")
    mine = policy({"AWS": "arn:aws:iam::111111111111:root"})
    sm.put_resource_policy(SecretId="s", ResourcePolicy=mine, BlockPublicPolicy=True)
    assert sm.get_resource_policy(SecretId="s")["ResourcePolicy"] == mine
    assert sm.list_resource_policies(SecretId="s")["ResourcePolicies"] == [{"PolicyName": "default"}]
    public = policy("*")
    assert refused(sm.put_resource_policy, SecretId="s", ResourcePolicy=public, BlockPublicPolicy=True)[0] == (
        "PublicPolicyException"
    )
    assert refused(sm.put_resource_policy, SecretId="s", ResourcePolicy="{")[0] == "MalformedPolicyDocumentException"
    assert sm.validate_resource_policy(ResourcePolicy=mine)["PolicyValidationPassed"] is True
    assert sm.validate_resource_policy(ResourcePolicy=public)["ValidationErrors"]
    sm.delete_resource_policy(SecretId="s")
    assert sm.list_resource_policies(SecretId="s")["ResourcePolicies"] == []


def test_another_account_needs_a_key_of_its_own_choice(sm, client, refused):
    arn = sm.create_secret(Name="s", SecretString="1")["ARN"]
    other = client("secretsmanager", access_key="111111111111")
    assert refused(other.get_secret_value, SecretId=arn) == (
        "InvalidRequestException",
        "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service "
        "key.",
    )


def test_a_replica_in_another_account(sm, client, refused):
    other = client("secretsmanager", access_key="111111111111")
    key = client("kms", access_key="111111111111").create_key()["KeyMetadata"]["Arn"]
    arn = sm.create_secret(Name="s", SecretString="1", Description="mine")["ARN"]
    twin = other.create_secret(Name="copy", KmsKeyId=key, CrossAccountPrimaryARN=arn)["ARN"]
    assert other.describe_secret(SecretId=twin)["CrossAccountPrimary"]["ReplicationStatus"] == "Pending"
    told = sm.associate_cross_account_replica(SecretId=arn, CrossAccountReplicaARN=twin)
    assert told["ReplicationStatus"] == "InSync"
    sm.put_secret_value(SecretId=arn, SecretString="2")
    assert other.get_secret_value(SecretId=twin)["SecretString"] == "2"
    assert refused(other.put_secret_value, SecretId=twin, SecretString="x")[0] == "InvalidRequestException"
    assert refused(sm.delete_secret, SecretId=arn)[0] == "InvalidRequestException"
    assert refused(other.delete_secret, SecretId=twin)[0] == "InvalidRequestException"
    sm.disassociate_cross_account_replica(SecretId=arn, CrossAccountReplicaARN=twin)
    assert other.describe_secret(SecretId=twin)["CrossAccountPrimary"]["ReplicationStatus"] == "Detached"
    other.stop_replication_to_replica(SecretId=twin)
    other.put_secret_value(SecretId=twin, SecretString="3")
    assert sm.get_secret_value(SecretId=arn)["SecretString"] == "2"
