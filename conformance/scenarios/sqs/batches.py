"""Batches: entries that succeed beside entries that fail, and batches that are refused as a whole.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api-actions.html
"""

from conformance.scenarios import refused

COST = "About 10 requests: below 0.001 USD, and free within the free tier."


def run(aws):
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName=aws.name("batches"))["QueueUrl"]
    aws.afterwards(sqs.delete_queue, QueueUrl=url)
    sqs.send_message_batch(QueueUrl=url, Entries=[
        {"Id": "good", "MessageBody": "Hello"},
        {"Id": "bad", "MessageBody": "late", "DelaySeconds": 901},
    ])
    got = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"][0]
    sqs.change_message_visibility_batch(QueueUrl=url, Entries=[
        {"Id": "good", "ReceiptHandle": got["ReceiptHandle"], "VisibilityTimeout": 45},
        {"Id": "bad", "ReceiptHandle": "no receipt handle", "VisibilityTimeout": 45},
    ])
    sqs.delete_message_batch(QueueUrl=url, Entries=[{"Id": "1", "ReceiptHandle": got["ReceiptHandle"]}])
    refused(sqs.send_message_batch, QueueUrl=url, Entries=[])
    refused(sqs.send_message_batch, QueueUrl=url, Entries=[{"Id": "same", "MessageBody": each} for each in "ab"])
    refused(sqs.send_message_batch, QueueUrl=url, Entries=[{"Id": str(each), "MessageBody": "x"} for each in range(11)])
    refused(sqs.send_message_batch, QueueUrl=url, Entries=[{"Id": "a b", "MessageBody": "x"}])
