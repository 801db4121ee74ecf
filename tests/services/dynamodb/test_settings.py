"""Tags, resource policies, limits and endpoints."""

import json

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/"
POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})


def test_tags(dynamodb, make_table, refused):
    arn = ARN + make_table("pk:S", Tags=[{"Key": "a", "Value": "1"}])
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "b", "Value": "2"}, {"Key": "a", "Value": "3"}])
    assert dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"] == [
        {"Key": "a", "Value": "3"}, {"Key": "b", "Value": "2"},
    ]  # fmt: skip
    dynamodb.untag_resource(ResourceArn=arn, TagKeys=["a", "c"])
    assert dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "2"}]
    assert refused(dynamodb.list_tags_of_resource, ResourceArn=ARN + "none")[0] == "ResourceNotFoundException"
    reserved = {"ResourceArn": arn, "Tags": [{"Key": "aws:x", "Value": ""}]}
    assert refused(dynamodb.tag_resource, **reserved)[0] == "ValidationException"


def test_resource_policies(dynamodb, make_table, refused):
    stream = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    arn = ARN + make_table("pk:S", StreamSpecification=stream)
    assert refused(dynamodb.get_resource_policy, ResourceArn=arn)[0] == "PolicyNotFoundException"
    first = dynamodb.put_resource_policy(ResourceArn=arn, Policy=POLICY, ExpectedRevisionId="NO_POLICY")["RevisionId"]
    got = dynamodb.get_resource_policy(ResourceArn=arn)
    assert (got["Policy"], got["RevisionId"]) == (POLICY, first)
    second = dynamodb.put_resource_policy(ResourceArn=arn, Policy=POLICY, ExpectedRevisionId=first)["RevisionId"]
    assert second != first
    stale = {"ResourceArn": arn, "ExpectedRevisionId": first}
    assert refused(dynamodb.delete_resource_policy, **stale)[0] == "PolicyNotFoundException"
    stream_arn = dynamodb.describe_table(TableName=arn)["Table"]["LatestStreamArn"]
    dynamodb.put_resource_policy(ResourceArn=stream_arn, Policy=POLICY)
    assert dynamodb.delete_resource_policy(ResourceArn=arn)["RevisionId"] == second
    assert dynamodb.get_resource_policy(ResourceArn=stream_arn)["Policy"] == POLICY
    assert "RevisionId" not in dynamodb.delete_resource_policy(ResourceArn=arn)


def test_limits_and_endpoints(dynamodb, endpoint):
    limits = dynamodb.describe_limits()
    assert limits["AccountMaxReadCapacityUnits"] == 80_000
    assert limits["TableMaxWriteCapacityUnits"] == 40_000
    (told,) = dynamodb.describe_endpoints()["Endpoints"]
    assert told == {"Address": endpoint.removeprefix("http://"), "CachePeriodInMinutes": 1440}


def test_encryption_under_keys_of_kms(dynamodb, make_table, client, refused):
    def told(name):
        return dynamodb.describe_table(TableName=name)["Table"].get("SSEDescription")

    kms = client("kms")
    on = {"Enabled": True, "SSEType": "KMS"}
    table = make_table("pk:S", SSESpecification=on)
    managed = kms.describe_key(KeyId="alias/aws/dynamodb")["KeyMetadata"]["Arn"]
    assert told(table) == {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": managed}
    own = kms.create_key()["KeyMetadata"]["Arn"]
    dynamodb.update_table(TableName=table, SSESpecification={**on, "KMSMasterKeyId": own})
    assert told(table)["KMSMasterKeyArn"] == own
    dynamodb.update_table(TableName=table, SSESpecification={"Enabled": False})
    assert told(table) is None
    kms.disable_key(KeyId=own)
    for key in (own, "alias/none"):
        given = {"TableName": table, "SSESpecification": {**on, "KMSMasterKeyId": key}}
        assert refused(dynamodb.update_table, **given)[0] == "ValidationException"
