"""Import, export, renewal, revocation, options, lists, searches, tags, the account."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.services.acm.conftest import NOON, wait

DAY = timedelta(days=1)
START = datetime.fromtimestamp(NOON, UTC)


def pem(key) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption())


def made(name="imported.example.com", issuer=None, ca=False, begin=START - DAY, end=START + 30 * DAY):
    """A certificate in PEM, its key, and what can issue others."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer[0] if issuer else subject)
        .public_key(key.public_key()).serial_number(x509.random_serial_number()).not_valid_before(begin)
        .not_valid_after(end).add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
        .add_extension(x509.BasicConstraints(ca, None), True)
    )
    certificate = builder.sign(issuer[1] if issuer else key, hashes.SHA256())
    return certificate.public_bytes(serialization.Encoding.PEM), key, (subject, key)


@pytest.fixture
def imported(acm):
    certificate, key, _ = made()
    return acm.import_certificate(Certificate=certificate, PrivateKey=pem(key))["CertificateArn"]


def test_an_import_is_told_as_it_is(acm, imported, told):
    found = told(imported)
    assert (found["Type"], found["Status"], found["DomainName"]) == ("IMPORTED", "ISSUED", "imported.example.com")
    assert (found["KeyAlgorithm"], found["SignatureAlgorithm"]) == ("EC-prime256v1", "SHA256WITHECDSA")
    assert found["ImportedAt"].timestamp() == NOON and found["NotAfter"] == START + 30 * DAY
    assert "DomainValidationOptions" not in found and found["RenewalEligibility"] == "INELIGIBLE"


def test_an_import_must_fit_together(acm, refused):
    authority, _, by = made("Authority", ca=True)
    leaf, leaf_key, _ = made(issuer=by)
    stranger, stranger_key, _ = made("Other", ca=True)
    importing = acm.import_certificate
    arn = importing(Certificate=leaf, PrivateKey=pem(leaf_key), CertificateChain=authority)["CertificateArn"]
    assert acm.get_certificate(CertificateArn=arn)["CertificateChain"].encode() == authority
    assert refused(importing, Certificate=leaf, PrivateKey=pem(leaf_key), CertificateChain=stranger) == (
        "ValidationException", "Could not validate the certificate with the certificate chain.")
    assert refused(importing, Certificate=leaf + authority, PrivateKey=pem(leaf_key)) == (
        "ValidationException", "The certificate field contains more than one certificate. You can specify only one "
        "certificate in this field.")  # fmt: skip
    assert refused(importing, Certificate=leaf, PrivateKey=pem(stranger_key))[0] == "ValidationException"
    assert refused(importing, Certificate=b"none", PrivateKey=pem(leaf_key))[0] == "ValidationException"
    old, old_key, _ = made(begin=START - 3 * DAY, end=START - DAY)
    assert refused(importing, Certificate=old, PrivateKey=pem(old_key))[0] == "ValidationException"


def test_an_import_can_be_repeated_and_ends(acm, imported, told, emulator):
    certificate, key, _ = made("new.example.com")
    again = acm.import_certificate(CertificateArn=imported, Certificate=certificate, PrivateKey=pem(key))
    assert again["CertificateArn"] == imported and told(imported)["DomainName"] == "new.example.com"
    emulator.advance(31 * 86400)
    assert told(imported)["Status"] == "EXPIRED"


def test_export_asks_for_its_option_and_a_passphrase(acm, issued, refused, told):
    arn = issued("example.com")
    assert refused(acm.export_certificate, CertificateArn=arn, Passphrase=b"secret")[0] == "ValidationException"
    acm.update_certificate_options(CertificateArn=arn, Options={"Export": "ENABLED"})
    assert told(arn)["Options"]["Export"] == "ENABLED"
    found = acm.export_certificate(CertificateArn=arn, Passphrase=b"secret")
    key = serialization.load_pem_private_key(found["PrivateKey"].encode(), b"secret")
    certificate = x509.load_pem_x509_certificate(found["Certificate"].encode())
    assert key.public_key() == certificate.public_key()
    with pytest.raises(ValueError):
        serialization.load_pem_private_key(found["PrivateKey"].encode(), b"other")


def test_what_is_exported_is_renewed_on_the_clock(acm, issued, told, emulator):
    arn = issued("example.com", Options={"Export": "ENABLED"})
    before = told(arn)
    assert before["RenewalEligibility"] == "INELIGIBLE"
    acm.export_certificate(CertificateArn=arn, Passphrase=b"secret")
    assert told(arn)["RenewalEligibility"] == "ELIGIBLE"
    emulator.advance(154 * 86400)
    wait(emulator, lambda: told(arn)["Serial"] != before["Serial"])
    after = told(arn)
    assert after["RenewalSummary"]["RenewalStatus"] == "SUCCESS" and after["NotAfter"] > before["NotAfter"]
    emulator.advance(60 * 86400)
    assert told(arn)["Status"] == "ISSUED"


def test_what_nobody_uses_expires(acm, issued, told, emulator, refused):
    arn = issued("example.com")
    assert refused(acm.renew_certificate, CertificateArn=arn)[0] == "ValidationException"
    emulator.advance(199 * 86400)
    assert told(arn)["Status"] == "EXPIRED"


