"""What proves that a call to SQS did its work: attributes, messages and tags as they are told afterwards."""

import json
from hashlib import md5

from conformance.services.sqs.fixtures import MESSAGE_ATTRIBUTES, NO_QUEUE, declared, drop


def attributes_of(proof, url, *names):
    return proof.read("GetQueueAttributes", {"QueueUrl": url, "AttributeNames": list(names) or ["All"]}).get(
        "Attributes", {})


@declared.check("CreateQueue")
def created(proof, world, given, answer):
    proof.true("QueueUrl", answer["QueueUrl"].endswith(f"/{given['QueueName']}"), "ends with the queue's name")
    found = proof.read("GetQueueUrl", {"QueueName": given["QueueName"]})
    proof.equal("GetQueueUrl.QueueUrl", answer["QueueUrl"], found.get("QueueUrl"))
    stands(proof, answer["QueueUrl"], given.get("Attributes", {}))
    if given.get("tags"):
        tags = proof.read("ListQueueTags", {"QueueUrl": answer["QueueUrl"]})
        proof.equal("tags", given["tags"], tags.get("Tags"))


declared.undo["CreateQueue"] = lambda world, given, answer: drop(world, answer)


@declared.check("SetQueueAttributes")
def attributes_set(proof, world, given, answer):
    stands(proof, given["QueueUrl"], given["Attributes"])


def stands(proof, url, wanted):
    found = attributes_of(proof, url)
    for name, value in wanted.items():
        got = found.get(name)
        if name == "Policy":
            value, got = json.loads(value), json.loads(got or "{}")
        proof.equal(f"Attributes.{name}", value, got)


@declared.check("GetQueueAttributes")
def attributes_told(proof, world, given, answer):
    names = set(given.get("AttributeNames", ()))
    found = answer.get("Attributes", {})
    if names & {"All", "QueueArn"}:
        proof.equal("Attributes.QueueArn", world.fixture("queue")["QueueArn"], found.get("QueueArn"))
    elif "VisibilityTimeout" in names:
        proof.equal("Attributes.VisibilityTimeout", "30", found.get("VisibilityTimeout"))
    elif not names:
        proof.equal("Attributes", {}, found)
    else:
        proof.true("Attributes", set(found) <= names, "what was asked for and no more", sorted(found))


@declared.check("DeleteQueue")
def deleted(proof, world, given, answer):
    proof.refused("GetQueueAttributes", {"QueueUrl": given["QueueUrl"], "AttributeNames": ["All"]}, NO_QUEUE.code)


@declared.check("GetQueueUrl")
def url_told(proof, world, given, answer):
    proof.equal("QueueUrl", world.fixture("queue")["QueueUrl"], answer.get("QueueUrl"))


@declared.check("SendMessage")
def sent(proof, world, given, answer):
    proof.equal("MD5OfMessageBody", md5(given["MessageBody"].encode()).hexdigest(), answer.get("MD5OfMessageBody"))
    proof.equal("MD5OfMessageAttributes", bool(given.get("MessageAttributes")), "MD5OfMessageAttributes" in answer)
    proof.equal("MD5OfMessageSystemAttributes", bool(given.get("MessageSystemAttributes")),
                "MD5OfMessageSystemAttributes" in answer)
    if given.get("DelaySeconds"):
        found = attributes_of(proof, given["QueueUrl"])
        proof.equal("ApproximateNumberOfMessagesDelayed", "1", found.get("ApproximateNumberOfMessagesDelayed"))
        return
    got = proof.read("ReceiveMessage", {"QueueUrl": given["QueueUrl"], "MessageAttributeNames": ["All"],
                                        "MessageSystemAttributeNames": ["All"]})
    held = got.get("Messages", [{}])[0]
    proof.equal("Body", given["MessageBody"], held.get("Body"))
    proof.equal("MessageId", answer["MessageId"], held.get("MessageId"))
    proof.holds("MessageAttributes", given.get("MessageAttributes", {}), held.get("MessageAttributes", {}))
    for name, value in given.get("MessageSystemAttributes", {}).items():
        proof.equal(name, value["StringValue"], held.get("Attributes", {}).get(name))
    if "MessageGroupId" in given:
        proof.equal("MessageGroupId", given["MessageGroupId"], held.get("Attributes", {}).get("MessageGroupId"))


