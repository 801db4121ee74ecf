"""Objects: what was written is read back, by content, headers, tags, locks and ACLs."""

import re
from hashlib import md5
from urllib.parse import parse_qsl

from conformance.generator.hints import Ref, Samples
from conformance.services.s3.fixtures import FUTURE, NO_BUCKET, NO_KEY, absent, declared

#: Members that come back from HeadObject under the name under which they were written.
KEPT = ("CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType", "Metadata",
        "WebsiteRedirectLocation", "Expires")

declared.hints.table.update({
    "DeleteObjects.Delete": Samples({"Objects": [{"Key": Ref("object", "Key")}]},
                                    {"Objects": [{"Key": Ref("object", "Key")}, {"Key": "none"}], "Quiet": False},
                                    {"Objects": [{"Key": Ref("object", "Key")}], "Quiet": True}),
    "GetObjectAttributes.ObjectAttributes": Samples(["ETag", "ObjectSize", "StorageClass"], ["ETag"], ["ObjectSize"]),
    "GetObjectAttributes.MaxParts": Samples(1), "GetObjectAttributes.PartNumberMarker": Samples(0),
    "RestoreObject.Key": Ref("archived", "Key"),
    "RestoreObject.RestoreRequest": Samples({"Days": 1}, {"Days": 3, "GlacierJobParameters": {"Tier": "Bulk"}}),
    "PutObjectAcl.Bucket": Ref("open", "Bucket"), "PutObjectAcl.Key": Ref("open", "Key"),
    "PutObjectAcl.ACL": Samples("private", "public-read", "authenticated-read", "bucket-owner-full-control"),
    "GetObjectAcl.Bucket": Ref("open", "Bucket"), "GetObjectAcl.Key": Ref("open", "Key"),
    "PutObjectLegalHold.Bucket": Ref("locked", "Bucket"), "PutObjectLegalHold.Key": Ref("locked", "Key"),
    "PutObjectLegalHold.VersionId": Ref("locked", "VersionId", must=False),
    "PutObjectLegalHold.LegalHold": Samples({"Status": "ON"}, {"Status": "OFF"}),
    "GetObjectLegalHold.Bucket": Ref("held", "Bucket"), "GetObjectLegalHold.Key": Ref("held", "Key"),
    "GetObjectLegalHold.VersionId": Ref("held", "VersionId", must=False),
    "PutObjectRetention.Bucket": Ref("locked", "Bucket"), "PutObjectRetention.Key": Ref("locked", "Key"),
    "PutObjectRetention.VersionId": Ref("locked", "VersionId", must=False),
    "PutObjectRetention.Retention": Samples({"Mode": "GOVERNANCE", "RetainUntilDate": FUTURE},
                                            {"Mode": "COMPLIANCE", "RetainUntilDate": FUTURE}),
    "GetObjectRetention.Bucket": Ref("held", "Bucket"), "GetObjectRetention.Key": Ref("held", "Key"),
    "GetObjectRetention.VersionId": Ref("held", "VersionId", must=False),
})  # fmt: skip
for name in ("Put", "Get"):
    for kind in ("Acl", "LegalHold", "Retention"):
        declared.hints.table.setdefault(f"{name}Object{kind}.ExpectedBucketOwner",
                                        Ref("open" if kind == "Acl" else "locked", "Account", must=False))
        declared.errors[f"{name}Object{kind}", "Key"] = NO_KEY
declared.errors["RestoreObject", "Key"] = NO_KEY
declared.errors["CopyObject", "CopySource"] = declared.errors["UploadPartCopy", "CopySource"] = NO_BUCKET


@declared.fixture("held", None, absent, NO_BUCKET)
def held(world):
    made = world.fixture("locked")
    place = {"Bucket": made["Bucket"], "Key": made["Key"]}
    world.ask("PutObjectLegalHold", {**place, "LegalHold": {"Status": "ON"}})
    world.ask("PutObjectRetention", {**place, "Retention": {"Mode": "GOVERNANCE", "RetainUntilDate": FUTURE}})
    world.later(lambda: world.ask("PutObjectLegalHold", {**place, "LegalHold": {"Status": "OFF"}}))
    return made


@declared.fixture("archived", None, absent, NO_KEY)
def archived(world):
    world.ask("PutObject", {"Bucket": world.fixture("bucket")["Bucket"], "Key": "cold", "Body": b"cold",
                            "StorageClass": "GLACIER"})
    return {"Key": "cold"}


