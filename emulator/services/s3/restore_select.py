"""A restore of type SELECT: a query over an archived object, whose results become objects.

Below the output location lie, under the id of the job, ``job.txt``, ``results/`` and ``result_manifest.txt``, or
``errors/`` and ``error_manifest.txt``. https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html
"""

import orjson

from emulator.kernel.blobs import Staged
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.s3 import encryption, objects, select, service
from emulator.services.s3.common import find_bucket, owner
from emulator.services.s3.documents import malformed
from emulator.services.s3.tables import Bucket, Version, buckets
from emulator.services.s3.versions import version_of

PUT = "s3:ObjectCreated:Put"


def begin(ctx: Context, bucket: Bucket, version: Version, request: dict, seconds: float) -> dict:
    """Check the request and let the query run after so many seconds. Raises NoSuchBucket and what a query raises."""
    location = (request.get("OutputLocation") or {}).get("S3")
    query = request.get("SelectParameters")
    if request.get("Type") != "SELECT" or location is None or query is None or "Days" in request:
        raise malformed()
    target = find_bucket(ctx, location["BucketName"])
    encryption.check_customer_key(version.described, {})
    select.query_of(ctx, bucket.name, version, query, {}).close()
    job = ctx.ids.uuid()
    path = "/".join(filter(None, (location["Prefix"].rstrip("/"), job)))
    text = orjson.dumps({"JobId": job, "ArchiveSource": f"{bucket.name}/{version.key}", **request}, default=str)
    _put(ctx, target, f"{path}/job.txt", Staged(text), location)
    ctx.after(seconds, "run_restore_select", bucket=bucket.name, key=version.key, version_id=version.version_id,
              query=query, location=location, path=path)  # fmt: skip
    return {"StatusCode": 202, "RestoreOutputPath": f"{target.name}/{path}"}


def _put(ctx: Context, target: Bucket, key: str, content: Staged, location: dict) -> None:
    """Write an object with what the output location asks for."""
    tags = (location.get("Tagging") or {}).get("TagSet") or ()
    protection = location.get("Encryption") or {}
    given = {
        "ACL": location.get("CannedACL"), "StorageClass": location.get("StorageClass"),
        "ServerSideEncryption": protection.get("EncryptionType"), "SSEKMSKeyId": protection.get("KMSKeyId"),
        "SSEKMSEncryptionContext": protection.get("KMSContext"),
        "Metadata": {each["Name"]: each["Value"] for each in location.get("UserMetadata") or ()},
    }  # fmt: skip
    given = {name: value for name, value in given.items() if value}
    version, _ = objects.store(ctx, target, key, content, given, PUT)
    place, grants = {"Bucket": target.name, "Key": version.key}, location.get("AccessControlList")
    if tags:
        ctx.call("s3", "PutObjectTagging", {**place, "Tagging": {"TagSet": tags}})
    if grants:
        policy = {"Grants": grants, "Owner": owner(version.owner)}
        ctx.call("s3", "PutObjectAcl", {**place, "AccessControlPolicy": policy})


@service.job
async def run_restore_select(
    ctx: Context, bucket: str, key: str, version_id: str, query: dict, location: dict, path: str
):
    """Run the query and write what it gives, or its error."""
    found: Bucket | None = ctx.rows(buckets).get(bucket)
    version = version_of(ctx, found, key, version_id) if found is not None else None
    if version is None or ctx.rows(buckets).get(location["BucketName"]) is None:
        return
    try:
        results, kind = await _results(ctx, select.query_of(ctx, bucket, version, query, {})), "result"
    except AwsError as error:
        results, kind = Staged(orjson.dumps({"Code": error.code, "Message": error.message})), "error"
    target: Bucket | None = ctx.rows(buckets).get(location["BucketName"])
    if target is None:
        results.drop()
        return
    name = f"{path}/{kind}s/{ctx.ids.uuid()}"
    _put(ctx, target, name, results, location)
    _put(ctx, target, f"{path}/{kind}_manifest.txt", Staged(f"{target.name}/{name}\n".encode()), location)


async def _results(ctx: Context, query: select.Query) -> Staged:
    """All that a query selects, as one staged value. Raises AwsError."""
    writer = ctx.blobs.writer()
    try:
        await ctx.in_thread(query.start)
        while (data := await ctx.in_thread(query.batch)) is not None:
            await ctx.in_thread(writer.write, data)
        return await ctx.in_thread(writer.finish)
    except BaseException:
        writer.abort()
        raise
    finally:
        query.close()
