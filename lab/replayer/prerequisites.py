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

READS = ("GetObject", "HeadObject")
WRITES = ("PutObject", "CopyObject", "CompleteMultipartUpload", "CreateMultipartUpload")


class MissingPrerequisite(LabError):
    """The endpoint refused to make what was there when the recording began."""


def prepare(cassette: Cassette, clients: Clients, bindings: Bindings) -> None:
    """Make what a wire recording found in place. Raises MissingPrerequisite when the endpoint refuses."""
    wire = [step for step in cassette.interactions if step.service == "s3" and step.response is not None]
    for bucket, first in buckets(wire).items():
        make_bucket(bindings.text(bucket), first, clients)
        for key, step in objects(wire, bucket).items():
            call(clients, step, "PutObject", {
                "Bucket": bindings.text(bucket), "Key": key, "Body": step.response.body.raw(),
                "ContentType": step.response.header("Content-Type", "binary/octet-stream")})


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
    step = Interaction(service="s3", operation=operation, region=like.region)
    called = clients.call(step, parameters, owner)
    error = (called.answer or {}).get("Error") or {}
    if called.answer is None or error.get("Code") not in (None, "BucketAlreadyOwnedByYou"):
        why = called.failure or f"{error.get('Code')}: {error.get('Message')}"
        raise MissingPrerequisite(f"what the recording found in place can't be made: {operation} failed: {why}")
