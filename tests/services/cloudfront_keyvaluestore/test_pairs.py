"""Key value stores: pairs under a version that every change must know, filled from S3 at the start."""

import json

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def store(client):
    """(client of the pairs, ARN, version) of an empty store."""
    made = client("cloudfront").create_key_value_store(Name="s", Comment="c")["KeyValueStore"]
    pairs = client_of_pairs(client)
    return pairs, made["ARN"], pairs.describe_key_value_store(KvsARN=made["ARN"])["ETag"]


def client_of_pairs(client):
    """Its SDK puts the account in front of the host, which names no machine here."""
    made = client("cloudfront-keyvaluestore")

    def plain(request, **_):
        request.url = request.url.replace("//000000000000.", "//")

    made.meta.events.register("before-sign.cloudfront-keyvaluestore", plain)
    return made


def code(call, **given):
    with pytest.raises(ClientError) as caught:
        call(**given)
    return caught.value.response["Error"]["Code"]


def test_pairs_are_set_read_listed_and_removed(store):
    pairs, arn, version = store
    made = pairs.put_key(KvsARN=arn, Key="a", Value="1", IfMatch=version)
    assert (made["ItemCount"], made["TotalSizeInBytes"]) == (1, 2)
    assert pairs.get_key(KvsARN=arn, Key="a")["Value"] == "1"
    assert code(pairs.put_key, KvsARN=arn, Key="b", Value="2", IfMatch=version) == "ConflictException"
    changed = pairs.update_keys(KvsARN=arn, IfMatch=made["ETag"], Puts=[{"Key": "b", "Value": "2"}, {
        "Key": "c", "Value": "3"}], Deletes=[{"Key": "a"}])  # fmt: skip
    found = [each for page in pairs.get_paginator("list_keys").paginate(
        KvsARN=arn, PaginationConfig={"PageSize": 1}) for each in page["Items"]]  # fmt: skip
    assert found == [{"Key": "b", "Value": "2"}, {"Key": "c", "Value": "3"}]
    pairs.delete_key(KvsARN=arn, Key="b", IfMatch=changed["ETag"])
    assert code(pairs.get_key, KvsARN=arn, Key="b") == "ResourceNotFoundException"
    assert pairs.describe_key_value_store(KvsARN=arn)["ItemCount"] == 1


def test_limits_hold(store):
    pairs, arn, version = store
    assert code(pairs.put_key, KvsARN=arn, Key="k", Value="v" * 1024, IfMatch=version) == "ValidationException"
    many = [{"Key": str(each), "Value": ""} for each in range(51)]
    assert code(pairs.update_keys, KvsARN=arn, IfMatch=version, Puts=many) == "ValidationException"
    assert code(pairs.describe_key_value_store, KvsARN=arn[:-1] + "0x") == "ResourceNotFoundException"
    assert pairs.describe_key_value_store(KvsARN=arn)["ETag"] == version


def test_a_store_begins_with_a_file(client):
    s3, cloudfront = client("s3"), client("cloudfront")
    s3.create_bucket(Bucket="pairs")
    s3.put_object(Bucket="pairs", Key="p.json", Body=json.dumps({"data": [{"key": "k", "value": "v"}]}))
    source = {"SourceType": "S3", "SourceARN": "arn:aws:s3:::pairs/p.json"}
    made = cloudfront.create_key_value_store(Name="s", ImportSource=source)
    assert made["KeyValueStore"]["Status"] == "PROVISIONING"
    assert client_of_pairs(client).get_key(KvsARN=made["KeyValueStore"]["ARN"], Key="k")["Value"] == "v"
    read = cloudfront.describe_key_value_store(Name="s")
    assert read["KeyValueStore"]["Status"] == "READY"
    source["SourceARN"] += "x"
    assert code(cloudfront.create_key_value_store, Name="t", ImportSource=source) == "InvalidArgument"
    cloudfront.delete_key_value_store(Name="s", IfMatch=read["ETag"])
    assert code(cloudfront.describe_key_value_store, Name="s") == "EntityNotFound"
