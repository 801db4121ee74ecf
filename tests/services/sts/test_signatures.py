"""Tokens and assertions held to what their providers sign with, by an emulator that verifies signatures."""

import base64
import datetime
import http.server
import json
import ssl
import threading

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from joserfc import jwk, jwt
from lxml import etree
from signxml import XMLSigner

from emulator.testing import emulated

ROLE = "arn:aws:iam::000000000000:role/reader"
PROVIDER = "arn:aws:iam::000000000000:saml-provider/idp"
NOW = 1_700_000_000


@pytest.fixture(scope="module")
def strict():
    with emulated(verify_signatures=True) as emulator:
        emulator.freeze(NOW)
        yield emulator


@pytest.fixture(scope="module")
def sts(strict):
    return boto3.client("sts", endpoint_url=strict.url, region_name="us-east-1", config=Config(
        signature_version=UNSIGNED, retries={"total_max_attempts": 1}))  # fmt: skip


def certificate(key, name: str) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    day = datetime.timedelta(days=3650)
    begun = datetime.datetime.fromtimestamp(NOW, datetime.UTC)
    return (x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
            .serial_number(1).not_valid_before(begun - day).not_valid_after(begun + day).sign(key, hashes.SHA256()))


def pem(key) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption())  # fmt: skip


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    """(URL, key) of an issuer that publishes its key by discovery, over TLS."""
    key = jwk.RSAKey.generate_key(2048, {"kid": "1"})
    tls = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    chain = tmp_path_factory.mktemp("tls") / "chain.pem"
    chain.write_bytes(pem(tls) + certificate(tls, "127.0.0.1").public_bytes(serialization.Encoding.PEM))
    pages = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = pages.get(self.path)
            self.send_response(200 if body else 404)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    url = f"https://127.0.0.1:{server.server_port}"
    pages["/.well-known/openid-configuration"] = json.dumps({"issuer": url, "jwks_uri": f"{url}/keys"}).encode()
    pages["/keys"] = json.dumps({"keys": [key.as_dict(private=False)]}).encode()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield url, key
    server.shutdown()


def token(url: str, key, **claims) -> str:
    return jwt.encode({"alg": "RS256", "kid": "1"}, {"iss": url, "sub": "me", "aud": "app", "exp": NOW + 60, **claims},
                      key)  # fmt: skip


def refused(call, **params) -> str:
    with pytest.raises(ClientError) as raised:
        call(**params)
    return raised.value.response["Error"]["Code"]


def test_a_token_is_held_to_the_keys_of_its_issuer(sts, issuer):
    url, key = issuer
    given = {"RoleArn": ROLE, "RoleSessionName": "web"}
    answer = sts.assume_role_with_web_identity(**given, WebIdentityToken=token(url, key))
    assert answer["SubjectFromWebIdentityToken"] == "me"
    other = jwk.RSAKey.generate_key(2048, {"kid": "1"})
    assert refused(sts.assume_role_with_web_identity, **given, WebIdentityToken=token(url, other)) == (
        "InvalidIdentityToken")
    head, claims, signature = token(url, key).split(".")
    changed = json.loads(base64.urlsafe_b64decode(claims + "=="))
    forged = base64.urlsafe_b64encode(json.dumps({**changed, "sub": "root"}).encode()).rstrip(b"=").decode()
    assert refused(sts.assume_role_with_web_identity, **given, WebIdentityToken=f"{head}.{forged}.{signature}") == (
        "InvalidIdentityToken")
    gone = token("https://127.0.0.1:1", key)
    assert refused(sts.assume_role_with_web_identity, **given, WebIdentityToken=gone) == "IDPCommunicationError"


def response(key, signed: bool = True, name: str = "ann") -> str:
    stamp = "2023-11-14T22:{}:00Z"
    text = f"""<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="r1" Version="2.0">
<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="a1" Version="2.0">
<saml:Issuer>https://idp.example.com</saml:Issuer>
<saml:Subject><saml:NameID>{name}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
<saml:SubjectConfirmationData NotOnOrAfter="{stamp.format(59)}" Recipient="https://signin.aws.amazon.com/saml"/>
</saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{stamp.format("00")}" NotOnOrAfter="{stamp.format(59)}"><saml:AudienceRestriction>
<saml:Audience>https://signin.aws.amazon.com/saml</saml:Audience></saml:AudienceRestriction></saml:Conditions>
<saml:AttributeStatement>
<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/Role">
<saml:AttributeValue>{ROLE},{PROVIDER}</saml:AttributeValue></saml:Attribute>
<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/RoleSessionName">
<saml:AttributeValue>ann</saml:AttributeValue></saml:Attribute>
</saml:AttributeStatement></saml:Assertion></samlp:Response>"""
    tree = etree.fromstring(text)
    if signed:
        tree = XMLSigner(c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#").sign(
            tree, key=pem(key), cert=[certificate(key, "idp")])
    return base64.b64encode(etree.tostring(tree)).decode()


def test_an_assertion_is_held_to_the_metadata_of_its_provider(strict, sts):
    key, other = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    der = base64.b64encode(certificate(key, "idp").public_bytes(serialization.Encoding.DER)).decode()
    metadata = f"""<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com">
<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing">
<KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>{der}</X509Certificate></X509Data>
</KeyInfo></KeyDescriptor><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
Location="https://idp.example.com/sso"/></IDPSSODescriptor></EntityDescriptor>"""
    given = {"RoleArn": ROLE, "PrincipalArn": PROVIDER}
    assert refused(sts.assume_role_with_saml, **given, SAMLAssertion=response(key)) == "InvalidIdentityToken"
    iam = boto3.client("iam", endpoint_url=strict.url, region_name="us-east-1", aws_access_key_id="000000000000",
                       aws_secret_access_key="test")  # fmt: skip
    metadata += "<!--" + "x" * 1000 + "-->"  # AWS wants a thousand characters at least
    iam.create_saml_provider(Name="idp", SAMLMetadataDocument=metadata)
    answer = sts.assume_role_with_saml(**given, SAMLAssertion=response(key))
    assert answer["Subject"] == "ann"
    for wrong in (response(other), response(key, signed=False)):
        assert refused(sts.assume_role_with_saml, **given, SAMLAssertion=wrong) == "InvalidIdentityToken"
    tampered = base64.b64encode(base64.b64decode(response(key)).replace(b">ann</saml:NameID>", b">root</saml:NameID>"))
    assert refused(sts.assume_role_with_saml, **given, SAMLAssertion=tampered.decode()) == "InvalidIdentityToken"
