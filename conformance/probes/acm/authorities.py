"""Who signs certificates: public authorities, and private ones of AWS Private CA."""

from conformance.probes import probe
from conformance.probes.acm.certificates import GUIDE


@probe("acm", "RequestCertificate", "A public certificate is noted in the logs of certificate transparency",
       GUIDE + "acm-concepts.html#concept-transparency",
       cause="public authorities and logs take only names that they can reach; here a local authority signs")
def certificates_are_public(trial):
    from cryptography import x509

    found = trial.ask("GetCertificate", CertificateArn=trial.fixture("exported")["Arn"])
    certificate = x509.load_pem_x509_certificate(found["Certificate"].encode())
    kinds = {type(each.value) for each in certificate.extensions}
    assert x509.PrecertificateSignedCertificateTimestamps in kinds, "the certificate carries no timestamp of a log"


@probe("acm", "RequestCertificate", "A private authority issues certificates for names that nobody proves",
       GUIDE + "gs-acm-request-private.html", cause="AWS Private CA is not among the services that are emulated")
def private_authorities_issue(trial):
    made = trial.ask("CreateCertificateAuthority", "acm-pca", CertificateAuthorityType="ROOT",
                     CertificateAuthorityConfiguration={
                         "KeyAlgorithm": "EC_prime256v1", "SigningAlgorithm": "SHA256WITHECDSA",
                         "Subject": {"CommonName": "probe"}})["CertificateAuthorityArn"]
    trial.later(lambda: trial.ask("DeleteCertificateAuthority", "acm-pca", CertificateAuthorityArn=made))
    arn = trial.ask("RequestCertificate", DomainName="inner.example", CertificateAuthorityArn=made)["CertificateArn"]
    trial.later(lambda: trial.ask("DeleteCertificate", CertificateArn=arn))
    found = trial.ask("DescribeCertificate", CertificateArn=arn)["Certificate"]
    assert found["Type"] == "PRIVATE" and found["Status"] in ("PENDING_VALIDATION", "ISSUED"), found
