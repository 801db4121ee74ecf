"""Settings of a bucket: one row each; what was put is got back, and is gone when it was deleted."""

import json
from typing import NamedTuple

from conformance.generator.hints import Ref, Samples
from conformance.services.declared import Error
from conformance.services.s3.fixtures import NO_BUCKET, absent, declared

ROLE = "arn:aws:iam::111122223333:role/r"
DESTINATION = "arn:aws:s3:::destination"


class Setting(NamedTuple):
    """``name`` as in PutBucket…; ``member`` carries the document; ``gone`` is the code of Get where nothing is set.

    ``numbered``: there are several, by Id. ``bucket``: the fixture it is put on. ``put`` and ``get``: other names of
    the operations; ``deletes`` is None where there is no operation to delete it.
    """

    name: str
    member: str
    samples: tuple
    gone: str | None = None
    deletes: str | None = ""
    numbered: bool = False
    bucket: str = "bucket"
    put: str = ""
    get: str = ""

    @property
    def operations(self) -> tuple[str, str, str | None]:
        put, get = self.put or f"PutBucket{self.name}", self.get or f"GetBucket{self.name}"
        delete = self.deletes if self.deletes is None else self.deletes or f"DeleteBucket{self.name}"
        return put, get, delete


def rule(**more):
    return {"ID": "one", "Status": "Enabled", "Filter": {"Prefix": "p/"}, **more}


def policy(action):
    """A policy for the objects of the world's bucket."""
    text = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Sid": "s", "Effect": "Deny", "Principal": {"AWS": "111122223333"}, "Action": action, "Resource": "NAME"}]})
    form = text.replace("{", "{{").replace("}", "}}").replace("NAME", "arn:aws:s3:::{}/*")
    return Ref("bucket", "Bucket", form, must=False)


@declared.fixture("notified")
def notified(world):
    """A queue that S3 may send to."""
    allowed = json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage",
        "Resource": "*"}]})
    url = world.ask("CreateQueue", {"QueueName": world.unique("notified"), "Attributes": {"Policy": allowed}},
                    "sqs")["QueueUrl"]
    world.later(lambda: world.ask("DeleteQueue", {"QueueUrl": url}, "sqs"))
    asked = {"QueueUrl": url, "AttributeNames": ["QueueArn"]}
    return {"QueueArn": world.ask("GetQueueAttributes", asked, "sqs")["Attributes"]["QueueArn"]}


INVENTORY = {"Destination": {"S3BucketDestination": {"Bucket": DESTINATION, "Format": "CSV"}}, "IsEnabled": True,
             "Id": "one", "IncludedObjectVersions": "All", "Schedule": {"Frequency": "Daily"}}
