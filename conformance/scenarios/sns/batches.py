"""Batches: several messages in one request, some of them refused, and batches that are refused as a whole.

https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
"""

from conformance.scenarios import refused

COST = "About 8 requests: below 0.001 USD, and free within the free tier."


def run(aws):
    sns = aws.client("sns")
    topic = sns.create_topic(Name=aws.name("batches"))["TopicArn"]
    aws.afterwards(sns.delete_topic, TopicArn=topic)

    def batch(*ids, **extra):
        return {"TopicArn": topic, "PublishBatchRequestEntries": [{"Id": each, "Message": f"message {each}", **extra}
                                                                  for each in ids]}

    sns.publish_batch(**batch("1", "2", "3"))
    refused(sns.publish_batch, **batch("1", MessageAttributes={"size": {"DataType": "Number", "StringValue": "many"}}))
    refused(sns.publish_batch, **batch())
    refused(sns.publish_batch, **batch("1", "1"))
    refused(sns.publish_batch, **batch("no id!"))
    refused(sns.publish_batch, **batch(*map(str, range(11))))
