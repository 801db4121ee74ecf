"""Documents: their versions, defaults, permissions and reviews.

https://docs.aws.amazon.com/systems-manager/latest/userguide/documents.html
"""

import hashlib
import re

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import page
from emulator.resources.tags import check as checked_tags
from emulator.services.ssm import aws_documents, tags
from emulator.services.ssm import document_content as contents
from emulator.services.ssm.common import INVALID_TOKEN, invalid, service
from emulator.services.ssm.document_tables import Document, DocumentVersion, document_versions, documents

NAME = re.compile(r"[a-zA-Z0-9_.-]{3,128}")
RESERVED = ("aws", "amazon", "amzn")
ARN = re.compile(r"arn:aws[a-z-]*:ssm:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):document/(?P<name>.+)")


# Finding


def find(ctx: Context, name: str) -> Document:
    """The caller's document, one that is shared with the caller by ARN, or AWS's. Raises InvalidDocument."""
    match = ARN.fullmatch(name)
    if match is None:
        found = ctx.rows(documents).get(name) or aws_documents.DOCUMENTS.get(name)
    else:
        rows = ctx.rows(documents, account=match["account"])
        found = rows.get(match["name"]) if match["region"] == ctx.region else None  # they are shared within a region
        if found is not None and found.owner != ctx.account and not {ctx.account, "all"} & found.shared.keys():
            found = None
    if found is None:
        raise AwsError("InvalidDocument", f"Document with name {name} does not exist.")
    return found


def own(ctx: Context, name: str) -> Document:
    """A document that the caller may change. Raises InvalidDocument, InvalidDocumentOperation."""
    found = find(ctx, name)
    if found.owner != ctx.account:
        raise AwsError("InvalidDocumentOperation", f"Document {name} is owned by {found.owner}.")
    return found


def rows_of(ctx: Context, document: Document):
    return ctx.rows(document_versions, document.name, account=document.owner)


def versions(ctx: Context, document: Document) -> list[DocumentVersion]:
    known = aws_documents.VERSIONS.get(document.name) if document.owner == "Amazon" else None
    return [known] if known is not None else list(rows_of(ctx, document))


def version_of(ctx: Context, document: Document, version: str | None = None, named: str | None = None):
    """``$DEFAULT``, ``$LATEST``, a number, or a version's name. Raises InvalidDocumentVersion."""
    wanted = {"$DEFAULT": document.default, "$LATEST": document.latest, None: document.default}.get(version, version)
    for each in versions(ctx, document):
        if (named is not None and each.version_name == named) or (named is None and str(each.version) == str(wanted)):
            return each
    raise AwsError("InvalidDocumentVersion",
                   f"Document version {named or version} of document {document.name} does not exist.")


def description(ctx: Context, document: Document, version: DocumentVersion) -> dict:
    """The ``DocumentDescription`` structure."""
    found = contents.read(version.content, version.format)
    words = found if isinstance(found, dict) else {}
    return {
        "Hash": contents.digest(version.content), "HashType": "Sha256",
        "Sha1": contents.digest(version.content, "sha1"),
        "Name": document.name, "DisplayName": version.display_name, "VersionName": version.version_name,
        "Owner": document.owner, "CreatedDate": version.created, "Status": version.status,
        "DocumentVersion": str(version.version), "Description": words.get("description"),
        "Parameters": contents.parameters(found), "PlatformTypes": contents.platforms(found),
        "DocumentType": document.type,
        "SchemaVersion": str(words["schemaVersion"]) if "schemaVersion" in words else None,
        "LatestVersion": str(document.latest), "DefaultVersion": str(document.default),
        "DocumentFormat": version.format, "TargetType": document.target_type,
        "Tags": [{"Key": key, "Value": value} for key, value in document.tags.items()],
        "AttachmentsInformation": [{"Name": name} for name in version.attachments],
        "Requires": list(document.requires) or None, "Author": version.author,
        "ReviewInformation": [{"ReviewedTime": each.updated, "Status": each.status, "Reviewer": each.reviewer}
                              for each in version.reviews] or None,
        "ReviewStatus": version.reviews[-1].status if version.reviews else None,
    }  # fmt: skip


# Writing


