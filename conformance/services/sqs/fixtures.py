"""What must stand before most calls to SQS: queues, messages, permissions, dead letters, tasks; and the hints."""

import json

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Declared, Error

FIFO_ONLY = "for FIFO queues alone; probes use it"
NO_QUEUE = Error("AWS.SimpleQueueService.NonExistentQueue", 400, "The specified queue does not exist.")
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}]})
ATTRIBUTES = (
    {"VisibilityTimeout": "45"}, {"DelaySeconds": "900"}, {"MaximumMessageSize": "1024"}, {"DelaySeconds": "0"},
    {"MessageRetentionPeriod": "60"}, {"MessageRetentionPeriod": "1209600"}, {"ReceiveMessageWaitTimeSeconds": "20"},
    {"Policy": POLICY}, {"VisibilityTimeout": "0", "DelaySeconds": "7"}, {"VisibilityTimeout": "43200"},
    {"KmsMasterKeyId": "alias/aws/sqs", "KmsDataKeyReusePeriodSeconds": "60"}, {"SqsManagedSseEnabled": "false"},
)
MESSAGE_ATTRIBUTES = (
    {"a": {"DataType": "String", "StringValue": "ä"}}, {"a": {"DataType": "Number", "StringValue": "1.5"}},
    {"a": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}}, {"a.b": {"DataType": "String.mine", "StringValue": "x"}},
)
TRACE = {"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-5759e988-bd862e3fe1be46a994272793"}}

declared = Declared("sqs", {
    "QueueUrl": Ref("queue", "QueueUrl"),
    "CreateQueue.QueueName": Unique("q"),
    "GetQueueUrl.QueueName": Ref("queue", "QueueName"),
    "QueueOwnerAWSAccountId": Ref("queue", "Account", must=False),
    "CreateQueue.Attributes": Samples(*ATTRIBUTES),
    "SetQueueAttributes.Attributes": Samples(*ATTRIBUTES),
    "tags": Samples({"k": "v"}, {"ключ": ""}),
    "Tags": Samples({"k": "v"}, {"a": "1", "b": "2"}, {"k": ""}),
    "MessageBody": Samples("hello", "日本語", "x" * 262144, "<a>&amp;\t\n"),
    "DelaySeconds": Samples(0, 900),
    "MessageAttributes": Samples(*MESSAGE_ATTRIBUTES),
    "MessageSystemAttributes": Samples(TRACE),
    "MessageDeduplicationId": Leave(FIFO_ONLY),
    "ReceiveRequestAttemptId": Leave(FIFO_ONLY),
    "MessageGroupId": "tenant",
    "SendMessageBatch.Entries": Samples(
        [{"Id": "one", "MessageBody": "1"}],
        [{"Id": "one", "MessageBody": "1", "DelaySeconds": 0}, {"Id": "two", "MessageBody": "2"}],
        [{"Id": f"n{number}", "MessageBody": str(number)} for number in range(10)],
        [{"Id": "a" * 80, "MessageBody": "1", "MessageAttributes": MESSAGE_ATTRIBUTES[0]}]),
    "DeleteMessageBatch.Entries": Samples([{"Id": "one", "ReceiptHandle": Ref("message", "ReceiptHandle")}]),
    "ChangeMessageVisibilityBatch.Entries": Samples(
        [{"Id": "one", "ReceiptHandle": Ref("message", "ReceiptHandle"), "VisibilityTimeout": 0}],
        [{"Id": "one", "ReceiptHandle": Ref("message", "ReceiptHandle"), "VisibilityTimeout": 100}]),
    "ReceiptHandle": Ref("message", "ReceiptHandle"),
    "VisibilityTimeout": Samples(0, 30, 3600),
    "GetQueueAttributes.AttributeNames": Samples(["All"], ["QueueArn"], ["VisibilityTimeout", "DelaySeconds"], []),
    "ReceiveMessage.AttributeNames": Samples(["All"], ["SenderId"], ["SentTimestamp", "ApproximateReceiveCount"]),
    "MessageSystemAttributeNames": Samples(["All"], ["SenderId"], ["ApproximateFirstReceiveTimestamp"]),
    "MaxNumberOfMessages": Samples(1, 10),
    "WaitTimeSeconds": Samples(0, 20),
    "MessageAttributeNames": Samples(["All"], ["a"], [".*"], ["other"]),
    "ReceiveMessage.QueueUrl": Ref("waiting", "QueueUrl"),
    "PurgeQueue.QueueUrl": Ref("waiting", "QueueUrl"),
    "AddPermission.Label": Samples("conformance", "a" * 80),
    "AWSAccountIds": Samples(["111122223333"], ["111122223333", "444455556666"]),
    "Actions": Samples(["SendMessage"], ["*"], ["SendMessage", "ReceiveMessage"]),
    "RemovePermission.Label": Ref("permission", "Label", must=False),
    "RemovePermission.QueueUrl": Ref("permission", "QueueUrl"),
    "QueueNamePrefix": Ref("queue", "QueueName", must=False),
    "ListQueues.MaxResults": Samples(1000, 1),
    "ListDeadLetterSourceQueues.QueueUrl": Ref("dead", "QueueUrl"),
    "ListDeadLetterSourceQueues.MaxResults": Samples(1000, 1),
    "NextToken": Leave("a token comes from an answer; sequences follow pages"),
    "UntagQueue.QueueUrl": Ref("tagged", "QueueUrl"),
    "UntagQueue.TagKeys": Samples(["k"], ["k", "unknown"]),
    "ListQueueTags.QueueUrl": Ref("tagged", "QueueUrl"),
    "SourceArn": Ref("dead", "QueueArn"),
    "ListMessageMoveTasks.SourceArn": Ref("task", "SourceArn"),
    "ListMessageMoveTasks.MaxResults": Samples(10, 1),
    "DestinationArn": Ref("dead", "SourceArn"),
    "MaxNumberOfMessagesPerSecond": Samples(1, 500),
    "TaskHandle": Ref("task", "TaskHandle"),
})  # fmt: skip


