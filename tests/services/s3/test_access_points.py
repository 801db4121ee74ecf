"""Access points: S3 Control's operations, and buckets reached through them by ARN, alias and host."""

import json

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from emulator.testing import emulated
from tests.services.s3.conftest import through_hosts

ACCOUNT, OTHER = "000000000000", "222222222222"


@pytest.fixture
def point(s3, control):
    """An access point ``point`` of the bucket ``bucket``, which holds ``k``."""
    s3.put_object(Bucket="bucket", Key="k", Body=b"content")
    return control.create_access_point(AccountId=ACCOUNT, Name="point", Bucket="bucket")


def policy(arn: str, action: str = "s3:GetObject", principal="*", effect: str = "Allow", **condition) -> str:
    statement = {"Effect": effect, "Principal": principal, "Action": action, "Resource": f"{arn}/object/*"}
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_it_is_made_looked_at_listed_and_deleted(s3, control, point, error_of):
    assert point["AccessPointArn"] == f"arn:aws:s3:us-east-1:{ACCOUNT}:accesspoint/point"
    found = control.get_access_point(AccountId=ACCOUNT, Name="point")
    assert (found["Name"], found["Bucket"], found["NetworkOrigin"], found["Alias"]) == (
        "point", "bucket", "Internet", point["Alias"])  # fmt: skip
    assert set(found["PublicAccessBlockConfiguration"].values()) == {True}
    assert found["Endpoints"]["ipv4"] == "s3-accesspoint.us-east-1.amazonaws.com"
    control.create_access_point(AccountId=ACCOUNT, Name="second", Bucket="bucket", VpcConfiguration={"VpcId": "vpc-1"})
    first = control.list_access_points(AccountId=ACCOUNT, Bucket="bucket", MaxResults=1)
    second = control.list_access_points(AccountId=ACCOUNT, Bucket="bucket", NextToken=first["NextToken"])
    assert [each["Name"] for page in (first, second) for each in page["AccessPointList"]] == ["point", "second"]
    assert second["AccessPointList"][0]["NetworkOrigin"] == "VPC" and "NextToken" not in second
    again = error_of(control.create_access_point, AccountId=ACCOUNT, Name="point", Bucket="bucket")
    assert again["Error"]["Code"] == "AccessPointAlreadyOwnedByYou"
    absent = error_of(control.create_access_point, AccountId=ACCOUNT, Name="third", Bucket="absent")
    assert absent["Error"]["Code"] == "NoSuchBucket"
    foreign = error_of(control.get_access_point, AccountId=OTHER, Name="point")
    assert foreign["Error"]["Code"] == "AccessDenied"
    control.delete_access_point(AccountId=ACCOUNT, Name="point")
    gone = error_of(control.get_access_point, AccountId=ACCOUNT, Name="point")
    assert (gone["Error"]["Code"], gone["ResponseMetadata"]["HTTPStatusCode"]) == ("NoSuchAccessPoint", 404)


def test_objects_are_reached_by_arn_alias_and_host(s3, aws, point, error_of):
    by_host = aws("s3")
    for bucket in (point["AccessPointArn"], point["Alias"]):
        assert by_host.get_object(Bucket=bucket, Key="k")["Body"].read() == b"content"
        by_host.put_object(Bucket=bucket, Key="a/b ü", Body=b"2")
        assert [each["Key"] for each in by_host.list_objects_v2(Bucket=bucket)["Contents"]] == ["a/b ü", "k"]
        by_host.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a/b ü"}]})
        assert s3.list_objects_v2(Bucket="bucket")["KeyCount"] == 1
        refused = error_of(by_host.put_bucket_versioning, Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        assert refused["Error"]["Code"] == "MethodNotAllowed"
    assert by_host.head_bucket(Bucket=point["Alias"])["AccessPointAlias"] is True
    assert s3.get_object(Bucket=point["Alias"], Key="k")["Body"].read() == b"content"
    s3.copy_object(Bucket="bucket", Key="copy", CopySource={"Bucket": point["AccessPointArn"], "Key": "k"})
    s3.copy_object(Bucket="bucket", Key="again", CopySource={"Bucket": point["Alias"], "Key": "copy"})
    assert s3.get_object(Bucket="bucket", Key="again")["Body"].read() == b"content"
    absent = error_of(by_host.get_object, Bucket=point["AccessPointArn"] + "x", Key="k")
    assert absent["Error"]["Code"] == "NoSuchAccessPoint"


def test_another_account_needs_both_policies(s3, control, aws, point, error_of):
    arn, other = point["AccessPointArn"], aws("s3", access_key=OTHER)
    assert error_of(other.get_object, Bucket=arn, Key="k")["Error"]["Code"] == "AccessDenied"
    control.put_access_point_policy(AccountId=ACCOUNT, Name="point", Policy=policy(arn, principal={"AWS": OTHER}))
    assert json.loads(control.get_access_point_policy(AccountId=ACCOUNT, Name="point")["Policy"])["Statement"]
    assert error_of(other.get_object, Bucket=arn, Key="k")["Error"]["Code"] == "AccessDenied"
    delegation = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "*", "Resource": "arn:aws:s3:::bucket/*",
                  "Condition": {"StringEquals": {"s3:DataAccessPointAccount": ACCOUNT}}}  # fmt: skip
    s3.put_bucket_policy(Bucket="bucket", Policy=json.dumps({"Version": "2012-10-17", "Statement": [delegation]}))
    assert other.get_object(Bucket=arn, Key="k")["Body"].read() == b"content"
    assert error_of(other.put_object, Bucket=arn, Key="k")["Error"]["Code"] == "AccessDenied"
    assert error_of(other.get_object, Bucket="bucket", Key="k")["Error"]["Code"] == "AccessDenied"
    control.put_access_point_policy(AccountId=ACCOUNT, Name="point", Policy=policy(arn, effect="Deny"))
    assert error_of(aws("s3").get_object, Bucket=arn, Key="k")["Error"]["Code"] == "AccessDenied"
    control.delete_access_point_policy(AccountId=ACCOUNT, Name="point")
    answer = error_of(control.get_access_point_policy, AccountId=ACCOUNT, Name="point")
    assert answer["Error"]["Code"] == "NoSuchAccessPointPolicy"