def test_revocation_is_for_what_was_exported(acm, issued, told, refused):
    arn = issued("example.com", Options={"Export": "ENABLED"})
    given = {"CertificateArn": arn, "RevocationReason": "KEY_COMPROMISE"}
    assert refused(acm.revoke_certificate, **given)[0] == "ValidationException"
    acm.export_certificate(CertificateArn=arn, Passphrase=b"secret")
    acm.revoke_certificate(**given)
    found = told(arn)
    assert (found["Status"], found["RevocationReason"], "RevokedAt" in found) == ("REVOKED", "KEY_COMPROMISE", True)
    assert refused(acm.revoke_certificate, **given)[0] == "ConflictException"


def test_from_mail_to_dns(acm, told, prove, client, emulator):
    arn = acm.request_certificate(DomainName="example.com", ValidationMethod="EMAIL")["CertificateArn"]
    acm.update_certificate_options(CertificateArn=arn, Options={"ValidationMethod": "DNS"})
    row = acm.list_certificate_domain_validations(CertificateArn=arn)["DomainValidationSummaryList"][0]
    assert row["ActiveValidationConfiguration"]["ValidationMethod"] == "EMAIL"
    wanted = row["RequestedValidationConfiguration"]["ValidationChallenge"]["DnsValidationChallenge"]["ResourceRecord"]
    route53 = client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="z")["HostedZone"]["Id"]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [{
        "Action": "CREATE", "ResourceRecordSet": {"Name": wanted["Name"], "Type": "CNAME", "TTL": 1,
                                                  "ResourceRecords": [{"Value": wanted["Value"]}]}}]})
    emulator.advance(1)
    found = told(arn)
    assert found["UpdateSummary"]["Status"] == "SUCCESS"
    assert found["DomainValidationOptions"][0]["ValidationMethod"] == "DNS"


def test_lists_and_searches(acm, imported):
    arns = [acm.request_certificate(DomainName=f"{name}.example.com")["CertificateArn"] for name in "abc"]
    listed = [each["CertificateArn"] for page in acm.get_paginator("list_certificates").paginate(
        PaginationConfig={"PageSize": 2}) for each in page["CertificateSummaryList"]]
    assert sorted(listed) == sorted(arns)  # an EC key is not listed unless it is asked for
    rows = acm.list_certificates(Includes={"keyTypes": ["EC_prime256v1"]})["CertificateSummaryList"]
    assert [each["CertificateArn"] for each in rows] == [imported]
    assert acm.list_certificates(CertificateStatuses=["ISSUED"])["CertificateSummaryList"] == []
    name = {"Filter": {"X509AttributeFilter": {"Subject": {"CommonName": {
        "Value": "b.example", "ComparisonOperator": "CONTAINS"}}}}}
    status = {"Filter": {"AcmCertificateMetadataFilter": {"Type": "IMPORTED"}}}
    found = acm.search_certificates(FilterStatement={"Or": [name, status]})["Results"]
    assert {each["CertificateArn"] for each in found} == {arns[1], imported}
    told = next(each for each in found if each["CertificateArn"] == imported)
    assert told["X509Attributes"]["Subject"] == {"CommonName": "imported.example.com"}
    rest = acm.search_certificates(FilterStatement={"Not": status}, SortBy="COMMON_NAME", SortOrder="ASCENDING")
    assert [each["CertificateArn"] for each in rest["Results"]] == arns


def test_tags_by_both_ways(acm, imported, refused):
    acm.add_tags_to_certificate(CertificateArn=imported, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    acm.remove_tags_from_certificate(CertificateArn=imported, Tags=[{"Key": "a", "Value": "other"}, {"Key": "b"}])
    wanted = [{"Key": "a", "Value": "1"}]
    assert acm.list_tags_for_certificate(CertificateArn=imported)["Tags"] == wanted
    assert acm.list_tags_for_resource(ResourceArn=imported)["Tags"] == wanted
    acm.tag_resource(ResourceArn=imported, Tags=[{"Key": "c", "Value": "3"}])
    acm.untag_resource(ResourceArn=imported, TagKeys=["a"])
    assert acm.list_tags_for_certificate(CertificateArn=imported)["Tags"] == [{"Key": "c", "Value": "3"}]
    assert refused(acm.add_tags_to_certificate, CertificateArn=imported, Tags=[{"Key": "aws:x", "Value": ""}])[0] == (
        "InvalidTagException")


def test_the_account(acm, refused):
    assert acm.get_account_configuration()["ExpiryEvents"] == {"DaysBeforeExpiry": 45}
    acm.put_account_configuration(ExpiryEvents={"DaysBeforeExpiry": 10}, IdempotencyToken="t")
    assert acm.get_account_configuration()["ExpiryEvents"] == {"DaysBeforeExpiry": 10}
    assert refused(acm.put_account_configuration, ExpiryEvents={"DaysBeforeExpiry": 9}, IdempotencyToken="t")[0] == (
        "ConflictException")
