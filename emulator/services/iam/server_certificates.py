"""Server certificates. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_server-certs.html"""

from emulator.engines import certificate_store
from emulator.kernel.context import Context
from emulator.kernel.store import ACCOUNT, Record, Table, replace
from emulator.services.iam import certificates as x509
from emulator.services.iam.common import arn, new_id, paged, tags_of, tags_to_wire
from emulator.services.iam.errors import exists, missing, over_quota
from emulator.services.iam.service import service

CERTIFICATES = 20


class ServerCertificate(Record):
    """``private`` is the key in PEM: it can be used by services, never read back."""

    name: str
    path: str
    id: str
    arn: str
    body: str
    private: str
    chain: str
    uploaded: float
    expires: float
    tags: dict[str, str] = {}


certificates = Table(
    "iam.server_certificate", ServerCertificate, key=lambda each: each.name.lower(), scope=ACCOUNT, ordered=True
)


def find(ctx: Context, ServerCertificateName: str) -> ServerCertificate:
    """Raises NoSuchEntity."""
    found = ctx.rows(certificates).get(ServerCertificateName.lower())
    if found is None:
        raise missing("server certificate", ServerCertificateName)
    return found


def view(each: ServerCertificate) -> dict:
    return {
        "Path": each.path, "ServerCertificateName": each.name, "ServerCertificateId": each.id, "Arn": each.arn,
        "UploadDate": each.uploaded, "Expiration": each.expires,
    }  # fmt: skip


@service.operation
def upload_server_certificate(
    ctx, ServerCertificateName, CertificateBody, PrivateKey, Path=None, CertificateChain=None, Tags=None
):
    """Raises EntityAlreadyExists, MalformedCertificate, KeyPairMismatch, LimitExceeded, InvalidInput."""
    rows, name, path = ctx.rows(certificates), ServerCertificateName, Path or "/"
    if name.lower() in rows:
        raise exists("server certificate", name)
    if len(rows) >= CERTIFICATES:
        raise over_quota("ServerCertificatesPerAccount", CERTIFICATES)
    certificate = x509.read(CertificateBody)
    x509.check_pair(certificate, PrivateKey)
    if CertificateChain:
        x509.read_chain(CertificateChain)
    made = rows.put(
        ServerCertificate(
            name, path, new_id(ctx, "ASCA"), arn(ctx, "server-certificate", path, name), CertificateBody.strip(),
            PrivateKey, (CertificateChain or "").strip(), ctx.now, certificate.not_valid_after_utc.timestamp(),
            tags_of(Tags),
        )
    )  # fmt: skip
    _keep(ctx, made)
    return {"ServerCertificateMetadata": view(made)} | ({"Tags": tags_to_wire(made.tags)} if made.tags else {})


def _keep(ctx, each: ServerCertificate) -> None:
    """Let the endpoints of other services serve the certificate."""
    key = x509.der(each.private)
    ctx.rows(certificate_store.materials).put(certificate_store.Material(each.arn, each.body, each.chain, key))


@service.operation
def get_server_certificate(ctx, ServerCertificateName):
    """Raises NoSuchEntity."""
    found = find(ctx, ServerCertificateName)
    shown = {"ServerCertificateMetadata": view(found), "CertificateBody": found.body}
    if found.chain:
        shown["CertificateChain"] = found.chain
    if found.tags:
        shown["Tags"] = tags_to_wire(found.tags)
    return {"ServerCertificate": shown}


@service.operation
def list_server_certificates(ctx, PathPrefix=None, Marker=None, MaxItems=None):
    """By name, those under a path prefix."""
    found = (each for each in ctx.rows(certificates) if each.path.startswith(PathPrefix or "/"))
    return paged(ctx, "ServerCertificateMetadataList", found, lambda each: each.name.lower(), view)


@service.operation
def update_server_certificate(ctx, ServerCertificateName, NewPath=None, NewServerCertificateName=None):
    """Another name or path. Raises NoSuchEntity, EntityAlreadyExists."""
    found, rows = find(ctx, ServerCertificateName), ctx.rows(certificates)
    name, path = NewServerCertificateName or found.name, NewPath or found.path
    if name.lower() != found.name.lower() and name.lower() in rows:
        raise exists("server certificate", name)
    rows.delete(found.name.lower())
    ctx.rows(certificate_store.materials).delete(found.arn)
    _keep(ctx, rows.put(replace(found, name=name, path=path, arn=arn(ctx, "server-certificate", path, name))))
    return {}


@service.operation
def delete_server_certificate(ctx, ServerCertificateName):
    """Raises NoSuchEntity."""
    found = find(ctx, ServerCertificateName)
    ctx.rows(certificate_store.materials).delete(found.arn)
    ctx.rows(certificates).delete(found.name.lower())
    return {}
