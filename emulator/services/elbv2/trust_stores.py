"""Trust stores of mutual authentication: CA certificates and revocation lists, read from S3.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTrustStore.html
"""

import re

from cryptography import x509

from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import Among, IdPattern, Lifecycle, Listing, Resource, Unique, after
from emulator.services.elbv2.listeners import Listener
from emulator.services.elbv2.service import INVALID_MARKER, TAGS, refused, service

MISSING = ("TrustStoreNotFound", "One or more trust stores not found")

TrustStore = Resource(
    "TrustStore", service, id=IdPattern("{16:hex}", "TrustStoreId"), arn_member="TrustStoreArn", by_arn=True,
    arn="arn:{partition}:elasticloadbalancing:{region}:{account}:truststore/{Name}/{TrustStoreId}", tags=TAGS,
    create="CreateTrustStore", update="ModifyTrustStore", delete="DeleteTrustStore", missing=MISSING,
    list=Listing("DescribeTrustStores", {
        "TrustStoreArns": Among("TrustStoreArn", MISSING), "Names": Among("Name", MISSING),
    }, limit=400, order="created", invalid_token=INVALID_MARKER),
    states=Lifecycle("CREATING", after(0), "ACTIVE"), unique=(
        Unique("Name", ("DuplicateTrustStoreName", "A trust store with the name '{Name}' already exists")),),
    cloudformation="AWS::ElasticLoadBalancingV2::TrustStore",
)  # fmt: skip


def find(ctx, arn: str):
    return TrustStore.get(ctx, {"TrustStoreArn": arn})


def fetch(ctx, refusal: str, bucket: str, key: str, version: str | None) -> bytes:
    """An object of S3, as the service reads it. Raises the refusal where it is not to be had."""
    given = {"Bucket": bucket, "Key": key, **({"VersionId": version} if version else {})}
    try:
        return b"".join(_chunks(ctx.call("s3", "GetObject", given)["Body"]))
    except AwsError as error:
        raise AwsError(refusal, f"The specified object s3://{bucket}/{key} is not accessible") from error


def _chunks(body):
    return [body] if isinstance(body, bytes) else body


def _bundle(ctx, record, before=None):
    """The record with the certificates of its bundle; the refusals are those of a bundle."""
    document = record.document
    content = fetch(ctx, "CaCertificatesBundleNotFound", document["CaCertificatesBundleS3Bucket"],
                    document["CaCertificatesBundleS3Key"], document.get("CaCertificatesBundleS3ObjectVersion"))
    try:
        count = len(x509.load_pem_x509_certificates(content))
    except ValueError:
        raise AwsError("InvalidCaCertificatesBundle", "The specified ca certificates bundle is not valid") from None
    private = {**record.private, "bundle": content.decode(), "token": ctx.ids.hex(32)}
    return replace(record, document={**document, "NumberOfCaCertificates": count}, private=private)


@TrustStore.on_validate
def check(ctx, document, before):
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?", document["Name"]):
        raise refused(f"The trust store name '{document['Name']}' is not valid")


TrustStore.on_create(_bundle)
TrustStore.on_update(_bundle)


@TrustStore.on_read
def shown(ctx, record):
    entries = sum(each["NumberOfRevokedEntries"] for each in record.private.get("revocations", {}).values())
    return {"TotalRevokedEntries": entries}


def users(ctx, arn: str) -> list[str]:
    """The ARNs of the listeners that verify clients by a trust store."""
    return [each.arn for each in Listener.rows(ctx)
            if each.document.get("MutualAuthentication", {}).get("TrustStoreArn") == arn]


@TrustStore.on_delete
def in_use(ctx, record):
    if users(ctx, record.arn):
        raise AwsError("TrustStoreInUse", f"Trust store '{record.arn}' is currently in use by a listener")
