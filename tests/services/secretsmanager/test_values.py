"""Values, versions and staging labels. https://docs.aws.amazon.com/secretsmanager/latest/userguide/"""

import pytest


def labels(sm, name="s"):
    return sm.describe_secret(SecretId=name).get("VersionIdsToStages", {})


def test_values_come_back_as_they_went_in(sm):
    made = sm.create_secret(Name="a/b", SecretString="ä secret")
    assert made["ARN"].startswith("arn:aws:secretsmanager:us-east-1:000000000000:secret:a/b-")
    for name in ("a/b", made["ARN"], made["ARN"][:-7]):
        found = sm.get_secret_value(SecretId=name)
        assert (found["SecretString"], found["VersionStages"]) == ("ä secret", ["AWSCURRENT"])
    binary = sm.create_secret(Name="binary", SecretBinary=b"\x00\xff")
    assert sm.get_secret_value(SecretId=binary["ARN"])["SecretBinary"] == b"\x00\xff"


def test_labels_move_from_version_to_version(sm):
    first = sm.create_secret(Name="s", SecretString="1")["VersionId"]
    second = sm.put_secret_value(SecretId="s", SecretString="2")["VersionId"]
    assert labels(sm) == {first: ["AWSPREVIOUS"], second: ["AWSCURRENT"]}
    third = sm.put_secret_value(SecretId="s", SecretString="3", VersionStages=["AWSPENDING"])["VersionId"]
    assert sm.get_secret_value(SecretId="s")["SecretString"] == "2"
    sm.update_secret_version_stage(
        SecretId="s", VersionStage="AWSCURRENT", RemoveFromVersionId=second, MoveToVersionId=third
    )
    assert labels(sm) == {second: ["AWSPREVIOUS"], third: ["AWSCURRENT", "AWSPENDING"]}
    assert sm.get_secret_value(SecretId="s", VersionStage="AWSPREVIOUS")["SecretString"] == "2"
    listed = sm.list_secret_version_ids(SecretId="s", IncludeDeprecated=True)["Versions"]
    assert {each["VersionId"]: each.get("VersionStages") for each in listed}[first] is None


def test_a_token_makes_a_call_safe_to_repeat(sm, refused):
    token = "0123456789abcdef0123456789abcdef"
    once = sm.create_secret(Name="s", SecretString="1", ClientRequestToken=token)
    assert sm.create_secret(Name="s", SecretString="1", ClientRequestToken=token)["ARN"] == once["ARN"]
    assert sm.put_secret_value(SecretId="s", SecretString="1", ClientRequestToken=token)["VersionId"] == token
    assert refused(sm.put_secret_value, SecretId="s", SecretString="2", ClientRequestToken=token)[0] == (
        "ResourceExistsException"
    )


def test_kms_keeps_the_values(sm, client, refused):
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]
    sm.create_secret(Name="s", SecretString="x", KmsKeyId=key["Arn"])
    assert kms.get_key_last_usage(KeyId=key["KeyId"])["KeyLastUsage"]["Operation"] == "GenerateDataKey"
    kms.disable_key(KeyId=key["KeyId"])
    assert refused(sm.get_secret_value, SecretId="s")[0] == "DecryptionFailure"
    kms.enable_key(KeyId=key["KeyId"])
    sm.update_secret(SecretId="s", KmsKeyId="alias/aws/secretsmanager")
    kms.disable_key(KeyId=key["KeyId"])
    assert sm.get_secret_value(SecretId="s")["SecretString"] == "x"


def test_deletion_waits_for_its_window(sm, emulator, refused):
    sm.create_secret(Name="s", SecretString="x")
    sm.delete_secret(SecretId="s", RecoveryWindowInDays=7)
    assert refused(sm.get_secret_value, SecretId="s") == (
        "InvalidRequestException",
        "You can't perform this operation on the secret because it was marked for deletion.",
    )
    assert sm.list_secrets()["SecretList"] == []
    assert len(sm.list_secrets(IncludePlannedDeletion=True)["SecretList"]) == 1
    sm.restore_secret(SecretId="s")
    assert sm.get_secret_value(SecretId="s")["SecretString"] == "x"
    sm.delete_secret(SecretId="s", RecoveryWindowInDays=7)
    emulator.advance(7 * 86400)
    assert refused(sm.describe_secret, SecretId="s")[0] == "ResourceNotFoundException"


def test_lists_are_filtered_and_paged(sm):
    for number in range(5):
        sm.create_secret(Name=f"app/{number}", SecretString=str(number), Tags=[{"Key": "team", "Value": "red"}])
    sm.create_secret(Name="other", SecretString="o", Description="Something else")
    pages = sm.get_paginator("list_secrets").paginate(
        Filters=[{"Key": "name", "Values": ["app"]}], SortBy="name", SortOrder="asc", PaginationConfig={"PageSize": 2}
    )
    assert [each["Name"] for page in pages for each in page["SecretList"]] == [f"app/{number}" for number in range(5)]
    assert [each["Name"] for each in sm.list_secrets(Filters=[{"Key": "name", "Values": ["!app"]}])["SecretList"]] == [
        "other"
    ]
    assert len(sm.list_secrets(Filters=[{"Key": "description", "Values": ["something"]}])["SecretList"]) == 1
    assert len(sm.list_secrets(Filters=[{"Key": "tag-key", "Values": ["team"]}])["SecretList"]) == 5
    batch = sm.batch_get_secret_value(SecretIdList=["app/1", "nothing"])
    assert [each["SecretString"] for each in batch["SecretValues"]] == ["1"]
    assert batch["Errors"][0]["ErrorCode"] == "ResourceNotFoundException"
    assert len(sm.batch_get_secret_value(Filters=[{"Key": "name", "Values": ["app"]}])["SecretValues"]) == 5


@pytest.mark.parametrize(("given", "allowed"), [
    ({"ExcludePunctuation": True, "ExcludeNumbers": True}, str.isalpha),
    ({"ExcludeUppercase": True, "ExcludeLowercase": True, "ExcludePunctuation": True}, str.isdigit),
    ({"ExcludeCharacters": "abc", "PasswordLength": 500}, lambda text: not set("abc") & set(text)),
])  # fmt: skip
def test_random_passwords_keep_to_their_options(sm, given, allowed):
    password = sm.get_random_password(**given)["RandomPassword"]
    assert len(password) == given.get("PasswordLength", 32)
    assert allowed(password)


def test_a_password_has_every_kind_of_character(sm, refused):
    for _ in range(20):
        password = sm.get_random_password(PasswordLength=5, IncludeSpace=True)["RandomPassword"]
        assert any(map(str.islower, password)) and any(map(str.isupper, password)) and " " in password
    assert refused(sm.get_random_password, PasswordLength=3)[0] == "InvalidParameterException"
