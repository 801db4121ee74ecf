"""Certificates: requests and their proofs, imports, exports, ACME endpoints."""

from conformance.probes import probe
from conformance.services.acm.base import CA, CERTIFICATE, KEY, ROLE
from conformance.services.self_signed import pair

API = "https://docs.aws.amazon.com/acm/latest/APIReference/"
GUIDE = "https://docs.aws.amazon.com/acm/latest/userguide/"


def requested(trial, name="www.example.com", **more):
    arn = trial.ask("RequestCertificate", DomainName=name, **more)["CertificateArn"]
    trial.later(lambda: trial.ask("DeleteCertificate", CertificateArn=arn))
    return arn, trial.ask("DescribeCertificate", CertificateArn=arn)["Certificate"]


def imported(trial):
    arn = trial.ask("ImportCertificate", Certificate=CERTIFICATE, PrivateKey=KEY)["CertificateArn"]
    trial.later(lambda: trial.ask("DeleteCertificate", CertificateArn=arn))
    return arn


@probe("acm", "RequestCertificate", "A domain and its wildcard ask for the same DNS record",
       GUIDE + "dns-validation.html")
def one_record_for_both(trial):
    _, found = requested(trial, "example.com", SubjectAlternativeNames=["*.example.com"], ValidationMethod="DNS")
    first, second = (each["ResourceRecord"] for each in found["DomainValidationOptions"])
    assert first == second and first["Name"].endswith(".example.com."), found


@probe("acm", "RequestCertificate", "A domain asks for the same DNS record each time", GUIDE + "dns-validation.html")
def the_record_stays(trial):
    one, other = (requested(trial, ValidationMethod="DNS")[1]["DomainValidationOptions"][0] for _ in "12")
    assert one["ResourceRecord"] == other["ResourceRecord"], (one, other)


@probe("acm", "RequestCertificate", "A request with the same token gives the same certificate",
       API + "API_RequestCertificate.html")
def tokens_repeat(trial):
    arn, _ = requested(trial, IdempotencyToken="probe")
    again = trial.ask("RequestCertificate", DomainName="www.example.com", IdempotencyToken="probe")
    assert again["CertificateArn"] == arn, again


@probe("acm", "RequestCertificate", "A validation domain must be the domain or lie above it",
       API + "API_DomainValidationOption.html")
def validation_domains_lie_above(trial):
    trial.refused("RequestCertificate", "InvalidDomainValidationOptionsException", 400, DomainName="www.example.com",
                  DomainValidationOptions=[{"DomainName": "www.example.com", "ValidationDomain": "example.org"}])


@probe("acm", "RequestCertificate", "E-mail validation writes to five mailboxes of the domain",
       GUIDE + "email-validation.html")
def five_mailboxes(trial):
    _, found = requested(trial, ValidationMethod="EMAIL", DomainValidationOptions=[
        {"DomainName": "www.example.com", "ValidationDomain": "example.com"}])
    mails = sorted(found["DomainValidationOptions"][0]["ValidationEmails"])
    boxes = ("admin", "administrator", "hostmaster", "postmaster", "webmaster")
    assert mails == [f"{box}@example.com" for box in boxes], mails


@probe("acm", "GetCertificate", "A certificate that is not issued yet cannot be got", API + "API_GetCertificate.html")
def pending_is_in_progress(trial):
    arn, _ = requested(trial)
    trial.refused("GetCertificate", "RequestInProgressException", 400, CertificateArn=arn)


@probe("acm", "RequestCertificate", "A record in Route 53 proves a domain, and the certificate is issued",
       GUIDE + "dns-validation.html")
def dns_proves(trial):
    arn = trial.fixture("exported")["Arn"]
    found = trial.ask("DescribeCertificate", CertificateArn=arn)["Certificate"]
    assert found["Status"] == "ISSUED" and "Serial" in found and "IssuedAt" in found, found
    assert [each["Name"] for each in found["KeyUsages"]] == ["DIGITAL_SIGNATURE", "KEY_ENCIPHERMENT"], found


@probe("acm", "GetCertificate", "An issued certificate is signed by the chain that comes with it",
       API + "API_GetCertificate.html")
def the_chain_signs(trial):
    from cryptography import x509

    found = trial.ask("GetCertificate", CertificateArn=trial.fixture("exported")["Arn"])
    below = x509.load_pem_x509_certificate(found["Certificate"].encode())
    for above in x509.load_pem_x509_certificates(found["CertificateChain"].encode()):
        below.verify_directly_issued_by(above)
        below = above


@probe("acm", "ExportCertificate", "An exported key opens with the passphrase and is the certificate's",
       GUIDE + "export-public-certificate.html")
