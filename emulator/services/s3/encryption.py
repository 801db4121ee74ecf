"""Server-side encryption as requests ask for it and answers tell of it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html. The members that come out of here are
kept with the object (``described``) and repeated in every answer about it. A customer's key itself is never kept.
"""

import base64
import binascii
import hashlib

import orjson

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.s3.tables import Bucket

KMS = "aws:kms"
MANAGED = "alias/aws/s3"  # the key that AWS manages; it exists from first use on
METHODS = ("AES256", KMS, "aws:kms:dsse", "aws:fsx")
MEMBERS = (
    "ServerSideEncryption", "SSEKMSKeyId", "SSEKMSEncryptionContext", "BucketKeyEnabled", "SSECustomerAlgorithm",
    "SSECustomerKeyMD5",
)  # fmt: skip
ASKING = frozenset((*MEMBERS, "SSECustomerKey"))  # members of a write that ask for an encryption
KMS_ERRORS = ("NotFoundException", "DisabledException", "KMSInvalidStateException", "AccessDeniedException")


def settle(ctx: Context, bucket: Bucket, given: dict) -> dict:
    """What a write is encrypted with, from its own headers or else the bucket's default, as output members."""
    if ASKING.isdisjoint(given) and "Encryption" not in bucket.configurations:
        return {"ServerSideEncryption": "AES256"}
    method = given.get("ServerSideEncryption")
    if method is not None and given.get("SSECustomerAlgorithm") is not None:
        raise _invalid(
            "Server Side Encryption with Customer provided key is incompatible with the encryption method specified",
            ArgumentValue=method,
        )
    customer = customer_key(given)
    if customer:
        return customer
    key, bucket_key = given.get("SSEKMSKeyId"), given.get("BucketKeyEnabled")
    if method is None:
        if key is not None:
            raise _invalid("Server Side Encryption with KMS managed key requires HTTP header "
                           "x-amz-server-side-encryption : aws:kms")  # fmt: skip
        default = _default(bucket)
        method, key = default.get("SSEAlgorithm", "AES256"), default.get("KMSMasterKeyID")
        bucket_key = default.get("BucketKeyEnabled") if bucket_key is None else bucket_key
    elif method not in METHODS:
        raise AwsError(
            "InvalidArgument", "The encryption method specified is not supported", 400,
            ArgumentName="x-amz-server-side-encryption", ArgumentValue=method,
        )  # fmt: skip
    if method == "AES256":
        return {"ServerSideEncryption": method}
    found = {"ServerSideEncryption": method, "SSEKMSKeyId": _usable(ctx, key or MANAGED)}
    if given.get("SSEKMSEncryptionContext"):
        found["SSEKMSEncryptionContext"] = given["SSEKMSEncryptionContext"]
    if bucket_key:
        found["BucketKeyEnabled"] = True
    return found


def _default(bucket: Bucket) -> dict:
    """``ApplyServerSideEncryptionByDefault`` of the bucket, with its BucketKeyEnabled."""
    rules = (bucket.configurations.get("Encryption") or {}).get("Rules") or [{}]
    found = dict(rules[0].get("ApplyServerSideEncryptionByDefault") or {})
    found["BucketKeyEnabled"] = rules[0].get("BucketKeyEnabled")
    return found


def _kms(ctx: Context, operation: str, params: dict) -> dict:
    """What KMS answers. Raises its errors under their names in S3."""
    try:
        return ctx.call("kms", operation, params)
    except AwsError as error:
        code = f"KMS.{error.code}" if error.code in KMS_ERRORS else error.code
        raise AwsError(code, error.message, 400) from None


def _usable(ctx: Context, key: str) -> str:
    """The ARN of a key that KMS has and that may be used."""
    described = _kms(ctx, "DescribeKey", {"KeyId": key})["KeyMetadata"]
    if described.get("KeyState") == "Disabled":
        raise AwsError("KMS.DisabledException", f"{described['Arn']} is disabled.", 400)
    if described.get("KeyState") == "PendingDeletion":
        raise AwsError("KMS.KMSInvalidStateException", f"{described['Arn']} is pending deletion.", 400)
    return described["Arn"]


def check_kms_key(ctx: Context, described: dict) -> None:
    """An object's key must be usable to read it. Raises KMS's errors under their names in S3."""
    _usable(ctx, described["SSEKMSKeyId"])


def generate_data_key(ctx: Context, bucket: str, key: str, described: dict) -> tuple[bytes, bytes]:
    """(key, the same encrypted) for an object, from its KMS key. Raises KMS's errors under their names in S3."""
    context = _context(bucket, key, described)
    params = {"KeyId": described["SSEKMSKeyId"], "KeySpec": "AES_256", "EncryptionContext": context}
    found = _kms(ctx, "GenerateDataKey", params)
    return found["Plaintext"], found["CiphertextBlob"]


