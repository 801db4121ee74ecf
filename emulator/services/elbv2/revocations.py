"""Revocation lists of trust stores, who uses a trust store, and where its contents are read.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddTrustStoreRevocations.html
"""

from cryptography import x509

from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.elbv2 import trust_stores
from emulator.services.elbv2.service import changed, paged, service
from emulator.services.elbv2.trust_stores import TrustStore

PAGES = "/_elbv2/truststore/"


def _of(store) -> dict[str, dict]:
    """Revocation lists by id (in decimal)."""
    return store.private.get("revocations", {})


def _absent(id: int) -> AwsError:
    return AwsError("RevocationIdNotFound", f"The specified revocation ID '{id}' does not exist")


def _put(ctx, store, lists: dict):
    TrustStore.put(ctx, replace(store, private={**store.private, "revocations": lists}))
    changed(ctx)


def _shown(store, id: str, each: dict) -> dict:
    return {"TrustStoreArn": store.arn, "RevocationId": int(id), "RevocationType": each["RevocationType"],
            "NumberOfRevokedEntries": each["NumberOfRevokedEntries"]}  # fmt: skip


@service.operation
def add_trust_store_revocations(ctx, TrustStoreArn, RevocationContents=()):
    """Raises TrustStoreNotFound, RevocationContentNotFound, InvalidRevocationContent."""
    store = trust_stores.find(ctx, TrustStoreArn)
    lists, added = dict(_of(store)), []
    for place in RevocationContents or ():
        content = trust_stores.fetch(ctx, "RevocationContentNotFound", place.get("S3Bucket", ""),
                                     place.get("S3Key", ""), place.get("S3ObjectVersion"))  # fmt: skip
        try:
            entries = len(x509.load_pem_x509_crl(content))
        except ValueError:
            raise AwsError("InvalidRevocationContent", "The provided revocation file is not valid") from None
        id = str(store.private.get("last_revocation", 0) + len(added) + 1)
        lists[id] = {"RevocationType": place.get("RevocationType", "CRL"), "NumberOfRevokedEntries": entries,
                     "content": content.decode()}  # fmt: skip
        added.append(_shown(store, id, lists[id]))
    last = store.private.get("last_revocation", 0) + len(added)
    _put(ctx, replace(store, private={**store.private, "last_revocation": last}), lists)
    return {"TrustStoreRevocations": added}


@service.operation
def remove_trust_store_revocations(ctx, TrustStoreArn, RevocationIds):
    """Raises TrustStoreNotFound, RevocationIdNotFound."""
    store = trust_stores.find(ctx, TrustStoreArn)
    for id in RevocationIds:
        if str(id) not in _of(store):
            raise _absent(id)
    _put(ctx, store, {id: each for id, each in _of(store).items() if int(id) not in RevocationIds})
    return {}


@service.operation
def describe_trust_store_revocations(ctx, TrustStoreArn, RevocationIds=None, Marker=None, PageSize=None):
    """Raises TrustStoreNotFound, RevocationIdNotFound."""
    store = trust_stores.find(ctx, TrustStoreArn)
    for id in RevocationIds or ():
        if str(id) not in _of(store):
            raise _absent(id)
    wanted = [_shown(store, id, each) for id, each in _of(store).items()
              if not RevocationIds or int(id) in RevocationIds]
    return paged(ctx, "TrustStoreRevocations", wanted, lambda each: each["RevocationId"], Marker, PageSize,
                 [TrustStoreArn, RevocationIds])  # fmt: skip


@service.operation
def describe_trust_store_associations(ctx, TrustStoreArn, Marker=None, PageSize=None):
    """Raises TrustStoreNotFound."""
    using = sorted(trust_stores.users(ctx, trust_stores.find(ctx, TrustStoreArn).arn))
    rows = [{"ResourceArn": arn} for arn in using]
    return paged(ctx, "TrustStoreAssociations", rows, lambda each: each["ResourceArn"], Marker, PageSize, TrustStoreArn)


@service.operation
def delete_shared_trust_store_association(ctx, TrustStoreArn, ResourceArn):
    """Raises TrustStoreNotFound, AssociationNotFound, DeleteAssociationSameAccount: sharing is between accounts."""
    store = trust_stores.find(ctx, TrustStoreArn)
    if ResourceArn not in trust_stores.users(ctx, store.arn):
        raise AwsError("AssociationNotFound", "The specified association does not exist")
    raise AwsError("DeleteAssociationSameAccount",
                   "The specified association can't be within the same account")  # fmt: skip


# Contents: AWS gives presigned addresses of S3, here they are pages under addresses that nobody guesses


def _address(ctx, store, rest: str) -> str:
    _, _, _, region, account, name = store.arn.split(":", 5)
    return f"{ctx.endpoint}{PAGES}{account}/{region}/{name.rpartition('/')[2]}/{store.private['token']}/{rest}.pem"


@service.operation
def get_trust_store_ca_certificates_bundle(ctx, TrustStoreArn):
    """Raises TrustStoreNotFound."""
    return {"Location": _address(ctx, trust_stores.find(ctx, TrustStoreArn), "bundle")}


@service.operation
def get_trust_store_revocation_content(ctx, TrustStoreArn, RevocationId):
    """Raises TrustStoreNotFound, RevocationIdNotFound."""
    store = trust_stores.find(ctx, TrustStoreArn)
    if str(RevocationId) not in _of(store):
        raise _absent(RevocationId)
    return {"Location": _address(ctx, store, f"revocation-{RevocationId}")}


@service.page(PAGES)
def content(ctx, rest):
    """The bundle or a revocation list, for whoever was told the address."""
    account, region, id, token, name = (*rest.removesuffix(".pem").split("/"), *[""] * 5)[:5]
    store = TrustStore.rows(ctx, account, region).get((id,))
    if store is None or store.private["token"] != token:
        return None
    lists = _of(store).get(name.removeprefix("revocation-"), {})
    text = store.private["bundle"] if name == "bundle" else lists.get("content")
    return ("application/x-pem-file", text.encode()) if text else None
