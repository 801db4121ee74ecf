"""Where a distributed Map state's ItemReader reads from: a listing of a bucket, a file, or the files of a manifest.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
"""

from collections.abc import AsyncIterator
from typing import Any, NamedTuple

from emulator.engines.asl import datasets
from emulator.engines.asl.datasets import failed
from emulator.engines.asl.map_items import Item, listed
from emulator.engines.asl.resources import read
from emulator.engines.asl.texts import loads
from emulator.engines.sdk_call import find_operation
from emulator.kernel.context import Context, Principal
from emulator.kernel.errors import AwsError
from emulator.services.stepfunctions.integrations.values import parameters

PAGE = 1000
LISTING = ("Bucket", "Prefix", "Delimiter", "StartAfter", "ExpectedBucketOwner")
OBJECT = ("Bucket", "Key", "VersionId", "ExpectedBucketOwner")


class _Source(NamedTuple):
    """Who reads, and how; ``arguments`` are the ItemReader's, ``config`` is its ReaderConfig."""

    ctx: Context
    principal: Principal
    arguments: dict[str, Any]
    config: dict[str, Any]

    async def call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        try:
            return await self.ctx.call_waiting("s3", operation, params, as_=self.principal)
        except AwsError as error:
            raise failed(error.message) from None

    async def content(self, **place: Any) -> bytes:
        """The bytes of an object: the ItemReader's, or one at another ``place``."""
        wanted = {**self.arguments, **place}
        answer = await self.call("GetObject", {name: wanted[name] for name in OBJECT if wanted.get(name)})
        body = answer.get("Body", b"")
        return bytes(body) if isinstance(body, bytes | bytearray) else body.read()

    async def items(self, bucket: str, key: str, config: dict[str, Any]) -> list[Item]:
        """The items in a file; a version that the ItemReader names is of its own file alone."""
        own = (bucket, key) == (self.arguments["Bucket"], self.arguments.get("Key"))
        content = await self.content(Bucket=bucket, Key=key, **({} if own else {"VersionId": None}))
        return listed(datasets.read(content, config), f"S3://{bucket}/{key}")


async def items(ctx: Context, reader: dict[str, Any], principal: Principal) -> list[Item]:
    """The items, MaxItems at most. Raises Failure."""
    config, action = reader["config"], read(reader["resource"]).action
    try:
        arguments = parameters(find_operation("s3", action), reader["arguments"])
    except ValueError as error:
        raise failed(f"{error}.") from None
    source = _Source(ctx, principal, arguments, config)
    most = config.get("MaxItems") or None
    found: list[Item] = []
    async for part in _chosen(action, config)(source):
        found += part
        if most is not None and len(found) >= most:
            break
    return found[:most]


def _chosen(action: str, config: dict[str, Any]):
    if action == "listObjectsV2":
        return _listed_files if config.get("Transformation") == "LOAD_AND_FLATTEN" else _listing
    if config.get("ManifestType") == "ATHENA_DATA":
        return _athena
    if config.get("ManifestType") == "S3_INVENTORY" or config.get("InputType") == "MANIFEST":
        return _inventory
    return _file


async def _file(source: _Source) -> AsyncIterator[list[Item]]:
    yield await source.items(source.arguments["Bucket"], source.arguments["Key"], source.config)


async def _pages(source: _Source) -> AsyncIterator[list[dict[str, Any]]]:
    wanted = {name: source.arguments[name] for name in LISTING if name in source.arguments}
    while True:
        answer = await source.call("ListObjectsV2", {**wanted, "MaxKeys": PAGE})
        yield answer.get("Contents", [])
        if not answer.get("IsTruncated"):
            return
        wanted["ContinuationToken"] = answer["NextContinuationToken"]


async def _listing(source: _Source) -> AsyncIterator[list[Item]]:
    """What is told of the objects of a bucket."""
    place = f"S3://{source.arguments['Bucket']}"
    async for page in _pages(source):
        yield listed([
            {"Etag": each["ETag"], "Key": each["Key"], "LastModified": each["LastModified"], "Size": each["Size"],
             "StorageClass": each.get("StorageClass", "STANDARD")} for each in page
        ], place)  # fmt: skip


async def _listed_files(source: _Source) -> AsyncIterator[list[Item]]:
    """What is in the objects of a bucket; those that stand for folders hold nothing."""
    async for page in _pages(source):
        for each in page:
            if not each["Key"].endswith("/"):
                yield await source.items(source.arguments["Bucket"], each["Key"], source.config)


async def _athena(source: _Source) -> AsyncIterator[list[Item]]:
    """The files that a query of Athena's wrote: its manifest is a CSV file of their addresses."""
    for row in datasets.table(await source.content()):
        bucket, _, key = row[0].removeprefix("s3://").partition("/")
        if not bucket or not key:
            raise failed("The manifest names something that is no object.")
        yield await source.items(bucket, key, source.config)


async def _inventory(source: _Source) -> AsyncIterator[list[Item]]:
    """The rows of an inventory of S3's: its files are compressed CSV without headers, which the manifest names."""
    try:
        manifest = loads((await source.content()).decode())
        bucket = manifest["destinationBucket"].rpartition(":")[2]
        headers = [name.strip() for name in manifest["fileSchema"].split(",")]
        keys = [each["key"] for each in manifest["files"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise failed("The manifest can't be read.") from None
    if manifest.get("fileFormat", "CSV") != "CSV":
        raise failed(f"The inventory's format is {manifest['fileFormat']}; only CSV can be read.")
    config = {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": headers}
    for key in keys:
        yield await source.items(bucket, key, config)
