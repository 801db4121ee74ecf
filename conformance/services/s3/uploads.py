"""Multipart uploads. https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html"""

from hashlib import md5

from conformance.generator.hints import Leave, Ref, Samples
from conformance.services.s3.fixtures import DIGEST, declared
from conformance.services.s3.objects import kept, place

declared.hints.table.update({
    **{f"{operation}.Key": Ref("upload", "Key", must=False) for operation in (
        "UploadPart", "UploadPartCopy", "CompleteMultipartUpload", "AbortMultipartUpload", "ListParts")},
    "UploadPart.PartNumber": Samples(2, 1, 10000), "UploadPart.Body": Samples(b"part", b"", b"p" * 50_000),
    "UploadPart.ChecksumAlgorithm": Leave("must be the upload's; probes name it in both"),
    "UploadPartCopy.PartNumber": Samples(2, 10000),
    "UploadPartCopy.CopySourceRange": Samples("bytes=0-3"),
    "CompleteMultipartUpload.MultipartUpload": Samples(
        {"Parts": [{"PartNumber": 1, "ETag": Ref("upload", "ETag", must=False)}]}),
    "CompleteMultipartUpload.MpuObjectSize": Samples(len(b"first part")),
    "CompleteMultipartUpload.ChecksumType": Leave(DIGEST),
    "CompleteMultipartUpload.IfMatch": Leave("needs an object under the key; probes overwrite one"),
    "CompleteMultipartUpload.IfNoneMatch": Samples("*"),
    "AbortMultipartUpload.IfMatchInitiatedTime": Leave("for directory buckets alone"),
    "CreateMultipartUpload.ChecksumType": Leave("needs an algorithm that has the type; probes send both"),
    "ListParts.MaxParts": Samples(1, 1000), "ListParts.PartNumberMarker": Samples(0),
})  # fmt: skip
declared.before["CompleteMultipartUpload"] = ("upload",)


@declared.check("CreateMultipartUpload")
def begun(proof, world, given, answer):
    proof.holds("answer", {"Bucket": given["Bucket"], "Key": given["Key"]}, answer)
    at = {**place(given), "UploadId": answer["UploadId"]}
    found = proof.read("ListParts", at)
    proof.holds("ListParts", {"UploadId": answer["UploadId"], "Key": given["Key"], "Bucket": given["Bucket"]}, found)
    proof.equal("StorageClass", given.get("StorageClass", "STANDARD"), found.get("StorageClass"))
    if "ChecksumAlgorithm" in given:
        proof.equal("ChecksumAlgorithm", given["ChecksumAlgorithm"], answer.get("ChecksumAlgorithm"))
        return
    part = proof.read("UploadPart", {**at, "PartNumber": 1, "Body": b"x"})
    proof.read("CompleteMultipartUpload", {**at, "MultipartUpload": {"Parts": [
        {"PartNumber": 1, "ETag": part.get("ETag")}]}})
    kept(proof, given, proof.read("HeadObject", place(given)))


@declared.check("UploadPart", "UploadPartCopy")
def part_stands(proof, world, given, answer):
    if "CopySource" in given:
        body = world.fixture("object")["Body"]
        body = body[:4] if "CopySourceRange" in given else body
        etag = answer.get("CopyPartResult", {}).get("ETag")
        proof.true("CopyPartResult.LastModified", answer["CopyPartResult"].get("LastModified"), "told")
    else:
        body, etag = given.get("Body", b""), answer.get("ETag")
    proof.equal("ETag", f'"{md5(body).hexdigest()}"', etag)
    found = proof.read("ListParts", place(given, "UploadId"))
    parts = {each["PartNumber"]: each for each in found.get("Parts", [])}
    proof.holds("Parts", {"ETag": etag, "Size": len(body)}, parts.get(given["PartNumber"], {}))


@declared.check("CompleteMultipartUpload")
def completed(proof, world, given, answer):
    part = md5(b"first part").digest()
    etag = f'"{md5(part).hexdigest()}-1"'
    proof.holds("answer", {"Bucket": given["Bucket"], "Key": given["Key"], "ETag": etag}, answer)
    proof.true("Location", given["Key"] in answer.get("Location", ""), "names the key", answer.get("Location"))
    found = proof.read("GetObject", place(given))
    proof.holds("GetObject", {"Body": b"first part", "ETag": etag, "Metadata": {"tag": world.tag}}, found)
    proof.refused("ListParts", place(given, "UploadId"), "NoSuchUpload")


@declared.check("AbortMultipartUpload")
def aborted(proof, world, given, answer):
    proof.refused("ListParts", place(given, "UploadId"), "NoSuchUpload")


@declared.check("ListParts")
def parts_listed(proof, world, given, answer):
    there = world.fixture("upload")
    proof.holds("answer", {"Bucket": given["Bucket"], "Key": there["Key"], "UploadId": there["UploadId"],
                           "IsTruncated": False, "StorageClass": "STANDARD",
                           "MaxParts": given.get("MaxParts", 1000)}, answer)
    proof.holds("Parts", [{"PartNumber": 1, "ETag": there["ETag"], "Size": len(b"first part")}], answer.get("Parts"))
    proof.present("Parts.LastModified")
