"""Answers for enclaves: attestation documents made here under a root of one's own, and CMS opened by OpenSSL."""

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import boto3
import cbor2
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from emulator.testing.inprocess import InProcess

ACCOUNT, PCR0 = "111111111111", "ab" * 48
ALGORITHM = "RSAES_OAEP_SHA_256"


def certificate(name, key, issuer=None, issuer_key=None):
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    )  # fmt: skip
    return builder.sign(issuer_key or key, hashes.SHA384())


class Enclave:
    """A root, a signing certificate, and the enclave's own RSA key."""

    def __init__(self):
        self.root_key, self.key = (ec.generate_private_key(ec.SECP384R1()) for _ in range(2))
        self.root = certificate("root", self.root_key)
        self.leaf = certificate("enclave", self.key, self.root, self.root_key)
        self.rsa = rsa.generate_private_key(65537, 2048)

    def document(self, **changed) -> bytes:
        public = self.rsa.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        payload = cbor2.dumps({
            "module_id": "i-1234567890abcdef0-enc0", "timestamp": int(datetime.now(UTC).timestamp() * 1000),
            "digest": "SHA384", "pcrs": {0: bytes.fromhex(PCR0), 1: bytes(48)}, "public_key": public,
            "certificate": self.leaf.public_bytes(Encoding.DER), "cabundle": [self.root.public_bytes(Encoding.DER)],
            **changed})
        protected = cbor2.dumps({1: -35})
        signed = cbor2.dumps(["Signature1", protected, b"", payload])
        r, s = decode_dss_signature(self.key.sign(signed, ec.ECDSA(hashes.SHA384())))
        return cbor2.dumps([protected, {}, payload, r.to_bytes(48, "big") + s.to_bytes(48, "big")])

    def recipient(self, **changed) -> dict:
        return {"KeyEncryptionAlgorithm": ALGORITHM, "AttestationDocument": self.document(**changed)}

    def opened(self, folder, sealed: bytes) -> bytes:
        """What OpenSSL makes of a CiphertextForRecipient."""
        if shutil.which("openssl") is None:
            pytest.skip("openssl is not installed, which opens the envelopes here")
        key = folder / "key.pem"
        key.write_bytes(self.rsa.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        asked = ["openssl", "cms", "-decrypt", "-inform", "DER", "-inkey", str(key), "-binary"]
        return subprocess.run(asked, input=sealed, capture_output=True, check=True).stdout


@pytest.fixture(scope="module")
def enclave():
    return Enclave()


@pytest.fixture(scope="module")
def kms(enclave, tmp_path_factory):
    file = tmp_path_factory.mktemp("root") / "root.pem"
    file.write_bytes(enclave.root.public_bytes(Encoding.PEM))
    running = InProcess(iam="enforce", settings={"kms.attestation-root": str(file)}).start()
    yield boto3.client("kms", endpoint_url=running.url, region_name="us-east-1", aws_access_key_id=ACCOUNT,
                       aws_secret_access_key="test", config=Config(retries={"total_max_attempts": 1}))
    running.stop()


@pytest.fixture(scope="module")
def key(kms):
    return kms.create_key()["KeyMetadata"]["KeyId"]


def refused(call, **given):
    with pytest.raises(ClientError) as caught:
        call(**given)
    return caught.value.response["Error"]["Code"]


def test_the_enclave_alone_reads_the_answer(kms, key, enclave, tmp_path):
    made = kms.generate_data_key(KeyId=key, KeySpec="AES_256", Recipient=enclave.recipient())
    assert "Plaintext" not in made
    secret = kms.decrypt(CiphertextBlob=made["CiphertextBlob"])["Plaintext"]
    assert enclave.opened(tmp_path, made["CiphertextForRecipient"]) == secret
    found = kms.decrypt(CiphertextBlob=made["CiphertextBlob"], Recipient=enclave.recipient())
    assert "Plaintext" not in found
    assert enclave.opened(tmp_path, found["CiphertextForRecipient"]) == secret
    random = kms.generate_random(NumberOfBytes=7, Recipient=enclave.recipient())
    assert len(enclave.opened(tmp_path, random["CiphertextForRecipient"])) == 7
    pair = kms.generate_data_key_pair(KeyId=key, KeyPairSpec="ECC_NIST_P256", Recipient=enclave.recipient())
    assert "PrivateKeyPlaintext" not in pair
    assert enclave.opened(tmp_path, pair["CiphertextForRecipient"]) == kms.decrypt(
        CiphertextBlob=pair["PrivateKeyCiphertextBlob"])["Plaintext"]


def test_documents_that_nobody_trusted_vouches_for_are_refused(kms, key, enclave):
    other = Enclave()
    good = enclave.document()
    wrong = {
        "another root": other.document(), "no document": b"document", "tampered": good[:-1] + bytes((good[-1] ^ 1,)),
        "a chain that does not hold": enclave.document(certificate=other.leaf.public_bytes(Encoding.DER)),
        "no key": enclave.document(public_key=None),
    }  # fmt: skip
    for why, document in wrong.items():
        recipient = {"KeyEncryptionAlgorithm": ALGORITHM, "AttestationDocument": document}
        code = refused(kms.generate_data_key, KeyId=key, KeySpec="AES_256", Recipient=recipient)
        assert code == "ValidationException", why


def test_a_key_policy_may_ask_for_measurements(kms, enclave):
    root = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Resource": "*"}
    rest = {**root, "NotAction": "kms:GenerateDataKey"}
    for value, allowed in ((PCR0, True), ("cd" * 48, False)):
        asked = {**root, "Action": "kms:GenerateDataKey", "Condition": {
            "StringEqualsIgnoreCase": {"kms:RecipientAttestation:ImageSha384": value}}}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [rest, asked]})
        name = kms.create_key(Policy=policy)["KeyMetadata"]["KeyId"]
        given = {"KeyId": name, "KeySpec": "AES_256"}
        assert refused(kms.generate_data_key, **given) == "AccessDeniedException"
        if allowed:
            assert kms.generate_data_key(**given, Recipient=enclave.recipient())["CiphertextForRecipient"]
        else:
            code = refused(kms.generate_data_key, **given, Recipient=enclave.recipient())
            assert code == "AccessDeniedException"
