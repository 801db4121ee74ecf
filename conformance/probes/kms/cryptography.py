"""What keys do: ciphertexts, signatures, codes, shared secrets."""

import hashlib

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import load_der_public_key

from conformance.probes import probe

API = "https://docs.aws.amazon.com/kms/latest/APIReference/"
GUIDE = "https://docs.aws.amazon.com/kms/latest/developerguide/"


def made(trial, **given):
    return trial.ask("CreateKey", **given)["KeyMetadata"]


@probe("kms", "Decrypt", "A ciphertext can be decrypted with the same encryption context only",
       GUIDE + "encrypt_context.html")
def the_context_is_authenticated(trial):
    key, context = trial.fixture("key")["KeyId"], {"tenant": "a"}
    blob = trial.ask("Encrypt", KeyId=key, Plaintext=b"x", EncryptionContext=context)["CiphertextBlob"]
    trial.refused("Decrypt", "InvalidCiphertextException", 400, CiphertextBlob=blob)
    trial.refused("Decrypt", "InvalidCiphertextException", 400, CiphertextBlob=blob, EncryptionContext={"tenant": "b"})
    assert trial.ask("Decrypt", CiphertextBlob=blob, EncryptionContext=context)["Plaintext"] == b"x"


@probe("kms", "Decrypt", "Naming another key than the ciphertext's is refused with IncorrectKeyException",
       API + "API_Decrypt.html")
def the_key_must_be_the_ciphertexts(trial):
    blob = trial.fixture("ciphertext")["CiphertextBlob"]
    trial.refused("Decrypt", "IncorrectKeyException", 400,
                  "The key ID in the request does not identify a CMK that can perform this operation.",
                  CiphertextBlob=blob, KeyId=trial.fixture("key")["KeyId"])


@probe("kms", "Encrypt", "Two encryptions of the same plaintext differ", GUIDE + "symm-asymm-choose-key-spec.html")
def encryption_is_not_deterministic(trial):
    key = trial.fixture("key")["KeyId"]
    blobs = {trial.ask("Encrypt", KeyId=key, Plaintext=b"x")["CiphertextBlob"] for _ in range(3)}
    assert len(blobs) == 3


