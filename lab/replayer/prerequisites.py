"""What stood in AWS before a recording began: derived from the recording, made before it is played.

A bucket that a cassette uses, never creates and that answered must have been there; so must a queue, a table that was
described, and an object or an item that was read or listed before it was written. What else is needed (a role, say)
the cassette declares.
"""

import hashlib
from typing import NamedTuple

from lab.cassette.model import Caller, Cassette, Interaction
from lab.cassette.values import to_python
from lab.errors import LabError
from lab.replayer.bindings import Bindings
from lab.replayer.clients import Clients

#: The account that owns what the caller was not let in to.
STRANGER = "999999999999"

#: Attributes of a queue that its creator chooses.
SETTABLE = frozenset(("DelaySeconds", "MaximumMessageSize", "MessageRetentionPeriod", "Policy", "RedrivePolicy",
                      "ReceiveMessageWaitTimeSeconds", "VisibilityTimeout", "FifoQueue", "ContentBasedDeduplication"))

READS = ("GetObject", "HeadObject")
LISTS = ("ListObjects", "ListObjectsV2")

#: Contents that the recordings of lists show by size and MD5 alone.
CONTENTS = (b"", b"hello", b"hello world", b"Hello World")

ITEM_WRITES = ("PutItem", "UpdateItem", "DeleteItem")

WRITES = ("PutObject", "CopyObject", "CompleteMultipartUpload", "CreateMultipartUpload")


class MissingPrerequisite(LabError):
    """The endpoint refused to make what was there when the recording began."""


def prepare(cassette: Cassette, clients: Clients, bindings: Bindings) -> None:
    """Make what the cassette declares and what a wire recording found in place, in that order.

    Raises MissingPrerequisite when the endpoint refuses.
    """
    for each in cassette.prerequisites:
        like = Interaction(service=each.service, region=each.region or cassette.region)
        call(clients, like, each.operation, bindings.value(to_python(each.input or {})))
    for service, make in MAKERS.items():
        wire = [step for step in cassette.interactions if step.service == service and step.response is not None]
        make(wire, clients, bindings)


def prepare_s3(wire: list[Interaction], clients: Clients, bindings: Bindings) -> None:
    for bucket, first in buckets(wire).items():
        make_bucket(bindings.text(bucket), first, clients)
        for key, stored in objects(wire, bucket).items():
            parameters = {"Bucket": bindings.text(bucket), "Key": key, "Body": stored.body}
            if stored.content_type:
                parameters["ContentType"] = stored.content_type
            if stored.metadata:
                parameters["Metadata"] = stored.metadata
            if stored.algorithm:
                parameters["ChecksumAlgorithm"] = stored.algorithm
            call(clients, first, "PutObject", parameters)


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


def prepare_dynamodb(wire: list[Interaction], clients: Clients, bindings: Bindings) -> None:
    """Tables that were described before anything created them, with items that were read before they were written."""
    tables: dict[str, tuple[Interaction, dict]] = {}
    written: set[str] = set()
    created: set[str] = set()
    found: dict[str, tuple[str, dict]] = {}
    for step in wire:
        given, got = step.input or {}, step.output or {}
        if step.operation == "CreateTable" and step.error is None:
            created.add(given["TableName"])
        if step.operation == "DescribeTable" and "Table" in got and given["TableName"] not in created:
            tables.setdefault(given["TableName"], (step, got["Table"]))
        name = given.get("TableName")
        if name not in tables:
            continue
        keys = [each["AttributeName"] for each in tables[name][1]["KeySchema"]]
        for item in [given.get("Item") or given.get("Key")] if step.operation in ITEM_WRITES else ():
            written.add(identity(name, keys, item))
        for item in got.get("Items") or ():
            if all(key in item for key in keys) and identity(name, keys, item) not in written:
                found.setdefault(identity(name, keys, item), (name, item))
    for name, (step, table) in tables.items():
        call(clients, step, "CreateTable", {"TableName": bindings.text(name)} | creation(table))
    for name, item in found.values():
        call(clients, tables[name][0], "PutItem", {"TableName": bindings.text(name), "Item": to_python(item)})


