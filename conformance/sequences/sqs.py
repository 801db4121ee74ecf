"""SQS's queues."""

from conformance.sequences.kind import Kind, follow

VALUES = ({"DelaySeconds": "5", "VisibilityTimeout": "30"}, {"DelaySeconds": "900", "VisibilityTimeout": "0"},
          {"DelaySeconds": "0", "VisibilityTimeout": "43200"})


def url(trial, name):
    return trial.ask("GetQueueUrl", QueueName=name)["QueueUrl"]


def read(trial, name):
    found = trial.ask("GetQueueAttributes", QueueUrl=url(trial, name), AttributeNames=list(VALUES[0]))["Attributes"]
    return {key: found[key] for key in VALUES[0]}


def listed(trial, prefix):
    found = trial.ask("ListQueues", QueueNamePrefix=prefix).get("QueueUrls", [])
    return [each.rpartition("/")[2] for each in found]


def pages(trial, prefix, size):
    found = follow(trial, "ListQueues", {"QueueNamePrefix": prefix, "MaxResults": size}, "QueueUrls",
                   ("NextToken", "NextToken"), "")
    return [each.rpartition("/")[2] for each in found]


KINDS = [Kind(
    "sqs", "queue", VALUES,
    create=lambda trial, name, value: trial.ask("CreateQueue", QueueName=name, Attributes=value),
    read=read,
    update=lambda trial, name, value: trial.ask("SetQueueAttributes", QueueUrl=url(trial, name), Attributes=value),
    delete=lambda trial, name: trial.ask("DeleteQueue", QueueUrl=url(trial, name)),
    missing="AWS.SimpleQueueService.NonExistentQueue",
    listed=listed, pages=pages,
    tag=lambda trial, name, tags: trial.ask("TagQueue", QueueUrl=url(trial, name), Tags=tags),
    untag=lambda trial, name, keys: trial.ask("UntagQueue", QueueUrl=url(trial, name), TagKeys=keys),
    tags=lambda trial, name: trial.ask("ListQueueTags", QueueUrl=url(trial, name)).get("Tags", {}),
    winners=2,  # writers with equal attributes are all accepted
)]  # fmt: skip
