"""ACME endpoints and what belongs to them."""

import base64

import pytest

CA = {"PublicCertificateAuthority": {"AllowedKeyAlgorithms": ["RSA_2048"]}}
ROLE = "arn:aws:iam::000000000000:role/acme"


@pytest.fixture
def acme(acm, emulator):
    """The ARN of an active endpoint."""
    arn = acm.create_acme_endpoint(AuthorizationBehavior="PRE_APPROVED", CertificateAuthority=CA,
                                   Tags=[{"Key": "k", "Value": "v"}])["AcmeEndpointArn"]  # fmt: skip
    emulator.advance(1)
    return arn


def test_endpoints(acm, acme, refused):
    found = acm.describe_acme_endpoint(AcmeEndpointArn=acme)["AcmeEndpoint"]
    assert (found["Status"], found["Contact"], found["CertificateAuthority"]) == ("ACTIVE", "NOT_REQUIRED", CA)
    acm.update_acme_endpoint(AcmeEndpointArn=acme, Contact="REQUIRED")
    assert acm.list_acme_endpoints()["AcmeEndpoints"][0]["Contact"] == "REQUIRED"
    assert acm.list_tags_for_resource(ResourceArn=acme)["Tags"] == [{"Key": "k", "Value": "v"}]
    acm.delete_acme_endpoint(AcmeEndpointArn=acme)
    assert acm.describe_acme_endpoint(AcmeEndpointArn=acme)["AcmeEndpoint"]["Status"] == "DELETING"


def test_bindings_have_credentials_until_they_are_revoked(acm, acme, refused, emulator):
    made = acm.create_acme_external_account_binding(
        AcmeEndpointArn=acme, RoleArn=ROLE, Expiration={"Value": 2, "Type": "HOURS"})["ExternalAccountBinding"]
    arn = made["AcmeExternalAccountBindingArn"]
    assert (made["ExpiresAt"] - made["CreatedAt"]).total_seconds() == 7200
    given = {"AcmeExternalAccountBindingArn": arn}
    key = acm.get_acme_external_account_binding_credentials(**given)
    assert len(base64.urlsafe_b64decode(key["MacKey"] + "==")) == 32 and key["KeyId"]
    assert acm.list_acme_external_account_bindings(AcmeEndpointArn=acme)["ExternalAccountBindings"] == [made]
    acm.revoke_acme_external_account_binding(**given)
    assert "RevokedAt" in acm.describe_acme_external_account_binding(**given)["ExternalAccountBinding"]
    assert refused(acm.get_acme_external_account_binding_credentials, **given)[0] == "ValidationException"
    acm.delete_acme_external_account_binding(**given)
    assert refused(acm.describe_acme_external_account_binding, **given)[0] == "ResourceNotFoundException"


def test_a_domain_is_validated_in_its_zone(acm, acme, client, emulator):
    zone = client("route53").create_hosted_zone(Name="example.com", CallerReference="z")["HostedZone"]["Id"]
    arn = acm.create_acme_domain_validation(
        AcmeEndpointArn=acme, DomainName="example.com", PrevalidationOptions={"DnsPrevalidation": {
            "DomainScope": {"Wildcards": "ENABLED"}, "HostedZoneId": zone.removeprefix("/hostedzone/")}},
    )["AcmeDomainValidationArn"]  # fmt: skip
    emulator.advance(1)
    found = acm.describe_acme_domain_validation(AcmeDomainValidationArn=arn)["AcmeDomainValidation"]
    assert found["Status"] == "VALID"
    scope = found["PrevalidationDetails"]["DnsPrevalidation"]["DomainScope"]
    assert scope == {"ExactDomain": "ENABLED", "Subdomains": "DISABLED", "Wildcards": "ENABLED"}
    lost = acm.create_acme_domain_validation(
        AcmeEndpointArn=acme, DomainName="example.org",
        PrevalidationOptions={"DnsPrevalidation": {"HostedZoneId": "ZABSENT00"}})["AcmeDomainValidationArn"]
    emulator.advance(1)
    found = acm.describe_acme_domain_validation(AcmeDomainValidationArn=lost)["AcmeDomainValidation"]
    assert (found["Status"], found["FailureDetails"]["Reason"]) == ("INVALID", "HOSTED_ZONE_NOT_FOUND")


def test_accounts_come_from_clients_alone(acm, acme, refused):
    assert acm.list_acme_accounts(AcmeEndpointArn=acme)["AcmeAccounts"] == []
    url = {"AcmeEndpointArn": acme, "AccountUrl": "https://example.com/account/1"}
    assert refused(acm.describe_acme_account, **url)[0] == "ResourceNotFoundException"
    assert refused(acm.revoke_acme_account, **url)[0] == "ResourceNotFoundException"
