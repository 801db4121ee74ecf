"""ListObjects, ListObjectsV2, ListMultipartUploads: order, prefixes, delimiters, pages, encoding."""

import pytest

KEYS = ["a", "b/1", "b/2", "b/sub/3", "c d", "date=1/x", "é", "~t"]


@pytest.fixture
def listed(s3):
    for key in KEYS:
        s3.put_object(Bucket="bucket", Key=key, Body=b"x")
    return s3


def keys(page) -> list[str]:
    return [each["Key"] for each in page.get("Contents", ())]


def prefixes(page) -> list[str]:
    return [each["Prefix"] for each in page.get("CommonPrefixes", ())]


def test_keys_come_in_the_order_of_their_bytes(listed):
    assert keys(listed.list_objects_v2(Bucket="bucket")) == sorted(KEYS, key=str.encode)
    assert keys(listed.list_objects(Bucket="bucket")) == sorted(KEYS, key=str.encode)


def test_an_entry_tells_what_a_head_tells(listed):
    entry = listed.list_objects_v2(Bucket="bucket", Prefix="a", FetchOwner=True)["Contents"][0]
    head = listed.head_object(Bucket="bucket", Key="a")
    assert entry["ETag"] == head["ETag"] and entry["LastModified"] == head["LastModified"]
    assert (entry["Size"], entry["StorageClass"], entry["ChecksumAlgorithm"]) == (1, "STANDARD", ["CRC32"])
    assert len(entry["Owner"]["ID"]) == 64
    assert "Owner" not in listed.list_objects_v2(Bucket="bucket", Prefix="a")["Contents"][0]


def test_an_overwritten_object_is_listed_anew(listed):
    before = listed.list_objects_v2(Bucket="bucket", Prefix="a")["Contents"][0]
    listed.put_object(Bucket="bucket", Key="a", Body=b"longer")
    after = listed.list_objects_v2(Bucket="bucket", Prefix="a")["Contents"][0]
    assert (before["Size"], after["Size"]) == (1, 6) and before["ETag"] != after["ETag"]


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_pages_join_up(listed, size):
    config = {"PageSize": size}
    for name in ("list_objects_v2", "list_objects"):
        pages = list(listed.get_paginator(name).paginate(Bucket="bucket", PaginationConfig=config))
        assert [key for page in pages for key in keys(page)] == sorted(KEYS, key=str.encode)
        pages = list(listed.get_paginator(name).paginate(Bucket="bucket", Delimiter="/", PaginationConfig=config))
        assert [each for page in pages for each in prefixes(page)] == ["b/", "date=1/"]
        assert sorted(key for page in pages for key in keys(page)) == sorted(["a", "c d", "é", "~t"])


def test_prefix_and_delimiter(listed):
    page = listed.list_objects_v2(Bucket="bucket", Prefix="b/", Delimiter="/")
    assert (keys(page), prefixes(page), page["KeyCount"]) == (["b/1", "b/2"], ["b/sub/"], 3)
    page = listed.list_objects_v2(Bucket="bucket", Prefix="b/", StartAfter="b/1")
    assert keys(page) == ["b/2", "b/sub/3"] and page["StartAfter"] == "b/1"
    page = listed.list_objects(Bucket="bucket", Delimiter="/", MaxKeys=2)
    assert page["IsTruncated"] and page["NextMarker"] == "b/"


def test_url_encoding_is_undone_by_the_sdk_and_there_on_the_wire(listed):
    page = listed.list_objects_v2(Bucket="bucket", EncodingType="url", StartAfter="b/z")
    assert keys(page) == ["c+d", "date%3D1/x", "%7Et", "%C3%A9"]


def test_no_keys_are_asked_for(listed, error_of):
    page = listed.list_objects_v2(Bucket="bucket", MaxKeys=0)
    assert (page["KeyCount"], page["IsTruncated"], page["MaxKeys"]) == (0, False, 0)
    assert error_of(listed.list_objects_v2, Bucket="bucket", MaxKeys=-1)["Error"]["ArgumentName"] == "maxKeys"
    error = error_of(listed.list_objects_v2, Bucket="bucket", ContinuationToken="forged")["Error"]
    assert error["Message"] == "The continuation token provided is incorrect"


def test_a_page_out_of_many_costs_what_the_page_costs(emulator):
    """The work of a page must not grow with the bucket: counted in records that the listing looks at."""
    from emulator.services.s3 import listing

    class Row:
        def __init__(self, key):
            self.key = key

    seen = []

    def start_at(key, exclusive):
        for number in range(int(key[1:6] or 0) if key else 0, 100_000):
            row = Row(f"k{number:05}/x")
            if row.key > key or (row.key == key and not exclusive):
                seen.append(row)
                yield row

    page = listing.walk(start_at, "", "/", "", 10)
    assert page.prefixes == [f"k{number:05}/" for number in range(10)] and page.truncated
    assert len(seen) <= 11


def test_uploads_in_progress(s3):
    ids = [s3.create_multipart_upload(Bucket="bucket", Key=key)["UploadId"] for key in ("b", "a", "a", "c/d")]
    page = s3.list_multipart_uploads(Bucket="bucket", Delimiter="/")
    assert [each["Key"] for each in page["Uploads"]] == ["a", "a", "b"] and prefixes(page) == ["c/"]
    pages = s3.get_paginator("list_multipart_uploads").paginate(Bucket="bucket", PaginationConfig={"PageSize": 1})
    assert {each["UploadId"] for page in pages for each in page.get("Uploads", ())} == set(ids)
