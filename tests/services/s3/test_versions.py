"""Versioning: ids, delete markers, the null version, what becomes current again."""


def body(s3, **params) -> bytes:
    return s3.get_object(Bucket="bucket", **params)["Body"].read()


def test_every_write_makes_a_version(versioned):
    first = versioned.put_object(Bucket="bucket", Key="k", Body=b"1")["VersionId"]
    second = versioned.put_object(Bucket="bucket", Key="k", Body=b"2")["VersionId"]
    assert first != second and len(first) == 32
    assert body(versioned, Key="k") == b"2" and body(versioned, Key="k", VersionId=first) == b"1"
    assert versioned.head_object(Bucket="bucket", Key="k")["VersionId"] == second


def test_a_delete_marker_hides_and_its_deletion_reveals(versioned, error_of):
    versioned.put_object(Bucket="bucket", Key="k", Body=b"1")
    marker = versioned.delete_object(Bucket="bucket", Key="k")
    assert marker["DeleteMarker"] is True
    answer = error_of(versioned.get_object, Bucket="bucket", Key="k")
    assert answer["Error"]["Code"] == "NoSuchKey"
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-amz-delete-marker"] == "true"
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-amz-version-id"] == marker["VersionId"]
    answer = error_of(versioned.get_object, Bucket="bucket", Key="k", VersionId=marker["VersionId"])
    assert (answer["Error"]["Code"], answer["Error"]["ResourceType"]) == ("MethodNotAllowed", "DeleteMarker")
    assert "Contents" not in versioned.list_objects_v2(Bucket="bucket")
    gone = versioned.delete_object(Bucket="bucket", Key="k", VersionId=marker["VersionId"])
    assert gone["DeleteMarker"] is True and gone["VersionId"] == marker["VersionId"]
    assert body(versioned, Key="k") == b"1"


def test_deleting_the_newest_version_makes_the_one_before_current(versioned, error_of):
    ids = [versioned.put_object(Bucket="bucket", Key="k", Body=str(n).encode())["VersionId"] for n in range(3)]
    versioned.delete_object(Bucket="bucket", Key="k", VersionId=ids[2])
    assert body(versioned, Key="k") == b"1"
    versioned.delete_object(Bucket="bucket", Key="k", VersionId=ids[0])
    assert body(versioned, Key="k") == b"1"
    versioned.delete_object(Bucket="bucket", Key="k", VersionId=ids[1])
    assert error_of(versioned.get_object, Bucket="bucket", Key="k")["Error"]["Code"] == "NoSuchKey"
    versioned.delete_bucket(Bucket="bucket")


def test_version_ids_that_never_were(versioned, error_of):
    made = versioned.put_object(Bucket="bucket", Key="k")["VersionId"]
    versioned.delete_object(Bucket="bucket", Key="k", VersionId=made)
    assert error_of(versioned.get_object, Bucket="bucket", Key="k", VersionId=made)["Error"]["Code"] == "NoSuchVersion"
    forged = made[:-4] + "ABCD"
    for call in (versioned.get_object, versioned.delete_object):
        error = error_of(call, Bucket="bucket", Key="k", VersionId=forged)["Error"]
        assert (error["Code"], error["ArgumentName"]) == ("InvalidArgument", "versionId")
    answer = versioned.delete_objects(Bucket="bucket", Delete={"Objects": [{"Key": "k", "VersionId": forged}]})
    assert answer["Errors"][0]["Code"] == "NoSuchVersion"


def test_a_suspended_bucket_overwrites_only_the_null_version(versioned):
    kept = versioned.put_object(Bucket="bucket", Key="k", Body=b"kept")["VersionId"]
    versioned.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Suspended"})
    for content in (b"1", b"2"):
        assert "VersionId" not in versioned.put_object(Bucket="bucket", Key="k", Body=content)
    assert versioned.head_object(Bucket="bucket", Key="k")["VersionId"] == "null"
    listed = versioned.list_object_versions(Bucket="bucket")["Versions"]
    assert [each["VersionId"] for each in listed] == ["null", kept]
    assert body(versioned, Key="k", VersionId="null") == b"2"
    assert versioned.delete_object(Bucket="bucket", Key="k")["VersionId"] == "null"
    listed = versioned.list_object_versions(Bucket="bucket")
    assert [each["VersionId"] for each in listed["DeleteMarkers"]] == ["null"]
    assert [each["VersionId"] for each in listed["Versions"]] == [kept]


def test_objects_from_before_versioning_have_the_null_version(s3):
    s3.put_object(Bucket="bucket", Key="k", Body=b"old")
    s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    new = s3.put_object(Bucket="bucket", Key="k", Body=b"new")["VersionId"]
    assert body(s3, Key="k", VersionId="null") == b"old"
    listed = s3.list_object_versions(Bucket="bucket")["Versions"]
    assert [(each["VersionId"], each["IsLatest"]) for each in listed] == [(new, True), ("null", False)]


def test_pages_of_versions_join_up(versioned):
    expected = []
    for key in ("a", "b", "b/c"):
        ids = [versioned.put_object(Bucket="bucket", Key=key)["VersionId"] for _ in range(3)]
        expected += [(key, each) for each in reversed(ids)]
    for size in (1, 2, 4, 9):
        paginator = versioned.get_paginator("list_object_versions")
        pages = paginator.paginate(Bucket="bucket", PaginationConfig={"PageSize": size})
        found = [(each["Key"], each["VersionId"]) for page in pages for each in page["Versions"]]
        assert found == expected
    page = versioned.list_object_versions(Bucket="bucket", Delimiter="/", Prefix="b")
    assert [each["Key"] for each in page["Versions"]] == ["b"] * 3
    assert page["CommonPrefixes"] == [{"Prefix": "b/"}]