def decrypt_data_key(ctx: Context, bucket: str, key: str, described: dict, envelope: bytes) -> bytes:
    """An object's key as KMS gives it back. Raises KMS's errors under their names in S3."""
    params = {"CiphertextBlob": envelope, "EncryptionContext": _context(bucket, key, described)}
    return _kms(ctx, "Decrypt", params)["Plaintext"]


def _context(bucket: str, key: str, described: dict) -> dict[str, str]:
    """The encryption context: the request's own, and the object's ARN, or the bucket's with a bucket key."""
    own = orjson.loads(base64.b64decode(described.get("SSEKMSEncryptionContext") or "e30="))
    name = bucket if described.get("BucketKeyEnabled") else f"{bucket}/{key}"
    return {**own, "aws:s3:arn": f"arn:aws:s3:::{name}"}


# Customer-provided keys


def customer_key(given: dict, prefix: str = "", stored: str | None = None) -> dict:
    """The SSE-C members of a request, checked: algorithm and the key's MD5. Empty when it has none.

    ``stored`` is the MD5 of the key that an object to be read was written with.
    """
    algorithm = given.get(f"{prefix}SSECustomerAlgorithm")
    key = given.get(f"{prefix}SSECustomerKey")
    digest = given.get(f"{prefix}SSECustomerKeyMD5")
    if algorithm is None and key is None and digest is None:
        return {}
    if algorithm is None:
        raise _invalid("Requests specifying Server Side Encryption with Customer provided keys must provide a valid "
                       "encryption algorithm.")  # fmt: skip
    if key is None:
        raise _invalid("Requests specifying Server Side Encryption with Customer provided keys must provide an "
                       "appropriate secret key.")  # fmt: skip
    if algorithm != "AES256":
        raise AwsError(
            "InvalidEncryptionAlgorithmError",
            "The Encryption request you specified is not valid. Supported value: AES256.", 400,
            ArgumentName="x-amz-server-side-encryption", ArgumentValue=algorithm,
        )  # fmt: skip
    if stored is not None and digest != stored:
        raise _wrong_key()
    try:
        raw = base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32 or digest is None:
        raise _invalid("The secret key was invalid for the specified algorithm.")
    if base64.b64encode(hashlib.md5(raw, usedforsecurity=False).digest()).decode() != digest:
        raise _invalid("The calculated MD5 hash of the key did not match the hash that was provided.")
    return {"SSECustomerAlgorithm": algorithm, "SSECustomerKeyMD5": digest}


def check_customer_key(described: dict, given: dict, prefix: str = "") -> None:
    """A read must bring the key that the object was written with, and none otherwise."""
    stored = described.get("SSECustomerKeyMD5")
    customer = customer_key(given, prefix, stored)
    if stored is None:
        if customer:
            raise AwsError("InvalidRequest", "The encryption parameters are not applicable to this object.", 400)
    elif not customer:
        raise AwsError("InvalidRequest", "The object was stored using a form of Server Side Encryption. The correct "
                       "parameters must be provided to retrieve the object.", 400)  # fmt: skip


def check_part_key(described: dict, given: dict) -> None:
    """A part must bring the key that its upload was begun with."""
    stored = described.get("SSECustomerKeyMD5")
    customer = customer_key(given)
    if bool(stored) != bool(customer):
        raise AwsError("InvalidRequest", "The multipart upload initiate requested encryption. Subsequent part requests "
                       "must include the appropriate encryption parameters.", 400)  # fmt: skip
    if customer.get("SSECustomerKeyMD5") != stored:
        message = "The provided encryption parameters did not match the ones used originally."
        raise AwsError("InvalidRequest", message, 400)


def _wrong_key() -> AwsError:
    return AwsError("AccessDenied", "Requests specifying Server Side Encryption with Customer provided keys must "
                    "provide the correct secret key.", 403)  # fmt: skip


def hides_digest(described: dict) -> bool:
    """Whether the entity tag is not the content's MD5: so it is with keys of KMS and of customers."""
    return "SSECustomerKeyMD5" in described or "SSEKMSKeyId" in described


def shown(described: dict) -> dict:
    """The encryption members of an object, for answers that carry only those."""
    return {name: value for name, value in described.items() if name in MEMBERS}


def _invalid(message: str, **members) -> AwsError:
    return AwsError("InvalidArgument", message, 400, ArgumentName="x-amz-server-side-encryption", **members)
