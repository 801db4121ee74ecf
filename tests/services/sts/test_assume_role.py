"""Roles and roots, assumed: identities, tags, chains, source identities, limits. Texts as recorded from AWS."""

import json

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::111122223333:role/path/reader"


def session_client(client, credentials, service="sts"):
    return client(service, access_key=credentials["AccessKeyId"], aws_session_token=credentials["SessionToken"])


def refused(call, **params):
    with pytest.raises(ClientError) as raised:
        call(**params)
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


def test_session_identity(client, emulator):
    emulator.freeze(1_700_000_000)
    answer = client("sts").assume_role(RoleArn=ROLE, RoleSessionName="me@home")
    user = answer["AssumedRoleUser"]
    assert user["Arn"] == "arn:aws:sts::111122223333:assumed-role/reader/me@home"
    role_id, name = user["AssumedRoleId"].split(":")
    assert role_id.startswith("AROA")
    assert (len(role_id), name) == (21, "me@home")
    assert answer["Credentials"]["Expiration"].timestamp() == 1_700_003_600
    assert set(answer) == {"AssumedRoleUser", "Credentials", "ResponseMetadata"}
    caller = session_client(client, answer["Credentials"]).get_caller_identity()
    assert caller["Arn"] == user["Arn"]
    assert caller["UserId"] == user["AssumedRoleId"]
    assert caller["Account"] == "111122223333"
    again = client("sts").assume_role(RoleArn=ROLE, RoleSessionName="other")
    assert again["AssumedRoleUser"]["AssumedRoleId"] == f"{role_id}:other"


@pytest.mark.parametrize(
    "arn",
    [
        "nothing-valid-in-here",
        "arn::b:::something/test-role",
        "arn:a::::something/test-role",
        "arn:a:::something/test-role",
        "arn:a:a::aaaaaaaaaa:",
        "arn:aws:iam::123456789012:user/somebody",
        "arn:aws:iam::1234:role/somebody",
    ],
)
def test_malformed_arns(client, arn):
    assert refused(client("sts").assume_role, RoleArn=arn, RoleSessionName="Session1") == (
        "ValidationError", f"{arn} is invalid",
    )  # fmt: skip


def test_session_names_are_validated_first(client):
    assume = client("sts").assume_role
    code, message = refused(assume, RoleArn="arn:a:b:::something/test-role", RoleSessionName="Session1:2")
    assert code == "ValidationError"
    assert message == (
        "1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member "
        r"must satisfy regular expression pattern: [\w+=,.@-]*"
    )


