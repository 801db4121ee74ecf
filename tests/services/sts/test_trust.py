"""Roles that IAM knows: whom they trust, for how long, with which proof."""

import base64
import json

import pytest
from botocore.exceptions import ClientError

from emulator.auth.mfa import code

ACCOUNT = "000000000000"
NOW = 1_700_000_000


def token(**claims) -> str:
    """A web identity token with the form of one; its signature is not looked at."""
    claims = {"iss": "https://idp.example.com/oidc", "sub": "somebody", "aud": "client", "exp": NOW + 60, **claims}
    parts = (json.dumps(each).encode() for each in ({"alg": "RS256", "typ": "JWT"}, claims, "signature"))
    return ".".join(base64.urlsafe_b64encode(each).rstrip(b"=").decode() for each in parts)


def trust(**statement) -> str:
    base = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**base, **statement}]})


def refused(call, **params):
    with pytest.raises(ClientError) as raised:
        call(**params)
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.fixture
def role(client):
    """``role(statement…)``: the ARN of a role with this trust policy."""

    def make(name="reader", **statement):
        made = client("iam").create_role(RoleName=name, Path="/path/", AssumeRolePolicyDocument=trust(**statement))
        return made["Role"]["Arn"]

    return make


def test_a_role_keeps_its_id(client, role):
    arn = role()
    answer = client("sts").assume_role(RoleArn=arn, RoleSessionName="one")
    known = client("iam").get_role(RoleName="reader")["Role"]
    assert answer["AssumedRoleUser"]["AssumedRoleId"] == f"{known['RoleId']}:one"


def test_a_role_refuses_whom_it_does_not_trust(client, role):
    arn = role(Principal={"Service": "ec2.amazonaws.com"})
    assert refused(client("sts").assume_role, RoleArn=arn, RoleSessionName="one") == (
        "AccessDenied",
        f"User: arn:aws:iam::{ACCOUNT}:root is not authorized to perform: sts:AssumeRole on resource: {arn}",
    )
    other = role("other", Principal={"AWS": "111111111111"})
    stranger = client("sts", access_key="111111111111")
    assert stranger.assume_role(RoleArn=other, RoleSessionName="one")["Credentials"]
    assert refused(client("sts").assume_role, RoleArn=other, RoleSessionName="one")[0] == "AccessDenied"


def test_external_ids(client, role):
    arn = role(Condition={"StringEquals": {"sts:ExternalId": "secret"}})
    assume = client("sts").assume_role
    assert refused(assume, RoleArn=arn, RoleSessionName="one")[0] == "AccessDenied"
    assert refused(assume, RoleArn=arn, RoleSessionName="one", ExternalId="wrong")[0] == "AccessDenied"
    assert assume(RoleArn=arn, RoleSessionName="one", ExternalId="secret")["Credentials"]


def test_tags_need_a_permission_of_their_own(client, role):
    given = {"RoleSessionName": "one", "Tags": [{"Key": "a", "Value": "b"}]}
    code_, message = refused(client("sts").assume_role, RoleArn=role(), **given)
    assert (code_, "sts:TagSession" in message) == ("AccessDenied", True)
    arn = role("tagging", Action=["sts:AssumeRole", "sts:TagSession"])
    assert client("sts").assume_role(RoleArn=arn, **given)["Credentials"]


def test_a_session_is_no_longer_than_the_role_allows(client, role):
    arn = role()
    assert refused(client("sts").assume_role, RoleArn=arn, RoleSessionName="one", DurationSeconds=3601) == (
        "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    )  # fmt: skip
    client("iam").update_role(RoleName="reader", MaxSessionDuration=7200)
    assert client("sts").assume_role(RoleArn=arn, RoleSessionName="one", DurationSeconds=7200)["Credentials"]


def test_a_code_of_the_callers_device(client, role, emulator):
    emulator.freeze(1_700_000_000)
    iam, step = client("iam"), 1_700_000_000 // 30
    iam.create_user(UserName="ann")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]
    serial, seed = device["SerialNumber"], device["Base32StringSeed"].decode()
    assert device["QRCodePNG"].startswith(b"\x89PNG")
    pair = {"UserName": "ann", "SerialNumber": serial}
    assert refused(iam.enable_mfa_device, **pair, AuthenticationCode1="000000", AuthenticationCode2="000000") == (
        "InvalidAuthenticationCode", "Authentication code for device is not valid.",
    )  # fmt: skip
    iam.enable_mfa_device(**pair, AuthenticationCode1=code(seed, step - 1), AuthenticationCode2=code(seed, step))
    key = iam.create_access_key(UserName="ann")["AccessKey"]["AccessKeyId"]
    arn = role(Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})
    assume = client("sts", access_key=key).assume_role
    assert refused(assume, RoleArn=arn, RoleSessionName="one")[0] == "AccessDenied"
    used = {"RoleArn": arn, "RoleSessionName": "one", "SerialNumber": serial}
    assert refused(assume, **used, TokenCode=code(seed, step))[0] == "AccessDenied"  # it enabled the device
    assert assume(**used, TokenCode=code(seed, step + 1))["Credentials"]
    assert refused(assume, **used, TokenCode=code(seed, step + 1))[0] == "AccessDenied"  # no code is good twice


def test_an_identity_provider_that_iam_knows(client, role, emulator):
    emulator.freeze(NOW)
    provider = client("iam").create_open_id_connect_provider(
        Url="https://idp.example.com/oidc", ClientIDList=["client"], ThumbprintList=["0" * 40]
    )["OpenIDConnectProviderArn"]
    arn = role(
        Principal={"Federated": provider}, Action="sts:AssumeRoleWithWebIdentity",
        Condition={"StringEquals": {"idp.example.com/oidc:sub": "somebody"}},
    )  # fmt: skip
    assume = client("sts").assume_role_with_web_identity
    given = {"RoleArn": arn, "RoleSessionName": "web"}
    assert assume(**given, WebIdentityToken=token())["Provider"] == provider
    assert refused(assume, **given, WebIdentityToken=token(sub="another")) == (
        "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    )  # fmt: skip
    assert refused(assume, **given, WebIdentityToken=token(aud="stranger")) == (
        "InvalidIdentityToken", "Incorrect token audience",
    )  # fmt: skip