@service.operation
def create_document(ctx: Context, Content, Name, Requires=None, Attachments=None, DisplayName=None, VersionName=None,
                    DocumentType="Command", DocumentFormat="JSON", TargetType=None, Tags=None):  # fmt: skip
    """Raises DocumentAlreadyExists, InvalidDocumentContent, InvalidDocumentSchemaVersion, MaxDocumentSizeExceeded."""
    if not NAME.fullmatch(Name):
        raise invalid(f"1 validation error detected: Value '{Name}' at 'name' failed to satisfy constraint: Member "
                      "must satisfy regular expression pattern: ^[a-zA-Z0-9_\\-.]{3,128}$")  # fmt: skip
    if Name.lower().startswith(RESERVED):
        raise invalid(f"Invalid document name: {Name}. Names that begin with aws, amazon or amzn are reserved.")
    if ctx.rows(documents).get(Name) is not None:
        raise AwsError("DocumentAlreadyExists", "The specified document already exists.")
    contents.check(Content, DocumentFormat, DocumentType)
    kept = checked_tags({}, {tag["Key"]: tag["Value"] for tag in Tags or ()}, tags.RULES)
    document = ctx.rows(documents).put(Document(
        Name, DocumentType, ctx.account, target_type=TargetType, requires=tuple(Requires or ()), tags=kept
    ))  # fmt: skip
    rows_of(ctx, document).clear()
    version = rows_of(ctx, document).put(DocumentVersion(
        1, Content, DocumentFormat, ctx.now, ctx.principal.arn, VersionName, DisplayName, _attached(ctx, Attachments)
    ))  # fmt: skip
    return {"DocumentDescription": {**description(ctx, document, version), "Status": "Creating"}}


def _attached(ctx: Context, sources: list[dict] | None) -> dict[str, bytes]:
    """The files that a request attaches, taken from S3. Raises InvalidDocumentContent."""
    found: dict[str, bytes] = {}
    for source in sources or ():
        match = re.fullmatch(r"(?:https://[^/]+/|s3://)([^/]+)/(.+)", (source.get("Values") or [""])[0])
        if source.get("Key") not in ("S3FileUrl", "SourceUrl") or match is None:
            raise contents.invalid(f"The attachment {source} cannot be read.")
        try:
            body = ctx.call("s3", "GetObject", {"Bucket": match[1], "Key": match[2]})["Body"]
        except AwsError as error:
            raise contents.invalid(f"The attachment {match[0]} cannot be read: {error.message}") from None
        found[source.get("Name") or match[2].rpartition("/")[2]] = body if isinstance(body, bytes) else body.read()
    return found


@service.operation
def update_document(ctx: Context, Content, Name, Attachments=None, DisplayName=None, VersionName=None,
                    DocumentVersion=None, DocumentFormat=None, TargetType=None):  # fmt: skip
    """A new version. Raises DuplicateDocumentContent, DuplicateDocumentVersionName, InvalidDocumentVersion."""
    document = own(ctx, Name)
    base = version_of(ctx, document, DocumentVersion or "$LATEST")
    form = DocumentFormat or base.format
    contents.check(Content, form, document.type)
    known = versions(ctx, document)
    if any(contents.digest(each.content) == contents.digest(Content) for each in known):
        raise AwsError("DuplicateDocumentContent", "The content of the association document matches another document. "
                       "Change the content of the document and try again.")  # fmt: skip
    if VersionName is not None and any(each.version_name == VersionName for each in known):
        raise AwsError("DuplicateDocumentVersionName", "The specified version name is a duplicate.")
    document = ctx.rows(documents).put(
        replace(document, latest=document.latest + 1, target_type=TargetType or document.target_type)
    )
    attached = _attached(ctx, Attachments) if Attachments else base.attachments
    version = rows_of(ctx, document).put(replace(
        base, version=document.latest, content=Content, format=form, created=ctx.now, author=ctx.principal.arn,
        version_name=VersionName, display_name=DisplayName or base.display_name, attachments=attached, reviews=(),
    ))  # fmt: skip
    return {"DocumentDescription": {**description(ctx, document, version), "Status": "Updating"}}


@service.operation
def update_document_default_version(ctx: Context, Name, DocumentVersion):
    """Raises InvalidDocument, InvalidDocumentVersion."""
    document = own(ctx, Name)
    version = version_of(ctx, document, DocumentVersion)
    ctx.rows(documents).put(replace(document, default=version.version))
    return {"Description": {
        "Name": document.name, "DefaultVersion": str(version.version), "DefaultVersionName": version.version_name
    }}  # fmt: skip


@service.operation
def delete_document(ctx: Context, Name, DocumentVersion=None, VersionName=None, Force=None):
    """Delete a document with its versions, or one of them. Raises InvalidDocument, InvalidDocumentOperation."""
    document = own(ctx, Name)
    if document.shared and not Force:
        raise AwsError("InvalidDocumentOperation", "You attempted to delete a document while it is still shared. You "
                       "must stop sharing the document before you can delete it.")  # fmt: skip
    if DocumentVersion is None and VersionName is None:
        rows_of(ctx, document).clear()
        ctx.rows(documents).delete(document.name)
        return {}
    version = version_of(ctx, document, DocumentVersion, VersionName)
    if version.version == document.default:
        raise AwsError("InvalidDocumentOperation", "Default version of the document can't be deleted.")
    rows_of(ctx, document).delete(version.version)
    ctx.rows(documents).put(replace(document, latest=max(each.version for each in rows_of(ctx, document))))
    return {}


