"""Streams encrypted with a customer's key, and what happens when the key can't be used."""


def test_a_stream_is_as_usable_as_its_key(client, kinesis, make_stream, iterate, refused):
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]
    make_stream()
    kinesis.start_stream_encryption(StreamName="clicks", EncryptionType="KMS", KeyId=key["Arn"])
    given = {"StreamName": "clicks", "Data": b"x", "PartitionKey": "k"}
    assert kinesis.put_record(**given)["EncryptionType"] == "KMS"
    iterator = iterate("clicks")
    kms.disable_key(KeyId=key["KeyId"])
    assert refused(kinesis.put_record, **given)[0] == "KMSDisabledException"
    assert refused(kinesis.get_records, ShardIterator=iterator)[0] == "KMSDisabledException"
    kms.schedule_key_deletion(KeyId=key["KeyId"])
    assert refused(kinesis.put_record, **given)[0] == "KMSInvalidStateException"


def test_a_key_must_be_there(kinesis, make_stream, refused):
    make_stream()
    absent = "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    given = {"StreamName": "clicks", "EncryptionType": "KMS", "KeyId": absent}
    assert refused(kinesis.start_stream_encryption, **given)[0] == "KMSNotFoundException"
