"""Requests: what is told before and after, validation by DNS and by mail, what a local authority signs."""

import urllib.request

import pytest
from cryptography import x509

from tests.services.acm.conftest import NOON, wait


def test_a_request_waits_for_its_proof(acm, told):
    arn = acm.request_certificate(DomainName="Example.com", SubjectAlternativeNames=["*.example.com"],
                                  ValidationMethod="DNS")["CertificateArn"]  # fmt: skip
    found = told(arn)
    options = found.pop("DomainValidationOptions")
    assert found.pop("CreatedAt").timestamp() == NOON
    assert found == {
        "CertificateArn": arn, "DomainName": "example.com", "SubjectAlternativeNames": ["example.com", "*.example.com"],
        "Subject": "CN=example.com", "Issuer": "Amazon", "Status": "PENDING_VALIDATION", "KeyAlgorithm": "RSA-2048",
        "SignatureAlgorithm": "SHA256WITHRSA", "InUseBy": [], "Type": "AMAZON_ISSUED", "KeyUsages": [],
        "ExtendedKeyUsages": [], "RenewalEligibility": "INELIGIBLE", "CertificateKeyPairOrigin": "AWS_MANAGED",
        "Options": {"CertificateTransparencyLoggingPreference": "ENABLED", "Export": "DISABLED"},
    }  # fmt: skip
    record = options[0]["ResourceRecord"]
    assert options[1]["ResourceRecord"] == record and record["Name"].endswith(".example.com.")
    assert record["Value"].endswith(".acm-validations.aws.")
    with pytest.raises(acm.exceptions.RequestInProgressException):
        acm.get_certificate(CertificateArn=arn)


def test_what_route_53_proves_is_issued_and_really_signed(acm, issued, told):
    arn = issued("example.com", SubjectAlternativeNames=["www.example.org"], KeyAlgorithm="RSA_2048")
    found = told(arn)
    assert {each["ValidationStatus"] for each in found["DomainValidationOptions"]} == {"SUCCESS"}
    answer = acm.get_certificate(CertificateArn=arn)
    certificate = x509.load_pem_x509_certificate(answer["Certificate"].encode())
    above, root = x509.load_pem_x509_certificates(answer["CertificateChain"].encode())
    certificate.verify_directly_issued_by(above)
    above.verify_directly_issued_by(root)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["example.com", "www.example.org"]
    assert int(found["Serial"].replace(":", ""), 16) == certificate.serial_number
    assert found["NotAfter"] == certificate.not_valid_after_utc and found["IssuedAt"] > found["NotBefore"]
    assert [each["Name"] for each in found["KeyUsages"]] == ["DIGITAL_SIGNATURE", "KEY_ENCIPHERMENT"]
    assert [each["OID"] for each in found["ExtendedKeyUsages"]] == ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]


def test_nothing_is_issued_without_its_record(acm, told, emulator):
    arn = acm.request_certificate(DomainName="example.net", ValidationMethod="DNS")["CertificateArn"]
    emulator.advance(3600)
    assert told(arn)["Status"] == "PENDING_VALIDATION"
    emulator.advance(3 * 86400)
    found = told(arn)
    assert (found["Status"], found["DomainValidationOptions"][0]["ValidationStatus"]) == (
        "VALIDATION_TIMED_OUT", "FAILED")


def test_mails_are_sent_and_their_link_approves(acm, told, emulator, mails, refused):
    arn = acm.request_certificate(
        DomainName="www.example.com", ValidationMethod="EMAIL", KeyAlgorithm="EC_prime256v1",
        DomainValidationOptions=[{"DomainName": "www.example.com", "ValidationDomain": "example.com"}],
    )["CertificateArn"]  # fmt: skip
    option = told(arn)["DomainValidationOptions"][0]
    assert option["ValidationDomain"] == "example.com" and "admin@example.com" in option["ValidationEmails"]
    sent = {each["to"]: each["content"] for each in mails()}
    assert set(sent) == set(option["ValidationEmails"])
    acm.resend_validation_email(CertificateArn=arn, Domain="www.example.com", ValidationDomain="example.com")
    assert len(mails()) == 2 * len(sent)
    other = {"CertificateArn": arn, "Domain": "other.com", "ValidationDomain": "other.com"}
    assert refused(acm.resend_validation_email, **other)[0] == "InvalidDomainValidationOptionsException"
    urllib.request.urlopen(sent["admin@example.com"]["ApprovalURL"]).read()
    wait(emulator, lambda: told(arn)["Status"] == "ISSUED")
    found = told(arn)
    assert (found["KeyAlgorithm"], found["Status"]) == ("EC-prime256v1", "ISSUED")


def test_tokens_make_requests_idempotent(acm, refused):
    given = {"DomainName": "example.com", "IdempotencyToken": "token"}
    assert acm.request_certificate(**given)["CertificateArn"] == acm.request_certificate(**given)["CertificateArn"]
    wrong = [{"DomainName": "example.com", "ValidationDomain": "other.org"}]
    assert refused(acm.request_certificate, DomainName="example.com", DomainValidationOptions=wrong)[0] == (
        "InvalidDomainValidationOptionsException")


def test_a_private_authority_is_not_here(acm, told):
    authority = "arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/1234abcd-12ab-34cd-56ef-1234567890ab"
    arn = acm.request_certificate(DomainName="example.com", CertificateAuthorityArn=authority)["CertificateArn"]
    found = told(arn)
    assert (found["Status"], found["FailureReason"], found["Type"]) == ("FAILED", "PCA_INVALID_ARN", "PRIVATE")


def test_deleted_is_gone(acm, refused):
    arn = acm.request_certificate(DomainName="example.com")["CertificateArn"]
    acm.delete_certificate(CertificateArn=arn)
    assert refused(acm.describe_certificate, CertificateArn=arn) == (
        "ResourceNotFoundException", f"Could not find certificate {arn}.")