def place(given, *more):
    return {name: given[name] for name in ("Bucket", "Key", *more) if name in given}


def kept(proof, given, found):
    """Headers and metadata as they were written."""
    proof.holds("HeadObject", {name: given[name] for name in KEPT if name in given}, found)
    if given.get("StorageClass", "STANDARD") != "STANDARD":
        proof.equal("StorageClass", given["StorageClass"], found.get("StorageClass"))
    if "ServerSideEncryption" in given:
        proof.equal("ServerSideEncryption", given["ServerSideEncryption"], found.get("ServerSideEncryption"))


def tags_kept(proof, given):
    if isinstance(given.get("Tagging"), str):
        found = proof.read("GetObjectTagging", place(given)).get("TagSet", [])
        proof.equal("TagSet", sorted(parse_qsl(given["Tagging"], keep_blank_values=True)),
                    sorted((each["Key"], each["Value"]) for each in found))


@declared.check("PutObject")
def written(proof, world, given, answer):
    body = given.get("Body", b"")
    digest = md5(body).hexdigest()
    if given.get("ServerSideEncryption", "AES256") == "AES256":
        proof.equal("ETag", f'"{digest}"', answer.get("ETag"))
    head = proof.read("HeadObject", place(given))
    proof.equal("HeadObject.ETag", answer["ETag"], head.get("ETag"))
    proof.equal("HeadObject.ContentLength", len(body), head.get("ContentLength"))
    kept(proof, given, head)
    tags_kept(proof, given)
    if given.get("StorageClass") not in ("GLACIER", "DEEP_ARCHIVE"):
        found = proof.read("GetObject", place(given))
        proof.equal("Body", body, found.get("Body"))
    if "ChecksumAlgorithm" not in given:
        proof.present("ChecksumCRC64NVME")
    else:
        asked = proof.read("HeadObject", {**place(given), "ChecksumMode": "ENABLED"})
        name = f"Checksum{given['ChecksumAlgorithm']}"
        proof.true(name, asked.get(name), "the checksum that was sent")
        proof.equal(name, asked.get(name), answer.get(name))


@declared.check("CopyObject")
def copied(proof, world, given, answer):
    source = world.fixture("object")
    found = proof.read("HeadObject", place(given))
    result = answer.get("CopyObjectResult", {})
    if given.get("ServerSideEncryption", "AES256") == "AES256":
        proof.equal("CopyObjectResult.ETag", source["ETag"], result.get("ETag"))
    proof.equal("HeadObject.ETag", result.get("ETag"), found.get("ETag"))
    proof.true("CopyObjectResult.LastModified", result.get("LastModified"), "told")
    proof.equal("ContentLength", len(source["Body"]), found.get("ContentLength"))
    if given.get("MetadataDirective") == "REPLACE":
        kept(proof, given, found)
    else:
        proof.holds("HeadObject", {"ContentType": "text/plain", "CacheControl": "no-cache",
                                   "Metadata": {"tag": world.tag}}, found)
        kept(proof, {name: given[name] for name in ("StorageClass", "ServerSideEncryption",
                                                    "WebsiteRedirectLocation") if name in given}, found)
    if given.get("TaggingDirective") == "REPLACE":
        tags_kept(proof, given)
    elif given.get("StorageClass") not in ("GLACIER", "DEEP_ARCHIVE"):
        proof.equal("Body", source["Body"], proof.read("GetObject", place(given)).get("Body"))


@declared.check("GetObject", "HeadObject")
def read(proof, world, given, answer):
    there = world.fixture("object")
    length = len(there["Body"])
    start, end = 0, length
    if "Range" in given:
        first, last = re.fullmatch(r"bytes=(\d*)-(\d*)", given["Range"]).groups()
        start = int(first) if first else length - int(last)
        end = min(length, int(last) + 1) if first and last else length
        proof.equal("ContentRange", f"bytes {start}-{end - 1}/{length}", answer.get("ContentRange"))
    proof.equal("status", 206 if {"Range", "PartNumber"} & set(given) else 200, proof.status)
    if proof.world.caller().log[-1][1] == "GetObject":
        proof.equal("TagCount", 1, answer.get("TagCount"))
    proof.equal("ContentLength", end - start, answer.get("ContentLength"))
    if "Body" in answer:
        proof.equal("Body", there["Body"][start:end], answer["Body"])
    proof.holds("answer", {"ETag": there["ETag"], "Metadata": {"tag": world.tag}, "AcceptRanges": "bytes"}, answer)
    wanted = {"ContentType": "text/plain", "CacheControl": "no-cache"}
    for name in ("ContentType", "CacheControl", "ContentEncoding", "ContentLanguage", "ContentDisposition", "Expires"):
        if f"Response{name}" in given:
            wanted[name] = given[f"Response{name}"]
    proof.holds("answer", wanted, answer)
    proof.present("LastModified", "ServerSideEncryption")


