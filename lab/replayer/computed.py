"""What a client computed out of an answer, so that the recorded value fits no other: computed anew from the live one.

KMS: key material to be imported is encrypted under the public key of GetParametersForImport, other secrets under the
one of GetPublicKey. What the recorded bytes hold nobody can tell; each of them stands for something of the kind, always
the same.
https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys-encrypt-key-material.html
"""

import os
from typing import Any

from lab.cassette.model import Interaction
from lab.cassette.values import to_python

CURVES = {"ECC_NIST_P256": "SECP256R1", "ECC_NIST_P384": "SECP384R1", "ECC_NIST_P521": "SECP521R1",
          "ECC_SECG_P256K1": "SECP256K1"}
BYTES = {"SYMMETRIC_DEFAULT": 32, "HMAC_224": 28, "HMAC_256": 32, "HMAC_384": 48, "HMAC_512": 64}


class Computed:
    """The values of one cassette's client."""

    def __init__(self):
        self._specs: dict[str, str] = {}  # by key id
        self._wrapping: dict[str, tuple[bytes, str]] = {}  # by key id: public key, algorithm
        self._public: dict[str, bytes] = {}  # by key id
        self._materials: dict[bytes, bytes] = {}  # by recorded ciphertext

    def anew(self, step: Interaction, parameters: dict[str, Any]) -> dict[str, Any]:
        """The parameters with what the client computed."""
        if step.service == "kms" and step.operation == "Decrypt":
            return self._encrypted(step, parameters)
        wrapping = self._wrapping.get(parameters.get("KeyId", "")) if step.operation == "ImportKeyMaterial" else None
        if wrapping is None or step.service != "kms":
            return parameters
        recorded = parameters["EncryptedKeyMaterial"]
        spec = self._specs.get(parameters["KeyId"], "SYMMETRIC_DEFAULT")
        if recorded not in self._materials:
            self._materials[recorded] = material(spec)
        return {**parameters, "EncryptedKeyMaterial": wrapped(self._materials[recorded], *wrapping)}

    def _encrypted(self, step: Interaction, parameters: dict[str, Any]) -> dict[str, Any]:
        """A ciphertext that no answer gave, made with a public key."""
        algorithm, public = parameters.get("EncryptionAlgorithm", ""), self._public.get(parameters.get("KeyId", ""))
        recorded = to_python(step.input)["CiphertextBlob"]
        if public is None or not algorithm.startswith("RSAES") or parameters["CiphertextBlob"] != recorded:
            return parameters
        return {**parameters, "CiphertextBlob": wrapped(b"secret", public, algorithm)}

    def learn(self, step: Interaction, parameters: dict[str, Any], answer: dict | None) -> None:
        """Take up what later values are computed from."""
        if step.service != "kms" or answer is None or "Error" in answer:
            return
        if step.operation == "CreateKey":
            self._specs[answer["KeyMetadata"]["KeyId"]] = answer["KeyMetadata"].get("KeySpec", "")
        elif step.operation == "GetParametersForImport":
            self._wrapping[parameters["KeyId"]] = answer["PublicKey"], parameters["WrappingAlgorithm"]
        elif step.operation == "GetPublicKey":
            self._public[parameters["KeyId"]] = answer["PublicKey"]


def material(spec: str) -> bytes:
    """Some material of a kind of key."""
    if spec in BYTES:
        return os.urandom(BYTES[spec])
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if spec in CURVES:
        key = ec.generate_private_key(getattr(ec, CURVES[spec])())
    else:
        key = rsa.generate_private_key(65537, int(spec.removeprefix("RSA_")))
    return key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption())


def wrapped(secret: bytes, public_key: bytes, algorithm: str) -> bytes:
    """Material under a public key; ``algorithm`` is RSAES_OAEP_SHA_1 or _256."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    digest = hashes.SHA1() if algorithm.endswith("SHA_1") else hashes.SHA256()
    return load_der_public_key(public_key).encrypt(secret, padding.OAEP(padding.MGF1(digest), digest, None))
