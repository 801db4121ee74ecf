"""Text messages, the sandbox, who opted out; platform applications and endpoints. Deliveries are in the ledger."""

import json
import urllib.request

import pytest

NUMBER = "+15550100"
SECRETS = {"PlatformCredential": "secret", "PlatformPrincipal": "id"}


def test_the_ledger_can_be_emptied(sns, ledger, endpoint):
    sns.publish(PhoneNumber=NUMBER, Message="m")
    assert [entry["service"] for entry in ledger(service="sns", account="000000000000", limit=1)] == ["sns"]
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/_emulator/ledger", method="DELETE")).read()
    assert ledger() == []


@pytest.fixture
def phone(endpoint):
    """``phone("STOP")``: the phone answers."""

    def answer(text: str, number: str = NUMBER) -> None:
        body = json.dumps({"from": number, "text": text}).encode()
        urllib.request.urlopen(urllib.request.Request(f"{endpoint}/_emulator/sms", body)).read()

    return answer


@pytest.fixture
def verified(sns, ledger):
    sns.create_sms_sandbox_phone_number(PhoneNumber=NUMBER)
    password = ledger(channel="sms", to=NUMBER)[0]["content"]["OneTimePassword"]
    sns.verify_sms_sandbox_phone_number(PhoneNumber=NUMBER, OneTimePassword=password)
    return NUMBER


def test_the_sandbox(sns, ledger, refused):
    assert sns.get_sms_sandbox_account_status()["IsInSandbox"] is True
    sns.publish(PhoneNumber=NUMBER, Message="m")
    newest = ledger(channel="sms")[0]
    assert (newest["to"], newest["content"]["status"]) == (NUMBER, "FAILURE")
    sns.create_sms_sandbox_phone_number(PhoneNumber=NUMBER, LanguageCode="de-DE")
    assert sns.list_sms_sandbox_phone_numbers()["PhoneNumbers"] == [{"PhoneNumber": NUMBER, "Status": "Pending"}]
    password = ledger(channel="sms")[0]["content"]["OneTimePassword"]
    wrong = "00000" if password != "00000" else "11111"
    assert refused(sns.verify_sms_sandbox_phone_number, PhoneNumber=NUMBER, OneTimePassword=wrong)[0] == (
        "VerificationException"
    )
    sns.verify_sms_sandbox_phone_number(PhoneNumber=NUMBER, OneTimePassword=password)
    assert sns.list_sms_sandbox_phone_numbers()["PhoneNumbers"][0]["Status"] == "Verified"
    sns.publish(PhoneNumber=NUMBER, Message="m")
    assert ledger(channel="sms")[0]["content"]["status"] == "SUCCESS"
    assert refused(sns.delete_sms_sandbox_phone_number, PhoneNumber=NUMBER)[0] == "UserError"
    assert refused(sns.delete_sms_sandbox_phone_number, PhoneNumber="+15550199")[0] == "ResourceNotFound"


def test_a_number_can_be_deleted_after_a_day(emulator, sns, verified):
    emulator.advance(86_401)
    sns.delete_sms_sandbox_phone_number(PhoneNumber=NUMBER)
    assert sns.list_sms_sandbox_phone_numbers()["PhoneNumbers"] == []


def test_stop_and_start(sns, ledger, phone, verified, refused):
    phone("stop")
    assert sns.check_if_phone_number_is_opted_out(phoneNumber=NUMBER)["isOptedOut"] is True
    assert sns.list_phone_numbers_opted_out()["phoneNumbers"] == [NUMBER]
    sns.publish(PhoneNumber=NUMBER, Message="m")
    assert ledger(channel="sms")[0]["content"]["providerResponse"] == "Phone number is opted out"
    sns.opt_in_phone_number(phoneNumber=NUMBER)
    assert sns.check_if_phone_number_is_opted_out(phoneNumber=NUMBER)["isOptedOut"] is False
    assert refused(sns.opt_in_phone_number, phoneNumber="invalid")[1] == (
        "Invalid parameter: PhoneNumber Reason: input incorrectly formatted"
    )


def test_settings(sns, ledger, verified, refused):
    sns.set_sms_attributes(attributes={"DefaultSMSType": "Transactional", "DefaultSenderID": "Sender"})
    assert sns.get_sms_attributes()["attributes"] == {
        "DefaultSMSType": "Transactional", "DefaultSenderID": "Sender", "MonthlySpendLimit": "1"
    }  # fmt: skip
    assert sns.get_sms_attributes(attributes=["DefaultSenderID"])["attributes"] == {"DefaultSenderID": "Sender"}
    for bad in ({"DefaultSMSType": "Loud"}, {"Unknown": "x"}, {"MonthlySpendLimit": "much"}):
        assert refused(sns.set_sms_attributes, attributes=bad)[0] == "InvalidParameter"
    sns.publish(
        PhoneNumber=NUMBER, Message="m",
        MessageAttributes={"AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": "Other"}},
    )  # fmt: skip
    content = ledger(channel="sms")[0]["content"]
    assert (content["SMSType"], content["SenderID"]) == ("Transactional", "Other")
    assert sns.list_origination_numbers()["PhoneNumbers"] == []