@declared.check("SendMessageBatch")
def batch_sent(proof, world, given, answer):
    done = {each["Id"]: each for each in answer.get("Successful", [])}
    proof.equal("Successful", sorted(each["Id"] for each in given["Entries"]), sorted(done))
    for entry in given["Entries"]:
        proof.equal("MD5OfMessageBody", md5(entry["MessageBody"].encode()).hexdigest(),
                    done[entry["Id"]].get("MD5OfMessageBody"))
        proof.equal("MD5OfMessageAttributes", "MessageAttributes" in entry,
                    "MD5OfMessageAttributes" in done[entry["Id"]])
    got = proof.read("ReceiveMessage", {"QueueUrl": given["QueueUrl"], "MaxNumberOfMessages": 10})
    proof.equal("Messages", sorted(each["MessageId"] for each in done.values()),
                sorted(each["MessageId"] for each in got.get("Messages", [])))


@declared.check("ReceiveMessage")
def received(proof, world, given, answer):
    got, there = answer.get("Messages", [{}])[0], world.fixture("waiting")
    proof.equal("Messages[0].Body", there["Body"], got.get("Body"))
    proof.equal("Messages[0].MessageId", there["MessageId"], got.get("MessageId"))
    proof.equal("Messages[0].MD5OfBody", md5(there["Body"].encode()).hexdigest(), got.get("MD5OfBody"))
    asked = set(given.get("MessageSystemAttributeNames") or given.get("AttributeNames") or ())
    told = set(got.get("Attributes", {}))
    proof.true("Messages[0].Attributes", told <= asked or "All" in asked, "what was asked for", sorted(told))
    always = {"SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp"}
    wanted = always if "All" in asked else always & asked
    proof.equal("Messages[0].Attributes", sorted(wanted), sorted(told & always))
    names = given.get("MessageAttributeNames", [])
    wanted = MESSAGE_ATTRIBUTES[0] if set(names) & {"All", "a", ".*"} else {}
    proof.equal("Messages[0].MessageAttributes", wanted, got.get("MessageAttributes", {}))
    proof.equal("MD5OfMessageAttributes", bool(wanted), "MD5OfMessageAttributes" in got)
    proof.true("ReceiptHandle", got.get("ReceiptHandle"), "told")
    # A timeout of zero leaves the message in sight; all others hide it.
    again = proof.read("ReceiveMessage", {"QueueUrl": given["QueueUrl"]})
    proof.equal("seen again", given.get("VisibilityTimeout", 30) == 0, bool(again.get("Messages")))


@declared.check("DeleteMessage", "DeleteMessageBatch")
def message_deleted(proof, world, given, answer):
    if "Entries" in given:
        proof.equal("Successful", [each["Id"] for each in given["Entries"]],
                    [each["Id"] for each in answer.get("Successful", [])])
    found = attributes_of(proof, given["QueueUrl"])
    proof.equal("ApproximateNumberOfMessagesNotVisible", "0", found.get("ApproximateNumberOfMessagesNotVisible"))
    proof.equal("ApproximateNumberOfMessages", "0", found.get("ApproximateNumberOfMessages"))


@declared.check("ChangeMessageVisibility", "ChangeMessageVisibilityBatch")
def visibility_changed(proof, world, given, answer):
    if "Entries" in given:
        proof.equal("Successful", [each["Id"] for each in given["Entries"]],
                    [each["Id"] for each in answer.get("Successful", [])])
    seconds = given["VisibilityTimeout"] if "VisibilityTimeout" in given else given["Entries"][0]["VisibilityTimeout"]
    got = proof.read("ReceiveMessage", {"QueueUrl": given["QueueUrl"]})
    proof.equal("seen again", seconds == 0, bool(got.get("Messages")))


@declared.check("PurgeQueue")
def purged(proof, world, given, answer):
    found = attributes_of(proof, given["QueueUrl"])
    proof.equal("ApproximateNumberOfMessages", "0", found.get("ApproximateNumberOfMessages"))


