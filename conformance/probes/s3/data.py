"""Reading, copying, listing, encrypting, tagging, restoring."""

import base64
from hashlib import md5

from conformance.probes import probe
from conformance.probes.s3.objects import API, GUIDE, bucket

KEY = b"k" * 32
CUSTOMER = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": base64.b64encode(KEY).decode(),
            "SSECustomerKeyMD5": base64.b64encode(md5(KEY).digest()).decode()}


@probe("s3", "GetObject", "If-None-Match with the object's ETag answers 304", API + "API_GetObject.html")
def what_is_known_is_not_sent(trial):
    there = trial.fixture("object")
    answer = trial.call("GetObject", Bucket=bucket(trial), Key=there["Key"], IfNoneMatch=there["ETag"])
    assert answer.raw.status == 304, answer.raw.status


@probe("s3", "GetObject", "A part of an upload can be read by its number", API + "API_GetObject.html")
def parts_are_read_by_number(trial):
    place = {"Bucket": bucket(trial), "Key": "parts"}
    upload = {**place, "UploadId": trial.ask("CreateMultipartUpload", **place)["UploadId"]}
    bodies = {1: b"a" * 5 * 1024 * 1024, 2: b"last"}
    parts = [{"PartNumber": number, "ETag": trial.ask("UploadPart", **upload, PartNumber=number, Body=body)["ETag"]}
             for number, body in bodies.items()]
    tag = trial.ask("CompleteMultipartUpload", **upload, MultipartUpload={"Parts": parts})["ETag"]
    found = trial.ask("GetObject", **place, PartNumber=2)
    assert (found["Body"], found["PartsCount"]) == (b"last", 2), found.get("PartsCount")
    digests = b"".join(md5(body).digest() for body in bodies.values())
    assert tag == f'"{md5(digests).hexdigest()}-2"', tag


@probe("s3", "CompleteMultipartUpload", "A part with an ETag that it doesn't have is refused with InvalidPart",
       API + "API_CompleteMultipartUpload.html")
def parts_have_their_etags(trial):
    place = {"Bucket": bucket(trial), "Key": "uploading", "UploadId": trial.fixture("upload")["UploadId"]}
    wrong = {"Parts": [{"PartNumber": 1, "ETag": '"00000000000000000000000000000000"'}]}
    trial.refused("CompleteMultipartUpload", "InvalidPart", 400, **place, MultipartUpload=wrong)


@probe("s3", "UploadPart", "Part numbers go from 1 to 10,000", GUIDE + "qfacts.html")
def part_numbers_are_bounded(trial):
    place = {"Bucket": bucket(trial), "Key": "uploading", "UploadId": trial.fixture("upload")["UploadId"]}
    trial.refused("UploadPart", "InvalidArgument", 400, **place, PartNumber=10001, Body=b"x")


@probe("s3", "CopyObject", "A copy takes the metadata along, unless it is told to replace it",
       API + "API_CopyObject.html")
def copies_keep_metadata(trial):
    place = {"Bucket": bucket(trial), "Key": "source"}
    trial.ask("PutObject", **place, Body=b"x", Metadata={"kind": "old"}, ContentType="text/x")
    source = f"{place['Bucket']}/source"
    trial.ask("CopyObject", Bucket=place["Bucket"], Key="same", CopySource=source)
    trial.ask("CopyObject", Bucket=place["Bucket"], Key="other", CopySource=source, MetadataDirective="REPLACE",
              Metadata={"kind": "new"})
    told = {key: trial.ask("HeadObject", Bucket=place["Bucket"], Key=key) for key in ("same", "other")}
    assert (told["same"]["Metadata"], told["same"]["ContentType"]) == ({"kind": "old"}, "text/x"), told["same"]
    assert (told["other"]["Metadata"], told["other"]["ContentType"]) == ({"kind": "new"}, "binary/octet-stream"), told


@probe("s3", "CopyObject", "A copy whose source was to be unchanged is refused when it has another ETag",
       API + "API_CopyObject.html")
def copies_ask_for_an_etag(trial):
    there = trial.fixture("object")
    trial.refused("CopyObject", "PreconditionFailed", 412, Bucket=bucket(trial), Key="copy",
                  CopySource=there["CopySource"], CopySourceIfMatch='"00000000000000000000000000000000"')


@probe("s3", "GetObject", "What was written with a customer's key is read with that key alone",
       GUIDE + "ServerSideEncryptionCustomerKeys.html")
def customers_keys_are_needed(trial):
    place = {"Bucket": bucket(trial), "Key": "sealed"}
    trial.ask("PutObject", **place, Body=b"secret", **CUSTOMER)
    trial.refused("GetObject", "InvalidRequest", 400, **place)
    assert trial.ask("GetObject", **place, **CUSTOMER)["Body"] == b"secret"