def test_tags(client):
    assume = client("sts").assume_role
    common = {"RoleArn": ROLE, "RoleSessionName": "tags"}
    one = [{"Key": "SessionTag1", "Value": "SessionValue1"}]
    assert refused(assume, **common, Tags=one, TransitiveTagKeys=["InvalidKey"]) == (
        "InvalidParameterValue", "The specified transitive tag key must be included in the requested tags.",
    )  # fmt: skip
    two = [*one, {"Key": "sessiontag1", "Value": "SessionValue2"}]
    assert refused(assume, **common, Tags=two, TransitiveTagKeys=["sessiontag1"]) == (
        "InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    )  # fmt: skip
    assert assume(**common, Tags=one, TransitiveTagKeys=["sessiontag1"])["PackedPolicySize"] > 0


def test_transitive_tags_go_down_the_chain_and_can_not_be_changed(client, emulator):
    tags = [{"Key": "SessionTag1", "Value": "1"}, {"Key": "Own", "Value": "2"}]
    first = client("sts").assume_role(
        RoleArn=ROLE, RoleSessionName="one", Tags=tags, TransitiveTagKeys=["SessionTag1"]
    )["Credentials"]  # fmt: skip
    chained = session_client(client, first)
    for key in ("SessionTag1", "sessiontag1"):
        assert refused(
            chained.assume_role, RoleArn=ROLE, RoleSessionName="two", Tags=[{"Key": key, "Value": "x"}]
        ) == (
            "InvalidParameterValue",
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from "
            "the calling session.",
        )  # fmt: skip
    own = [{"Key": "Own", "Value": "3"}]
    second = chained.assume_role(RoleArn=ROLE, RoleSessionName="two", Tags=own)["Credentials"]
    third = session_client(client, second).assume_role(RoleArn=ROLE, RoleSessionName="three")["Credentials"]
    assert [tags_of(emulator, each) for each in (first, second, third)] == [
        {"SessionTag1": "1", "Own": "2"}, {"SessionTag1": "1", "Own": "3"}, {"SessionTag1": "1"},
    ]  # fmt: skip


def tags_of(emulator, issued):
    from emulator.auth.credentials import credentials

    store = emulator._server.emulator.runtime.store
    return emulator.on_loop(lambda: store.rows(credentials)[issued["AccessKeyId"]].principal.tags)


def test_a_chained_session_lives_an_hour_at_most(client):
    first = client("sts").assume_role(RoleArn=ROLE, RoleSessionName="one", DurationSeconds=43200)["Credentials"]
    chained = session_client(client, first)
    assert refused(chained.assume_role, RoleArn=ROLE, RoleSessionName="two", DurationSeconds=3601) == (
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
    )
    assert chained.assume_role(RoleArn=ROLE, RoleSessionName="two", DurationSeconds=3600)["Credentials"]


def test_durations_are_validated(client):
    assume = client("sts", config=Config(parameter_validation=False)).assume_role
    assert refused(assume, RoleArn=ROLE, RoleSessionName="one", DurationSeconds=60) == (
        "ValidationError",
        "1 validation error detected: Value '60' at 'durationSeconds' failed to satisfy constraint: Member must have "
        "value greater than or equal to 900",
    )


def test_source_identities_stay(client):
    first = client("sts").assume_role(RoleArn=ROLE, RoleSessionName="one", SourceIdentity="Alice")
    assert first["SourceIdentity"] == "Alice"
    chained = session_client(client, first["Credentials"])
    assert chained.assume_role(RoleArn=ROLE, RoleSessionName="two")["SourceIdentity"] == "Alice"
    assert refused(chained.assume_role, RoleArn=ROLE, RoleSessionName="two", SourceIdentity="Bob")[0] == "AccessDenied"


def test_external_ids_pass(client):
    assert client("sts").assume_role(RoleArn=ROLE, RoleSessionName="one", ExternalId="any")["Credentials"]


def test_session_policies_are_kept(client, emulator):
    from emulator.auth.credentials import credentials

    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    answer = client("sts").assume_role(RoleArn=ROLE, RoleSessionName="one", Policy=document)
    assert answer["PackedPolicySize"] > 0
    store = emulator._server.emulator.runtime.store
    key = answer["Credentials"]["AccessKeyId"]
    assert emulator.on_loop(lambda: store.rows(credentials)[key].principal.session_policies) == (document,)


def test_assume_root(client, emulator):
    emulator.freeze(1_700_000_000)
    sts = client("sts")
    task = {"arn": "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"}
    answer = sts.assume_root(TargetPrincipal="111122223333", TaskPolicyArn=task)
    assert answer["Credentials"]["Expiration"].timestamp() == 1_700_000_900
    caller = session_client(client, answer["Credentials"]).get_caller_identity()
    assert caller["Arn"] == "arn:aws:iam::111122223333:root"
    assert sts.assume_root(TargetPrincipal="arn:aws:iam::111122223333:root", TaskPolicyArn=task)["Credentials"]
    other = {"arn": "arn:aws:iam::aws:policy/AdministratorAccess"}
    assert refused(sts.assume_root, TargetPrincipal="111122223333", TaskPolicyArn=other)[0] == "ValidationError"
    assert refused(sts.assume_root, TargetPrincipal="somebody-else", TaskPolicyArn=task)[0] == "ValidationError"


def test_trade_in_tokens_that_iam_did_not_give_are_refused(client):
    found = refused(client("sts").get_delegated_access_token, TradeInToken="x")
    assert found[:2] == ("ValidationError", "Invalid trade-in token")
