"""Who calls, whose a key is, and sessions of the caller's own."""

import http.client
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from emulator.auth.access_keys import access_key, account_of, unique_id
from emulator.kernel.ids import Ids


def session_client(client, credentials):
    return client(
        "sts", access_key=credentials["AccessKeyId"], aws_session_token=credentials["SessionToken"]
    )  # the secret is not looked at unless signatures are verified


def refused(call, **params):
    with pytest.raises(ClientError) as raised:
        call(**params)
    error = raised.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


def test_root_of_the_default_account_and_of_a_named_one(client):
    answer = client("sts").get_caller_identity()
    assert (answer["UserId"], answer["Account"]) == ("000000000000", "000000000000")
    assert answer["Arn"] == "arn:aws:iam::000000000000:root"
    assert client("sts", access_key="123456789012").get_caller_identity()["Arn"] == "arn:aws:iam::123456789012:root"


def test_the_wire_form_is_awss(endpoint):
    parts = urlsplit(endpoint)
    connection = http.client.HTTPConnection(parts.hostname, parts.port)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20200101/us-east-1/sts/aws4_request, SignedHeaders=host, "
        "Signature=0",
    }
    connection.request("POST", "/", "Action=GetCallerIdentity&Version=2011-06-15", headers)
    answer = connection.getresponse()
    request_id = answer.getheader("x-amzn-requestid")
    assert answer.getheader("content-type") == "text/xml"
    assert answer.read().decode() == (
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">\n'
        "  <GetCallerIdentityResult>\n"
        "    <UserId>000000000000</UserId>\n"
        "    <Account>000000000000</Account>\n"
        "    <Arn>arn:aws:iam::000000000000:root</Arn>\n"
        "  </GetCallerIdentityResult>\n"
        "  <ResponseMetadata>\n"
        f"    <RequestId>{request_id}</RequestId>\n"
        "  </ResponseMetadata>\n"
        "</GetCallerIdentityResponse>\n"
    )
    del headers["Authorization"]
    connection.request("POST", "/", "Action=GetCallerIdentity&Version=2011-06-15", headers)
    answer = connection.getresponse()
    assert answer.status == 403
    assert "<Code>MissingAuthenticationToken</Code>" in answer.read().decode()
    connection.close()


def test_session_token(client, emulator):
    emulator.freeze(1_700_000_000)
    sts = client("sts", access_key="123456789012")
    credentials = sts.get_session_token(DurationSeconds=7200)["Credentials"]
    assert credentials["AccessKeyId"].startswith("ASIA")
    assert len(credentials["AccessKeyId"]) == 20
    assert len(credentials["SecretAccessKey"]) == 40
    assert credentials["Expiration"].timestamp() == 1_700_003_600  # a root's session lives an hour at most
    session = session_client(client, credentials)
    assert session.get_caller_identity()["Arn"] == "arn:aws:iam::123456789012:root"
    assert refused(session.get_session_token) == (
        "AccessDenied", "Cannot call GetSessionToken with session credentials", 403,
    )  # fmt: skip
    assert refused(session.get_federation_token, Name="Bob")[1] == (
        "Cannot call GetFederationToken with session credentials"
    )


def test_federation_token(client):
    answer = client("sts").get_federation_token(
        Name="Bob",
        Policy='{"Version": "2012-10-17", "Statement": []}',
        Tags=[{"Key": "Team", "Value": "Blue"}],
        PolicyArns=[{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],
    )
    user = {"FederatedUserId": "000000000000:Bob", "Arn": "arn:aws:sts::000000000000:federated-user/Bob"}
    assert answer["FederatedUser"] == user
    assert 0 < answer["PackedPolicySize"] < 20
    caller = session_client(client, answer["Credentials"]).get_caller_identity()
    assert (caller["UserId"], caller["Arn"]) == tuple(user.values())


def test_policies_are_checked(client):
    sts = client("sts")
    assert refused(sts.get_federation_token, Name="Bob", Policy="{") == (
        "MalformedPolicyDocument", "This policy contains invalid Json", 400,
    )  # fmt: skip
    assert refused(sts.get_federation_token, Name="Bob", Policy="{}")[1] == "Syntax errors in policy."


def test_large_tags_do_not_fit(client):
    ids = Ids(1)
    tags = [{"Key": f"key{number}", "Value": ids.text(256)} for number in range(50)]
    code, message, status = refused(client("sts").get_federation_token, Name="Bob", Tags=tags)
    assert (code, status) == ("PackedPolicyTooLarge", 400)
    assert message.startswith("Packed size of session tags consumes ")


def test_minimum_token_size(client):
    answer = client("sts").get_session_token(MinimumSessionTokenSize=2048)
    assert len(answer["Credentials"]["SessionToken"]) == answer["SessionTokenSize"] == 2048
    assert answer["SessionTokenUtilization"] == 50


def test_mfa_codes_of_unknown_devices(client):
    sts = client("sts")
    assert refused(sts.get_session_token, SerialNumber="arn:aws:iam::000000000000:mfa/me") == (
        "AccessDenied", "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
        403,
    )  # fmt: skip
    assert "unable to validate MFA code" in refused(
        sts.get_session_token, SerialNumber="arn:aws:iam::000000000000:mfa/me", TokenCode="123456"
    )[1]


def test_access_key_info(client):
    sts = client("sts", access_key="123456789012")
    key = sts.get_session_token()["Credentials"]["AccessKeyId"]
    assert sts.get_access_key_info(AccessKeyId=key)["Account"] == "123456789012"
    foreign = access_key(Ids(1), "AKIA", "210987654321")
    assert sts.get_access_key_info(AccessKeyId=foreign)["Account"] == "210987654321"
    assert sts.get_access_key_info(AccessKeyId="AKIAIOSFODNN7EXAMPLE")["Account"] == "000000000000"
    assert refused(sts.get_access_key_info, AccessKeyId="x" * 20)[0] == "ValidationError"


def test_keys_hold_their_account():
    assert account_of("ASIAY34FZKBOKMUTVV7A") == "609629065308"  # a published worked example of the form
    assert account_of(access_key(Ids(), "ASIA", "000000000042")) == "000000000042"
    assert account_of("AKIAIOSFODNN7EXAMPLE") is None
    first, second = (unique_id("AROA", "123456789012", f"arn:aws:iam::123456789012:role/{name}") for name in "ab")
    assert len(first) == 21
    assert first != second


def test_messages_of_others_are_not_decoded(client):
    assert refused(client("sts").decode_authorization_message, EncodedMessage="abc")[0] == (
        "InvalidAuthorizationMessageException"
    )


def test_expired_credentials_are_forgotten_in_time(client, emulator):
    credentials = client("sts", access_key="123456789012").get_session_token(DurationSeconds=900)["Credentials"]
    session = session_client(client, credentials)
    emulator.advance(900 + 23 * 3600)
    assert session.get_caller_identity()["Account"] == "123456789012"
    emulator.advance(2 * 3600)
    assert session.get_caller_identity()["Account"] == "000000000000"