def prepare_kms(wire: list[Interaction], clients: Clients, bindings: Bindings) -> None:
    """Keys behind aliases that were listed before anything created them; AWS's own are made by asking for them."""
    created = {(step.input or {}).get("AliasName") for step in wire if step.operation == "CreateAlias"}
    found: dict[str, tuple[Interaction, str]] = {}
    for step in wire:
        for alias in (step.output or {}).get("Aliases") or ():
            if "TargetKeyId" in alias and alias["AliasName"] not in created:
                found.setdefault(alias["AliasName"], (step, alias["TargetKeyId"]))
    for name, (step, recorded) in found.items():
        if name.startswith("alias/aws/"):
            key = call(clients, step, "DescribeKey", {"KeyId": name})["KeyMetadata"]["KeyId"]
        else:
            key = call(clients, step, "CreateKey", {})["KeyMetadata"]["KeyId"]
            call(clients, step, "CreateAlias", {"AliasName": name, "TargetKeyId": key})
        bindings.bind(recorded, key)


def prepare_route53(wire: list[Interaction], clients: Clients, bindings: Bindings) -> None:
    """Zones that were listed before anything created them, with the record sets that were listed before a change."""
    zones: dict[str, tuple[Interaction, dict]] = {}
    records: dict[str, dict[tuple, dict]] = {}
    written: set[tuple] = {(step.output["HostedZone"]["Id"].rpartition("/")[2],) for step in wire
                           if step.operation == "CreateHostedZone" and "HostedZone" in (step.output or {})}
    for step in wire:
        given, got = step.input or {}, step.output or {}
        zone = given.get("HostedZoneId", "")
        for each in (*got.get("HostedZones", ()), *filter(None, [got.get("HostedZone")])):
            if (each["Id"].rpartition("/")[2],) not in written:
                zones.setdefault(each["Id"].rpartition("/")[2], (step, each))
        if step.operation == "ChangeResourceRecordSets" and step.error is None:
            for each in given["ChangeBatch"]["Changes"]:
                record = each["ResourceRecordSet"]
                if each["Action"] == "DELETE" and (zone, *record_identity(record)) not in written:
                    records.setdefault(zone, {}).setdefault(record_identity(record), record)
                written.add((zone, *record_identity(record)))
        for each in got.get("ResourceRecordSets", ()):
            if (zone, *record_identity(each)) not in written:
                records.setdefault(zone, {}).setdefault(record_identity(each), each)
    for id, (step, zone) in zones.items():
        given = {"Name": zone["Name"], "CallerReference": zone["CallerReference"]}
        if zone.get("Config", {}).get("Comment"):
            given["HostedZoneConfig"] = {"Comment": zone["Config"]["Comment"]}
        made = call(clients, step, "CreateHostedZone", given)["HostedZone"]["Id"].rpartition("/")[2]
        bindings.bind(id, made)
        found = list(records.get(id, {}).values())
        own = {(each["Type"], each["Name"], each.get("SetIdentifier")) for each in found}
        more = zone["ResourceRecordSetCount"] - len(own | {(type, zone["Name"], None) for type in ("NS", "SOA")})
        found += [{"Name": f"filler-{number}.{zone['Name']}", "Type": "TXT", "TTL": 1,
                   "ResourceRecords": [{"Value": '"unknown"'}]} for number in range(more)]
        if found:
            call(clients, step, "ChangeResourceRecordSets", {"HostedZoneId": made, "ChangeBatch": {"Changes": [
                {"Action": "UPSERT", "ResourceRecordSet": to_python(each)} for each in found]}})


def record_identity(record: dict) -> tuple[str, str, str]:
    return record["Name"].rstrip(".").lower(), record["Type"], record.get("SetIdentifier", "")


def identity(table: str, keys: list[str], item: dict) -> str:
    return repr((table, [item.get(key) for key in keys]))


