"""Data protection: messages with sensitive data are refused, masked, redacted, kept from subscribers, written down."""

import json

import pytest

from tests.services.sns.conftest import NOON

IDENTIFIER = "arn:aws:dataprotection::aws:data-identifier/"
CARD = "4111 1111 1111 1111"


def policy(operation, *names, direction="Inbound", **more) -> str:
    return json.dumps({"Name": "p", "Version": "2021-06-01", **more, "Statement": [{
        "Sid": "s", "DataDirection": direction, "Principal": ["*"], "Operation": operation,
        "DataIdentifier": [name if name.startswith("My") else IDENTIFIER + name for name in names]}]})  # fmt: skip


MASK = {"Deidentify": {"MaskConfig": {"MaskWithCharacter": "*"}}}
REDACT = {"Deidentify": {"RedactConfig": {}}}


@pytest.fixture
def protected(sns, client):
    """``protected(policy)`` → (topic ARN, function that gives what its queue has heard)."""
    sqs = client("sqs")

    def make(text: str):
        arn = sns.create_topic(Name="protected", DataProtectionPolicy=text)["TopicArn"]
        url = sqs.create_queue(QueueName="heard")["QueueUrl"]
        sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:000000000000:heard",
                      Attributes={"RawMessageDelivery": "true"})  # fmt: skip
        return arn, lambda: [each["Body"] for each in sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])]

    return make


def test_a_denied_message_is_refused(sns, protected, refused):
    arn, heard = protected(policy({"Deny": {}}, "CreditCardNumber"))
    assert refused(sns.publish, TopicArn=arn, Message=f"card {CARD}")[0] == "AuthorizationError"
    sns.publish(TopicArn=arn, Message="card 4111 1111 1111 1112")  # no card has that number
    assert heard() == ["card 4111 1111 1111 1112"]


@pytest.mark.parametrize(("operation", "name", "text", "expected"), [
    (MASK, "EmailAddress", "to ann@example.com, now", "to ***************, now"),
    (REDACT, "EmailAddress", "to ann@example.com, now", "to , now"),
    (MASK, "IpAddress", "from 10.0.0.1 and 999.1.1.1", "from ******** and 999.1.1.1"),
    (MASK, "Ssn-US", "ssn 123-45-6789 or 000-45-6789", "ssn *********** or 000-45-6789"),
    (MASK, "PhoneNumber-US", "call (555) 123-4567", "call **************"),
    (MASK, "AwsSecretKey", "key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY!", "key " + "*" * 40 + "!"),
    (REDACT, "PkcsPrivateKey", "a-----BEGIN RSA PRIVATE KEY-----\nx\n-----END RSA PRIVATE KEY-----b", "ab"),
])  # fmt: skip
def test_data_is_masked_or_redacted(sns, protected, operation, name, text, expected):
    arn, heard = protected(policy(operation, name))
    sns.publish(TopicArn=arn, Message=text)
    assert heard() == [expected]


def test_an_own_identifier_has_a_pattern(sns, protected):
    arn, heard = protected(policy(MASK, "MyOrder", Configuration={
        "CustomDataIdentifier": [{"Name": "MyOrder", "Regex": "order-[0-9]+"}]}))  # fmt: skip
    sns.publish(TopicArn=arn, Message="your order-4711")
    assert heard() == ["your **********"]


def test_a_subscriber_does_not_get_what_is_denied_outbound(sns, protected):
    arn, heard = protected(policy({"Deny": {}}, "EmailAddress", direction="Outbound"))
    sns.publish(TopicArn=arn, Message="ann@example.com")
    sns.publish(TopicArn=arn, Message="nobody")
    assert heard() == ["nobody"]


def test_findings_are_written_down(sns, client, protected, emulator):
    emulator.freeze(NOON)
    s3 = client("s3")
    s3.create_bucket(Bucket="findings")
    s3.put_bucket_policy(Bucket="findings", Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "s3:PutObject",
         "Resource": "arn:aws:s3:::findings/*"}]}))  # fmt: skip
    audit = {"Audit": {"SampleRate": "99", "FindingsDestination": {"S3": {"Bucket": "findings"}}}}
    arn, heard = protected(policy(audit, "EmailAddress"))
    for _ in range(5):  # a sample of 99 in a hundred
        sns.publish(TopicArn=arn, Message="to ann@example.com")
    assert heard()[0] == "to ann@example.com"
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket="findings")["Contents"]]
    found = json.loads(s3.get_object(Bucket="findings", Key=keys[0])["Body"].read())
    assert found["dataIdentifiers"] == [
        {"name": IDENTIFIER + "EmailAddress", "count": 1, "detections": [{"start": 3, "end": 18}]}]


def test_identifiers_that_need_more_than_a_pattern_are_told(sns, topic, refused):
    arn = topic("a")
    given = {"ResourceArn": arn, "DataProtectionPolicy": policy({"Deny": {}}, "Name")}
    assert refused(sns.put_data_protection_policy, **given)[0] == "NotImplemented"
    for broken in (policy({"Deny": {}}, "MyUnknown"), policy({"Deidentify": {}}, "EmailAddress")):
        code, _ = refused(sns.put_data_protection_policy, ResourceArn=arn, DataProtectionPolicy=broken)
        assert code == "InvalidParameter"
