"""FIFO queues: groups in order, deduplication, sequence numbers.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
"""

from conformance.scenarios import refused

COST = "About 12 requests: below 0.001 USD, and free within the free tier."


def run(aws):
    sqs = aws.client("sqs")
    name = aws.name("order") + ".fifo"
    refused(sqs.create_queue, QueueName=aws.name("order"), Attributes={"FifoQueue": "true"})
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    aws.afterwards(sqs.delete_queue, QueueUrl=url)
    for body in ("one", "two", "one"):  # the third is the first once more
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="group")
    refused(sqs.send_message, QueueUrl=url, MessageBody="no group")
    for _ in range(2):
        got = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5, MaxNumberOfMessages=1,
                                  MessageSystemAttributeNames=["MessageGroupId", "SequenceNumber"])["Messages"][0]
        sqs.delete_message(QueueUrl=url, ReceiptHandle=got["ReceiptHandle"])
    sqs.receive_message(QueueUrl=url)
