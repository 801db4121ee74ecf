"""The ACME server, spoken to as a client does: RFC 8555 from directory to certificate."""

import hashlib
import hmac
import http.client
import json
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils

from emulator.engines.jws import decode, encode

CA = {"PublicCertificateAuthority": {"AllowedKeyAlgorithms": ["RSA_2048", "EC_prime256v1"]}}


class Client:
    """An ACME client with a key of its own."""

    def __init__(self, directory: str, port: int):
        self.host, self.port = urlsplit(directory).netloc, port
        self.key = ec.generate_private_key(ec.SECP256R1())
        numbers = self.key.public_key().public_numbers()
        self.jwk = {"kty": "EC", "crv": "P-256", "x": encode(numbers.x.to_bytes(32, "big")),
                    "y": encode(numbers.y.to_bytes(32, "big"))}  # fmt: skip
        self.kid = None
        self.nonce = None
        self.directory = json.loads(self.send("GET", directory)[2])

    def send(self, method, url, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        headers = {"Host": self.host, "Content-Type": "application/jose+json"}
        connection.request(method, urlsplit(url).path, body, headers)
        answer = connection.getresponse()
        self.nonce = answer.headers["Replay-Nonce"]
        return answer.status, answer.headers, answer.read()

    def post(self, url, payload, nonce=None):
        """Payload None is POST-as-GET. Gives status, headers and the body, JSON where it is."""
        header = {"alg": "ES256", "nonce": nonce or self.nonce, "url": url}
        header |= {"kid": self.kid} if self.kid else {"jwk": self.jwk}
        protected = encode(json.dumps(header).encode())
        content = "" if payload is None else encode(json.dumps(payload).encode())
        r, s = utils.decode_dss_signature(self.key.sign(f"{protected}.{content}".encode(), ec.ECDSA(hashes.SHA256())))
        signature = encode(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
        status, headers, body = self.send("POST", url, json.dumps(
            {"protected": protected, "payload": content, "signature": signature}))
        return status, headers, json.loads(body) if "json" in headers["Content-Type"] and body else body.decode()

    def bind(self, key_id, mac):
        protected = encode(json.dumps({"alg": "HS256", "kid": key_id, "url": self.directory["newAccount"]}).encode())
        payload = encode(json.dumps(self.jwk).encode())
        code = hmac.new(decode(mac), f"{protected}.{payload}".encode(), hashlib.sha256).digest()
        return {"protected": protected, "payload": payload, "signature": encode(code)}

    def register(self, key_id, mac, **more):
        given = {"termsOfServiceAgreed": True, "externalAccountBinding": self.bind(key_id, mac), **more}
        status, headers, body = self.post(self.directory["newAccount"], given)
        if status == 201:
            self.kid = headers["Location"]
        return status, body

    def order(self, *names):
        identifiers = [{"type": "dns", "value": each} for each in names]
        return self.post(self.directory["newOrder"], {"identifiers": identifiers})


def request(key, *names) -> dict:
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    names = x509.SubjectAlternativeName([x509.DNSName(each) for each in names])
    csr = builder.add_extension(names, False).sign(key, hashes.SHA256())
    return {"csr": encode(csr.public_bytes(serialization.Encoding.DER))}


@pytest.fixture
def door(acm, client, emulator):
    """The ARN of an endpoint that may issue for example.com, its subdomains and wildcards."""
    zone = client("route53").create_hosted_zone(Name="example.com", CallerReference="z")["HostedZone"]["Id"]
    arn = acm.create_acme_endpoint(AuthorizationBehavior="PRE_APPROVED", CertificateAuthority=CA,
                                   CertificateTags=[{"Key": "by", "Value": "acme"}])["AcmeEndpointArn"]  # fmt: skip
    acm.create_acme_domain_validation(
        AcmeEndpointArn=arn, DomainName="example.com", PrevalidationOptions={"DnsPrevalidation": {
            "DomainScope": {"ExactDomain": "ENABLED", "Subdomains": "ENABLED", "Wildcards": "ENABLED"},
            "HostedZoneId": zone.removeprefix("/hostedzone/")}})  # fmt: skip
    emulator.advance(1)
    return arn


@pytest.fixture
def binding(acm, door):
    role = "arn:aws:iam::000000000000:role/acme"
    made = acm.create_acme_external_account_binding(AcmeEndpointArn=door, RoleArn=role)
    arn = made["ExternalAccountBinding"]["AcmeExternalAccountBindingArn"]
    found = acm.get_acme_external_account_binding_credentials(AcmeExternalAccountBindingArn=arn)
    return arn, found["KeyId"], found["MacKey"]


@pytest.fixture
def speaker(acm, door, emulator):
    url = acm.describe_acme_endpoint(AcmeEndpointArn=door)["AcmeEndpoint"]["EndpointUrl"]
    return lambda: Client(url, urlsplit(emulator.url).port)


def test_from_directory_to_certificate(acm, door, binding, speaker):
    arn, *credentials = binding
    client = speaker()
    assert client.register(*credentials, contact=["mailto:me@example.com"])[0] == 201
    account = acm.list_acme_accounts(AcmeEndpointArn=door)["AcmeAccounts"][0]
    assert (account["AccountUrl"], account["Status"], account["Contacts"]) == (
        client.kid, "VALID", ["mailto:me@example.com"])
    assert account["AcmeExternalAccountBindingArn"] == arn
    assert "LastUsedAt" in acm.describe_acme_external_account_binding(AcmeExternalAccountBindingArn=arn)[
        "ExternalAccountBinding"]
    status, headers, order = client.order("example.com", "*.example.com", "www.example.com")
    assert (status, order["status"], len(order["authorizations"])) == (201, "ready", 3)
    place, authorization = headers["Location"], client.post(order["authorizations"][1], None)[2]
    assert authorization == {"status": "valid", "challenges": [], "wildcard": True,
                             "identifier": {"type": "dns", "value": "example.com"}}  # fmt: skip
    key = rsa.generate_private_key(65537, 2048)
    status, _, done = client.post(order["finalize"], request(key, "example.com", "*.example.com", "www.example.com"))
    assert (status, done["status"]) == (200, "valid") and client.post(place, None)[2] == done
    text = client.post(done["certificate"], None)[2]
    leaf, above, root = x509.load_pem_x509_certificates(text.encode())
    leaf.verify_directly_issued_by(above)
    above.verify_directly_issued_by(root)
    assert leaf.public_key() == key.public_key()
    row = acm.list_certificates(CertificateKeyPairOrigins=["ACME"])["CertificateSummaryList"][0]
    found = acm.describe_certificate(CertificateArn=row["CertificateArn"])["Certificate"]
    assert (found["Status"], found["AcmeEndpointArn"], found["DomainName"]) == ("ISSUED", door, "example.com")
    tags = acm.list_tags_for_certificate(CertificateArn=row["CertificateArn"])["Tags"]
    assert tags == [{"Key": "by", "Value": "acme"}]
    assert acm.get_certificate(CertificateArn=row["CertificateArn"])["Certificate"] in text
    der = encode(leaf.public_bytes(serialization.Encoding.DER))
    assert client.post(client.directory["revokeCert"], {"certificate": der})[0] == 200
    assert acm.describe_certificate(CertificateArn=row["CertificateArn"])["Certificate"]["Status"] == "REVOKED"


def test_what_the_server_refuses(acm, door, binding, speaker):
    arn, key_id, mac = binding
    client = speaker()

    def kind(answer):
        return answer[-1]["type"].rpartition(":")[2]

    assert kind(client.post(client.directory["newAccount"], {})) == "externalAccountRequired"
    assert kind(client.register(key_id, encode(b"another key"))) == "unauthorized"
    client.register(key_id, mac)
    assert kind(client.order("example.org")) == "rejectedIdentifier"
    assert kind(client.post(client.directory["newOrder"], {}, nonce="none")) == "badNonce"
    used = client.nonce
    order = client.order("example.com")[2]
    assert kind(client.post(order["finalize"], {}, nonce=used)) == "badNonce"
    assert kind(client.post(order["finalize"], request(client.key, "www.example.com"))) == "badCSR"
    stranger = speaker()
    stranger.kid = client.kid
    assert kind(stranger.order("example.com")) == "malformed"  # signed by another key
    acm.revoke_acme_account(AcmeEndpointArn=door, AccountUrl=client.kid)
    found = acm.describe_acme_account(AcmeEndpointArn=door, AccountUrl=client.kid)["AcmeAccount"]
    assert found["Status"] == "REVOKED"
    assert kind(client.order("example.com")) == "unauthorized"
    acm.revoke_acme_external_account_binding(AcmeExternalAccountBindingArn=arn)
    assert kind(speaker().register(key_id, mac)) == "unauthorized"
