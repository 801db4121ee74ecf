"""Topics: creation and its idempotency, names, attributes and their refusals, lists, deletion."""

import json

import pytest
from botocore.config import Config

ARN = "arn:aws:sns:us-east-1:000000000000:"


def test_creation_finds_a_topic_that_agrees(sns, topic, refused):
    arn = topic("a", DisplayName="Shown")
    assert arn == ARN + "a"
    assert sns.create_topic(Name="a")["TopicArn"] == arn
    assert sns.create_topic(Name="a", Attributes={"FifoTopic": "false"})["TopicArn"] == arn
    assert refused(sns.create_topic, Name="a", Attributes={"DisplayName": "Other"}) == (
        "InvalidParameter", "Invalid parameter: Attributes Reason: Topic already exists with different attributes"
    )  # fmt: skip
    assert sns.get_topic_attributes(TopicArn=arn)["Attributes"]["DisplayName"] == "Shown"


@pytest.mark.parametrize("name", ["", "with space", "a" * 257, "a.b", "plain.fifo"])
def test_names_that_are_refused(sns, refused, name):
    assert refused(sns.create_topic, Name=name) == ("InvalidParameter", "Invalid parameter: Topic Name")


def test_a_fifo_topic_needs_the_suffix(sns, refused):
    assert refused(sns.create_topic, Name="a", Attributes={"FifoTopic": "true"})[1] == "Invalid parameter: Topic Name"


def test_attributes_of_a_new_topic(sns, topic):
    found = sns.get_topic_attributes(TopicArn=topic("a"))["Attributes"]
    policy = json.loads(found.pop("Policy"))
    assert policy["Statement"][0]["Condition"] == {"StringEquals": {"AWS:SourceOwner": "000000000000"}}
    assert json.loads(found.pop("EffectiveDeliveryPolicy"))["http"]["defaultHealthyRetryPolicy"]["numRetries"] == 3
    assert found == {
        "DisplayName": "", "Owner": "000000000000", "TopicArn": ARN + "a", "SubscriptionsConfirmed": "0",
        "SubscriptionsPending": "0", "SubscriptionsDeleted": "0",
    }  # fmt: skip


@pytest.mark.parametrize(("name", "value"), [
    ("DisplayName", "Alarms"), ("SignatureVersion", "2"), ("TracingConfig", "Active"), ("KmsMasterKeyId", "alias/a"),
    ("SQSSuccessFeedbackSampleRate", "50"), ("MaximumMessageSize", "1048576"),
    ("HTTPFailureFeedbackRoleArn", "arn:aws:iam::000000000000:role/r"),
])  # fmt: skip
def test_set_attributes_read_back(sns, topic, name, value):
    arn = topic("a")
    sns.set_topic_attributes(TopicArn=arn, AttributeName=name, AttributeValue=value)
    assert sns.get_topic_attributes(TopicArn=arn)["Attributes"][name] == value


@pytest.mark.parametrize(("name", "value"), [
    ("Unknown", "x"), ("SignatureVersion", "3"), ("TracingConfig", "On"), ("DisplayName", "x" * 101),
    ("Policy", "{}"), ("Policy", '{"Statement": [1]}'), ("Policy", "[]"),
    ("DeliveryPolicy", '{"http":{"defaultRequestPolicy":1}}'),
    ("DeliveryPolicy", '{"http":{"defaultHealthyRetryPolicy":[]}}'),
    ("Policy", "no json"), ("DeliveryPolicy", "{"), ("ContentBasedDeduplication", "true"),
    ("SQSSuccessFeedbackSampleRate", "101"), ("MaximumMessageSize", "1023"), ("MaximumMessageSize", "1048577"),
    ("ArchivePolicy", '{"MessageRetentionPeriod":"1"}'),
    ("DeliveryPolicy", '{"http":{"defaultHealthyRetryPolicy":{"numRetries":101}}}'),
    ("DeliveryPolicy", '{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":9,"maxDelayTarget":5}}}'),
])  # fmt: skip
def test_attributes_that_are_refused(sns, topic, refused, name, value):
    code, _ = refused(sns.set_topic_attributes, TopicArn=topic("a"), AttributeName=name, AttributeValue=value)
    assert code == "InvalidParameter"


def test_a_policy_may_only_speak_of_sns(sns, topic, refused):
    policy = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage"}]})
    assert refused(
        sns.set_topic_attributes, TopicArn=topic("a"), AttributeName="Policy", AttributeValue=policy
    ) == ("InvalidParameter", "Invalid parameter: Policy statement action out of service scope!")


def test_topics_are_listed_a_hundred_a_page(sns, topic):
    wanted = {topic(f"t-{number:03}") for number in range(105)}
    first = sns.list_topics()
    assert len(first["Topics"]) == 100
    second = sns.list_topics(NextToken=first["NextToken"])
    assert "NextToken" not in second
    assert {each["TopicArn"] for each in first["Topics"] + second["Topics"]} == wanted