@probe("kms", "Encrypt", "RSA keys refuse plaintexts beyond what OAEP leaves room for", API + "API_Encrypt.html")
def plaintexts_have_room(trial):
    key = made(trial, KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")["KeyId"]
    trial.refused("Encrypt", "ValidationException", 400,
                  "Algorithm RSAES_OAEP_SHA_256 and key spec RSA_2048 cannot encrypt data larger than 190 bytes.",
                  KeyId=key, Plaintext=b"x" * 191, EncryptionAlgorithm="RSAES_OAEP_SHA_256")


@probe("kms", "Encrypt", "A key can be used for what it was made for only", API + "API_Encrypt.html")
def usage_is_kept_to(trial):
    key = trial.fixture("signer")
    trial.refused("Encrypt", "InvalidKeyUsageException", 400,
                  f"{key['Arn']} key usage is SIGN_VERIFY which is not valid for Encrypt.",
                  KeyId=key["KeyId"], Plaintext=b"x")


@probe("kms", "Sign", "Signing a digest gives what signing the message gives", API + "API_Sign.html")
def digests_are_signed_as_they_are(trial):
    key = made(trial, KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyId"]
    given = {"KeyId": key, "SigningAlgorithm": "RSASSA_PKCS1_V1_5_SHA_256"}
    raw = trial.ask("Sign", Message=b"message", **given)["Signature"]
    digest = hashlib.sha256(b"message").digest()
    assert trial.ask("Sign", Message=digest, MessageType="DIGEST", **given)["Signature"] == raw
    public = load_der_public_key(trial.ask("GetPublicKey", KeyId=key)["PublicKey"])
    public.verify(raw, b"message", padding.PKCS1v15(), hashes.SHA256())


@probe("kms", "Sign", "Signatures of every elliptic curve verify outside of KMS", GUIDE + "offline-operations.html")
def curves_are_real(trial):
    for spec, digest, bits in (("ECC_NIST_P256", hashes.SHA256(), 256), ("ECC_NIST_P384", hashes.SHA384(), 384),
                               ("ECC_NIST_P521", hashes.SHA512(), 512), ("ECC_SECG_P256K1", hashes.SHA256(), 256)):
        key = made(trial, KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyId"]
        signed = trial.ask("Sign", KeyId=key, Message=b"m", SigningAlgorithm=f"ECDSA_SHA_{bits}")["Signature"]
        load_der_public_key(trial.ask("GetPublicKey", KeyId=key)["PublicKey"]).verify(signed, b"m", ec.ECDSA(digest))


@probe("kms", "Sign", "Ed25519 keys sign messages as they are", API + "API_Sign.html")
def ed25519_signs(trial):
    key = made(trial, KeySpec="ECC_NIST_EDWARDS25519", KeyUsage="SIGN_VERIFY")["KeyId"]
    signed = trial.ask("Sign", KeyId=key, Message=b"m", SigningAlgorithm="ED25519_SHA_512")["Signature"]
    load_der_public_key(trial.ask("GetPublicKey", KeyId=key)["PublicKey"]).verify(signed, b"m")


@probe("kms", "Sign", "Ed25519 keys sign digests, too (Ed25519ph)", API + "API_Sign.html")
def ed25519_signs_digests(trial):
    key = made(trial, KeySpec="ECC_NIST_EDWARDS25519", KeyUsage="SIGN_VERIFY")["KeyId"]
    signed = trial.ask("Sign", KeyId=key, Message=hashlib.sha512(b"m").digest(), MessageType="DIGEST",
                       SigningAlgorithm="ED25519_PH_SHA_512")
    assert len(signed["Signature"]) == 64


@probe("kms", "Sign", "ML-DSA keys sign and verify", GUIDE + "mldsa.html")
def ml_dsa_signs(trial):
    key = made(trial, KeySpec="ML_DSA_44", KeyUsage="SIGN_VERIFY")["KeyId"]
    given = {"KeyId": key, "Message": b"m", "SigningAlgorithm": "ML_DSA_SHAKE_256"}
    assert trial.ask("Verify", Signature=trial.ask("Sign", **given)["Signature"], **given)["SignatureValid"]


@probe("kms", "Verify", "A signature of another message is refused with KMSInvalidSignatureException",
       API + "API_Verify.html")
def wrong_signatures_are_errors(trial):
    key = trial.fixture("signer")
    trial.refused("Verify", "KMSInvalidSignatureException", 400, KeyId=key["KeyId"], Message=b"another",
                  Signature=key["Signature"], SigningAlgorithm="ECDSA_SHA_256")


@probe("kms", "DeriveSharedSecret", "Both sides derive the same secret from each other's public keys",
       API + "API_DeriveSharedSecret.html")
def secrets_are_shared(trial):
    ours = trial.fixture("agreeing")["KeyId"]
    private = ec.generate_private_key(ec.SECP256R1())
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    peer = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    told = trial.ask("DeriveSharedSecret", KeyId=ours, KeyAgreementAlgorithm="ECDH", PublicKey=peer)["SharedSecret"]
    public = load_der_public_key(trial.fixture("agreeing")["PublicKey"])
    assert private.exchange(ec.ECDH(), public) == told


@probe("kms", "VerifyMac", "A code of another length of HMAC is incompatible with the key", API + "API_VerifyMac.html")
def codes_fit_their_key(trial):
    key = trial.fixture("authenticator")
    trial.refused("VerifyMac", "InvalidKeyUsageException", 400,
                  "Algorithm HMAC_SHA_512 is incompatible with key spec HMAC_256.", KeyId=key["KeyId"],
                  Message=b"message", Mac=key["Mac"], MacAlgorithm="HMAC_SHA_512")


@probe("kms", "GenerateDataKey", "A data key comes as plaintext and encrypted under the key",
       API + "API_GenerateDataKey.html")
def data_keys_open(trial):
    key = trial.fixture("key")["KeyId"]
    pair = trial.ask("GenerateDataKey", KeyId=key, KeySpec="AES_256", EncryptionContext={"a": "b"})
    found = trial.ask("Decrypt", CiphertextBlob=pair["CiphertextBlob"], EncryptionContext={"a": "b"})
    assert len(pair["Plaintext"]) == 32
    assert found["Plaintext"] == pair["Plaintext"]


@probe("kms", "Encrypt", "A dry run of what would succeed is refused with DryRunOperationException",
       GUIDE + "testing-permissions.html")
def dry_runs_do_nothing(trial):
    trial.refused("Encrypt", "DryRunOperationException", None,
                  "The request would have succeeded, but the DryRun option is set.",
                  KeyId=trial.fixture("key")["KeyId"], Plaintext=b"x", DryRun=True)


@probe("kms", "GenerateDataKey", "What is no attestation document of a Nitro enclave is refused",
       GUIDE + "services-nitro-enclaves.html")
def enclaves_are_attested(trial):
    trial.refused("GenerateDataKey", "ValidationException", 400, KeyId=trial.fixture("key")["KeyId"],
                  KeySpec="AES_256", Recipient={
                      "KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": b"document"})
