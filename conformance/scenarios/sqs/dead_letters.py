"""Dead letters: a message that was received too often moves to its dead-letter queue.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
"""

import json

COST = "About 12 requests: below 0.001 USD, and free within the free tier."


def run(aws):
    sqs = aws.client("sqs")
    dead = sqs.create_queue(QueueName=aws.name("dead"))["QueueUrl"]
    aws.afterwards(sqs.delete_queue, QueueUrl=dead)
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
    url = sqs.create_queue(QueueName=aws.name("source"), Attributes={"RedrivePolicy": policy})["QueueUrl"]
    aws.afterwards(sqs.delete_queue, QueueUrl=url)
    sqs.list_dead_letter_source_queues(QueueUrl=dead)
    sqs.send_message(QueueUrl=url, MessageBody="poison")
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5, VisibilityTimeout=0)
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=2)
    sqs.receive_message(QueueUrl=dead, WaitTimeSeconds=5, MessageSystemAttributeNames=["DeadLetterQueueSourceArn"])
