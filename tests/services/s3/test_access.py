"""Who may do what: policies, ACLs, ownership, the public access block."""

import json

import pytest
import urllib3
from botocore import UNSIGNED
from botocore.config import Config

from tests.services.s3.test_buckets import refused

OTHER = "222222222222"
DENIED = ("AccessDenied", "Access Denied", 403)
ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"


@pytest.fixture
def s3(client):
    """The owner's client; a bucket that may be opened, with one object."""
    made = client("s3")
    made.create_bucket(Bucket="bucket")
    made.delete_public_access_block(Bucket="bucket")
    made.put_object(Bucket="bucket", Key="key", Body=b"content")
    return made


@pytest.fixture
def anybody(client):
    return client("s3", config=Config(signature_version=UNSIGNED))


@pytest.fixture
def other(client):
    return client("s3", access_key=OTHER)


def policy(effect="Allow", action="s3:GetObject", resource="bucket/*", principal="*", **condition) -> str:
    statement = {
        "Effect": effect, "Principal": principal, "Action": action, "Resource": f"arn:aws:s3:::{resource}",
        **({"Condition": condition} if condition else {}),
    }  # fmt: skip
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_nobody_else_may_do_anything(s3, anybody, other):
    for client in (anybody, other):
        assert refused(client.get_object, Bucket="bucket", Key="key") == DENIED
        assert refused(client.put_object, Bucket="bucket", Key="new", Body=b"") == DENIED
        assert refused(client.list_objects_v2, Bucket="bucket") == DENIED
        assert refused(client.get_bucket_policy, Bucket="bucket") == DENIED
        assert refused(client.delete_bucket, Bucket="bucket") == DENIED
        assert refused(client.head_bucket, Bucket="bucket")[::2] == ("403", 403)
    assert refused(anybody.list_buckets) == DENIED
    assert refused(anybody.create_bucket, Bucket="new") == DENIED


def test_a_policy_lets_in(s3, anybody, other):
    s3.put_bucket_policy(Bucket="bucket", Policy=policy(principal={"AWS": OTHER}))
    assert other.get_object(Bucket="bucket", Key="key")["Body"].read() == b"content"
    assert refused(anybody.get_object, Bucket="bucket", Key="key") == DENIED
    assert refused(other.delete_object, Bucket="bucket", Key="key") == DENIED
    s3.put_bucket_policy(Bucket="bucket", Policy=policy())
    assert anybody.head_object(Bucket="bucket", Key="key")["ContentLength"] == 7


def test_that_an_object_is_missing_is_told_to_those_who_may_list(s3, anybody):
    s3.put_bucket_policy(Bucket="bucket", Policy=policy())
    assert refused(anybody.get_object, Bucket="bucket", Key="none") == DENIED
    s3.put_bucket_policy(Bucket="bucket", Policy=policy(action=["s3:GetObject", "s3:ListBucket"], resource="bucket*"))
    assert refused(anybody.get_object, Bucket="bucket", Key="none")[0] == "NoSuchKey"


def test_an_explicit_deny_holds_for_the_owner(s3):
    s3.put_bucket_policy(Bucket="bucket", Policy=policy("Deny", "s3:DeleteObject"))
    assert refused(s3.delete_object, Bucket="bucket", Key="key") == DENIED
    answer = s3.delete_objects(Bucket="bucket", Delete={"Objects": [{"Key": "key"}]})
    assert [(each["Key"], each["Code"]) for each in answer["Errors"]] == [("key", "AccessDenied")]
    s3.put_bucket_policy(Bucket="bucket", Policy=policy("Deny", "s3:*", "bucket"))
    assert refused(s3.list_objects_v2, Bucket="bucket") == DENIED
    s3.delete_bucket_policy(Bucket="bucket")  # the account's root can always take a policy back
    s3.delete_object(Bucket="bucket", Key="key")


def test_conditions(s3, anybody):
    s3.put_bucket_policy(
        Bucket="bucket", Policy=policy(action="s3:ListBucket", resource="bucket", StringLike={"s3:prefix": "open/*"})
    )
    assert anybody.list_objects_v2(Bucket="bucket", Prefix="open/a")["KeyCount"] == 0
    assert refused(anybody.list_objects_v2, Bucket="bucket", Prefix="closed/") == DENIED
    assert refused(anybody.list_objects_v2, Bucket="bucket") == DENIED
    s3.put_bucket_policy(Bucket="bucket", Policy=policy(IpAddress={"aws:SourceIp": "127.0.0.0/8"}))
    anybody.get_object(Bucket="bucket", Key="key")
    s3.put_bucket_policy(Bucket="bucket", Policy=policy(NotIpAddress={"aws:SourceIp": "127.0.0.0/8"}))
    assert refused(anybody.get_object, Bucket="bucket", Key="key") == DENIED
    s3.put_bucket_policy(Bucket="bucket", Policy=policy(StringEquals={"s3:ExistingObjectTag/open": "yes"}))
    assert refused(anybody.get_object, Bucket="bucket", Key="key") == DENIED
    s3.put_object_tagging(Bucket="bucket", Key="key", Tagging={"TagSet": [{"Key": "open", "Value": "yes"}]})
    anybody.get_object(Bucket="bucket", Key="key")