@declared.check("GetObjectAttributes")
def attributes_read(proof, world, given, answer):
    there, asked = world.fixture("object"), given["ObjectAttributes"]
    wanted = {"ETag": there["ETag"].strip('"'), "ObjectSize": len(there["Body"]), "StorageClass": "STANDARD"}
    for name, value in wanted.items():
        proof.equal(name, value if name in asked else None, answer.get(name))
    proof.present("LastModified")


@declared.check("DeleteObject", "DeleteObjects")
def removed(proof, world, given, answer):
    keys = [given["Key"]] if "Key" in given else [each["Key"] for each in given["Delete"]["Objects"]]
    for key in keys:
        proof.refused("GetObject", {"Bucket": given["Bucket"], "Key": key}, "NoSuchKey")
    if "Delete" in given:
        quiet = given["Delete"].get("Quiet", False)
        proof.equal("Deleted", [] if quiet else sorted(keys),
                    sorted(each["Key"] for each in answer.get("Deleted", [])))


@declared.check("PutObjectTagging", "DeleteObjectTagging", "GetObjectTagging")
def tagged(proof, world, given, answer):
    wanted = given["Tagging"]["TagSet"] if "Tagging" in given else [{"Key": "k", "Value": "v"}]
    found = answer if "TagSet" in answer else proof.read("GetObjectTagging", place(given))
    if not answer.get("TagSet") and "Tagging" not in given:
        wanted = []
    proof.equal("TagSet", sorted(wanted, key=str), sorted(found.get("TagSet", []), key=str))


@declared.check("GetObjectTagging")
def tags_read(proof, world, given, answer):
    proof.equal("TagSet", [{"Key": "k", "Value": "v"}], answer.get("TagSet"))


PUBLIC = {"public-read": ["READ"], "public-read-write": ["READ", "WRITE"]}
USERS = "http://acs.amazonaws.com/groups/global/"


@declared.check("PutObjectAcl", "GetObjectAcl", "PutBucketAcl", "GetBucketAcl")
def acl_stands(proof, world, given, answer):
    name = "GetObjectAcl" if "Key" in given else "GetBucketAcl"
    found = answer if "Owner" in answer else proof.read(name, place(given))
    grants = [(each["Permission"], each["Grantee"].get("URI", "owner")) for each in found.get("Grants", [])]
    acl = given.get("ACL", "private")
    wanted = [("FULL_CONTROL", "owner")] + [(each, f"{USERS}AllUsers") for each in PUBLIC.get(acl, [])]
    wanted += [("READ", f"{USERS}AuthenticatedUsers")] if acl == "authenticated-read" else []
    wanted += [(each, "http://acs.amazonaws.com/groups/s3/LogDelivery") for each in ("READ_ACP", "WRITE")
               if acl == "log-delivery-write"]
    proof.equal("Grants", sorted(wanted), sorted(grants))
    proof.true("Owner.ID", found.get("Owner", {}).get("ID") and found["Owner"]["ID"] == found["Grants"][0][
        "Grantee"]["ID"], "the grantee of the first grant")


@declared.check("PutObjectLegalHold", "GetObjectLegalHold", "PutObjectRetention", "GetObjectRetention")
def lock_stands(proof, world, given, answer):
    for member, default in (("LegalHold", {"Status": "ON"}),
                            ("Retention", {"Mode": "GOVERNANCE", "RetainUntilDate": FUTURE})):
        if member in given:
            found = proof.read(f"GetObject{member}", place(given))
            proof.equal(member, given[member], found.get(member))
        elif member in answer:
            proof.equal(member, default, answer[member])
    if not {"LegalHold", "Retention"} & {*given, *answer}:
        proof.true("answer", False, "tells the lock")
    if given.get("LegalHold", {}).get("Status") == "ON":
        world.later(lambda: world.ask("PutObjectLegalHold", {**place(given), "LegalHold": {"Status": "OFF"}}))


@declared.check("RestoreObject")
def restoring(proof, world, given, answer):
    found = proof.read("HeadObject", place(given))
    proof.true("Restore", "ongoing-request" in (found.get("Restore") or ""), "ongoing-request", found.get("Restore"))
