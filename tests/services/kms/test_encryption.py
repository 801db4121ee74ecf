"""Encrypt, Decrypt, ReEncrypt and data keys. https://docs.aws.amazon.com/kms/latest/developerguide/"""

import pytest
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_der_public_key

CONTEXT = {"purpose": "test", "tenant": "ä"}


def test_ciphertexts_carry_their_key_and_context(kms, key, refused):
    made = key()
    sealed = kms.encrypt(KeyId=made["KeyId"], Plaintext=b"secret", EncryptionContext=CONTEXT)
    assert sealed["KeyId"] == made["Arn"]
    assert b"secret" not in sealed["CiphertextBlob"]
    opened = kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext=CONTEXT)
    assert (opened["Plaintext"], opened["KeyId"]) == (b"secret", made["Arn"])
    assert opened["KeyMaterialId"] == made["CurrentKeyMaterialId"]
    wrong = refused(kms.decrypt, CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext={"purpose": "other"})
    assert wrong == ("InvalidCiphertextException", "")


def test_every_changed_bit_is_noticed(kms, key, refused):
    blob = kms.encrypt(KeyId=key()["KeyId"], Plaintext=b"secret")["CiphertextBlob"]
    for place in range(0, len(blob), 9):
        changed = bytearray(blob)
        changed[place] ^= 1
        assert refused(kms.decrypt, CiphertextBlob=bytes(changed))[0] == "InvalidCiphertextException"


def test_a_ciphertext_belongs_to_one_key(kms, key, refused):
    blob = kms.encrypt(KeyId=key()["KeyId"], Plaintext=b"secret")["CiphertextBlob"]
    assert refused(kms.decrypt, CiphertextBlob=blob, KeyId=key()["KeyId"])[0] == "IncorrectKeyException"


def test_re_encryption(kms, key):
    first, second = key(), key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")
    blob = kms.encrypt(KeyId=first["KeyId"], Plaintext=b"secret", EncryptionContext=CONTEXT)["CiphertextBlob"]
    moved = kms.re_encrypt(
        CiphertextBlob=blob, SourceEncryptionContext=CONTEXT, DestinationKeyId=second["KeyId"],
        DestinationEncryptionAlgorithm="RSAES_OAEP_SHA_256",
    )  # fmt: skip
    assert (moved["SourceKeyId"], moved["KeyId"]) == (first["Arn"], second["Arn"])
    opened = kms.decrypt(
        CiphertextBlob=moved["CiphertextBlob"], KeyId=second["KeyId"], EncryptionAlgorithm="RSAES_OAEP_SHA_256"
    )
    assert opened["Plaintext"] == b"secret"


def test_data_keys(kms, key, refused):
    key_id = key()["KeyId"]
    made = kms.generate_data_key(KeyId=key_id, KeySpec="AES_128", EncryptionContext=CONTEXT)
    assert len(made["Plaintext"]) == 16
    opened = kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext=CONTEXT)
    assert opened["Plaintext"] == made["Plaintext"]
    assert len(kms.generate_data_key(KeyId=key_id, KeySpec="AES_256")["CiphertextBlob"]) == 184  # as AWS's are
    assert "Plaintext" not in kms.generate_data_key_without_plaintext(KeyId=key_id, NumberOfBytes=64)
    code, message = refused(kms.generate_data_key, KeyId=key_id)
    assert (code, message) == ("ValidationException", "Please specify either number of bytes or key spec.")


@pytest.mark.parametrize("spec", ["RSA_2048", "ECC_NIST_P384", "ECC_SECG_P256K1", "ECC_NIST_EDWARDS25519"])
def test_data_key_pairs(kms, key, spec):
    key_id = key()["KeyId"]
    made = kms.generate_data_key_pair(KeyId=key_id, KeyPairSpec=spec, EncryptionContext=CONTEXT)
    private = load_der_private_key(made["PrivateKeyPlaintext"], None)
    assert private.public_key() == load_der_public_key(made["PublicKey"])
    opened = kms.decrypt(CiphertextBlob=made["PrivateKeyCiphertextBlob"], EncryptionContext=CONTEXT)
    assert opened["Plaintext"] == made["PrivateKeyPlaintext"]
    hidden = kms.generate_data_key_pair_without_plaintext(KeyId=key_id, KeyPairSpec=spec)
    assert "PrivateKeyPlaintext" not in hidden


def test_a_dry_run_does_nothing(kms, key, refused):
    key_id = key()["KeyId"]
    assert refused(kms.encrypt, KeyId=key_id, Plaintext=b"x", DryRun=True) == (
        "DryRunOperationException", "The request would have succeeded, but the DryRun option is set.",
    )  # fmt: skip
    assert kms.get_key_last_usage(KeyId=key_id)["KeyLastUsage"] == {}
    kms.encrypt(KeyId=key_id, Plaintext=b"x")
    assert kms.get_key_last_usage(KeyId=key_id)["KeyLastUsage"]["Operation"] == "Encrypt"


def test_s3_encrypts_under_a_key(kms, key, client, refused):
    s3, made = client("s3"), key()
    s3.create_bucket(Bucket="bucket")
    put = s3.put_object(
        Bucket="bucket", Key="k", Body=b"content", ServerSideEncryption="aws:kms", SSEKMSKeyId=made["KeyId"]
    )
    assert put["SSEKMSKeyId"] == made["Arn"]
    assert s3.get_object(Bucket="bucket", Key="k")["Body"].read() == b"content"
    kms.disable_key(KeyId=made["KeyId"])
    assert refused(s3.get_object, Bucket="bucket", Key="k")[0] == "KMS.DisabledException"


def test_aws_keys_are_made_on_first_use(kms, client):
    before = {each["AliasName"]: each for each in kms.list_aliases()["Aliases"]}
    assert "TargetKeyId" not in before["alias/aws/s3"]
    s3 = client("s3")
    s3.create_bucket(Bucket="bucket")
    put = s3.put_object(Bucket="bucket", Key="k", Body=b"content", ServerSideEncryption="aws:kms")
    found = kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]
    assert found["Arn"] == put["SSEKMSKeyId"]
    assert found["KeyManager"] == "AWS"
    assert found["Description"] == "Default key that protects my S3 objects when no other key is defined"
    assert s3.get_object(Bucket="bucket", Key="k")["Body"].read() == b"content"