def test_policies_that_are_refused(s3):
    def put(text):
        return s3.put_bucket_policy(Bucket="bucket", Policy=text)

    for text, message in (
        ("", "Policies must be valid JSON and the first byte must be '{'"),
        ("invalid json", "Policies must be valid JSON and the first byte must be '{'"),
        ("{}", "Missing required field Statement"),
        (policy(resource="another/*"), "Policy has invalid resource"),
        (policy(action="sqs:SendMessage"), "Policy has invalid action"),
        (policy(principal={"AWS": "nobody"}), "Invalid principal in policy"),
    ):
        assert refused(put, text) == ("MalformedPolicy", message, 400)
    assert refused(s3.get_bucket_policy, Bucket="bucket")[0] == "NoSuchBucketPolicy"


def test_the_public_access_block_on_policies(s3, anybody, other):
    public = policy()
    s3.put_bucket_policy(Bucket="bucket", Policy=public)
    assert s3.get_bucket_policy_status(Bucket="bucket")["PolicyStatus"] == {"IsPublic": True}
    s3.put_public_access_block(
        Bucket="bucket", PublicAccessBlockConfiguration={"BlockPublicPolicy": True, "RestrictPublicBuckets": True}
    )
    assert refused(s3.put_bucket_policy, Bucket="bucket", Policy=public)[::2] == ("AccessDenied", 403)
    assert refused(anybody.get_object, Bucket="bucket", Key="key") == DENIED
    assert refused(other.get_object, Bucket="bucket", Key="key") == DENIED
    s3.put_bucket_policy(Bucket="bucket", Policy=policy(principal={"AWS": OTHER}))
    assert s3.get_bucket_policy_status(Bucket="bucket")["PolicyStatus"] == {"IsPublic": False}
    other.get_object(Bucket="bucket", Key="key")


def test_acls_are_off_unless_ownership_allows_them(s3, anybody):
    code = "AccessControlListNotSupported"
    off = (code, "The bucket does not allow ACLs", 400)
    assert refused(s3.put_bucket_acl, Bucket="bucket", ACL="public-read") == off
    assert refused(s3.put_object, Bucket="bucket", Key="new", ACL="public-read")[0] == code
    s3.put_object(Bucket="bucket", Key="new", ACL="bucket-owner-full-control")
    s3.delete_bucket_ownership_controls(Bucket="bucket")
    s3.put_object_acl(Bucket="bucket", Key="key", ACL="public-read")
    anybody.get_object(Bucket="bucket", Key="key")
    s3.put_public_access_block(Bucket="bucket", PublicAccessBlockConfiguration={"IgnorePublicAcls": True})
    assert refused(anybody.get_object, Bucket="bucket", Key="key") == DENIED
    s3.put_public_access_block(Bucket="bucket", PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    assert refused(s3.put_bucket_acl, Bucket="bucket", ACL="public-read")[::2] == ("AccessDenied", 403)


def test_canned_and_explicit_grants(s3, anybody, other):
    s3.delete_bucket_ownership_controls(Bucket="bucket")
    acl = s3.get_bucket_acl(Bucket="bucket")
    me = acl["Owner"]["ID"]
    own = {"Grantee": {"ID": me, "Type": "CanonicalUser"}, "Permission": "FULL_CONTROL"}
    assert acl["Grants"] == [own]
    s3.put_bucket_acl(Bucket="bucket", ACL="public-read-write")
    everybody = {"Type": "Group", "URI": ALL_USERS}
    assert s3.get_bucket_acl(Bucket="bucket")["Grants"] == [
        own, {"Grantee": everybody, "Permission": "READ"}, {"Grantee": everybody, "Permission": "WRITE"}
    ]  # fmt: skip
    anybody.put_object(Bucket="bucket", Key="theirs", Body=b"")
    them = other.list_buckets()["Owner"]["ID"]
    s3.put_object_acl(Bucket="bucket", Key="key", GrantRead=f'id="{them}"', GrantWriteACP=f'uri="{ALL_USERS}"')
    grants = s3.get_object_acl(Bucket="bucket", Key="key")["Grants"]
    assert [each["Permission"] for each in grants] == ["READ", "WRITE_ACP"]
    assert other.get_object(Bucket="bucket", Key="key")["Body"].read() == b"content"
    assert refused(anybody.get_object, Bucket="bucket", Key="key") == DENIED
    document = {"Owner": {"ID": me}, "Grants": [own]}
    s3.put_object_acl(Bucket="bucket", Key="key", AccessControlPolicy=document)
    assert s3.get_object_acl(Bucket="bucket", Key="key")["Grants"] == [own]


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        ({"GrantRead": 'uri="http://acs.amazonaws.com/groups/global/Nobody"'}, "InvalidArgument", "Invalid group uri"),
        ({"GrantRead": 'id="wrong"'}, "InvalidArgument", "Invalid id"),
        ({"GrantRead": "what"}, "InvalidArgument", "Argument format not recognized"),
        ({"ACL": "private", "GrantRead": f'uri="{ALL_USERS}"'}, "InvalidRequest",
         "Specifying both Canned ACLs and Header Grants is not allowed"),
        ({}, "MissingSecurityHeader", "Your request was missing a required header"),
    ],
)  # fmt: skip
def test_acl_refusals(s3, given, code, message):
    s3.delete_bucket_ownership_controls(Bucket="bucket")
    assert refused(s3.put_bucket_acl, Bucket="bucket", **given) == (code, message, 400)


