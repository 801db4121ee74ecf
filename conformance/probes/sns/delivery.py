"""What reaches a queue that listens to a topic, and what does not."""

import json

from conformance.probes import probe
from conformance.services.sns.fixtures import OPEN

GUIDE = "https://docs.aws.amazon.com/sns/latest/dg/"
API = "https://docs.aws.amazon.com/sns/latest/api/"


def listening(trial, fifo=False, **attributes):
    """A topic, and a queue that is subscribed to it."""
    end, kind = (".fifo", {"FifoQueue": "true"}) if fifo else ("", {})
    url = trial.ask("CreateQueue", "sqs", QueueName=trial.unique("heard") + end,
                    Attributes={"Policy": OPEN, **kind})["QueueUrl"]
    arn = trial.ask("GetQueueAttributes", "sqs", QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = {"FifoTopic": "true", "ContentBasedDeduplication": "true"} if fifo else {}
    made = trial.ask("CreateTopic", Name=trial.unique("topic") + end, Attributes=topic)["TopicArn"]
    subscription = trial.ask("Subscribe", TopicArn=made, Protocol="sqs", Endpoint=arn, Attributes=attributes)
    trial.later(lambda: trial.ask("DeleteTopic", TopicArn=made))
    trial.later(lambda: trial.ask("DeleteQueue", "sqs", QueueUrl=url))
    return made, url, subscription["SubscriptionArn"]


def heard(trial, url):
    """The messages in the queue, as they are."""
    got = trial.ask("ReceiveMessage", "sqs", QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1,
                    MessageAttributeNames=["All"])
    return got.get("Messages", [])


def bodies(trial, url):
    return sorted(json.loads(each["Body"])["Message"] for each in heard(trial, url))


def attribute(value, kind="String"):
    return {"kind": {"DataType": kind, "StringValue": value}}


@probe("sns", "Publish", "Raw delivery hands on the message alone, with its attributes as the queue's",
       GUIDE + "sns-large-payload-raw-message-delivery.html")
def raw_delivery_hands_on_the_message(trial):
    topic, url, _ = listening(trial, RawMessageDelivery="true")
    trial.ask("Publish", TopicArn=topic, Message="plain", MessageAttributes=attribute("a"))
    message = heard(trial, url)[0]
    assert message["Body"] == "plain", message
    assert message["MessageAttributes"] == attribute("a"), message


@probe("sns", "Publish", "A filter policy lets only messages with a matching attribute through",
       GUIDE + "sns-subscription-filter-policies.html")
def filters_look_at_attributes(trial):
    topic, url, _ = listening(trial, FilterPolicy='{"kind": ["wanted", {"prefix": "x-"}]}')
    for value in ("wanted", "other", "x-1"):
        trial.ask("Publish", TopicArn=topic, Message=value, MessageAttributes=attribute(value))
    trial.ask("Publish", TopicArn=topic, Message="without attributes")
    assert bodies(trial, url) == ["wanted", "x-1"]


@probe("sns", "Publish", "A filter policy on the body looks into nested members",
       GUIDE + "sns-message-filtering-scope.html")
def filters_look_into_bodies(trial):
    topic, url, _ = listening(trial, FilterPolicyScope="MessageBody", FilterPolicy='{"a": {"b": [1]}}')
    for text in ('{"a": {"b": 1}}', '{"a": {"b": 2}}', "no JSON"):
        trial.ask("Publish", TopicArn=topic, Message=text)
    assert bodies(trial, url) == ['{"a": {"b": 1}}']


@probe("sns", "Publish", "A message of structure json has another text for each protocol",
       API + "API_Publish.html")
def structures_choose_by_protocol(trial):
    topic, url, _ = listening(trial)
    trial.ask("Publish", TopicArn=topic, MessageStructure="json", Message='{"default": "all", "sqs": "queues"}')
    assert bodies(trial, url) == ["queues"]


@probe("sns", "Publish", "A message of structure json without a default text is refused", API + "API_Publish.html")
def structures_need_a_default(trial):
    topic, _, _ = listening(trial)
    trial.refused("Publish", "InvalidParameter", 400,
                  "Invalid parameter: Message Structure - No default entry in JSON message body",
                  TopicArn=topic, MessageStructure="json", Message='{"sqs": "queues"}')


@probe("sns", "Publish", "A FIFO topic hands the same content on once within five minutes",
       GUIDE + "fifo-message-dedup.html")
def repeated_content_is_handed_on_once(trial):
    topic, url, _ = listening(trial, fifo=True)
    first, second = (trial.ask("Publish", TopicArn=topic, Message="same", MessageGroupId="g") for _ in range(2))
    assert first["MessageId"] == second["MessageId"], (first, second)
    assert bodies(trial, url) == ["same"]


@probe("sns", "Publish", "A FIFO topic keeps the order within a group", GUIDE + "fifo-topic-message-ordering.html")
def groups_keep_their_order(trial):
    topic, url, _ = listening(trial, fifo=True)
    for number in range(5):
        trial.ask("Publish", TopicArn=topic, Message=f"m{number}", MessageGroupId="g")
    got = [json.loads(each["Body"])["Message"] for each in heard(trial, url)]
    assert got == [f"m{number}" for number in range(5)], got


@probe("sns", "Subscribe", "Subscribing the same endpoint again gives the subscription that is there",
       API + "API_Subscribe.html")
def an_endpoint_is_subscribed_once(trial):
    topic, url, arn = listening(trial)
    endpoint = trial.ask("GetSubscriptionAttributes", SubscriptionArn=arn)["Attributes"]["Endpoint"]
    again = trial.ask("Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=endpoint)
    assert again["SubscriptionArn"] == arn, again
    trial.ask("Publish", TopicArn=topic, Message="once")
    assert bodies(trial, url) == ["once"]


@probe("sns", "Unsubscribe", "After Unsubscribe nothing more reaches the endpoint", API + "API_Unsubscribe.html")
def unsubscribed_endpoints_hear_nothing(trial):
    topic, url, arn = listening(trial)
    trial.ask("Unsubscribe", SubscriptionArn=arn)
    trial.ask("Publish", TopicArn=topic, Message="unheard")
    assert bodies(trial, url) == []


@probe("sns", "CreateTopic", "Creating a topic that is there gives its ARN; other attributes are refused",
       API + "API_CreateTopic.html")
def topics_are_made_once(trial):
    name = trial.unique("topic")
    first = trial.ask("CreateTopic", Name=name, Attributes={"DisplayName": "one"})
    assert trial.ask("CreateTopic", Name=name)["TopicArn"] == first["TopicArn"]
    trial.refused("CreateTopic", "InvalidParameter", 400,
                  "Invalid parameter: Attributes Reason: Topic already exists with different attributes",
                  Name=name, Attributes={"DisplayName": "two"})


@probe("sns", "PublishBatch", "Two entries of a batch with the same id are refused as a whole",
       API + "API_PublishBatch.html")
def ids_of_a_batch_are_distinct(trial):
    topic, url, _ = listening(trial)
    trial.refused("PublishBatch", "BatchEntryIdsNotDistinct", 400, TopicArn=topic, PublishBatchRequestEntries=[
        {"Id": "a", "Message": "1"}, {"Id": "a", "Message": "2"}])
    assert bodies(trial, url) == []
