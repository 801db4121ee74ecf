"""The closed vocabulary of what two equal answers may differ in, and the tables that say where each applies.

The model's types come first (a timestamp shape), then AWS's own member names; a value that the caller chose is never
normalized. A name in a row says which of these were needed.
"""

import re
from datetime import datetime
from typing import Any

NORMALIZERS = ("timestamp", "id", "arn", "request-id", "token", "unordered-list", "bound-value")

#: Members that are strings or numbers on the wire and hold a time: epoch seconds or milliseconds, or ISO 8601.
TIMESTAMPS = re.compile(r"(?i).*(timestamp|datetime|[a-z]time|date|expiration|expires|last-?modified|createdat)$")
MOMENT = re.compile(r"\d{9,13}(\.\d+)?|\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?.*)?|\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT")

REQUEST_IDS = frozenset(("RequestId", "HostId", "requestId", "HostID", "RequestID", "x-amz-request-id", "x-amz-id-2",
                         "x-amzn-requestid", "x-amz-cf-id", "x-amzn-trace-id", "request-id", "host-id"))

TOKENS = re.compile(r"(?i).*(token|marker|handle|cursor|signature|secretaccesskey|policyversion)$")
ARN = re.compile(r"arn:(?P<partition>[\w-]+):(?P<service>[\w-]*):(?P<region>[\w-]*):(?P<account>\d*):(?P<resource>.+)",
                 re.DOTALL)

#: Members that AWS makes and that a later run can't repeat; what is not here has to be exact.
SERVER_MADE_IDS = re.compile(
    r"(VersionId|UploadId|MessageId|EventId|eventID|SequenceNumber|AccessKeyId|UserId|RoleId|AssumedRoleId|PolicyId"
    r"|GroupId|SenderId|KeyId|KeyMaterialId|OwnerId|DeleteMarkerVersionId|CopySourceVersionId|VersionIdMarker"
    r"|NextVersionIdMarker"
    r"|UploadIdMarker|NextUploadIdMarker|ARN|Arn|arn|SubscriptionArn|TaskHandle|RevisionId|StreamLabel|Owner\.ID"
    r"|Initiator\.ID|Owner\.DisplayName|Initiator\.DisplayName|LastModifiedUser|HostedZone\.Id|ChangeInfo\.Id"
    r"|TableId|BackupArn|SigningCertURL|UnsubscribeURL|SigningCertUrl|UnsubscribeUrl|SSEKMSKeyId|KMSMasterKeyID)$")
SERVER_MADE_TOKENS = re.compile(
    r"(NextToken|nextToken|ContinuationToken|NextContinuationToken|ReceiptHandle|SessionToken|SecretAccessKey|Token"
    r"|PaginationToken|NextUploadIdMarker|ShardIterator|Signature|CiphertextBlob|Plaintext"
    # What an answer to a wrong signature repeats of it.
    r"|AWSAccessKeyId|CanonicalRequest|CanonicalRequestBytes|StringToSign|StringToSignBytes|SignatureProvided)$")


STREAM_SHARD = re.compile(r"shardId-\d{20}-[0-9a-f]{8}")

#: Lists of answers whose order AWS does not promise, by member name.
UNORDERED = frozenset(("Successful", "Failed", "Deleted", "Errors", "TagSet"))

#: The items of BatchGetItem by table: "the items are returned in no particular order".
#: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
BATCH_ITEMS = re.compile(r"Responses\.(?!\d+(?:\.|$))(?:(?!\.\d+\.)[\w.-])+")

#: Members and values that make the ETag beside them opaque: it is no digest of the content then.
#: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
ETAGS = ("ETag", "CopyObjectResult.ETag", "CopyPartResult.ETag")
OPAQUE_ETAGS = {"SSECustomerAlgorithm": ("AES256",), "ServerSideEncryption": ("aws:kms", "aws:kms:dsse")}


def is_unordered(path: str) -> bool:
    """Whether AWS promises no order for the list at a dotted path."""
    return path.rpartition(".")[2] in UNORDERED or bool(BATCH_ITEMS.fullmatch(path))


def is_moment(value: Any) -> bool:
    """Whether a value can be a point in time."""
    if isinstance(value, datetime):
        return True
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value > 10**8
    return isinstance(value, str) and bool(MOMENT.fullmatch(value))


def is_timestamp(name: str, shape_type: str | None, expected: Any, live: Any) -> bool:
    """Two times at a place that holds one."""
    typed = shape_type == "timestamp" or bool(TIMESTAMPS.fullmatch(name))
    return typed and is_moment(expected) and is_moment(live)


def kind_of_made(path: str) -> str | None:
    """``id``, ``token`` or ``request-id`` when the member at a dotted path is made by AWS, else None."""
    name = path.rpartition(".")[2]
    if name in REQUEST_IDS:
        return "request-id"
    if SERVER_MADE_TOKENS.search(path):
        return "token"
    return "id" if SERVER_MADE_IDS.search(path) else None


def same_arn(expected: str, live: str) -> bool:
    """Two ARNs of the same kind: partition, service, region and the type of the resource are the same."""
    ours, theirs = ARN.fullmatch(expected), ARN.fullmatch(live)
    if not ours or not theirs:
        return False
    kinds = [re.split(r"[:/]", each["resource"])[0] if re.search(r"[:/]", each["resource"]) else ""
             for each in (ours, theirs)]
    return ours.group("partition", "service", "region") == theirs.group("partition", "service", "region") \
        and kinds[0] == kinds[1]


def same_shard(expected: str, live: str) -> bool:
    """Two shards of DynamoDB streams, whose ids hold a time and a random part; those of Kinesis only count."""
    return bool(STREAM_SHARD.fullmatch(expected) and STREAM_SHARD.fullmatch(live))


def kind_of_mask(mask: str, type_name: str | None) -> str:
    """The normalizer that a template's mask or placeholder stands for."""
    word = re.sub(r":\d+$|_\d+$", "", mask.strip("<>"))
    if type_name == "timestamp" or TIMESTAMPS.fullmatch(word):
        return "timestamp"
    if word in REQUEST_IDS:
        return "request-id"
    if word.endswith("arn"):
        return "arn"
    return "token" if TOKENS.fullmatch(word) else "id"
