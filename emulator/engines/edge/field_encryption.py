"""Fields of forms encrypted for who holds the private key: the message format of the AWS Encryption SDK, in base64.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/field-level-encryption.html and
cloudfront-limits.html#limits-field-level-encryption
"""

import base64
from typing import NamedTuple
from urllib.parse import quote, unquote_plus, unquote_to_bytes

FIELDS = 10  # of one request that are encrypted
FIELD, BODY = 16 * 1024, 1024 * 1024  # bytes of a field that is encrypted, of a body

MISSING = ("Field-level encryption needs the package aws-encryption-sdk, which is not installed: "
           "pip install 'paritylab[engines]'")  # fmt: skip


class Refused(Exception):
    """Why a request is not encrypted: the word for it in logs, and what the viewer is told."""


class Entity(NamedTuple):
    """Whose the fields of some names are: the public key (PEM), its name, its provider."""

    pem: str
    name: str
    provider: str
    patterns: tuple[str, ...]

    def owns(self, field: str) -> bool:
        return any(field.startswith(each[:-1]) if each.endswith("*") else field == each for each in self.patterns)


def encrypted(body: bytes, entities: list[Entity]) -> tuple[bytes, int]:
    """A URL-encoded form with the values of the entities' fields encrypted, and how many they are. Raises Refused."""
    if len(body) > BODY:
        raise Refused("RequestLengthLimitClientError", f"A request may hold {BODY} bytes.")
    count, parts = 0, []
    for part in body.split(b"&"):
        field, equals, value = part.partition(b"=")
        entity = next((each for each in entities if each.owns(unquote_plus(field.decode("latin-1")))), None)
        if entity is not None and equals:
            count += 1
            part = field + b"=" + _sealed(entity, unquote_to_bytes(value.replace(b"+", b" ")))
        parts.append(part)
    if count > FIELDS:
        raise Refused("FieldNumberLimitClientError", f"A request may hold {FIELDS} fields that are encrypted.")
    return b"&".join(parts), count


def _sealed(entity: Entity, value: bytes) -> bytes:
    if len(value) > FIELD:
        raise Refused("FieldLengthLimitClientError", f"A field that is encrypted may hold {FIELD} bytes.")
    try:
        import aws_encryption_sdk as sdk
        from aws_encryption_sdk.identifiers import CommitmentPolicy, EncryptionKeyType, WrappingAlgorithm
        from aws_encryption_sdk.internal.crypto.wrapping_keys import WrappingKey
        from aws_encryption_sdk.key_providers.raw import RawMasterKey
    except ImportError:
        raise Refused("ServerError", MISSING) from None
    wrapping = WrappingKey(WrappingAlgorithm.RSA_OAEP_SHA256_MGF1, entity.pem.encode(), EncryptionKeyType.PUBLIC)
    key = RawMasterKey(provider_id=entity.provider, key_id=entity.name.encode(), wrapping_key=wrapping)
    # AWS's example for origins decrypts with releases of the SDK that do not know of key commitment.
    client = sdk.EncryptionSDKClient(commitment_policy=CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)
    message, _ = client.encrypt(source=value, key_provider=key)
    return quote(base64.b64encode(message)).encode()
