"""Credentials of users: access keys, passwords, certificates, SSH keys, service-specific ones; identity providers."""

import datetime

import boto3
import pytest
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from emulator.testing.inprocess import InProcess


@pytest.fixture
def user(iam):
    iam.create_user(UserName="ann")
    return "ann"


@pytest.fixture(scope="module")
def pair() -> tuple[str, str, str]:
    """A certificate, its private key and its public key, in PEM."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "example.com")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now).not_valid_after(now + datetime.timedelta(days=30)).sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return made.public_bytes(serialization.Encoding.PEM).decode(), private.decode(), public.decode()


def test_access_keys_sign_for_their_user(iam, client, user, refusal):
    first = iam.create_access_key(UserName=user)["AccessKey"]
    caller = client("sts", access_key=first["AccessKeyId"]).get_caller_identity()
    assert caller["Arn"] == "arn:aws:iam::000000000000:user/ann"
    assert client("iam", access_key=first["AccessKeyId"]).get_user()["User"]["UserName"] == "ann"
    iam.create_access_key(UserName=user)
    assert refusal(iam.create_access_key, UserName=user)[:2] == (
        "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2",
    )  # fmt: skip
    used = iam.get_access_key_last_used(AccessKeyId=first["AccessKeyId"])
    assert (used["UserName"], used["AccessKeyLastUsed"]["ServiceName"]) == ("ann", "iam")
    iam.update_user(UserName=user, NewUserName="bea")
    assert client("sts", access_key=first["AccessKeyId"]).get_caller_identity()["Arn"].endswith(":user/bea")
    assert refusal(iam.delete_user, UserName="bea")[0] == "DeleteConflict"


def test_an_inactive_key_does_not_sign():
    with_signatures = InProcess(verify_signatures=True).start()
    try:
        def make(service, key="test", secret="test"):
            return boto3.client(service, endpoint_url=with_signatures.url, region_name="us-east-1",
                                aws_access_key_id=key, aws_secret_access_key=secret)  # fmt: skip

        iam = make("iam")
        iam.create_user(UserName="ann")
        key = iam.create_access_key(UserName="ann")["AccessKey"]
        sts = make("sts", key["AccessKeyId"], key["SecretAccessKey"])
        assert sts.get_caller_identity()["Arn"].endswith(":user/ann")
        iam.update_access_key(UserName="ann", AccessKeyId=key["AccessKeyId"], Status="Inactive")
        with pytest.raises(ClientError) as caught:
            sts.get_caller_identity()
        assert caught.value.response["Error"]["Code"] == "InvalidClientTokenId"
    finally:
        with_signatures.stop()


def test_passwords_follow_the_policy(iam, client, user, refusal):
    assert refusal(iam.get_account_password_policy) == (
        "NoSuchEntity", "The Password Policy with domain name 000000000000 cannot be found.", 404,
    )  # fmt: skip
    iam.update_account_password_policy(MinimumPasswordLength=10, RequireNumbers=True, PasswordReusePrevention=2)
    assert refusal(iam.create_login_profile, UserName=user, Password="short1")[0] == "PasswordPolicyViolation"
    assert refusal(iam.create_login_profile, UserName=user, Password="no-digits-here")[0] == "PasswordPolicyViolation"
    iam.create_login_profile(UserName=user, Password="first-password-1")
    assert iam.get_login_profile(UserName=user)["LoginProfile"]["PasswordResetRequired"] is False
    key = iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"]
    own = client("iam", access_key=key)
    own.change_password(OldPassword="first-password-1", NewPassword="second-password-2")
    assert refusal(own.change_password, OldPassword="first-password-1", NewPassword="x")[0] == "AccessDenied"
    assert refusal(own.change_password, OldPassword="second-password-2", NewPassword="first-password-1")[0] == (
        "PasswordPolicyViolation"
    )
    iam.delete_login_profile(UserName=user)
    assert refusal(iam.delete_login_profile, UserName=user)[1] == "Cannot find Login Profile for User ann"
    assert refusal(iam.get_login_profile, UserName=user)[1] == "Login Profile for User ann cannot be found."


def test_certificates(iam, user, pair, refusal):
    body, private, _ = pair
    made = iam.upload_server_certificate(ServerCertificateName="web", CertificateBody=body, PrivateKey=private)
    assert made["ServerCertificateMetadata"]["Arn"] == "arn:aws:iam::000000000000:server-certificate/web"
    shown = iam.get_server_certificate(ServerCertificateName="WEB")["ServerCertificate"]
    assert shown["CertificateBody"] == body.strip()
    other = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()  # fmt: skip
    assert refusal(
        iam.upload_server_certificate, ServerCertificateName="x", CertificateBody=body, PrivateKey=other
    )[0] == "KeyPairMismatch"  # fmt: skip
    assert refusal(iam.upload_signing_certificate, UserName=user, CertificateBody="no certificate")[0] == (
        "MalformedCertificate"
    )
    signing = iam.upload_signing_certificate(UserName=user, CertificateBody=body)["Certificate"]["CertificateId"]
    assert refusal(iam.upload_signing_certificate, UserName=user, CertificateBody=body)[0] == "DuplicateCertificate"
    iam.update_signing_certificate(UserName=user, CertificateId=signing, Status="Inactive")
    assert iam.list_signing_certificates(UserName=user)["Certificates"][0]["Status"] == "Inactive"


def test_ssh_keys(iam, user, pair, refusal):
    made = iam.upload_ssh_public_key(UserName=user, SSHPublicKeyBody=pair[2])["SSHPublicKey"]
    assert len(made["Fingerprint"].split(":")) == 16
    given = {"UserName": user, "SSHPublicKeyId": made["SSHPublicKeyId"]}
    assert iam.get_ssh_public_key(**given, Encoding="PEM")["SSHPublicKey"]["SSHPublicKeyBody"].startswith("-----BEGIN")
    assert refusal(iam.upload_ssh_public_key, UserName=user, SSHPublicKeyBody=pair[2])[0] == "DuplicateSSHPublicKey"
    bad = {"UserName": user, "SSHPublicKeyBody": "ssh-rsa nothing"}
    assert refusal(iam.upload_ssh_public_key, **bad)[0] == "InvalidPublicKey"
    iam.delete_ssh_public_key(**given)
    assert iam.list_ssh_public_keys(UserName=user)["SSHPublicKeys"] == []


def test_service_specific_credentials(iam, user, refusal):
    made = iam.create_service_specific_credential(UserName=user, ServiceName="codecommit.amazonaws.com")
    credential = made["ServiceSpecificCredential"]
    assert credential["ServiceUserName"] == "ann-at-000000000000"
    given = {"UserName": user, "ServiceSpecificCredentialId": credential["ServiceSpecificCredentialId"]}
    again = iam.reset_service_specific_credential(**given)["ServiceSpecificCredential"]
    assert again["ServicePassword"] != credential["ServicePassword"]
    iam.update_service_specific_credential(**given, Status="Inactive")
    listed = iam.list_service_specific_credentials(UserName=user)["ServiceSpecificCredentials"]
    assert (listed[0]["Status"], "ServicePassword" in listed[0]) == ("Inactive", False)
    assert refusal(iam.delete_service_specific_credential, UserName=user, ServiceSpecificCredentialId="a" * 20) == (
        "NoSuchEntity", f"No such credential {'a' * 20} exists", 404,
    )  # fmt: skip


def test_identity_providers(iam, refusal):
    arn = iam.create_open_id_connect_provider(
        Url="https://idp.example.com", ClientIDList=["one"], ThumbprintList=["a" * 40]
    )["OpenIDConnectProviderArn"]
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="two")
    shown = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert (shown["Url"], shown["ClientIDList"]) == ("idp.example.com", ["one", "two"])
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert refusal(iam.get_open_id_connect_provider, OpenIDConnectProviderArn=arn)[1] == (
        f"OpenIDConnect Provider not found for arn {arn}"
    )
    metadata = (
        '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com" '
        'validUntil="2035-04-14T10:52:51.776Z"><md:IDPSSODescriptor><md:KeyDescriptor><ds:KeyInfo '
        'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>' + "A" * 800 +
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor></md:IDPSSODescriptor></md:EntityDescriptor>"
    )
    arn = iam.create_saml_provider(SAMLMetadataDocument=metadata, Name="idp")["SAMLProviderArn"]
    assert iam.get_saml_provider(SAMLProviderArn=arn)["ValidUntil"].year == 2035
    assert refusal(iam.create_saml_provider, SAMLMetadataDocument="x" * 1000, Name="bad")[0] == "InvalidInput"


def test_the_root_has_no_devices_of_its_own_until_it_has(iam):
    assert iam.list_mfa_devices()["MFADevices"] == []
