"""Who else may use a document, and reviews of its versions.

https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-ssm-sharing.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import page
from emulator.services.ssm.common import INVALID_TOKEN, service
from emulator.services.ssm.document_tables import Review, documents
from emulator.services.ssm.documents import find, own, rows_of, version_of

MAX_SHARES = 1000


@service.operation
def modify_document_permission(ctx: Context, Name, PermissionType, AccountIdsToAdd=None, AccountIdsToRemove=None,
                               SharedDocumentVersion=None):  # fmt: skip
    """Raises InvalidDocument, DocumentPermissionLimit."""
    document = own(ctx, Name)
    added = dict.fromkeys((each.lower() for each in AccountIdsToAdd or ()), SharedDocumentVersion or "$DEFAULT")
    removed = {each.lower() for each in AccountIdsToRemove or ()}
    merged = {**document.shared, **added}
    shared = {account: version for account, version in merged.items() if account not in removed}
    if len(shared) > MAX_SHARES:
        raise AwsError("DocumentPermissionLimit", "The document can't be shared with more accounts.")
    ctx.rows(documents).put(replace(document, shared=shared))
    return {}


@service.operation
def describe_document_permission(ctx: Context, Name, PermissionType, MaxResults=None, NextToken=None):
    document = own(ctx, Name)
    found, following = page(ctx, sorted(document.shared), str, NextToken, MaxResults or 20, query=Name,
                            invalid=INVALID_TOKEN)  # fmt: skip
    return {
        "AccountIds": found, "NextToken": following,
        "AccountSharingInfoList": [
            {"AccountId": account, "SharedDocumentVersion": document.shared[account]} for account in found
        ],
    }  # fmt: skip


REVIEWS = {"SendForReview": "PENDING", "Approve": "APPROVED", "Reject": "REJECTED"}


@service.operation
def update_document_metadata(ctx: Context, Name, DocumentReviews, DocumentVersion=None):
    """Send a version for review, or answer a review. Raises InvalidDocument, InvalidDocumentVersion."""
    document = own(ctx, Name)
    version = version_of(ctx, document, DocumentVersion)
    action, last = DocumentReviews["Action"], version.reviews[-1] if version.reviews else None
    if action != "SendForReview" and last is None:
        raise AwsError("InvalidDocumentOperation", "The document was not sent for review.")
    comments = tuple(each["Content"] for each in DocumentReviews.get("Comment") or () if each.get("Content"))
    status = REVIEWS.get(action) or last.status
    review = Review(status, ctx.principal.arn, ctx.now, ctx.now, comments)
    rows_of(ctx, document).put(replace(version, reviews=(*version.reviews, review)))
    return {}


@service.operation
def list_document_metadata_history(ctx: Context, Name, Metadata, DocumentVersion=None, NextToken=None,
                                   MaxResults=None):  # fmt: skip
    document = find(ctx, Name)
    version = version_of(ctx, document, DocumentVersion)
    numbered = list(enumerate(version.reviews))
    found, following = page(ctx, numbered, lambda pair: pair[0], NextToken, MaxResults or 50, query=Name,
                            invalid=INVALID_TOKEN)  # fmt: skip
    return {
        "Name": document.name, "DocumentVersion": str(version.version), "Author": version.author,
        "Metadata": {"ReviewerResponse": [{
            "CreateTime": each.created, "UpdatedTime": each.updated, "ReviewStatus": each.status,
            "Comment": [{"Type": "Comment", "Content": text} for text in each.comments],
            "Reviewer": each.reviewer.rpartition(":")[2][:50],
        } for _, each in found]},
        "NextToken": following,
    }  # fmt: skip
