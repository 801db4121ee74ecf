"""Messages: send, receive, hide, delete, and a queue's attributes.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
"""

from conformance.scenarios import refused

COST = "About 15 requests: below 0.001 USD, and free within the free tier."


def run(aws):
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName=aws.name("messages"), Attributes={"VisibilityTimeout": "30"})["QueueUrl"]
    aws.afterwards(sqs.delete_queue, QueueUrl=url)
    sqs.get_queue_url(QueueName=aws.name("messages"))
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout", "MessageRetentionPeriod", "QueueArn"])
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "0", "MaximumMessageSize": "2048"})
    sqs.tag_queue(QueueUrl=url, Tags={"purpose": "parity"})
    sqs.list_queue_tags(QueueUrl=url)

    sqs.send_message(QueueUrl=url, MessageBody="Hello", MessageAttributes={
        "colour": {"DataType": "String", "StringValue": "green"}})
    got = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5, MessageAttributeNames=["All"],
                              MessageSystemAttributeNames=["ApproximateReceiveCount"])["Messages"][0]
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=got["ReceiptHandle"], VisibilityTimeout=60)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=got["ReceiptHandle"])
    refused(sqs.delete_message, QueueUrl=url, ReceiptHandle="no receipt handle")
    refused(sqs.send_message, QueueUrl=url, MessageBody="x" * 3000)
    refused(sqs.set_queue_attributes, QueueUrl=url, Attributes={"VisibilityTimeout": "43201"})
    refused(sqs.get_queue_url, QueueName=aws.name("absent"))