def the_passphrase_opens(trial):
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    found = trial.ask("ExportCertificate", CertificateArn=trial.fixture("exported")["Arn"], Passphrase=b"open sesame")
    key = load_pem_private_key(found["PrivateKey"].encode(), b"open sesame")
    assert key.public_key() == x509.load_pem_x509_certificate(found["Certificate"].encode()).public_key()


@probe("acm", "ExportCertificate", "An imported certificate cannot be exported", API + "API_ExportCertificate.html")
def imports_stay(trial):
    trial.refused("ExportCertificate", "ValidationException", 400, CertificateArn=imported(trial), Passphrase=b"secret")


@probe("acm", "ImportCertificate", "One certificate is imported at a time", API + "API_ImportCertificate.html")
def one_at_a_time(trial):
    words = ("The certificate field contains more than one certificate. You can specify only one certificate in this "
             "field.")
    trial.refused("ImportCertificate", "ValidationException", 400, words, Certificate=CERTIFICATE + CERTIFICATE,
                  PrivateKey=KEY)


@probe("acm", "ImportCertificate", "The private key must be the certificate's",
       GUIDE + "import-certificate-prerequisites.html")
def keys_fit(trial):
    trial.refused("ImportCertificate", "ValidationException", 400, Certificate=CERTIFICATE,
                  PrivateKey=pair("other.example.com")[1])


@probe("acm", "ImportCertificate", "The chain must lead up from the certificate",
       GUIDE + "import-certificate-prerequisites.html")
def chains_fit(trial):
    trial.refused("ImportCertificate", "ValidationException", 400, (
        "Could not validate the certificate with the certificate chain."), Certificate=CERTIFICATE, PrivateKey=KEY,
        CertificateChain=pair("other.example.com")[0])


@probe("acm", "ListCertificates", "Certificates with other keys than RSA up to 2048 bits are listed when asked for",
       API + "API_Filters.html")
def key_types_are_asked_for(trial):
    arn = imported(trial)
    plain = trial.ask("ListCertificates")["CertificateSummaryList"]
    assert arn not in [each["CertificateArn"] for each in plain], plain
    asked = trial.ask("ListCertificates", Includes={"keyTypes": ["EC_prime256v1"]})["CertificateSummaryList"]
    assert arn in [each["CertificateArn"] for each in asked], asked


@probe("acm", "RevokeCertificate", "A certificate that was never exported cannot be revoked",
       API + "API_RevokeCertificate.html")
def only_exported_ones_are_revoked(trial):
    trial.refused("RevokeCertificate", "ValidationException", 400, CertificateArn=imported(trial),
                  RevocationReason="KEY_COMPROMISE")


@probe("acm", "RemoveTagsFromCertificate", "A tag that is named with another value stays",
       API + "API_RemoveTagsFromCertificate.html")
def values_must_match(trial):
    arn = imported(trial)
    trial.ask("AddTagsToCertificate", CertificateArn=arn, Tags=[{"Key": "k", "Value": "v"}])
    trial.ask("RemoveTagsFromCertificate", CertificateArn=arn, Tags=[{"Key": "k", "Value": "other"}])
    assert trial.ask("ListTagsForCertificate", CertificateArn=arn)["Tags"] == [{"Key": "k", "Value": "v"}]


@probe("acm", "RevokeAcmeExternalAccountBinding", "A revoked binding has no credentials any more",
       API + "API_RevokeAcmeExternalAccountBinding.html")
def revoked_bindings_are_empty(trial):
    given = {"AcmeExternalAccountBindingArn": trial.fixture("binding")["Arn"]}
    assert trial.ask("GetAcmeExternalAccountBindingCredentials", **given)["MacKey"]
    trial.ask("RevokeAcmeExternalAccountBinding", **given)
    trial.refused("GetAcmeExternalAccountBindingCredentials", "ValidationException", 400, **given)


@probe("acm", "DeleteAcmeEndpoint", "Bindings go with their endpoint", API + "API_DeleteAcmeEndpoint.html")
def bindings_go_along(trial):
    arn = trial.ask("CreateAcmeEndpoint", AuthorizationBehavior="PRE_APPROVED", CertificateAuthority=CA)[
        "AcmeEndpointArn"]
    made = trial.ask("CreateAcmeExternalAccountBinding", AcmeEndpointArn=arn, RoleArn=ROLE)["ExternalAccountBinding"]
    trial.ask("DeleteAcmeEndpoint", AcmeEndpointArn=arn)
    trial.refused("DescribeAcmeExternalAccountBinding", "ResourceNotFoundException", 400,
                  AcmeExternalAccountBindingArn=made["AcmeExternalAccountBindingArn"])
