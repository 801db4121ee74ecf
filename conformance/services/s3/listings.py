"""Listings against what is there: prefixes, delimiters, limits and where to begin, reckoned anew from the keys."""

from urllib.parse import quote

from conformance.generator.hints import Leave, Ref, Samples
from conformance.services.s3.fixtures import declared

LISTS = ("ListObjects", "ListObjectsV2", "ListObjectVersions", "ListMultipartUploads")
declared.hints.table.update({
    **{f"{operation}.Bucket": Ref("versioned", "Bucket") for operation in LISTS[:3]},
    **{f"{operation}.ExpectedBucketOwner": Ref("versioned", "Account", must=False) for operation in LISTS[:3]},
    **{f"{operation}.Prefix": Samples("", "a", "dir/", "none") for operation in LISTS},
    **{f"{operation}.Delimiter": Samples("/", "i") for operation in LISTS},
    **{f"{operation}.MaxKeys": Samples(1000, 1, 0) for operation in LISTS},
    "ListMultipartUploads.MaxUploads": Samples(1000, 1),
    "ListMultipartUploads.KeyMarker": Samples("a"),
    "ListMultipartUploads.UploadIdMarker": Leave("an id comes from an answer; sequences follow pages"),
    "ContinuationToken": Leave("a token comes from an answer; sequences follow pages"),
    "VersionIdMarker": Leave("an id comes from an answer; sequences follow pages"),
    "ListObjectVersions.KeyMarker": Samples("", "a"),
    "ListObjects.Marker": Samples("", "a"), "ListObjectsV2.StartAfter": Samples("", "a"),
    "OptionalObjectAttributes": Samples(["RestoreStatus"]),
    "ListBuckets.MaxBuckets": Samples(1000, 1), "ListBuckets.BucketRegion": Samples("us-east-1"),
    "ListBuckets.Prefix": Ref("bucket", "Bucket", must=False),
})  # fmt: skip
declared.before.update(ListMultipartUploads=("upload",), ListBuckets=("bucket",),
                       **{operation: ("versioned",) for operation in LISTS[:3]})


def expected(keys, given, after, limit):
    """Keys, common prefixes and whether there are more."""
    prefix, delimiter = given.get("Prefix", ""), given.get("Delimiter")
    entries = {}
    for key in sorted(keys):
        if not key.startswith(prefix) or key <= after:
            continue
        cut = key.find(delimiter, len(prefix)) if delimiter else -1
        name = key[: cut + len(delimiter)] if cut >= 0 else key
        entries.setdefault(name, cut >= 0)
    names = list(entries)[:limit]
    return ([name for name in names if not entries[name]], [name for name in names if entries[name]],
            0 < limit < len(entries))


@declared.check("ListObjects", "ListObjectsV2")
def objects_listed(proof, world, given, answer):
    limit = given.get("MaxKeys", 1000)
    keys, prefixes, more = expected(["a"], given, given.get("StartAfter") or given.get("Marker") or "", limit)
    listed(proof, given, answer, "Contents", keys, prefixes, more)
    proof.equal("Name", given["Bucket"], answer.get("Name"))
    proof.equal("MaxKeys", limit, answer.get("MaxKeys"))
    if "KeyCount" in answer or world.caller().log[-1][1] == "ListObjectsV2":
        proof.equal("KeyCount", len(keys) + len(prefixes), answer.get("KeyCount"))
    for each in answer.get("Contents", []):
        proof.holds("Contents[0]", {"Size": 1, "StorageClass": "STANDARD"}, each)
        proof.true("Contents[0]", each.get("ETag") and each.get("LastModified"), "ETag and LastModified", each)
    if given.get("FetchOwner"):
        proof.true("Owner", all("Owner" in each for each in answer.get("Contents", [])), "told")


def listed(proof, given, answer, member, keys, prefixes, more):
    coded = quote if given.get("EncodingType") == "url" else str
    proof.equal(member, [coded(key) for key in keys], [each["Key"] for each in answer.get(member, [])])
    proof.equal("CommonPrefixes", [coded(each) for each in prefixes],
                [each["Prefix"] for each in answer.get("CommonPrefixes", [])])
    proof.equal("IsTruncated", more, answer.get("IsTruncated"))
    told(proof, given, answer)


