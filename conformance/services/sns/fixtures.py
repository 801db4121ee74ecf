"""What must stand before most calls to SNS: topics, subscriptions, a listening queue, applications; and the hints."""

import json

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Declared, Error

NO_TOPIC = Error("NotFound", 404, "Topic does not exist")
NO_SUBSCRIPTION = Error("NotFound", 404, "Subscription does not exist")
NO_APPLICATION = Error("NotFound", 404, "PlatformApplication does not exist")
NO_ENDPOINT = Error("NotFound", 404, "Endpoint does not exist")
NO_RESOURCE = Error("ResourceNotFound", 404, "Resource does not exist")
FIFO_ONLY = "for FIFO topics alone; probes use it"
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Sid": "s", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sns:Publish", "Resource": "*"}]})
OPEN = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}]})
PROTECTION = json.dumps({"Name": "p", "Description": "d", "Version": "2021-06-01", "Statement": [
    {"Sid": "s", "DataDirection": "Inbound", "Principal": ["*"], "Operation": {"Deny": {}},
     "DataIdentifier": ["arn:aws:dataprotection::aws:data-identifier/CreditCardNumber"]}]})
TOPIC_ATTRIBUTES = (
    {"DisplayName": "Ünï"}, {"Policy": POLICY}, {"SignatureVersion": "2"}, {"TracingConfig": "Active"},
    {"KmsMasterKeyId": "alias/aws/sns"}, {"DisplayName": "a", "SignatureVersion": "1"}, {"DisplayName": "x" * 100},
    {"SQSSuccessFeedbackSampleRate": "50"}, {"LambdaFailureFeedbackRoleArn": "arn:aws:iam::111122223333:role/r"},
)
SUBSCRIPTION_ATTRIBUTES = (
    {"RawMessageDelivery": "true"}, {"FilterPolicy": '{"a": ["b"]}'}, {"FilterPolicy": '{"a": [{"prefix": "b"}]}'},
    {"FilterPolicy": '{"a": {"b": ["c"]}}', "FilterPolicyScope": "MessageBody"},
    {"RedrivePolicy": '{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:111122223333:dead"}'},
)
APPLICATION = {"PlatformCredential": "secret", "PlatformPrincipal": "principal"}
MESSAGE_ATTRIBUTES = (
    {"a": {"DataType": "String", "StringValue": "ä"}}, {"a": {"DataType": "Number", "StringValue": "1.5"}},
    {"a": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}},
    {"a.b": {"DataType": "String.Array", "StringValue": '["x", 1]'}},
)
STRUCTURE = json.dumps({"default": "for all", "sqs": "for queues"})
TOKEN = "a token comes from an answer; sequences follow pages"
OTHER_TARGET = "excludes a topic; probes publish there"

