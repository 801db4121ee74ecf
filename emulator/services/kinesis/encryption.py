"""StartStreamEncryption and StopStreamEncryption; whether an encrypted stream's key can be used.

https://docs.aws.amazon.com/streams/latest/dev/server-side-encryption.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.kinesis.errors import invalid
from emulator.services.kinesis.lookup import active, by_arn, save
from emulator.services.kinesis.service import service
from emulator.services.kinesis.tables import Stream

MANAGED = "alias/aws/kinesis"
REFUSALS = {
    "NotFoundException": "KMSNotFoundException",
    "DisabledException": "KMSDisabledException",
    "KMSInvalidStateException": "KMSInvalidStateException",
    "AccessDeniedException": "KMSAccessDeniedException",
}
STATES = {"Disabled": "KMSDisabledException", "Enabled": None}


def told(stream: Stream) -> dict:
    """What an answer says of encryption: nothing where there is none."""
    return {"EncryptionType": "KMS"} if stream.key else {}


def check_use(ctx: Context, stream: Stream) -> None:
    """Raises KMSDisabledException, KMSInvalidStateException, KMSNotFoundException for a key that can't be used."""
    if stream.key and not stream.key.endswith(MANAGED):
        check_key(ctx, stream.key)


def check_key(ctx: Context, key: str) -> None:
    """Whether a customer's key is there and enabled. Kinesis's own needs no look."""
    try:
        found = ctx.call("kms", "DescribeKey", {"KeyId": key})["KeyMetadata"]
    except AwsError as error:
        if error.code not in REFUSALS:
            raise
        raise AwsError(REFUSALS[error.code], error.message, 400) from None
    code = STATES.get(found["KeyState"], "KMSInvalidStateException")
    if code is not None:
        raise AwsError(code, f"{found['Arn']} is {found['KeyState'].lower()}.", 400)


@service.operation
def start_stream_encryption(ctx, EncryptionType, KeyId, StreamName=None, StreamARN=None):
    """Raises InvalidArgumentException, KMSNotFoundException, ResourceInUseException, ResourceNotFoundException."""
    stream = active(ctx, StreamName, StreamARN)
    if EncryptionType != "KMS":
        raise invalid(f"EncryptionType {EncryptionType} is not supported. Only KMS is.")
    if not KeyId.endswith(MANAGED):
        check_key(ctx, KeyId)
    _change(ctx, stream, KeyId)


@service.operation
def stop_stream_encryption(ctx, EncryptionType, KeyId, StreamName=None, StreamARN=None):
    """Raises InvalidArgumentException, ResourceInUseException, ResourceNotFoundException."""
    stream = active(ctx, StreamName, StreamARN)
    if EncryptionType != "KMS":
        raise invalid(f"EncryptionType {EncryptionType} is not supported. Only KMS is.")
    if stream.key and KeyId != stream.key:
        raise invalid(f"KeyId {KeyId} is not the one that stream {stream.name} is encrypted with.")
    _change(ctx, stream, "")


def _change(ctx: Context, stream: Stream, key: str) -> None:
    save(ctx, stream, status="UPDATING", key=key)
    ctx.after(0, "activate", arn=stream.arn, id=stream.id)


@service.job
def activate(ctx, arn, id):
    """An update of a stream is over."""
    found = by_arn(ctx, arn, id)
    if found is not None and found.status == "UPDATING":
        save(ctx, found, status="ACTIVE")
