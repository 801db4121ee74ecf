"""A function's code: a zip from the request or from S3, checked before it is kept."""

from base64 import b64encode
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from emulator.kernel import digests
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.services.lambda_.errors import invalid, refusal

ZIPPED, UNZIPPED = 52428800, 262144000  # bytes at most


def fetch(ctx: Context, given: dict) -> bytes:
    """The zip that ``Code`` (or UpdateFunctionCode's input) names. Raises InvalidParameterValueException."""
    if "ImageUri" in given:
        raise NotImplementedByEmulator("A function of a container image")
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
    return code


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


def described(code: bytes) -> dict:
    """The members of a configuration that tell of the code."""
    return {"CodeSize": len(code), "CodeSha256": b64encode(digests.digest("sha256", code)).decode()}
