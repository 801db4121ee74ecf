"""Uploads by an HTML form. https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html"""

from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from emulator.kernel.blobs import Staged
from emulator.kernel.context import ANONYMOUS, Context
from emulator.kernel.errors import AwsError
from emulator.model import load
from emulator.protocol import ParseError
from emulator.protocol.bindings import header_reader
from emulator.protocol.xml import XmlReader, parse
from emulator.services.s3 import forms, objects, post_policy, service, words
from emulator.services.s3.access import access_denied, need_of, require
from emulator.services.s3.buckets import address
from emulator.services.s3.common import find_bucket
from emulator.services.s3.documents import malformed
from emulator.services.s3.tables import Bucket

METADATA = "x-amz-meta-"
AT_ONCE = 1024 * 1024  # bytes of a body up to which it is read without a thread


@service.operation
def post_object(ctx: Context, **given):
    """Store the file of a form. Raises what is wrong with the form, its signature, its policy, or the object."""
    body: Staged = given["Body"]
    content_type = given.get("ContentType", "")
    if body.size <= AT_ONCE:
        return _store(ctx, given["Bucket"], forms.read(body, content_type, ctx.blobs))
    return _store_later(ctx, given["Bucket"], body, content_type)


async def _store_later(ctx: Context, name: str, body: Staged, content_type: str):
    return _store(ctx, name, await ctx.in_thread(forms.read, body, content_type, ctx.blobs))


def _store(ctx: Context, name: str, form: forms.Form) -> dict:
    try:
        return _checked(ctx, find_bucket(ctx, name), form)
    except BaseException:
        form.file.drop()
        raise


def _checked(ctx: Context, bucket: Bucket, form: forms.Form) -> dict:
    fields = form.fields
    key = post_policy.require(fields, "key")
    ctx.principal = principal = post_policy.authenticate(ctx, fields)
    if principal is ANONYMOUS and "policy" in fields:
        raise access_denied()
    if form.filename:
        key = key.replace("${filename}", form.filename)
    if "policy" in fields:
        post_policy.check(ctx, bucket.name, {**fields, "key": key}, form.file.size)
    ctx.account = principal.account or ctx.account
    require(ctx, "s3:PutObject", bucket, key, None, need_of("PutObject"))
    version, stored = objects.store(ctx, bucket, key, form.file, members_of(fields), "s3:ObjectCreated:Post")
    url = address(ctx, bucket.name) + quote(key)
    return {**stored, "Location": url, **_success(fields, bucket, key, url, version.etag)}


def _success(fields: dict[str, str], bucket: Bucket, key: str, url: str, etag: str) -> dict:
    """The status, and where to or what with, that the form asks for; 204 when it asks for nothing sensible."""
    target = fields.get("success_action_redirect") or fields.get("redirect") or ""
    if target.startswith(("http://", "https://")):
        told = urlencode({"bucket": bucket.name, "key": key, "etag": etag}, quote_via=quote)
        return {"StatusCode": 303, "Location": f"{target}{'&' if '?' in target else '?'}{told}"}
    status = fields.get("success_action_status")
    if status == "201":
        return {"StatusCode": 201,
                "PostResponse": {"Location": url, "Bucket": bucket.name, "Key": key, "ETag": etag}}  # fmt: skip
    return {"StatusCode": 200 if status == "200" else 204}


# Fields


@cache
def _readers() -> dict[str, tuple[str, Callable[[str], Any]]]:
    """PutObject's input members by the names of their headers, which are also the names of form fields."""
    shape = load("s3").operations["PutObject"].input
    found = {
        member.get("locationName", name).lower(): (name, header_reader(member))
        for name, member in shape.members.items()
        if member.get("location") == "header" and name != "Tagging"
    }
    return {**found, "acl": found["x-amz-acl"]}


def members_of(fields: dict[str, str]) -> dict[str, Any]:
    """The form's fields as members of PutObject's input. Raises MalformedXML for tags that can't be read."""
    given: dict[str, Any] = {}
    metadata = {}
    readers = _readers()
    for name, value in fields.items():
        if name.startswith(METADATA):
            metadata[name.removeprefix(METADATA)] = words.encoded(value)
        elif name == "tagging":
            given["Tagging"] = tags_of(value)
        elif name in readers:
            member, read = readers[name]
            try:
                given[member] = read(words.latin(value))
            except ValueError:
                raise AwsError(
                    "InvalidArgument", f"Invalid value for field {name}", 400, ArgumentName=name, ArgumentValue=value
                ) from None
    if metadata:
        given["Metadata"] = metadata
    return given


def tags_of(text: str) -> str:
    """A form's tag set in XML, as the query string that the header of other uploads carries."""
    shape = load("s3").shape("Tagging")
    try:
        document = XmlReader().of(shape)(parse(text.encode()))
    except ParseError:
        raise malformed() from None
    return urlencode([(tag["Key"], tag["Value"]) for tag in document.get("TagSet") or ()])