def drop(world, fields):
    world.ask("DeleteQueue", {"QueueUrl": fields["QueueUrl"]})


def absent(world):
    return {"QueueUrl": f"{world.endpoint.url}/{world.account}/absent{world.tag}", "QueueName": f"absent{world.tag}",
            "QueueArn": f"arn:aws:sqs:{world.region}:{world.account}:absent{world.tag}", "Account": "999988887777",
            "SourceArn": f"arn:aws:sqs:{world.region}:{world.account}:absent{world.tag}"}


def made_queue(world, prefix, **attributes):
    world.unknown("GetQueueUrl", {"QueueName": absent(world)["QueueName"]})
    name = world.unique(prefix)
    url = world.ask("CreateQueue", {"QueueName": name, "Attributes": attributes})["QueueUrl"]
    arn = world.ask("GetQueueAttributes", {"QueueUrl": url, "AttributeNames": ["QueueArn"]})["Attributes"]["QueueArn"]
    return {"QueueUrl": url, "QueueName": name, "QueueArn": arn, "Account": arn.split(":")[4]}


@declared.fixture("queue", drop, absent, NO_QUEUE)
def queue(world):
    return made_queue(world, "fixture")


@declared.fixture("waiting", drop, absent, NO_QUEUE)
def waiting(world):
    made = made_queue(world, "waiting")
    sent = world.ask("SendMessage", {"QueueUrl": made["QueueUrl"], "MessageBody": f"body {world.tag}",
                                     "MessageAttributes": MESSAGE_ATTRIBUTES[0]})
    return {**made, "MessageId": sent["MessageId"], "Body": f"body {world.tag}"}


@declared.fixture("message", None, lambda world: {"ReceiptHandle": "no handle"},
                  Error("ReceiptHandleIsInvalid", 400,
                        'The input receipt handle "{ReceiptHandle}" is not a valid receipt handle.'))
def message(world):
    url = world.fixture("queue")["QueueUrl"]
    world.ask("SendMessage", {"QueueUrl": url, "MessageBody": "held"})
    got = world.ask("ReceiveMessage", {"QueueUrl": url, "VisibilityTimeout": 600})["Messages"][0]
    return {"ReceiptHandle": got["ReceiptHandle"], "MessageId": got["MessageId"]}


@declared.fixture("tagged", drop, absent, NO_QUEUE)
def tagged(world):
    made = made_queue(world, "tagged")
    world.ask("TagQueue", {"QueueUrl": made["QueueUrl"], "Tags": {"k": "v", "other": world.tag}})
    return made


@declared.fixture("permission", drop, absent, NO_QUEUE)
def permission(world):
    made = made_queue(world, "permitted")
    world.ask("AddPermission", {"QueueUrl": made["QueueUrl"], "Label": "there", "AWSAccountIds": ["111122223333"],
                                "Actions": ["SendMessage"]})
    return {**made, "Label": "there"}


@declared.fixture("dead", drop, absent, NO_QUEUE)
def dead(world):
    made = made_queue(world, "dead")
    source = made_queue(world, "source", RedrivePolicy=json.dumps(
        {"deadLetterTargetArn": made["QueueArn"], "maxReceiveCount": 1}))
    world.later(lambda: drop(world, source))
    for number in range(3):
        world.ask("SendMessage", {"QueueUrl": made["QueueUrl"], "MessageBody": str(number)})
    return {**made, "SourceArn": source["QueueArn"], "SourceUrl": source["QueueUrl"]}


NO_SOURCE = Error("ResourceNotFoundException", 404,
                  "The resource that you specified for the SourceArn parameter doesn't exist.")
declared.errors.update({
    ("StartMessageMoveTask", "SourceArn"): NO_SOURCE, ("ListMessageMoveTasks", "SourceArn"): NO_SOURCE,
    ("StartMessageMoveTask", "DestinationArn"): None,
})  # fmt: skip


@declared.fixture("task", None, lambda world: {"TaskHandle": "bm8gaGFuZGxl", **absent(world)},
                  Error("InvalidParameterValue", 400, "Value for parameter TaskHandle is invalid."))
def task(world):
    arn = world.fixture("dead")["QueueArn"]
    started = world.ask("StartMessageMoveTask", {
        "SourceArn": arn, "DestinationArn": world.fixture("dead")["SourceArn"], "MaxNumberOfMessagesPerSecond": 1})
    return {"TaskHandle": started["TaskHandle"], "SourceArn": arn}


# What the model requires of every answer and AWS leaves out when there is none of it (recorded answers).
declared.silent.update({"Failed", "Successful"})
declared.present.update({
    "SendMessage": ("MessageId", "MD5OfMessageBody"), "SendMessageBatch": ("Successful",),
    "DeleteMessageBatch": ("Successful",), "ChangeMessageVisibilityBatch": ("Successful",),
    "StartMessageMoveTask": ("TaskHandle",),
    "ListMessageMoveTasks": ("Results.ApproximateNumberOfMessagesMoved", "Results.StartedTimestamp",
                             "Results.ApproximateNumberOfMessagesToMove"),
})  # fmt: skip
