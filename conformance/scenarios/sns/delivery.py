"""Delivery to queues: wrapped and raw, with message attributes, and by filter policy.

https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html
"""

import json

from conformance.scenarios import refused

COST = "About 20 requests: below 0.001 USD, and free within the free tier."


def run(aws):
    sns, sqs = aws.client("sns"), aws.client("sqs")
    topic = sns.create_topic(Name=aws.name("delivery"))["TopicArn"]
    aws.afterwards(sns.delete_topic, TopicArn=topic)
    urls = {}
    for kind in ("wrapped", "raw"):
        urls[kind] = url = sqs.create_queue(QueueName=aws.name(f"delivery-{kind}"))["QueueUrl"]
        aws.afterwards(sqs.delete_queue, QueueUrl=url)
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        allow = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
                 "Resource": arn, "Condition": {"ArnEquals": {"aws:SourceArn": topic}}}
        sqs.set_queue_attributes(QueueUrl=url, Attributes={
            "Policy": json.dumps({"Version": "2012-10-17", "Statement": [allow]})})
        made = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True,
                             Attributes={"RawMessageDelivery": "true"} if kind == "raw" else {})["SubscriptionArn"]
        aws.afterwards(sns.unsubscribe, SubscriptionArn=made)
    sns.set_subscription_attributes(SubscriptionArn=made, AttributeName="FilterPolicy",
                                    AttributeValue=json.dumps({"colour": ["green", {"prefix": "bl"}]}))
    sns.get_subscription_attributes(SubscriptionArn=made)
    refused(sns.set_subscription_attributes, SubscriptionArn=made, AttributeName="FilterPolicy",
            AttributeValue='{"colour": "green"}')
    aws.settle(15)  # a filter policy takes its time

    sns.publish(TopicArn=topic, Message="Hello", Subject="Greeting",
                MessageAttributes={"colour": {"DataType": "String", "StringValue": "green"}})
    for url in urls.values():
        got = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5, MessageAttributeNames=["All"])["Messages"][0]
        sqs.delete_message(QueueUrl=url, ReceiptHandle=got["ReceiptHandle"])
    refused(sns.subscribe, TopicArn=topic, Protocol="sqs", Endpoint="no arn")
    refused(sns.subscribe, TopicArn=topic, Protocol="pigeon", Endpoint="loft")