def test_who_owns_an_object(s3, other):
    everything = policy(action="s3:*", resource="bucket*", principal={"AWS": OTHER})
    s3.put_bucket_policy(Bucket="bucket", Policy=everything)
    other.put_object(Bucket="bucket", Key="a", Body=b"a")
    s3.get_object(Bucket="bucket", Key="a")
    s3.put_bucket_ownership_controls(
        Bucket="bucket", OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )
    other.put_object(Bucket="bucket", Key="b", Body=b"b")
    assert refused(s3.get_object, Bucket="bucket", Key="b") == DENIED
    other.put_object_acl(Bucket="bucket", Key="b", ACL="bucket-owner-full-control")
    s3.get_object(Bucket="bucket", Key="b")


def test_another_region_addressed_by_its_name(s3, endpoint):
    def head(host, bucket="bucket"):
        answer = urllib3.request("HEAD", f"{endpoint}/{bucket}", headers={"Host": host}, redirect=False)
        return answer.status, answer.headers.get("x-amz-bucket-region")

    assert head("s3.eu-west-1.amazonaws.com") == (301, "us-east-1")
    assert head("s3.amazonaws.com") == head("s3.us-east-1.amazonaws.com") == (403, "us-east-1")
    assert head("s3.amazonaws.com", "nowhere") == (404, None)


def test_the_source_of_a_copy(s3, other):
    other.create_bucket(Bucket="theirs")
    copy = {"Bucket": "theirs", "Key": "copy", "CopySource": "bucket/key"}
    assert refused(other.copy_object, **copy) == DENIED
    assert refused(other.copy_object, **copy, ExpectedSourceBucketOwner="x")[0] == "InvalidBucketOwnerAWSAccountID"
    s3.put_bucket_policy(Bucket="bucket", Policy=policy(principal={"AWS": OTHER}))
    other.copy_object(**copy)
    assert refused(s3.copy_object, Bucket="theirs", Key="back", CopySource="bucket/key") == DENIED


def test_those_who_ask_pay(s3, other):
    s3.put_bucket_policy(Bucket="bucket", Policy=policy(principal={"AWS": OTHER}))
    s3.put_bucket_request_payment(Bucket="bucket", RequestPaymentConfiguration={"Payer": "Requester"})
    assert refused(other.get_object, Bucket="bucket", Key="key") == DENIED
    assert other.get_object(Bucket="bucket", Key="key", RequestPayer="requester")["Body"].read() == b"content"
    s3.get_object(Bucket="bucket", Key="key")


def test_a_policy_may_name_an_account_by_its_canonical_id(s3, client):
    other = client("s3", access_key="222222222222")
    s3.put_object(Bucket="bucket", Key="k", Body=b"shared")
    identifier = other.list_buckets()["Owner"]["ID"]
    statement = {"Effect": "Allow", "Principal": {"CanonicalUser": identifier}, "Action": "s3:GetObject",
                 "Resource": "arn:aws:s3:::bucket/*"}  # fmt: skip
    s3.put_bucket_policy(Bucket="bucket", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    assert other.get_object(Bucket="bucket", Key="k")["Body"].read() == b"shared"


def test_who_pays_for_a_request_is_told_so(s3, client, error_of):
    other = client("s3", access_key="222222222222")
    s3.put_object(Bucket="bucket", Key="k", Body=b"dear")
    statement = {"Effect": "Allow", "Principal": {"AWS": "222222222222"}, "Action": "s3:*",
                 "Resource": ["arn:aws:s3:::bucket", "arn:aws:s3:::bucket/*"]}  # fmt: skip
    s3.put_bucket_policy(Bucket="bucket", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    s3.put_bucket_request_payment(Bucket="bucket", RequestPaymentConfiguration={"Payer": "Requester"})
    assert error_of(other.get_object, Bucket="bucket", Key="k")["Error"]["Code"] == "AccessDenied"
    assert other.get_object(Bucket="bucket", Key="k", RequestPayer="requester")["RequestCharged"] == "requester"
    assert other.list_objects_v2(Bucket="bucket", RequestPayer="requester")["RequestCharged"] == "requester"
    assert "RequestCharged" not in s3.get_object(Bucket="bucket", Key="k", RequestPayer="requester")


def test_who_does_not_sign_is_not_told_whose_objects_are(s3, anybody, other):
    s3.put_bucket_policy(Bucket="bucket", Policy=policy(action="s3:ListBucket", resource="bucket"))
    assert "Owner" not in anybody.list_objects(Bucket="bucket")["Contents"][0]
    assert "Owner" in other.list_objects(Bucket="bucket")["Contents"][0]
