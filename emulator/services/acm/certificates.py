"""Certificates: requested, told, deleted.

https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
"""

from emulator.engines import certificate_store
from emulator.engines.certificates import days
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import IdPattern, Resource
from emulator.services.acm import validation
from emulator.services.acm.service import TAGS, service

ISSUED, PENDING, FAILED = "ISSUED", "PENDING_VALIDATION", "FAILED"
LATEST = days(3)  # how long ACM waits for a validation

Certificate = Resource(
    "Certificate", service, id=IdPattern("{uuid}", "CertificateId"), arn_member="CertificateArn", by_arn=True,
    arn="arn:{partition}:acm:{region}:{account}:certificate/{CertificateId}", created="CreatedAt", tags=TAGS,
    create="RequestCertificate", read="DescribeCertificate", delete="DeleteCertificate",
    missing=("ResourceNotFoundException", "Could not find certificate {CertificateArn}."),
    mismatch=("InvalidParameterException", "The idempotency token was used for another certificate."),
    defaults={"KeyAlgorithm": "RSA_2048"}, cloudformation="AWS::CertificateManager::Certificate",
)  # fmt: skip


@Certificate.on_validate
def check(ctx, document, before):
    validation.check(document)


@Certificate.on_create
def requested(ctx, record):
    given = record.document
    names = [given["DomainName"], *given.get("SubjectAlternativeNames", ())]
    names = list(dict.fromkeys(each.lower() for each in names))
    method = given.get("ValidationMethod") or given.get("Options", {}).get("ValidationMethod") or "EMAIL"
    document = {
        "DomainName": names[0], "SubjectAlternativeNames": names, "Subject": f"CN={names[0]}", "Issuer": "Amazon",
        "Status": PENDING, "KeyAlgorithm": given["KeyAlgorithm"].replace("_", "-", 1), "Type": "AMAZON_ISSUED",
        "SignatureAlgorithm": "SHA256WITHRSA", "KeyUsages": [], "ExtendedKeyUsages": [],
        "Options": {"CertificateTransparencyLoggingPreference": "ENABLED", "Export": "DISABLED",
                    **{name: value for name, value in given.get("Options", {}).items() if name != "ValidationMethod"}},
        "DomainValidationOptions": validation.challenges(ctx, names, method, given.get("DomainValidationOptions", ())),
        "CertificateKeyPairOrigin": "AWS_MANAGED",
    } | ({"ManagedBy": given["ManagedBy"]} if "ManagedBy" in given else {})  # fmt: skip
    if "CertificateAuthorityArn" in given:  # AWS Private CA is not here to issue it
        document |= {"Type": "PRIVATE", "CertificateAuthorityArn": given["CertificateAuthorityArn"], "Status": FAILED,
                     "FailureReason": "PCA_INVALID_ARN"}
        del document["DomainValidationOptions"]
    record = replace(record, document=document)
    if document["Status"] == PENDING:
        validation.begin(ctx, record)
    return record


@Certificate.on_read
def shown(ctx, record):
    """What changes with who uses the certificate."""
    users = certificate_store.users(ctx, record.arn)
    eligible = record.document["Type"] != "IMPORTED" and record.document["Status"] == ISSUED and (
        users or record.private.get("exported"))
    answer = {"InUseBy": users, "RenewalEligibility": "ELIGIBLE" if eligible else "INELIGIBLE"}
    return answer | ({"CreatedAt": None} if ctx.operation == "DescribeCertificate"
                     and record.document["Type"] == "IMPORTED" else {})


@Certificate.on_delete
def deleted(ctx, record):
    if record.document["CertificateKeyPairOrigin"] == "ACME":
        raise AwsError("ConflictException", f"Certificate {record.arn} was issued through ACME and cannot be deleted.")
    if certificate_store.users(ctx, record.arn):
        raise AwsError("ResourceInUseException", f"Certificate {record.arn} in account {ctx.account} is in use.")
    ctx.rows(certificate_store.materials).delete(record.arn)
    for job in ("validate", "renew", "expire"):
        ctx.cancel(f"{job}/{record.id[0]}")


def find(ctx, arn: str):
    """Raises ResourceNotFoundException."""
    return Certificate.get(ctx, {"CertificateArn": arn})


def settle(ctx, record, **members):
    """Store a certificate with some members changed; None takes one away."""
    document = {name: value for name, value in {**record.document, **members}.items() if value is not None}
    return Certificate.put(ctx, replace(record, document=document, modified=ctx.now))
