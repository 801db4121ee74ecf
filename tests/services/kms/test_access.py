"""Key policies and grants, held against callers. https://docs.aws.amazon.com/kms/latest/developerguide/control-access.html"""

import json

import boto3
import pytest
from botocore.config import Config

from emulator.testing.inprocess import InProcess

ACCOUNT = "000000000000"
ANN = f"arn:aws:iam::{ACCOUNT}:user/ann"


@pytest.fixture(scope="module")
def running():
    started = InProcess(iam="enforce").start()
    yield started
    started.stop()


@pytest.fixture
def world(running):
    """``world(service, keys=None)``: a client of an emulator that enforces, of its root unless keys are given."""
    running.reset()

    def client(service, keys=None):
        keys = keys or {"AccessKeyId": "test", "SecretAccessKey": "test"}
        return boto3.client(
            service, endpoint_url=running.url, region_name="us-east-1", aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"], config=Config(retries={"total_max_attempts": 1}),
        )  # fmt: skip

    return client


@pytest.fixture
def user(world):
    """``user("ann", statement, …)``: the access key of a new user with these statements."""

    def make(name, *statements):
        iam = world("iam")
        iam.create_user(UserName=name)
        if statements:
            document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
            iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document)
        return iam.create_access_key(UserName=name)["AccessKey"]

    return make


def allow(action, resource="*"):
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def test_the_default_policy_leaves_it_to_iam(world, user, refused):
    key = world("kms").create_key()["KeyMetadata"]
    without, with_ = world("kms", user("ann")), world("kms", user("bob", allow("kms:Encrypt", key["Arn"])))
    code, message = refused(without.encrypt, KeyId=key["KeyId"], Plaintext=b"x")
    assert code == "AccessDeniedException"
    assert message.startswith(f"User: {ANN} is not authorized to perform: kms:Encrypt on resource: {key['Arn']}")
    blob = with_.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]
    assert refused(with_.decrypt, CiphertextBlob=blob)[0] == "AccessDeniedException"


def test_a_key_policy_that_names_nobody_lets_nobody_in(world, user, refused):
    kms = world("kms")
    ann = user("ann", allow("kms:*"))
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/bob"}, "Action": "kms:*", "Resource": "*",
    }]})  # fmt: skip
    key = kms.create_key(Policy=policy, BypassPolicyLockoutSafetyCheck=True)["KeyMetadata"]["KeyId"]
    assert refused(world("kms", ann).describe_key, KeyId=key)[0] == "AccessDeniedException"
    assert refused(kms.describe_key, KeyId=key)[0] == "AccessDeniedException"
    assert world("kms", user("bob")).describe_key(KeyId=key)["KeyMetadata"]["KeyId"] == key


def test_a_grant_lets_its_grantee_in_until_it_is_revoked(world, user, refused):
    kms = world("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    ann = world("kms", user("ann"))
    grant = kms.create_grant(
        KeyId=key, GranteePrincipal=ANN, Operations=["Encrypt", "Decrypt"],
        Constraints={"EncryptionContextSubset": {"tenant": "a"}},
    )  # fmt: skip
    context = {"tenant": "a", "more": "b"}
    blob = ann.encrypt(KeyId=key, Plaintext=b"x", EncryptionContext=context)["CiphertextBlob"]
    assert ann.decrypt(CiphertextBlob=blob, EncryptionContext=context)["Plaintext"] == b"x"
    assert refused(ann.encrypt, KeyId=key, Plaintext=b"x")[0] == "AccessDeniedException"
    assert refused(ann.describe_key, KeyId=key)[0] == "AccessDeniedException"
    kms.revoke_grant(KeyId=key, GrantId=grant["GrantId"])
    assert refused(ann.encrypt, KeyId=key, Plaintext=b"x", EncryptionContext=context)[0] == "AccessDeniedException"


def test_who_may_retire_a_grant_retires_it(world, user, refused):
    kms = world("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    ann, bob = world("kms", user("ann")), world("kms", user("bob"))
    grant = kms.create_grant(
        KeyId=key, GranteePrincipal=f"arn:aws:iam::{ACCOUNT}:user/x", Operations=["Decrypt"], RetiringPrincipal=ANN
    )
    assert refused(bob.retire_grant, GrantToken=grant["GrantToken"])[0] == "AccessDeniedException"
    ann.retire_grant(GrantToken=grant["GrantToken"])
    assert kms.list_grants(KeyId=key)["Grants"] == []


def test_conditions_see_the_encryption_context_and_the_alias(world, user, refused):
    kms = world("kms")
    key = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/mine", TargetKeyId=key["KeyId"])
    condition = {"StringEquals": {"kms:EncryptionContext:tenant": "a", "kms:RequestAlias": "alias/mine"}}
    ann = world("kms", user("ann", allow("kms:Encrypt") | {"Condition": condition}))
    assert ann.encrypt(KeyId="alias/mine", Plaintext=b"x", EncryptionContext={"tenant": "a"})["KeyId"] == key["Arn"]
    for given in ({"KeyId": key["KeyId"], "EncryptionContext": {"tenant": "a"}}, {"KeyId": "alias/mine"}):
        assert refused(ann.encrypt, Plaintext=b"x", **given)[0] == "AccessDeniedException"


def test_re_encryption_needs_both_keys(world, user, refused):
    kms = world("kms")
    source, target = (kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    blob = kms.encrypt(KeyId=source, Plaintext=b"x")["CiphertextBlob"]
    half = world("kms", user("ann", allow("kms:ReEncryptFrom", source)))
    whole = world("kms", user("bob", allow("kms:ReEncryptFrom", source), allow("kms:ReEncryptTo", target)))
    assert refused(half.re_encrypt, CiphertextBlob=blob, DestinationKeyId=target)[0] == "AccessDeniedException"
    assert whole.re_encrypt(CiphertextBlob=blob, DestinationKeyId=target)["KeyId"] == target


def test_a_key_of_aws_serves_through_its_service_alone(world, user, refused):
    ann = user("ann", allow(["s3:*", "kms:*", "secretsmanager:*"]))
    secrets = world("secretsmanager", ann)
    secrets.create_secret(Name="s", SecretString="x")
    assert secrets.get_secret_value(SecretId="s")["SecretString"] == "x"
    assert refused(world("kms", ann).encrypt, KeyId="alias/aws/secretsmanager", Plaintext=b"x")[0] == (
        "AccessDeniedException"
    )
    assert world("kms", ann).describe_key(KeyId="alias/aws/secretsmanager")["KeyMetadata"]["KeyManager"] == "AWS"


def test_a_secret_needs_its_key_too(world, user, refused):
    kms = world("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    arn = world("secretsmanager").create_secret(Name="s", SecretString="x", KmsKeyId=key)["ARN"]
    ann = world("secretsmanager", user("ann", allow("secretsmanager:GetSecretValue", arn)))
    assert refused(ann.get_secret_value, SecretId="s") == ("AccessDeniedException", "Access to KMS is not allowed")
    kms.create_grant(KeyId=key, GranteePrincipal=ANN, Operations=["Decrypt"])
    assert ann.get_secret_value(SecretId="s")["SecretString"] == "x"