#: How every new bucket is encrypted.
AES256 = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
SETTINGS = (
    Setting("AccelerateConfiguration", "AccelerateConfiguration", ({"Status": "Enabled"}, {"Status": "Suspended"}),
            deletes=None),
    Setting("AnalyticsConfiguration", "AnalyticsConfiguration", (
        {"Id": "one", "StorageClassAnalysis": {}},
        {"Id": "one", "Filter": {"Prefix": "p"}, "StorageClassAnalysis": {"DataExport": {
            "OutputSchemaVersion": "V_1", "Destination": {"S3BucketDestination": {
                "Format": "CSV", "Bucket": DESTINATION, "Prefix": "x"}}}}}), "NoSuchConfiguration", numbered=True),
    Setting("Cors", "CORSConfiguration", (
        {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]},
        {"CORSRules": [{"ID": "a", "AllowedMethods": ["PUT", "POST", "DELETE", "HEAD"], "MaxAgeSeconds": 3000,
                        "AllowedOrigins": ["https://a.example", "https://*.b.example"], "AllowedHeaders": ["*"],
                        "ExposeHeaders": ["ETag"]}]}), "NoSuchCORSConfiguration"),
    Setting("Encryption", "ServerSideEncryptionConfiguration", (
        {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}]},
        AES256)),
    Setting("IntelligentTieringConfiguration", "IntelligentTieringConfiguration", (
        {"Id": "one", "Status": "Enabled", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]},
        {"Id": "one", "Status": "Disabled", "Filter": {"Prefix": "p"},
         "Tierings": [{"Days": 180, "AccessTier": "DEEP_ARCHIVE_ACCESS"}]}), "NoSuchConfiguration", numbered=True),
    Setting("InventoryConfiguration", "InventoryConfiguration", (
        INVENTORY, INVENTORY | {"Schedule": {"Frequency": "Weekly"}, "OptionalFields": ["Size", "ETag"],
                                "Filter": {"Prefix": "p"}, "IsEnabled": False}), "NoSuchConfiguration", numbered=True),
    Setting("LifecycleConfiguration", "LifecycleConfiguration", (
        {"Rules": [rule(Expiration={"Days": 3})]},
        {"Rules": [rule(NoncurrentVersionExpiration={"NoncurrentDays": 1, "NewerNoncurrentVersions": 2})]},
        {"Rules": [rule(Transitions=[{"Days": 30, "StorageClass": "STANDARD_IA"}, {"Days": 90, "StorageClass":
                                                                                   "GLACIER"}])]},
        {"Rules": [rule(AbortIncompleteMultipartUpload={"DaysAfterInitiation": 7}),
                   {"ID": "two", "Status": "Disabled", "Expiration": {"ExpiredObjectDeleteMarker": True},
                    "Filter": {"And": {"Prefix": "x", "ObjectSizeGreaterThan": 10}}}]},
        ), "NoSuchLifecycleConfiguration", "DeleteBucketLifecycle"),
    Setting("Logging", "BucketLoggingStatus", (
        {"LoggingEnabled": {"TargetBucket": Ref("bucket", "Bucket", must=False), "TargetPrefix": "log/"}}, {}),
        deletes=None),
    Setting("MetricsConfiguration", "MetricsConfiguration", (
        {"Id": "one"}, {"Id": "one", "Filter": {"Tag": {"Key": "k", "Value": "v"}}}), "NoSuchConfiguration",
        numbered=True),
    Setting("NotificationConfiguration", "NotificationConfiguration", (
        {"QueueConfigurations": [{"Id": "n", "QueueArn": Ref("notified", "QueueArn", must=False),
                                  "Events": ["s3:ObjectCreated:*"]}]}, {}, {"EventBridgeConfiguration": {}}),
            deletes=None),
    Setting("OwnershipControls", "OwnershipControls", tuple(
        {"Rules": [{"ObjectOwnership": each}]} for each in ("ObjectWriter", "BucketOwnerPreferred",
                                                            "BucketOwnerEnforced")), "OwnershipControlsNotFoundError"),
    Setting("Policy", "Policy", (policy("s3:GetObject"), policy("s3:PutObject")), "NoSuchBucketPolicy"),
    Setting("RequestPayment", "RequestPaymentConfiguration", ({"Payer": "Requester"}, {"Payer": "BucketOwner"}),
            deletes=None),
    Setting("Tagging", "Tagging", ({"TagSet": [{"Key": "a", "Value": "b"}]},
                                   {"TagSet": [{"Key": "a", "Value": ""}, {"Key": "b", "Value": "ü"}]}),
            "NoSuchTagSet"),
    Setting("Versioning", "VersioningConfiguration", ({"Status": "Enabled"}, {"Status": "Suspended"}), deletes=None),
    Setting("Website", "WebsiteConfiguration", (
        {"IndexDocument": {"Suffix": "index.html"}}, {"RedirectAllRequestsTo": {"HostName": "example.com"}},
        {"IndexDocument": {"Suffix": "i"}, "ErrorDocument": {"Key": "e"}, "RoutingRules": [
            {"Condition": {"KeyPrefixEquals": "a/"}, "Redirect": {"ReplaceKeyPrefixWith": "b/"}}]}),
            "NoSuchWebsiteConfiguration"),
    Setting("PublicAccessBlock", "PublicAccessBlockConfiguration", (
        {"BlockPublicAcls": False, "IgnorePublicAcls": True, "BlockPublicPolicy": False, "RestrictPublicBuckets": True},
        {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True},
        ), "NoSuchPublicAccessBlockConfiguration", "DeletePublicAccessBlock",
        put="PutPublicAccessBlock", get="GetPublicAccessBlock"),
    Setting("ObjectLock", "ObjectLockConfiguration", (
        {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}},
        {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Years": 1}}},
        {"ObjectLockEnabled": "Enabled"}), deletes=None, bucket="locked", put="PutObjectLockConfiguration",
        get="GetObjectLockConfiguration"),
    Setting("Abac", "AbacStatus", ({"Status": "Enabled"}, {"Status": "Disabled"}), deletes=None),
    Setting("Replication", "ReplicationConfiguration", (
        {"Role": ROLE, "Rules": [{"ID": "r", "Status": "Enabled", "Prefix": "", "Destination": {
            "Bucket": Ref("versioned", "Bucket", "arn:aws:s3:::{}", must=False)}}]},
        {"Role": ROLE, "Rules": [{"ID": "r", "Status": "Enabled", "Priority": 1, "Filter": {"Prefix": "p"},
                                  "DeleteMarkerReplication": {"Status": "Disabled"}, "Destination": {
            "Bucket": Ref("versioned", "Bucket", "arn:aws:s3:::{}", must=False), "StorageClass": "STANDARD"}}]}),
        "ReplicationConfigurationNotFoundError", bucket="versioned"),
)  # fmt: skip