@declared.check("ListQueues")
def listed(proof, world, given, answer):
    url = world.fixture("queue")["QueueUrl"] if "QueueNamePrefix" in given else None
    urls = answer.get("QueueUrls", [])
    if "MaxResults" in given:
        proof.pages("ListQueues", given, "QueueUrls", ("NextToken", "NextToken"), "")
    if url is not None:
        proof.equal("QueueUrls", [url], urls)
        return
    made = proof.world.ask("CreateQueue", {"QueueName": world.unique("listed")})["QueueUrl"]
    world.later(lambda: drop(world, {"QueueUrl": made}))
    proof.true("QueueUrls", made not in urls, "no queue that is made later", urls)
    later = proof.read("ListQueues", {"QueueNamePrefix": made.rpartition("/")[2]})
    proof.equal("QueueUrls afterwards", [made], later.get("QueueUrls"))


@declared.check("TagQueue")
def tags_set(proof, world, given, answer):
    found = proof.read("ListQueueTags", {"QueueUrl": given["QueueUrl"]})
    proof.equal("Tags", given["Tags"], found.get("Tags", {}))


@declared.check("UntagQueue")
def tags_gone(proof, world, given, answer):
    found = proof.read("ListQueueTags", {"QueueUrl": given["QueueUrl"]})
    proof.equal("Tags", {"other": world.tag} if given["TagKeys"] else {"k": "v", "other": world.tag}, found.get("Tags"))


@declared.check("ListQueueTags")
def tags_told(proof, world, given, answer):
    proof.equal("Tags", {"k": "v", "other": world.tag}, answer.get("Tags"))


@declared.check("AddPermission", "RemovePermission")
def permission_stands(proof, world, given, answer):
    policy = json.loads(attributes_of(proof, given["QueueUrl"], "Policy").get("Policy", "{}"))
    labels = [each.get("Sid") for each in policy.get("Statement", [])]
    proof.equal("Policy.Statement", ["Actions" in given], [given["Label"] in labels])
    if "Actions" in given:
        statement = policy["Statement"][labels.index(given["Label"])]
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        proof.equal("Action", sorted(f"SQS:{each}" for each in given["Actions"]), sorted(actions))


@declared.check("ListDeadLetterSourceQueues")
def sources_listed(proof, world, given, answer):
    proof.equal("queueUrls", [world.fixture("dead")["SourceUrl"]], answer.get("queueUrls"))


@declared.check("StartMessageMoveTask")
def task_started(proof, world, given, answer):
    found = proof.read("ListMessageMoveTasks", {"SourceArn": given["SourceArn"]}).get("Results", [{}])[0]
    proof.holds("Results[0]", {key: given[key] for key in (
        "SourceArn", "DestinationArn", "MaxNumberOfMessagesPerSecond") if key in given}, found)
    if found.get("Status") == "RUNNING":
        proof.equal("TaskHandle", answer["TaskHandle"], found.get("TaskHandle"))


@declared.check("ListMessageMoveTasks")
def tasks_listed(proof, world, given, answer):
    there = world.fixture("task")
    proof.holds("Results[0]", {"SourceArn": given["SourceArn"], "MaxNumberOfMessagesPerSecond": 1,
                               "DestinationArn": world.fixture("dead")["SourceArn"]}, answer["Results"][0])
    proof.true("Results[0].Status", answer["Results"][0].get("Status") in ("RUNNING", "COMPLETED"), "RUNNING")
    if answer["Results"][0].get("Status") == "RUNNING":
        proof.equal("TaskHandle", there["TaskHandle"], answer["Results"][0].get("TaskHandle"))


@declared.check("CancelMessageMoveTask")
def task_cancelled(proof, world, given, answer):
    found = proof.read("ListMessageMoveTasks", {"SourceArn": world.fixture("task")["SourceArn"]})
    proof.true("Status", found["Results"][0]["Status"] in ("CANCELLING", "CANCELLED"), "CANCELLED", found)
    proof.present("ApproximateNumberOfMessagesMoved")