def test_public_policies_are_blocked_unless_the_point_says_otherwise(s3, control, aws, point, error_of):
    arn = point["AccessPointArn"]
    refused = error_of(control.put_access_point_policy, AccountId=ACCOUNT, Name="point", Policy=policy(arn))
    assert refused["Error"]["Code"] == "AccessDenied"
    open_point = control.create_access_point(
        AccountId=ACCOUNT, Name="open", Bucket="bucket", PublicAccessBlockConfiguration={"BlockPublicPolicy": False}
    )["AccessPointArn"]
    control.put_access_point_policy(AccountId=ACCOUNT, Name="open", Policy=policy(open_point))
    status = control.get_access_point_policy_status(AccountId=ACCOUNT, Name="open")
    assert status["PolicyStatus"]["IsPublic"] is True
    s3.delete_public_access_block(Bucket="bucket")
    document = json.loads(policy("arn:aws:s3:::bucket"))
    document["Statement"][0]["Resource"] = "arn:aws:s3:::bucket/*"
    s3.put_bucket_policy(Bucket="bucket", Policy=json.dumps(document))
    anybody = aws("s3", signature_version=UNSIGNED)
    assert anybody.get_object(Bucket=open_point, Key="k")["Body"].read() == b"content"
    wrong = policy("arn:aws:s3:us-east-1:000000000000:accesspoint/elsewhere")
    refused = error_of(control.put_access_point_policy, AccountId=ACCOUNT, Name="open", Policy=wrong)
    assert refused["Error"]["Code"] == "MalformedPolicy"


def test_an_accounts_block_counts_beside_the_buckets(s3, control, aws, error_of):
    s3.create_bucket(Bucket="open", ObjectOwnership="ObjectWriter")
    s3.delete_public_access_block(Bucket="open")
    s3.put_object(Bucket="open", Key="k", Body=b"content", ACL="public-read")
    anybody = aws("s3", signature_version=UNSIGNED)
    assert anybody.get_object(Bucket="open", Key="k")["Body"].read() == b"content"
    absent = error_of(control.get_public_access_block, AccountId=ACCOUNT)
    assert absent["Error"]["Code"] == "NoSuchPublicAccessBlockConfiguration"
    block = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True}
    control.put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=block)
    found = control.get_public_access_block(AccountId=ACCOUNT)["PublicAccessBlockConfiguration"]
    assert found == {**block, "RestrictPublicBuckets": False}
    assert error_of(anybody.get_object, Bucket="open", Key="k")["Error"]["Code"] == "AccessDenied"
    refused = error_of(s3.put_object_acl, Bucket="open", Key="k", ACL="public-read")
    assert refused["Error"]["Code"] == "AccessDenied"
    document = policy("arn:aws:s3:::open").replace("/object/*", "/*")
    assert error_of(s3.put_bucket_policy, Bucket="open", Policy=document)["Error"]["Code"] == "AccessDenied"
    control.delete_public_access_block(AccountId=ACCOUNT)
    assert anybody.get_object(Bucket="open", Key="k")["Body"].read() == b"content"


def test_iam_is_asked_about_the_access_point(error_of):
    with emulated(iam="enforce") as emulator:

        def client(service: str, key: str = ACCOUNT, secret: str = "test"):
            made = boto3.client(service, region_name="us-east-1", aws_access_key_id=key, aws_secret_access_key=secret,
                                config=Config(ignore_configured_endpoint_urls=True))  # fmt: skip
            return through_hosts(made, emulator.url)

        s3, iam = client("s3"), client("iam")
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key="k", Body=b"content")
        point = client("s3control").create_access_point(AccountId=ACCOUNT, Name="point", Bucket="bucket")
        statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{point['AccessPointArn']}/object/*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.create_user(UserName="ann")
        iam.put_user_policy(UserName="ann", PolicyName="through", PolicyDocument=document)
        made = iam.create_access_key(UserName="ann")["AccessKey"]
        ann = client("s3", made["AccessKeyId"], made["SecretAccessKey"])
        for bucket in (point["AccessPointArn"], point["Alias"]):
            assert ann.get_object(Bucket=bucket, Key="k")["Body"].read() == b"content"
            refused = error_of(ann.put_object, Bucket=bucket, Key="k")["Error"]
            assert refused["Code"] == "AccessDenied" and f'"{statement["Resource"][:-1]}k"' in refused["Message"]
        assert error_of(ann.get_object, Bucket="bucket", Key="k")["Error"]["Code"] == "AccessDenied"


def test_tags(control, point):
    arn = point["AccessPointArn"]
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]
    control.tag_resource(AccountId=ACCOUNT, ResourceArn=arn, Tags=tags)
    control.untag_resource(AccountId=ACCOUNT, ResourceArn=arn, TagKeys=["a"])
    assert control.list_tags_for_resource(AccountId=ACCOUNT, ResourceArn=arn)["Tags"] == tags[1:]


def test_what_is_not_served_says_so(control, error_of):
    answer = error_of(control.list_storage_lens_groups, AccountId=ACCOUNT)
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == ("NotImplemented", 501)