def declare(setting: Setting) -> None:
    put, get, delete = setting.operations
    fixture = f"with {setting.name}"

    @declared.fixture(fixture, None, absent, NO_BUCKET)
    def configured(world):
        made = world.fixture(setting.bucket)
        value = world.settle(setting.samples[0])
        world.ask(put, {"Bucket": made["Bucket"], setting.member: value,
                        **({"Id": value["Id"]} if setting.numbered else {})})
        return {**made, "Id": "one", "Value": value}

    table = declared.hints.table
    table[f"{put}.{setting.member}"] = Samples(*setting.samples)
    for operation, name in ((put, setting.bucket), (get, fixture), (delete, fixture)):
        if operation is not None:
            table[f"{operation}.Bucket"] = Ref(name, "Bucket")
            table[f"{operation}.ExpectedBucketOwner"] = Ref(name, "Account", must=False)
    if setting.numbered:
        table.update({f"{operation}.Id": "one" for operation in (put, get, delete)})
        numbered(setting, fixture)

    @declared.check(put, get)
    def stands(proof, world, given, answer):
        value = given[setting.member] if setting.member in given else world.fixture(fixture)["Value"]
        where = {"Bucket": given["Bucket"], **({"Id": given["Id"]} if setting.numbered else {})}
        found = proof.read(get, where) if setting.member in given else answer
        compare(proof, setting, value, found)

    if delete is not None:
        @declared.check(delete)
        def gone(proof, world, given, answer):
            where = {"Bucket": given["Bucket"], **({"Id": given["Id"]} if setting.numbered else {})}
            if setting.gone:
                proof.refused(get, where, setting.gone)
            else:
                compare(proof, setting, AES256, proof.read(get, where))


def compare(proof, setting, value, found):
    if isinstance(value, str):
        proof.equal(setting.member, json.loads(value), json.loads(found.get(setting.member, "null")))
    elif setting.member in found:
        proof.holds(setting.member, value, found[setting.member])
    else:
        told = {name: each for name, each in found.items() if name != "ResponseMetadata"}
        if setting.name == "NotificationConfiguration":
            proof.equal("EventBridgeConfiguration", "EventBridgeConfiguration" in value,
                        "EventBridgeConfiguration" in told)
        proof.holds(setting.member, value, told)
        if not value:
            proof.equal(setting.member, value, told)


def numbered(setting: Setting, fixture: str) -> None:
    operation = f"ListBucket{setting.name}s"
    declared.hints.table[f"{operation}.Bucket"] = Ref(fixture, "Bucket")
    declared.errors[operation, "Bucket"] = Error(*NO_BUCKET)

    @declared.check(operation)
    def listed(proof, world, given, answer):
        proof.holds(f"{setting.name}List", [world.fixture(fixture)["Value"]], answer.get(f"{setting.member}List"))
        proof.equal("IsTruncated", False, answer.get("IsTruncated"))


for each in SETTINGS:
    declare(each)

declared.hints.table.update({
    "PutBucketAcl.Bucket": Ref("open", "Bucket"), "GetBucketAcl.Bucket": Ref("open", "Bucket"),
    "PutBucketAcl.ACL": Samples("private", "public-read", "public-read-write", "authenticated-read"),
    "GetBucketPolicyStatus.Bucket": Ref("with Policy", "Bucket"),
    "GetBucketLifecycle.Bucket": Ref("with LifecycleConfiguration", "Bucket"),
    "GetBucketNotification.Bucket": Ref("with NotificationConfiguration", "Bucket"),
})  # fmt: skip
for operation in ("PutBucketAcl", "GetBucketAcl"):
    declared.hints.table[f"{operation}.ExpectedBucketOwner"] = Ref("open", "Account", must=False)


@declared.check("GetBucketPolicyStatus")
def policy_status(proof, world, given, answer):
    proof.equal("PolicyStatus.IsPublic", False, answer.get("PolicyStatus", {}).get("IsPublic"))
