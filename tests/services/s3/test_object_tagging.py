"""Tags of objects."""

import pytest


def tag_set(**tags) -> dict:
    return {"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]}


def test_tags_are_set_counted_and_removed(s3):
    where = {"Bucket": "bucket", "Key": "k"}
    s3.put_object(**where, Tagging="b=2&a=1")
    assert s3.get_object_tagging(**where)["TagSet"] == tag_set(b="2", a="1")["TagSet"]
    assert s3.head_object(**where)["TagCount"] == 2
    s3.put_object_tagging(**where, Tagging=tag_set(c=""))
    assert s3.get_object_tagging(**where)["TagSet"] == tag_set(c="")["TagSet"]
    s3.delete_object_tagging(**where)
    assert s3.get_object_tagging(**where)["TagSet"] == [] and "TagCount" not in s3.head_object(**where)


def test_tags_belong_to_a_version(versioned):
    first = versioned.put_object(Bucket="bucket", Key="k", Tagging="n=1")["VersionId"]
    versioned.put_object(Bucket="bucket", Key="k", Tagging="n=2")
    versioned.put_object_tagging(Bucket="bucket", Key="k", VersionId=first, Tagging=tag_set(n="one"))
    answer = versioned.get_object_tagging(Bucket="bucket", Key="k", VersionId=first)
    assert (answer["TagSet"], answer["VersionId"]) == (tag_set(n="one")["TagSet"], first)
    assert versioned.get_object_tagging(Bucket="bucket", Key="k")["TagSet"] == tag_set(n="2")["TagSet"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"TagSet": [{"Key": "k", "Value": "1"}] * 2}, "Cannot provide multiple Tags with the same key"),
        (tag_set(**{"aws:k": "v"}), "Your TagKey cannot be prefixed with aws:"),
        (tag_set(**{"a,b": "v"}), "The TagKey you have provided is invalid"),
        (tag_set(k="a,b"), "The TagValue you have provided is invalid"),
        (tag_set(**{str(number): "" for number in range(11)}), "Object tags cannot be greater than 10"),
    ],
)
def test_tags_that_are_refused(s3, error_of, given, message):
    s3.put_object(Bucket="bucket", Key="k")
    answer = error_of(s3.put_object_tagging, Bucket="bucket", Key="k", Tagging=given)
    assert answer["Error"]["Message"] == message
    assert s3.get_object_tagging(Bucket="bucket", Key="k")["TagSet"] == []


def test_a_tagging_header_that_repeats_a_name(s3, error_of):
    error = error_of(s3.put_object, Bucket="bucket", Key="k", Tagging="a=1&a=2")["Error"]
    assert (error["Code"], error["ArgumentName"]) == ("InvalidArgument", "x-amz-tagging")
