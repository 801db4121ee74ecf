"""A function's code: a zip from the request or from S3, checked before it is kept; or a container image.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-package.html and .../images-create.html
"""

from base64 import b64encode
from io import BytesIO
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

from emulator.backends import functions_container
from emulator.backends.functions import Unavailable
from emulator.kernel import digests
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.services.lambda_.errors import invalid, refusal
from emulator.services.lambda_.tables import Function

ZIPPED, UNZIPPED = 52428800, 262144000  # bytes at most


class Source(NamedTuple):
    """A zip or the name of an image; ``members`` are those of a configuration that tell of it."""

    members: dict
    zipped: bytes = b""
    image: str = ""

    def stored(self, ctx: Context) -> dict:
        """What a version's record has of it."""
        return {"code": None if self.image else ctx.blobs.keep(self.zipped), "image": self.image}


def fetch(ctx: Context, given: dict) -> Source:
    """The zip that ``Code`` (or UpdateFunctionCode's input) names. Raises InvalidParameterValueException."""
    if "ZipFile" in given:
        code = given["ZipFile"]
        if len(code) > ZIPPED:
            raise refusal("RequestEntityTooLargeException", f"Zipped size must be smaller than {ZIPPED} bytes",
                          status=413)  # fmt: skip
    elif "S3Bucket" in given:
        code = _from_bucket(ctx, given)
    else:
        raise invalid("Please provide a source for function code.")
    _check(code)
    digest = b64encode(digests.digest("sha256", code)).decode()
    return Source({"CodeSize": len(code), "CodeSha256": digest}, code)


async def image(ctx: Context, name: str) -> Source:
    """An image that this machine's container engine has.

    Raises InvalidParameterValueException, or NotImplementedByEmulator where there is no engine.
    """
    try:
        digest = await ctx.in_thread(functions_container.digest, name)
    except Unavailable as lack:
        raise NotImplementedByEmulator(str(lack)) from None
    if digest is None:
        raise invalid(f"Source image {name} does not exist. Provide a valid source image.")
    return Source({"CodeSize": 0, "CodeSha256": digest}, image=name)


def location(ctx: Context, record: Function, link: str) -> dict:
    """Where a version's code is; ``link`` leads to a zip."""
    if not record.image:
        return {"RepositoryType": "S3", "Location": link}
    repository = record.image.partition("@")[0]
    if ":" in repository.rpartition("/")[2]:
        repository = repository.rpartition(":")[0]
    resolved = f"{repository}@sha256:{record.config['CodeSha256']}"
    return {"RepositoryType": "ECR", "ImageUri": record.image, "ResolvedImageUri": resolved}


def _from_bucket(ctx: Context, given: dict) -> bytes:
    wanted = {"Bucket": given["S3Bucket"], "Key": given.get("S3Key", "")}
    if "S3ObjectVersion" in given:
        wanted["VersionId"] = given["S3ObjectVersion"]
    try:
        body = ctx.call("s3", "GetObject", wanted)["Body"]
    except AwsError as error:
        raise invalid(
            f"Error occurred while GetObject. S3 Error Code: {error.code}. S3 Error Message: {error.message}"
        ) from None
    try:
        return body.read()
    finally:
        body.close()


def _check(code: bytes) -> None:
    try:
        with ZipFile(BytesIO(code)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (BadZipFile, ValueError, EOFError):
        raise invalid("Could not unzip uploaded file. Please check your file, then try to upload again.") from None
    if size >= UNZIPPED:
        raise invalid(f"Unzipped size must be smaller than {UNZIPPED} bytes")