@probe("s3", "PutObject", "SSE-KMS without a key takes the key that AWS manages, and hides the MD5",
       GUIDE + "UsingKMSEncryption.html")
def the_managed_key_is_taken(trial):
    place = {"Bucket": bucket(trial), "Key": "sealed"}
    answer = trial.ask("PutObject", **place, Body=b"secret", ServerSideEncryption="aws:kms")
    assert ":key/" in answer.get("SSEKMSKeyId", ""), answer
    assert answer["ETag"] != f'"{md5(b"secret").hexdigest()}"', answer["ETag"]
    assert trial.ask("GetObject", **place)["Body"] == b"secret"


@probe("s3", "ListObjectsV2", "Keys that share a prefix up to the delimiter are rolled up into one",
       GUIDE + "using-prefixes.html")
def common_prefixes_are_rolled_up(trial):
    name = bucket(trial)
    for key in ("a", "dir/b", "dir/c", "dir/deep/d", "e"):
        trial.ask("PutObject", Bucket=name, Key=key)
    found = trial.ask("ListObjectsV2", Bucket=name, Delimiter="/")
    assert [each["Key"] for each in found["Contents"]] == ["a", "e"], found
    assert [each["Prefix"] for each in found["CommonPrefixes"]] == ["dir/"], found
    assert found["KeyCount"] == 3, found["KeyCount"]


@probe("s3", "ListObjectsV2", "Keys are listed in the order of their UTF-8 bytes", API + "API_ListObjectsV2.html")
def keys_are_listed_in_binary_order(trial):
    name, keys = bucket(trial), ["B", "a", "a-", "a/", "é", "日本", "\U0001f600"]
    for key in reversed(keys):
        trial.ask("PutObject", Bucket=name, Key=key)
    found = [each["Key"] for each in trial.ask("ListObjectsV2", Bucket=name)["Contents"]]
    assert found == keys, found


@probe("s3", "PutObjectTagging", "An object has ten tags at most", GUIDE + "object-tagging.html")
def ten_tags_at_most(trial):
    tags = [{"Key": f"k{number}", "Value": ""} for number in range(11)]
    trial.refused("PutObjectTagging", "BadRequest", 400, Bucket=bucket(trial), Key=trial.fixture("object")["Key"],
                  Tagging={"TagSet": tags})


@probe("s3", "GetObject", "An archived object can't be read before it is restored", GUIDE + "archived-objects.html")
def archives_are_restored_first(trial):
    place = {"Bucket": bucket(trial), "Key": "cold"}
    trial.ask("PutObject", **place, Body=b"cold", StorageClass="DEEP_ARCHIVE")
    trial.refused("GetObject", "InvalidObjectState", 403, **place)
    answer = trial.call("RestoreObject", **place, RestoreRequest={"Days": 1, "GlacierJobParameters": {"Tier": "Bulk"}})
    assert answer.raw.status == 202, answer.raw.status
    assert trial.ask("HeadObject", **place)["Restore"] == 'ongoing-request="true"'
    trial.refused("RestoreObject", "RestoreAlreadyInProgress", 409, **place, RestoreRequest={"Days": 1})


@probe("s3", "DeleteObject", "Deleting what is not there succeeds", API + "API_DeleteObject.html")
def deleting_nothing_succeeds(trial):
    answer = trial.call("DeleteObject", Bucket=bucket(trial), Key="never-was")
    assert answer.raw.status == 204, answer.raw.status


@probe("s3", "DeleteObjects", "More than 1,000 keys in one batch are refused", API + "API_DeleteObjects.html")
def batches_are_bounded(trial):
    keys = [{"Key": f"k{number}"} for number in range(1001)]
    trial.refused("DeleteObjects", "MalformedXML", 400, Bucket=bucket(trial), Delete={"Objects": keys})


@probe("s3", "PutObject", "A key of more than 1,024 bytes is refused", GUIDE + "object-keys.html")
def keys_are_bounded(trial):
    trial.refused("PutObject", "KeyTooLongError", 400, Bucket=bucket(trial), Key="ü" * 513)


@probe("s3", "PutObject", "User-defined metadata is at most 2 KB", GUIDE + "UsingMetadata.html")
def metadata_is_bounded(trial):
    trial.refused("PutObject", "MetadataTooLarge", 400, Bucket=bucket(trial), Key="k", Metadata={"k": "x" * 2048})


@probe("s3", "CreateBucket", "A bucket's name has no capitals", GUIDE + "bucketnamingrules.html")
def names_have_no_capitals(trial):
    trial.refused("CreateBucket", "InvalidBucketName", 400, Bucket="Capitals-in-a-name")
