"""Topics: create, attributes, tags, list, standard and FIFO, and what is refused.

https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
"""

from conformance.scenarios import refused

COST = "About 15 requests: below 0.001 USD, and free within the free tier."


def run(aws):
    sns = aws.client("sns")
    name = aws.name("topics")
    topic = sns.create_topic(Name=name, Tags=[{"Key": "purpose", "Value": "parity"}])["TopicArn"]
    aws.afterwards(sns.delete_topic, TopicArn=topic)
    sns.create_topic(Name=name)  # the same topic again
    refused(sns.create_topic, Name=name, Tags=[{"Key": "purpose", "Value": "another"}])
    sns.set_topic_attributes(TopicArn=topic, AttributeName="DisplayName", AttributeValue="Parity")
    sns.get_topic_attributes(TopicArn=topic)
    refused(sns.set_topic_attributes, TopicArn=topic, AttributeName="NoSuchAttribute", AttributeValue="x")
    sns.tag_resource(ResourceArn=topic, Tags=[{"Key": "stage", "Value": "test"}])
    sns.untag_resource(ResourceArn=topic, TagKeys=["purpose"])
    sns.list_tags_for_resource(ResourceArn=topic)
    sns.list_subscriptions_by_topic(TopicArn=topic)

    ordered = sns.create_topic(Name=f"{name}.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    aws.afterwards(sns.delete_topic, TopicArn=ordered)
    sns.get_topic_attributes(TopicArn=ordered)
    refused(sns.publish, TopicArn=ordered, Message="without a group")
    refused(sns.create_topic, Name=f"{name}!")
    refused(sns.get_topic_attributes, TopicArn=f"{topic}-absent")
    refused(sns.publish, TopicArn=topic, Message="")