def creation(table: dict) -> dict:
    """The parameters of CreateTable that a description tells."""
    out = {name: table[name] for name in ("AttributeDefinitions", "KeySchema")}
    out["ProvisionedThroughput"] = units(table)
    for member in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        indexes = [{name: index[name] for name in ("IndexName", "KeySchema", "Projection")}
                   | ({"ProvisionedThroughput": units(index)} if "ProvisionedThroughput" in index else {})
                   for index in table.get(member) or ()]
        if indexes:
            out[member] = indexes
    return out


def units(described: dict) -> dict:
    return {name: described["ProvisionedThroughput"][name] for name in ("ReadCapacityUnits", "WriteCapacityUnits")}


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


class Stored(NamedTuple):
    """An object that was there before, as far as the recording tells."""

    body: bytes
    content_type: str | None = None
    algorithm: str | None = None
    metadata: dict | None = None


def objects(steps: list[Interaction], bucket: str) -> dict[str, Stored]:
    """The objects of a bucket that were read or listed before anything wrote them."""
    found: dict[str, Stored] = {}
    prefixes: set[str] = set()
    written: set[str] = set()
    truncated = False
    for step in steps:
        given, got = step.input or {}, step.output or {}
        if given.get("Bucket") != bucket:
            continue
        key = given.get("Key")
        if step.operation in WRITES:
            written.add(key)
        elif step.operation in READS and step.response.status == 200 and key not in written:
            before = found.get(key, Stored(bytes(got.get("ContentLength", 0))))
            body = step.response.body.raw() if step.operation == "GetObject" else before.body
            found[key] = Stored(body, step.response.header("Content-Type") or None, before.algorithm,
                                got.get("Metadata"))
        for entry in got.get("Contents") or () if step.operation in LISTS else ():
            if entry["Key"] not in written:
                found.setdefault(entry["Key"], listed(entry))
        if step.operation in LISTS:
            truncated = bool(got.get("IsTruncated"))
        prefixes.update(each["Prefix"] for each in got.get("CommonPrefixes") or ())
    if truncated and found:  # more followed than the recording looked at
        found[f"{max(found)}~"] = Stored(b"")
    for prefix in prefixes:
        if not any(key.startswith(prefix) for key in (*found, *written)):
            found[f"{prefix}object"] = Stored(b"")
    return found


def listed(entry: dict) -> Stored:
    """An object that a list shows: its content where a digest proves it, else as many zeros."""
    digest = entry.get("ETag", "").strip('"')
    body = next((each for each in CONTENTS if hashlib.md5(each).hexdigest() == digest), bytes(entry.get("Size", 0)))
    algorithm = next((each for each in entry.get("ChecksumAlgorithm") or () if each != "CRC64NVME"), None)
    return Stored(body, None, algorithm)


def make_bucket(bucket: str, first: Interaction, clients: Clients) -> None:
    """Create a bucket where the recording found it; one that may not be looked at belongs to somebody else."""
    region = first.response.header("x-amz-bucket-region") or first.region or "us-east-1"
    parameters: dict = {"Bucket": bucket}
    if region != "us-east-1":
        parameters["CreateBucketConfiguration"] = {"LocationConstraint": region}
    owner = STRANGER if first.operation == "HeadBucket" and first.response.status == 403 else None
    call(clients, Interaction(service="s3", region=region), "CreateBucket", parameters, owner)


def call(clients: Clients, like: Interaction, operation: str, parameters: dict, owner: str | None = None) -> dict:
    """The answer, or the error that such a thing is there already. Raises MissingPrerequisite for any other."""
    caller = Caller(checksums=None if "ChecksumAlgorithm" in parameters else "when_required")
    step = Interaction(service=like.service, operation=operation, region=like.region, caller=caller)
    called = clients.call(step, parameters, owner)
    error = (called.answer or {}).get("Error") or {}
    if called.answer is None or error.get("Code") not in (None, "BucketAlreadyOwnedByYou"):
        why = called.failure or f"{error.get('Code')}: {error.get('Message')}"
        raise MissingPrerequisite(f"what the recording found in place can't be made: {operation} failed: {why}")
    return called.answer


#: Service to the function that makes what its recordings found in place.
MAKERS = {"s3": prepare_s3, "sqs": prepare_sqs, "dynamodb": prepare_dynamodb, "kms": prepare_kms,
          "route53": prepare_route53}