def told(proof, given, answer):
    """What was asked for is said again."""
    coded = quote if given.get("EncodingType") == "url" else str
    for name in ("Prefix", "Delimiter", "KeyMarker", "Marker", "StartAfter"):
        if given.get(name):
            proof.equal(name, coded(given[name]), answer.get(name))
    proof.equal("EncodingType", given.get("EncodingType"), answer.get("EncodingType"))


@declared.check("ListObjectVersions")
def versions_listed(proof, world, given, answer):
    there = world.fixture("versioned")
    proof.equal("Name", given["Bucket"], answer.get("Name"))
    proof.equal("MaxKeys", given.get("MaxKeys", 1000), answer.get("MaxKeys"))
    told(proof, given, answer)
    if answer.get("Versions"):
        proof.present("Versions.ETag", "Versions.LastModified", "Versions.Owner.ID", "Versions.Size",
                      "Versions.StorageClass", "Versions.ChecksumAlgorithm", "Versions.ChecksumType")
    if given.get("MaxKeys") == 1 and answer.get("IsTruncated"):
        proof.present("NextKeyMarker", "NextVersionIdMarker")
    elif "MaxKeys" not in given and "KeyMarker" not in given:
        proof.equal("IsTruncated", False, answer.get("IsTruncated"))
    if {"Prefix", "Delimiter", "MaxKeys", "KeyMarker"} & set(given):
        keys, prefixes, _ = expected(["a", "dir/b"], given, given.get("KeyMarker", ""), given.get("MaxKeys", 1000))
        found = [each["Key"] for name in ("Versions", "DeleteMarkers") for each in answer.get(name, [])]
        if given.get("MaxKeys", 1000) == 1000:
            proof.equal("keys", keys, sorted(set(found)))
            proof.equal("CommonPrefixes", prefixes, [each["Prefix"] for each in answer.get("CommonPrefixes", [])])
        else:
            proof.equal("entries", given["MaxKeys"], len(found))
        return
    proof.equal("Versions", [there["Versions"][1], there["Versions"][0], there["Versions"][2]],
                [each["VersionId"] for each in answer.get("Versions", [])])
    proof.equal("IsLatest", [True, False, False], [each["IsLatest"] for each in answer["Versions"]])
    proof.holds("DeleteMarkers", [{"Key": "dir/b", "VersionId": there["Marker"], "IsLatest": True}],
                answer.get("DeleteMarkers"))


@declared.check("ListMultipartUploads")
def uploads_listed(proof, world, given, answer):
    there = world.fixture("upload")
    keys, prefixes, more = expected([there["Key"]], given, given.get("KeyMarker", ""), given.get("MaxUploads", 1000))
    listed(proof, given, answer, "Uploads", keys, prefixes, more)
    proof.equal("Bucket", given["Bucket"], answer.get("Bucket"))
    proof.equal("MaxUploads", given.get("MaxUploads", 1000), answer.get("MaxUploads"))
    if keys:
        proof.present("Uploads.Initiated", "Uploads.Owner.ID", "Uploads.Initiator.ID")
        proof.holds("Uploads[0]", {"UploadId": there["UploadId"], "StorageClass": "STANDARD"}, answer["Uploads"][0])


@declared.check("ListBuckets")
def buckets_listed(proof, world, given, answer):
    names = [each["Name"] for each in answer.get("Buckets", [])]
    if given.get("MaxBuckets") == 1 and "Prefix" not in given:
        proof.equal("Buckets", 1, len(names))
        return
    proof.true("Buckets", world.fixture("bucket")["Bucket"] in names, "the world's bucket", names)
    if "Prefix" in given:
        proof.equal("Buckets", [given["Prefix"]], names)
        proof.equal("Prefix", given["Prefix"], answer.get("Prefix"))