# Reading


@service.operation
def describe_document(ctx: Context, Name, DocumentVersion=None, VersionName=None):
    document = find(ctx, Name)
    return {"Document": description(ctx, document, version_of(ctx, document, DocumentVersion, VersionName))}


@service.operation
def get_document(ctx: Context, Name, VersionName=None, DocumentVersion=None, DocumentFormat=None):
    """The content, in the format that is asked for. Raises InvalidDocument, InvalidDocumentVersion."""
    document = find(ctx, Name)
    version = version_of(ctx, document, DocumentVersion, VersionName)
    form = DocumentFormat or version.format
    return {
        "Name": document.name, "CreatedDate": version.created, "DisplayName": version.display_name,
        "VersionName": version.version_name, "DocumentVersion": str(version.version), "Status": version.status,
        "Content": contents.converted(version.content, version.format, form), "DocumentType": document.type,
        "DocumentFormat": form, "Requires": list(document.requires) or None,
        "AttachmentsContent": [
            {"Name": name, "Size": len(data), "Hash": hashlib.sha256(data).hexdigest(), "HashType": "Sha256"}
            for name, data in version.attachments.items()
        ],
    }  # fmt: skip


@service.operation
def list_document_versions(ctx: Context, Name, MaxResults=None, NextToken=None):
    document = find(ctx, Name)
    found, following = page(ctx, versions(ctx, document), lambda version: version.version, NextToken,
                            MaxResults or 50, query=Name, invalid=INVALID_TOKEN)  # fmt: skip
    return {"DocumentVersions": [{
        "Name": document.name, "DisplayName": each.display_name, "DocumentVersion": str(each.version),
        "VersionName": each.version_name, "CreatedDate": each.created,
        "IsDefaultVersion": each.version == document.default, "DocumentFormat": each.format, "Status": each.status,
        "ReviewStatus": each.reviews[-1].status if each.reviews else None,
    } for each in found], "NextToken": following}  # fmt: skip


KEYS = ("Name", "Owner", "PlatformTypes", "DocumentType", "SearchKeyword", "TargetType", "DocumentFormat",
        "SchemaVersion")  # fmt: skip


@service.operation
def list_documents(ctx: Context, DocumentFilterList=None, Filters=None, MaxResults=None, NextToken=None):
    """The caller's documents and AWS's, by filters. Raises InvalidFilterKey, InvalidNextToken."""
    wanted = {each["key"]: [each["value"]] for each in DocumentFilterList or ()}
    wanted |= {each["Key"]: each.get("Values") or [] for each in Filters or ()}
    for key in wanted:
        if key not in KEYS and not key.startswith("tag:"):
            raise AwsError("InvalidFilterKey", f"The filter key {key} is not valid.")
    everything = sorted((*ctx.rows(documents), *aws_documents.DOCUMENTS.values()), key=lambda each: each.name)
    described = ((each, description(ctx, each, version_of(ctx, each))) for each in everything)
    listed = (pair for pair in described if all(_fits(ctx, *pair, *item) for item in wanted.items()))
    found, following = page(ctx, listed, lambda pair: pair[0].name, NextToken, MaxResults or 50, query=wanted,
                            invalid=INVALID_TOKEN)  # fmt: skip
    names = ("Name", "CreatedDate", "DisplayName", "Owner", "VersionName", "PlatformTypes", "DocumentVersion",
             "DocumentType", "SchemaVersion", "DocumentFormat", "TargetType", "Tags", "Requires", "ReviewStatus",
             "Author")  # fmt: skip
    return {
        "DocumentIdentifiers": [{name: words[name] for name in names} for _, words in found], "NextToken": following
    }  # fmt: skip


def _fits(ctx: Context, document: Document, words: dict, key: str, values: list[str]) -> bool:
    if key.startswith("tag:"):
        return document.tags.get(key.removeprefix("tag:")) in values
    if key == "Owner":
        owners = {"Self": ctx.account, "Amazon": "Amazon"}
        return any(value == "All" or document.owner == owners.get(value, value) for value in values)
    if key == "Name":
        return any(document.name.startswith(value) for value in values)
    if key == "SearchKeyword":
        return any(value.lower() in f"{document.name} {words['Description']}".lower() for value in values)
    found = words[key]
    return any(value in found if isinstance(found, list) else value == found for value in values)


def _tags(ctx: Context, name: str) -> dict[str, str] | None:
    found = ctx.rows(documents).get(name)
    return found.tags if found is not None else None


def _retag(ctx: Context, name: str, found: dict[str, str]) -> None:
    ctx.rows(documents).put(replace(ctx.rows(documents)[name], tags=found))


tags.types["Document"] = tags.Tagged(_tags, _retag)
