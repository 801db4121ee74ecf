"""What proves that a message was published: the queue that listens holds it."""

import json

from conformance.services.sns.fixtures import declared


def held(proof, world, count):
    """The notifications in the queue that listens, as documents."""
    wait = 0 if world.endpoint.own else 1  # an emulator hands messages on at once
    url, found = world.fixture("queue")["QueueUrl"], []
    for _ in range(10):
        got = proof.read("ReceiveMessage", {"QueueUrl": url, "MaxNumberOfMessages": 10, "WaitTimeSeconds": wait}, "sqs")
        found += [json.loads(each["Body"]) for each in got.get("Messages", [])]
        if len(found) >= count or not got.get("Messages"):
            break
    return found


def is_told(proof, world, entry, message_id, notification):
    body = entry["Message"]
    if entry.get("MessageStructure") == "json":
        structure = json.loads(body)
        body = structure.get("sqs", structure["default"])
    wanted = {"Type": "Notification", "MessageId": message_id, "TopicArn": world.fixture("topic")["TopicArn"],
              "Message": body}
    proof.holds("notification", wanted, notification)
    proof.equal("Subject", entry.get("Subject"), notification.get("Subject"))
    names = sorted(entry.get("MessageAttributes", {}))
    proof.equal("MessageAttributes", names, sorted(notification.get("MessageAttributes", {})))
    for name in names:
        proof.equal(f"MessageAttributes.{name}.Type", entry["MessageAttributes"][name]["DataType"],
                    notification["MessageAttributes"][name]["Type"])


@declared.check("Publish")
def published(proof, world, given, answer):
    found = held(proof, world, 1)
    proof.equal("notifications", 1, len(found))
    is_told(proof, world, given, answer["MessageId"], found[0])


@declared.check("PublishBatch")
def batch_published(proof, world, given, answer):
    entries = {each["Id"]: each for each in given["PublishBatchRequestEntries"]}
    done = {each["Id"]: each["MessageId"] for each in answer["Successful"]}
    proof.equal("Successful", sorted(entries), sorted(done))
    found = {each["MessageId"]: each for each in held(proof, world, len(entries))}
    proof.equal("notifications", sorted(done.values()), sorted(found))
    for name, entry in entries.items():
        is_told(proof, world, entry, done[name], found[done[name]])


declared.present.update({"PublishBatch": ("Successful.MessageId", "Failed"), "Publish": ("MessageId",)})
