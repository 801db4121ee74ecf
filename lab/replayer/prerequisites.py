"""What stood in AWS before a recording began: derived from the recording, made before it is played.

A bucket that a cassette uses, never creates and that answered must have been there; so must an object that was read before
it was written.
"""

from lab.cassette.model import Cassette, Interaction
from lab.errors import LabError
from lab.replayer.bindings import Bindings
from lab.replayer.clients import Clients

#: The account that owns what the caller was not let in to.
STRANGER = "999999999999"

#: Attributes of a queue that its creator chooses.
SETTABLE = frozenset(("DelaySeconds", "MaximumMessageSize", "MessageRetentionPeriod", "Policy", "RedrivePolicy",
                      "ReceiveMessageWaitTimeSeconds", "VisibilityTimeout", "FifoQueue", "ContentBasedDeduplication"))

WRITES = ("PutObject", "CopyObject", "CompleteMultipartUpload", "CreateMultipartUpload")


class MissingPrerequisite(LabError):
    """The endpoint refused to make what was there when the recording began."""


def prepare(cassette: Cassette, clients: Clients, bindings: Bindings) -> None:
    """Make what a wire recording found in place. Raises MissingPrerequisite when the endpoint refuses."""
    for service, make in MAKERS.items():
        wire = [step for step in cassette.interactions if step.service == service and step.response is not None]
        make(wire, clients, bindings)


def prepare_s3(wire: list[Interaction], clients: Clients, bindings: Bindings) -> None:
    for bucket, first in buckets(wire).items():
        make_bucket(bindings.text(bucket), first, clients)
        for key, step in objects(wire, bucket).items():
            call(clients, step, "PutObject", {
                "Bucket": bindings.text(bucket), "Key": key, "Body": step.response.body.raw(),
                "ContentType": step.response.header("Content-Type", "binary/octet-stream")})


def prepare_sqs(wire: list[Interaction], clients: Clients, bindings: Bindings) -> None:
    """Queues that answered before anything created them, with the attributes that were read back."""
    created = {(step.input or {}).get("QueueName") for step in wire if step.operation == "CreateQueue"}
    found: dict[str, dict] = {}
    for step in wire:
        for name in queue_names(step):
            attributes = (step.output or {}).get("Attributes") or {}
            settable = {key: value for key, value in attributes.items() if key in SETTABLE}
            found.setdefault(name, {}).update(settable)
            like = step
    for name, attributes in found.items():
        if name not in created:
            call(clients, like, "CreateQueue", {"QueueName": bindings.text(name), "Attributes": attributes})


def queue_names(step: Interaction) -> list[str]:
    """The queues that a step that succeeded shows to exist."""
    if step.error is not None or step.operation == "CreateQueue":
        return []
    urls = [(step.input or {}).get("QueueUrl"), *((step.output or {}).get("QueueUrls") or ())]
    names = [url.rpartition("/")[2] for url in urls if url]
    return [*names, step.input["QueueName"]] if (step.input or {}).get("QueueName") else names


def buckets(steps: list[Interaction]) -> dict[str, Interaction]:
    """The buckets that must have existed, each with the first step that says so."""
    found: dict[str, Interaction] = {}
    made: set[str] = set()
    for step in steps:
        bucket = (step.input or {}).get("Bucket")
        if bucket is None:
            continue
        if step.operation == "CreateBucket":
            made.add(bucket)
        missing = (step.error or {}).get("Code") == "NoSuchBucket" or (step.operation == "HeadBucket"
                                                                      and step.response.status == 404)
        if bucket not in made and not missing:
            found.setdefault(bucket, step)
    return found


def objects(steps: list[Interaction], bucket: str) -> dict[str, Interaction]:
    """The objects of a bucket that were read whole before anything wrote them, each with that first read."""
    found: dict[str, Interaction] = {}
    written: set[str] = set()
    for step in steps:
        key = (step.input or {}).get("Key")
        if (step.input or {}).get("Bucket") != bucket or key is None:
            continue
        if step.operation in WRITES:
            written.add(key)
        elif step.operation == "GetObject" and step.response.status == 200 and key not in written:
            found.setdefault(key, step)
    return found


def make_bucket(bucket: str, first: Interaction, clients: Clients) -> None:
    """Create a bucket where the recording found it; one that answered 403 belongs to somebody else."""
    region = first.response.header("x-amz-bucket-region") or first.region or "us-east-1"
    parameters: dict = {"Bucket": bucket}
    if region != "us-east-1":
        parameters["CreateBucketConfiguration"] = {"LocationConstraint": region}
    owner = STRANGER if first.response.status == 403 else None
    call(clients, Interaction(service="s3", region=region), "CreateBucket", parameters, owner)


def call(clients: Clients, like: Interaction, operation: str, parameters: dict, owner: str | None = None) -> None:
    step = Interaction(service=like.service, operation=operation, region=like.region)
    called = clients.call(step, parameters, owner)
    error = (called.answer or {}).get("Error") or {}
    if called.answer is None or error.get("Code") not in (None, "BucketAlreadyOwnedByYou"):
        why = called.failure or f"{error.get('Code')}: {error.get('Message')}"
        raise MissingPrerequisite(f"what the recording found in place can't be made: {operation} failed: {why}")


#: Service to the function that makes what its recordings found in place.
MAKERS = {"s3": prepare_s3, "sqs": prepare_sqs}
