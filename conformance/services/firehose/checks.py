"""What proves that a call to Firehose did its work: streams, destinations and tags as they are told afterwards."""

import time

from conformance.services.firehose.fixtures import active, declared

SECRETS = ("AccessKey", "Password", "HECToken")
RENAMED = {"S3Configuration": "S3DestinationDescription", "S3BackupConfiguration": "S3BackupDescription",
           "S3BackupUpdate": "S3BackupDescription"}


def told(value):
    """A configuration as it is described: under other names, without its secrets."""
    if not isinstance(value, dict):
        return value
    return {RENAMED.get(name, name): told(each) for name, each in value.items() if name not in SECRETS}


@declared.check("CreateDeliveryStream")
def stream_stands(proof, world, given, answer):
    name = given["DeliveryStreamName"]
    found = active(world, name)
    proof.equal("DeliveryStreamARN", found["DeliveryStreamARN"], answer["DeliveryStreamARN"])
    proof.holds("DescribeDeliveryStream", {
        "DeliveryStreamName": name, "VersionId": "1", "HasMoreDestinations": False,
        "DeliveryStreamType": given.get("DeliveryStreamType", "DirectPut")}, found)
    kind = next(each for each in given if each.endswith("DestinationConfiguration"))
    wanted = told(given[kind])
    wanted.pop("HECToken", None)
    proof.holds("Destinations", wanted, found["Destinations"][0].get(kind.replace("Configuration", "Description"), {}))
    if "DeliveryStreamEncryptionConfigurationInput" in given:
        proof.holds("encryption", given["DeliveryStreamEncryptionConfigurationInput"] | {"Status": "ENABLED"},
                    found["DeliveryStreamEncryptionConfiguration"])
    tags = proof.read("ListTagsForDeliveryStream", {"DeliveryStreamName": name}).get("Tags", [])
    proof.equal("Tags", {each["Key"]: each.get("Value", "") for each in given.get("Tags", [])},
                {each["Key"]: each.get("Value", "") for each in tags})


declared.undo["CreateDeliveryStream"] = lambda world, given, answer: world.ask(
    "DeleteDeliveryStream", {"DeliveryStreamName": given["DeliveryStreamName"]})


@declared.check("DescribeDeliveryStream")
def stream_told(proof, world, given, answer):
    made = world.fixture("stream")
    found = answer["DeliveryStreamDescription"]
    proof.holds("answer", {"DeliveryStreamARN": made["DeliveryStreamARN"], "DeliveryStreamStatus": "ACTIVE",
                           "DeliveryStreamType": "DirectPut", "VersionId": "1"}, found)
    proof.holds("defaults", {"BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 300},
                             "CompressionFormat": "UNCOMPRESSED", "S3BackupMode": "Disabled"},
                found["Destinations"][0]["ExtendedS3DestinationDescription"])
    proof.present("DeliveryStreamDescription.CreateTimestamp")


@declared.check("DeleteDeliveryStream")
def stream_gone(proof, world, given, answer):
    found = world.caller().call("DescribeDeliveryStream", {"DeliveryStreamName": given["DeliveryStreamName"]})
    state = "gone" if found.code == "ResourceNotFoundException" else \
        (found.parsed or {}).get("DeliveryStreamDescription", {}).get("DeliveryStreamStatus")
    proof.true("DeliveryStreamStatus", state in ("gone", "DELETING"), "DELETING or gone", state)


@declared.check("ListDeliveryStreams")
def streams_listed(proof, world, given, answer):
    proof.equal("DeliveryStreamNames", [world.fixture("stream")["DeliveryStreamName"]], answer["DeliveryStreamNames"])
    proof.equal("HasMoreDeliveryStreams", False, answer["HasMoreDeliveryStreams"])


@declared.check("UpdateDestination")
def destination_changed(proof, world, given, answer):
    found = active(world, given["DeliveryStreamName"])
    proof.equal("VersionId", "2", found["VersionId"])
    proof.holds("Destinations", told(given.get("ExtendedS3DestinationUpdate") or given["S3DestinationUpdate"]),
                found["Destinations"][0]["ExtendedS3DestinationDescription"])
    proof.true("LastUpdateTimestamp", "LastUpdateTimestamp" in found, "told", found)


@declared.check("StartDeliveryStreamEncryption", "StopDeliveryStreamEncryption")
def encryption_switched(proof, world, given, answer):
    found = active(world, given["DeliveryStreamName"])["DeliveryStreamEncryptionConfiguration"]
    started = given["DeliveryStreamName"] == world.fixture("stream")["DeliveryStreamName"]
    proof.equal("Status", "ENABLED" if started else "DISABLED", found["Status"])
    if started:
        proof.equal("KeyType", "AWS_OWNED_CMK", found.get("KeyType"))


@declared.check("TagDeliveryStream", "UntagDeliveryStream", "ListTagsForDeliveryStream")
def tags_stand(proof, world, given, answer):
    found = proof.read("ListTagsForDeliveryStream", {"DeliveryStreamName": given["DeliveryStreamName"]})
    wanted = {"k": "v", "other": world.tag}
    wanted |= {each["Key"]: each.get("Value", "") for each in given.get("Tags", [])}
    for key in given.get("TagKeys", []):
        wanted.pop(key, None)
    proof.equal("Tags", wanted, {each["Key"]: each.get("Value", "") for each in found.get("Tags", [])})
    if "Tags" in answer:
        proof.equal("answer", sorted(wanted)[:given.get("Limit", 50)], [each["Key"] for each in answer["Tags"]])
        proof.equal("HasMoreTags", given.get("Limit") == 1, answer["HasMoreTags"])


def arrived(proof, world, size):
    """Whether so many bytes come into the bucket soon."""
    bucket, found = world.fixture("flowing")["Bucket"], None
    for _ in range(100):
        listed = proof.read("ListObjectsV2", {"Bucket": bucket}, "s3").get("Contents", [])
        found = sum(each["Size"] for each in listed) if listed else None
        if found == size:
            break
        time.sleep(0.02)
    proof.equal("bytes in the bucket", size, found)


@declared.check("PutRecord")
def record_taken(proof, world, given, answer):
    proof.true("RecordId", len(answer["RecordId"]) > 100, "an id", answer["RecordId"])
    proof.equal("Encrypted", False, answer["Encrypted"])
    arrived(proof, world, len(given["Record"]["Data"]))


@declared.check("PutRecordBatch")
def records_taken(proof, world, given, answer):
    proof.equal("FailedPutCount", 0, answer["FailedPutCount"])
    proof.equal("Encrypted", False, answer.get("Encrypted"))
    arrived(proof, world, sum(len(each["Data"]) for each in given["Records"]))
    ids = [each.get("RecordId") for each in answer["RequestResponses"]]
    proof.equal("RequestResponses", len(given["Records"]), len(set(ids) - {None}))