def test_a_token_of_nobody_is_refused(sns, refused):
    assert refused(sns.list_topics, NextToken="abc") == ("InvalidParameter", "Invalid parameter: NextToken")


def test_deletion_takes_subscriptions_along_and_can_be_repeated(sns, topic, subscribed, refused):
    arn = topic("a")
    _, subscription = subscribed(arn)
    sns.delete_topic(TopicArn=arn)
    sns.delete_topic(TopicArn=arn)
    assert refused(sns.get_topic_attributes, TopicArn=arn) == ("NotFound", "Topic does not exist")
    assert refused(sns.get_subscription_attributes, SubscriptionArn=subscription)[0] == "NotFound"
    assert sns.list_subscriptions()["Subscriptions"] == []


def test_a_topic_of_another_region_is_not_spoken_to(client, topic, refused):
    arn = topic("a")
    elsewhere = client("sns", region="eu-west-1")
    assert refused(elsewhere.publish, TopicArn=arn, Message="m") == (
        "InvalidParameter", "Invalid parameter: TopicArn"
    )  # fmt: skip
    assert elsewhere.list_topics()["Topics"] == []


def test_parameters_that_are_missing(client, refused):
    loose = client("sns", config=Config(parameter_validation=False))
    assert refused(loose.delete_topic) == (
        "InvalidParameter", "Invalid parameter: TopicArn Reason: no value for required parameter"
    )  # fmt: skip


def test_tags(sns, topic, refused):
    arn = sns.create_topic(Name="a", Tags=[{"Key": "a", "Value": "1"}])["TopicArn"]
    sns.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "3"}])
    assert sns.list_tags_for_resource(ResourceArn=arn)["Tags"] == [
        {"Key": "a", "Value": "2"}, {"Key": "b", "Value": "3"}
    ]  # fmt: skip
    sns.untag_resource(ResourceArn=arn, TagKeys=["a", "other"])
    assert sns.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "3"}]
    assert refused(sns.create_topic, Name="a", Tags=[{"Key": "b", "Value": "4"}]) == (
        "InvalidParameter", "Invalid parameter: Tags Reason: Topic already exists with different tags"
    )  # fmt: skip
    assert refused(sns.list_tags_for_resource, ResourceArn=ARN + "none")[0] == "ResourceNotFound"
    many = [{"Key": f"k{number}", "Value": ""} for number in range(50)]
    assert refused(sns.tag_resource, ResourceArn=arn, Tags=many)[0] == "TagLimitExceeded"


def test_permissions_become_statements(sns, topic, refused):
    arn = topic("a")
    sns.add_permission(TopicArn=arn, Label="l", AWSAccountId=["111111111111"], ActionName=["Publish", "Subscribe"])
    statement = json.loads(sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"])["Statement"][-1]
    assert statement == {
        "Sid": "l", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
        "Action": ["SNS:Publish", "SNS:Subscribe"], "Resource": arn,
    }  # fmt: skip
    again = {"TopicArn": arn, "Label": "l", "AWSAccountId": ["111111111111"], "ActionName": ["Publish"]}
    assert refused(sns.add_permission, **again)[1] == "Invalid parameter: Statement already exists"
    assert refused(sns.add_permission, **{**again, "Label": "m", "ActionName": ["Fly"]})[1] == (
        "Invalid parameter: Policy statement action out of service scope!"
    )
    sns.remove_permission(TopicArn=arn, Label="l")
    assert len(json.loads(sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"])["Statement"]) == 1


def test_data_protection_policies_are_checked_and_kept(sns, topic, refused):
    arn = topic("a")
    policy = {
        "Name": "p", "Version": "2021-06-01",
        "Statement": [{
            "Sid": "deny", "DataDirection": "Inbound", "Principal": ["*"],
            "DataIdentifier": ["arn:aws:dataprotection::aws:data-identifier/CreditCardNumber"],
            "Operation": {"Deny": {}},
        }],
    }  # fmt: skip
    assert "DataProtectionPolicy" not in sns.get_data_protection_policy(ResourceArn=arn)
    sns.put_data_protection_policy(ResourceArn=arn, DataProtectionPolicy=json.dumps(policy))
    assert json.loads(sns.get_data_protection_policy(ResourceArn=arn)["DataProtectionPolicy"]) == policy
    for broken in ("no json", "{}", json.dumps(policy | {"Version": "2012-10-17"}), json.dumps(policy | {"Name": ""})):
        code, _ = refused(sns.put_data_protection_policy, ResourceArn=arn, DataProtectionPolicy=broken)
        assert code == "InvalidParameter"