# Mobile


@pytest.fixture
def application(sns):
    return sns.create_platform_application(Name="app", Platform="ADM", Attributes=SECRETS)[
        "PlatformApplicationArn"
    ]


def test_applications(sns, application, refused):
    assert application == "arn:aws:sns:us-east-1:000000000000:app/ADM/app"
    sns.set_platform_application_attributes(
        PlatformApplicationArn=application, Attributes={"SuccessFeedbackSampleRate": "50"}
    )
    found = sns.get_platform_application_attributes(PlatformApplicationArn=application)["Attributes"]
    assert found == {"Enabled": "true", "SuccessFeedbackSampleRate": "50"}
    listed = sns.list_platform_applications()["PlatformApplications"]
    assert listed == [{"PlatformApplicationArn": application, "Attributes": found}]
    given = {"Name": "b", "Platform": "ADM", "Attributes": SECRETS}
    for wrong in ({"Platform": "FAX"}, {"Attributes": {"PlatformCredential": "x"}}, {"Attributes": {"Other": "x"}}):
        assert refused(sns.create_platform_application, **{**given, **wrong})[0] == "InvalidParameter"
    assert refused(sns.create_platform_application, **{**given, "Name": "@"})[1] == (
        "Invalid parameter: @ Reason: must contain only characters 'a'-'z', 'A'-'Z', '0'-'9', '_', '-', and '.'"
    )
    sns.delete_platform_application(PlatformApplicationArn=application)
    sns.delete_platform_application(PlatformApplicationArn=application)
    assert refused(sns.list_endpoints_by_platform_application, PlatformApplicationArn=application) == (
        "NotFound", "PlatformApplication does not exist"
    )  # fmt: skip


def test_endpoints(sns, application, refused):
    arn = sns.create_platform_endpoint(PlatformApplicationArn=application, Token="token", CustomUserData="me")[
        "EndpointArn"
    ]
    assert arn.startswith("arn:aws:sns:us-east-1:000000000000:endpoint/ADM/app/")
    same = {"PlatformApplicationArn": application, "Token": "token"}
    assert sns.create_platform_endpoint(**same, CustomUserData="me")["EndpointArn"] == arn
    assert refused(sns.create_platform_endpoint, **same, CustomUserData="you")[1] == (
        f"Invalid parameter: Token Reason: Endpoint {arn} already exists with the same Token, but different attributes."
    )
    sns.set_endpoint_attributes(EndpointArn=arn, Attributes={"Enabled": "False", "Token": "other"})
    found = sns.get_endpoint_attributes(EndpointArn=arn)["Attributes"]
    assert found == {"Enabled": "false", "Token": "other", "CustomUserData": "me"}
    listed = sns.list_endpoints_by_platform_application(PlatformApplicationArn=application)["Endpoints"]
    assert listed == [{"EndpointArn": arn, "Attributes": found}]
    assert refused(sns.publish, TargetArn=arn, Message="m") == ("EndpointDisabled", "Endpoint is disabled")
    assert refused(sns.set_endpoint_attributes, EndpointArn=application, Attributes={"Enabled": "true"})[1] == (
        "Invalid parameter: EndpointArn Reason: Wrong number of slashes in relative portion of the ARN."
    )
    sns.delete_endpoint(EndpointArn=arn)
    assert refused(sns.get_endpoint_attributes, EndpointArn=arn) == ("NotFound", "Endpoint does not exist")


def test_pushes(sns, topic, application, ledger):
    device = sns.create_platform_endpoint(PlatformApplicationArn=application, Token="token")["EndpointArn"]
    texts = json.dumps({"default": "all", "ADM": '{"data": {"message": "push"}}'})
    sns.publish(TargetArn=device, MessageStructure="json", Message=texts)
    arn = topic()
    sns.subscribe(TopicArn=arn, Protocol="application", Endpoint=device)
    sns.publish(TopicArn=arn, Message="by topic")
    found = ledger(channel="push", to=device)
    assert [each["content"]["Message"] for each in found] == ["by topic", '{"data": {"message": "push"}}']
    assert found[0]["content"]["Platform"] == "ADM"
