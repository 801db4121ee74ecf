"""Signing certificates of users. https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSigningCertificate.html"""

from operator import attrgetter

from cryptography.hazmat.primitives import hashes

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import ACCOUNT, Record, Table, replace
from emulator.services.iam import access_keys, certificates
from emulator.services.iam.common import paged
from emulator.services.iam.errors import missing, over_quota
from emulator.services.iam.service import service

CERTIFICATES = 2


class SigningCertificate(Record):
    """``user`` is the owner's unique id; ``mark`` is the SHA-256 fingerprint."""

    id: str
    user: str
    body: str
    mark: str
    uploaded: float
    status: str = "Active"


signing_certificates = Table(
    "iam.signing_certificate", SigningCertificate, key=attrgetter("id"), scope=ACCOUNT,
    indexes={"user": attrgetter("user")},
)  # fmt: skip


def of_user(ctx: Context, user: str) -> list[SigningCertificate]:
    found = ctx.rows(signing_certificates).by("user", user, user)
    return sorted(found, key=lambda each: (each.uploaded, each.id))


def find(ctx: Context, UserName: str | None, CertificateId: str) -> SigningCertificate:
    """Raises NoSuchEntity, also for another user's."""
    user, _ = access_keys.owner(ctx, UserName)
    found = ctx.rows(signing_certificates).get(CertificateId)
    if found is None or found.user != user:
        raise missing("certificate", CertificateId)
    return found


def view(each: SigningCertificate, name: str) -> dict:
    return {
        "UserName": name, "CertificateId": each.id, "CertificateBody": each.body, "Status": each.status,
        "UploadDate": each.uploaded,
    }  # fmt: skip


@service.operation
def upload_signing_certificate(ctx, CertificateBody, UserName=None):
    """Raises NoSuchEntity, MalformedCertificate, InvalidCertificate, DuplicateCertificate, LimitExceeded."""
    user, name = access_keys.owner(ctx, UserName)
    certificate = certificates.read(CertificateBody)
    if certificate.not_valid_after_utc.timestamp() <= ctx.now:
        raise AwsError("InvalidCertificate", "The certificate has expired.")
    mark = certificate.fingerprint(hashes.SHA256()).hex()
    rows = ctx.rows(signing_certificates)
    if any(each.mark == mark for each in rows):
        raise AwsError("DuplicateCertificate", "The certificate is associated with an IAM user already.")
    if len(of_user(ctx, user)) >= CERTIFICATES:
        raise over_quota("SigningCertificatesPerUser", CERTIFICATES)
    made = rows.put(SigningCertificate(ctx.ids.upper(32), user, CertificateBody, mark, ctx.now))
    return {"Certificate": view(made, name)}


@service.operation
def list_signing_certificates(ctx, UserName=None, Marker=None, MaxItems=None):
    """Raises NoSuchEntity."""
    user, name = access_keys.owner(ctx, UserName)
    return paged(ctx, "Certificates", of_user(ctx, user), lambda each: (each.uploaded, each.id),
                 lambda each: view(each, name))  # fmt: skip


@service.operation
def update_signing_certificate(ctx, CertificateId, Status, UserName=None):
    """Raises NoSuchEntity."""
    ctx.rows(signing_certificates).put(replace(find(ctx, UserName, CertificateId), status=Status))
    return {}


@service.operation
def delete_signing_certificate(ctx, CertificateId, UserName=None):
    """Raises NoSuchEntity."""
    ctx.rows(signing_certificates).delete(find(ctx, UserName, CertificateId).id)
    return {}