declared = Declared("sns", {
    "CreateTopic.Name": Unique("topic"),
    "CreateTopic.Attributes": Samples(*TOPIC_ATTRIBUTES),
    "DataProtectionPolicy": Samples(PROTECTION),
    "Tags": Samples([{"Key": "a", "Value": "1"}], [{"Key": "k", "Value": ""}, {"Key": "ü", "Value": "x"}]),
    "TagKeys": Samples(["k"], ["k", "unknown"]),
    "TopicArn": Ref("topic", "TopicArn"),
    "DeleteTopic.TopicArn": Ref("topic", "TopicArn", must=False),
    "ResourceArn": Ref("topic", "TopicArn"),
    "GetDataProtectionPolicy.ResourceArn": Ref("protected", "TopicArn"),
    "SetTopicAttributes.AttributeName": Samples("DisplayName"),
    "SetTopicAttributes.AttributeValue": Samples("shown", "x" * 100),
    "Label": Samples("conformance", "a" * 80),
    "AWSAccountId": Samples(["111122223333"], ["111122223333", "444455556666"]),
    "ActionName": Samples(["Publish"], ["Publish", "Subscribe"]),
    "RemovePermission.TopicArn": Ref("permitted", "TopicArn"),
    "RemovePermission.Label": Ref("permitted", "Label", must=False),
    "Subscribe.Protocol": Samples("sqs"),
    "Subscribe.Endpoint": Ref("queue", "QueueArn", must=False),
    "Subscribe.Attributes": Samples(*SUBSCRIPTION_ATTRIBUTES),
    "SubscriptionArn": Ref("subscription", "SubscriptionArn"),
    "Unsubscribe.SubscriptionArn": Ref("subscription", "SubscriptionArn", must=False),
    "SetSubscriptionAttributes.AttributeName": Samples("RawMessageDelivery"),
    "SetSubscriptionAttributes.AttributeValue": Samples("true", "false"),
    "ListSubscriptionsByTopic.TopicArn": Ref("subscription", "TopicArn"),
    "ConfirmSubscription.Token": Ref("pending", "Token", must=False),
    "ConfirmSubscription.AuthenticateOnUnsubscribe": Samples("false", "true"),
    "ConfirmSubscription.TopicArn": Ref("pending", "TopicArn", must=False),
    "NextToken": Leave(TOKEN), "nextToken": Leave(TOKEN),
    "Publish.TopicArn": Ref("subscription", "TopicArn"),
    "PublishBatch.TopicArn": Ref("subscription", "TopicArn"),
    "Publish.TargetArn": Leave(OTHER_TARGET), "Publish.PhoneNumber": Leave(OTHER_TARGET),
    "Message": Samples("hello", "日本語", "x" * 262144, "<a>&amp;\t\n"),
    "Subject": Samples("subject", "x" * 99),
    "MessageStructure": Leave("asks for a message of another form; probes send it"),
    "MessageAttributes": Samples(*MESSAGE_ATTRIBUTES),
    "MessageDeduplicationId": Leave(FIFO_ONLY), "MessageGroupId": Samples("group"),
    "PublishBatchRequestEntries": Samples(
        [{"Id": "one", "Message": "1"}], [{"Id": "one", "Message": "1"}, {"Id": "two", "Message": "2"}],
        [{"Id": f"n{number}", "Message": str(number)} for number in range(10)],
        [{"Id": "a" * 80, "Message": "1", "Subject": "s", "MessageAttributes": MESSAGE_ATTRIBUTES[0]}],
        [{"Id": "one", "Message": STRUCTURE, "MessageStructure": "json"}]),
    "CreatePlatformApplication.Name": Unique("app"),
    "Platform": Samples("GCM", "ADM", "BAIDU"),
    "CreatePlatformApplication.Attributes": Samples(APPLICATION),
    "PlatformApplicationArn": Ref("application", "PlatformApplicationArn"),
    "DeletePlatformApplication.PlatformApplicationArn": Ref("application", "PlatformApplicationArn", must=False),
    "SetPlatformApplicationAttributes.Attributes": Samples(
        {"EventEndpointCreated": "arn:aws:sns:us-east-1:111122223333:t"}, {"SuccessFeedbackSampleRate": "7"}),
    "CreatePlatformEndpoint.Token": Unique("device"),
    "CustomUserData": Samples("data", "ü" * 1024),
    "CreatePlatformEndpoint.Attributes": Samples({"Enabled": "true"}, {"Enabled": "false"}),
    "EndpointArn": Ref("endpoint", "EndpointArn"),
    "DeleteEndpoint.EndpointArn": Ref("endpoint", "EndpointArn", must=False),
    "ListEndpointsByPlatformApplication.PlatformApplicationArn": Ref("endpoint", "PlatformApplicationArn"),
    "SetEndpointAttributes.Attributes": Samples({"CustomUserData": "other"}, {"Enabled": "false"}, {"Token": "new"}),
    "SetSMSAttributes.attributes": Samples(
        {"DefaultSMSType": "Promotional"}, {"DefaultSenderID": "mySender", "MonthlySpendLimit": "1"},
        {"DeliveryStatusSuccessSamplingRate": "50"}),
    "GetSMSAttributes.attributes": Samples(["DefaultSMSType"], ["DefaultSMSType", "MonthlySpendLimit"], []),
    "phoneNumber": Samples("+12065550100", "+4915112345678"),
    "CreateSMSSandboxPhoneNumber.PhoneNumber": Samples("+12065550100", "+4915112345678"),
    "DeleteSMSSandboxPhoneNumber.PhoneNumber": Ref("phone", "PhoneNumber"),
    "VerifySMSSandboxPhoneNumber.PhoneNumber": Ref("phone", "PhoneNumber"),
    "OneTimePassword": Leave("reaches the phone alone"),
})  # fmt: skip
declared.hints.always["SetTopicAttributes"] = ("AttributeValue",)
declared.hints.always["SetSubscriptionAttributes"] = ("AttributeValue",)
declared.hints.always["Subscribe"] = ("Endpoint",)
declared.hints.always["Publish"] = ("TopicArn",)
declared.before.update(ListTopics=("topic",), ListSubscriptions=("subscription",), Publish=("subscription",),
                       ListPlatformApplications=("application",), ListSMSSandboxPhoneNumbers=("phone",),
                       GetSMSAttributes=("settings",))
declared.left_out["VerifySMSSandboxPhoneNumber"] = "needs the password that the phone alone gets"
declared.errors.update({(operation, "ResourceArn"): NO_RESOURCE for operation in (
    "TagResource", "UntagResource", "ListTagsForResource")})


def absent(world):
    there = f"arn:aws:sns:{world.region}:{world.account}"
    topic = f"{there}:absent{world.tag}"
    number = "00000000-0000-4000-8000-000000000000"
    return {"TopicArn": topic, "SubscriptionArn": f"{topic}:{number}", "PhoneNumber": "+12065550199",
            "PlatformApplicationArn": f"{there}:app/GCM/absent{world.tag}",
            "EndpointArn": f"{there}:endpoint/GCM/absent{world.tag}/{number}"}


def drop(world, fields):
    world.ask("DeleteTopic", {"TopicArn": fields["TopicArn"]})


