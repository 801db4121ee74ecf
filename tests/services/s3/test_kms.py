"""SSE-KMS against the KMS beside S3: keys of all kinds, their states, and what a write, copy and upload keep."""

import pytest

KMS = {"ServerSideEncryption": "aws:kms"}
PLACE = {"Bucket": "bucket", "Key": "k"}


@pytest.fixture
def kms(client):
    return client("kms")


@pytest.fixture
def key(kms) -> str:
    return kms.create_key()["KeyMetadata"]["Arn"]


def read(s3, **place) -> bytes:
    return s3.get_object(**(place or PLACE))["Body"].read()


def test_the_default_key_is_aws_s3(s3, kms):
    put = s3.put_object(**PLACE, Body=b"secret", **KMS)
    managed = kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]
    assert (put["SSEKMSKeyId"], managed["KeyManager"]) == (managed["Arn"], "AWS")
    assert put["ETag"].strip('"') != "5ebe2294ecd0e0f08eab7690d2a6ee69"  # the MD5 of the content
    assert read(s3) == b"secret"


@pytest.mark.parametrize("name", ["arn", "id", "alias", "alias arn"])
def test_a_key_may_be_named_in_four_ways(s3, kms, key, name):
    alias = kms.create_alias(AliasName="alias/mine", TargetKeyId=key) and "alias/mine"
    names = {"arn": key, "id": key.rpartition("/")[2], "alias": alias,
             "alias arn": f"arn:aws:kms:us-east-1:000000000000:{alias}"}  # fmt: skip
    assert s3.put_object(**PLACE, Body=b"x", **KMS, SSEKMSKeyId=names[name])["SSEKMSKeyId"] == key
    assert s3.head_object(**PLACE)["SSEKMSKeyId"] == key and read(s3) == b"x"


def test_a_bucket_has_a_default_key_and_a_bucket_key(s3, key):
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key},
            "BucketKeyEnabled": True}  # fmt: skip
    s3.put_bucket_encryption(Bucket="bucket", ServerSideEncryptionConfiguration={"Rules": [rule]})
    put = s3.put_object(**PLACE, Body=b"x")
    assert (put["ServerSideEncryption"], put["SSEKMSKeyId"], put["BucketKeyEnabled"]) == ("aws:kms", key, True)
    own = s3.put_object(Bucket="bucket", Key="own", Body=b"x", ServerSideEncryption="AES256")
    assert own["ServerSideEncryption"] == "AES256" and "SSEKMSKeyId" not in own
    assert read(s3) == read(s3, Bucket="bucket", Key="own") == b"x"


@pytest.mark.parametrize(("given", "message"), [
    ("fake-key-id", "Invalid keyId 'fake-key-id'"),
    ("134f2428-cec1-4b25-a1ae-9048164dba47",
     "Key 'arn:aws:kms:us-east-1:000000000000:key/134f2428-cec1-4b25-a1ae-9048164dba47' does not exist"),
    ("arn:aws:kms:us-west-2:000000000000:key/134f2428-cec1-4b25-a1ae-9048164dba47", "Invalid arn us-west-2"),
])  # fmt: skip
def test_a_key_that_is_not_there_is_refused_by_every_write(s3, error_of, given, message):
    s3.put_object(Bucket="bucket", Key="source")
    for call, more in (
        (s3.put_object, {}), (s3.create_multipart_upload, {}), (s3.copy_object, {"CopySource": "bucket/source"})
    ):  # fmt: skip
        answer = error_of(call, **PLACE, **KMS, SSEKMSKeyId=given, **more)
        assert answer["Error"] == {"Code": "KMS.NotFoundException", "Message": message}
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert s3.list_objects_v2(Bucket="bucket")["KeyCount"] == 1


@pytest.mark.parametrize(("state", "code", "message"), [
    ("disabled", "KMS.DisabledException", "{key} is disabled."),
    ("pending", "KMS.KMSInvalidStateException", "{key} is pending deletion."),
])  # fmt: skip
def test_a_key_that_may_not_be_used_is_refused(s3, kms, key, error_of, state, code, message):
    s3.put_object(**PLACE, Body=b"x", **KMS, SSEKMSKeyId=key)
    if state == "disabled":
        kms.disable_key(KeyId=key)
    else:
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    expected = {"Code": code, "Message": message.format(key=key)}
    assert error_of(s3.get_object, **PLACE)["Error"] == expected
    assert error_of(s3.put_object, **PLACE, Body=b"y", **KMS, SSEKMSKeyId=key)["Error"] == expected
    assert error_of(s3.copy_object, Bucket="bucket", Key="copy", CopySource="bucket/k")["Error"] == expected
    assert s3.head_object(**PLACE)["SSEKMSKeyId"] == key
    if state == "pending":
        kms.cancel_key_deletion(KeyId=key)
    kms.enable_key(KeyId=key)
    assert read(s3) == b"x"


def test_a_deleted_key_takes_its_objects_along(s3, kms, key, error_of, emulator):
    s3.put_object(**PLACE, Body=b"x", **KMS, SSEKMSKeyId=key)
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    emulator.advance(8 * 86400)
    answer = error_of(s3.get_object, **PLACE)
    assert answer["Error"]["Code"] == "KMS.NotFoundException" and "does not exist" in answer["Error"]["Message"]


def test_a_copy_changes_the_key(s3, kms, key):
    s3.put_object(**PLACE, Body=b"x", **KMS)
    s3.copy_object(Bucket="bucket", Key="copy", CopySource="bucket/k", **KMS, SSEKMSKeyId=key)
    s3.copy_object(Bucket="bucket", Key="plain", CopySource="bucket/copy", ServerSideEncryption="AES256")
    kms.disable_key(KeyId=key)
    assert s3.head_object(Bucket="bucket", Key="copy")["SSEKMSKeyId"] == key
    assert read(s3) == read(s3, Bucket="bucket", Key="plain") == b"x"


def test_an_upload_keeps_the_key_it_began_with(s3, kms, key, error_of):
    upload = s3.create_multipart_upload(**PLACE, **KMS, SSEKMSKeyId=key, BucketKeyEnabled=True)
    assert (upload["SSEKMSKeyId"], upload["BucketKeyEnabled"]) == (key, True)
    part = {**PLACE, "UploadId": upload["UploadId"], "PartNumber": 1}
    sent = s3.upload_part(**part, Body=b"part")
    assert sent["SSEKMSKeyId"] == key
    kms.disable_key(KeyId=key)
    assert error_of(s3.upload_part, **part, Body=b"part")["Error"]["Code"] == "KMS.DisabledException"
    kms.enable_key(KeyId=key)
    done = s3.complete_multipart_upload(
        **PLACE, UploadId=upload["UploadId"], MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": sent["ETag"]}]}
    )
    assert (done["SSEKMSKeyId"], done["BucketKeyEnabled"], read(s3)) == (key, True, b"part")