def made_topic(world, **more):
    world.unknown("GetTopicAttributes", {"TopicArn": absent(world)["TopicArn"]})
    tags = {"k": "v", "other": world.tag}
    arn = world.ask("CreateTopic", {"Name": world.unique("fixture"), "Tags": [
        {"Key": key, "Value": value} for key, value in tags.items()], **more})["TopicArn"]
    return {"TopicArn": arn, "Tags": tags}


@declared.fixture("topic", drop, absent, NO_TOPIC)
def topic(world):
    return made_topic(world)


@declared.fixture("protected", drop, absent, NO_TOPIC)
def protected(world):
    return made_topic(world, DataProtectionPolicy=PROTECTION)


@declared.fixture("permitted", drop, absent, NO_TOPIC)
def permitted(world):
    made = made_topic(world)
    world.ask("AddPermission", {"TopicArn": made["TopicArn"], "Label": "there", "AWSAccountId": ["111122223333"],
                                "ActionName": ["Publish"]})
    return {**made, "Label": "there"}


@declared.fixture("queue", lambda world, fields: world.ask("DeleteQueue", {"QueueUrl": fields["QueueUrl"]}, "sqs"))
def queue(world):
    url = world.ask("CreateQueue", {"QueueName": world.unique("listening")}, "sqs")["QueueUrl"]
    arn = world.ask("GetQueueAttributes", {"QueueUrl": url, "AttributeNames": ["QueueArn"]}, "sqs")["Attributes"]
    world.ask("SetQueueAttributes", {"QueueUrl": url, "Attributes": {"Policy": OPEN}}, "sqs")
    return {"QueueUrl": url, "QueueArn": arn["QueueArn"]}


@declared.fixture("subscription", None, absent, NO_SUBSCRIPTION)
def subscription(world):
    topic_arn = world.fixture("topic")["TopicArn"]
    endpoint = world.fixture("queue")["QueueArn"]
    made = world.ask("Subscribe", {"TopicArn": topic_arn, "Protocol": "sqs", "Endpoint": endpoint})
    return {"TopicArn": topic_arn, "SubscriptionArn": made["SubscriptionArn"], "Endpoint": endpoint}


@declared.fixture("pending")
def pending(world):
    """A subscription that another account's queue must confirm; the token is in the queue."""
    if not world.endpoint.own:
        raise LookupError("needs a second account")
    other = world.endpoint.caller("sqs", "999988887777")
    url = other.ask("CreateQueue", {"QueueName": world.unique("asked"), "Attributes": {"Policy": OPEN}})["QueueUrl"]
    world.later(lambda: other.ask("DeleteQueue", {"QueueUrl": url}))
    arn = other.ask("GetQueueAttributes", {"QueueUrl": url, "AttributeNames": ["QueueArn"]})["Attributes"]["QueueArn"]
    topic_arn = world.fixture("topic")["TopicArn"]
    world.ask("Subscribe", {"TopicArn": topic_arn, "Protocol": "sqs", "Endpoint": arn})
    got = other.ask("ReceiveMessage", {"QueueUrl": url, "WaitTimeSeconds": 1})["Messages"][0]
    return {"TopicArn": topic_arn, "Token": json.loads(got["Body"])["Token"], "Endpoint": arn}


declared.errors.update({(operation, "TopicArn"): NO_TOPIC for operation in (
    "ListSubscriptionsByTopic", "Publish", "PublishBatch")})


@declared.fixture("application", lambda world, fields: world.ask(
    "DeletePlatformApplication", {"PlatformApplicationArn": fields["PlatformApplicationArn"]}), absent, NO_APPLICATION)
def application(world):
    world.unknown("GetPlatformApplicationAttributes", {
        "PlatformApplicationArn": absent(world)["PlatformApplicationArn"]})
    made = world.ask("CreatePlatformApplication", {
        "Name": world.unique("fixture"), "Platform": "GCM", "Attributes": {"PlatformCredential": "secret"}})
    return {"PlatformApplicationArn": made["PlatformApplicationArn"]}


@declared.fixture("endpoint", None, absent, NO_ENDPOINT)
def endpoint(world):
    arn = world.fixture("application")["PlatformApplicationArn"]
    made = world.ask("CreatePlatformEndpoint", {"PlatformApplicationArn": arn, "Token": world.tag,
                                                "CustomUserData": "mine"})
    return {"PlatformApplicationArn": arn, "EndpointArn": made["EndpointArn"]}


declared.errors["ListEndpointsByPlatformApplication", "PlatformApplicationArn"] = NO_APPLICATION


@declared.fixture("phone", lambda world, fields: world.ask("DeleteSMSSandboxPhoneNumber", fields), absent,
                  Error("ResourceNotFound", 404))
def phone(world):
    world.ask("CreateSMSSandboxPhoneNumber", {"PhoneNumber": "+12065550111"})
    if not world.ask("ListSMSSandboxPhoneNumbers")["PhoneNumbers"]:
        raise LookupError("the number that was added is not listed")
    return {"PhoneNumber": "+12065550111"}


@declared.fixture("settings")
def settings(world):
    world.ask("SetSMSAttributes", {"attributes": {"DefaultSMSType": "Promotional", "MonthlySpendLimit": "1"}})
    return {}
