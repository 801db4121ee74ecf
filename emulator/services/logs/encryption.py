"""Log groups under a KMS key: a data key of KMS seals each message, and KMS opens the data key for every reading.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
"""

from base64 import b64decode, b64encode
from collections.abc import Callable

from emulator.kernel.context import Context, Principal
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.kernel.sealing import cipher
from emulator.services.logs.errors import denied, impossible, invalid
from emulator.services.logs.lookup import group, owner, save
from emulator.services.logs.service import service
from emulator.services.logs.tables import Event, Group

NONCE = 12


def principal(region: str) -> Principal:
    name = f"logs.{region}.amazonaws.com"
    return Principal("Service", "", name, name)


def _context(found: Group) -> dict[str, str]:
    return {"aws:logs:arn": found.arn}


def data_key(ctx: Context, found: Group, key: str) -> str:
    """A new data key under a KMS key, as KMS encrypted it. Raises InvalidParameterException, AccessDeniedException."""
    where = owner(key)
    if not where or ":key/" not in key:
        raise invalid(f"The specified KMS key {key} is not a valid key ARN.")
    try:
        made = ctx.call("kms", "GenerateDataKey", {"KeyId": key, "KeySpec": "AES_256",
                        "EncryptionContext": _context(found)}, as_=principal(found.region), **where)  # fmt: skip
    except AwsError as error:
        if error.code in ("DisabledException", "KMSInvalidStateException"):
            raise invalid("The specified KMS Key Id is disabled or not usable.") from None
        raise denied(f"The specified KMS key does not exist or is not allowed to be used with LogGroup "
                     f"'{found.arn}'") from None  # fmt: skip
    return b64encode(made["CiphertextBlob"]).decode()


def _opened(ctx: Context, found: Group, wrapped: str):
    """The cipher of a data key. Raises InvalidOperationException where KMS does not open it."""
    try:
        answer = ctx.call("kms", "Decrypt", {
            "CiphertextBlob": b64decode(wrapped), "EncryptionContext": _context(found),
        }, as_=principal(found.region), **found.place)  # fmt: skip
    except AwsError as error:
        raise impossible(f"The KMS key of log group {found.name} can not be used: {error.message}") from None
    return cipher(answer["Plaintext"])


def sealer(ctx: Context, found: Group) -> Callable[[str], str] | None:
    """What seals a message; None for a group without a key."""
    if not found.data_key:
        return None
    box = _opened(ctx, found, found.data_key)

    def seal(message: str) -> str:
        nonce = ctx.ids.bytes(NONCE)
        return b64encode(nonce + box.encrypt(nonce, message.encode(), None)).decode()

    return seal


def opener(ctx: Context, found: Group) -> Callable[[Event], str]:
    """What gives the message of an event; each data key is opened once."""
    boxes: dict[str, object] = {}

    def message(event: Event) -> str:
        if not event.sealed:
            return event.message
        box = boxes.get(event.sealed)
        if box is None:
            box = boxes[event.sealed] = _opened(ctx, found, event.sealed)
        sealed = b64decode(event.message)
        return box.decrypt(sealed[:NONCE], sealed[NONCE:], None).decode()

    return message


def _target(ctx: Context, name: str | None, identifier: str | None) -> Group:
    """The log group of AssociateKmsKey. Raises NotImplemented for the results of queries."""
    if (name is None) == (identifier is None):
        raise invalid("Exactly one of logGroupName and resourceIdentifier must be specified.")
    if identifier is not None and identifier.endswith(":query-result:*"):
        raise NotImplementedByEmulator("A KMS key for the results of queries")
    return group(ctx, identifier or name)


@service.operation
def associate_kms_key(ctx, kmsKeyId, logGroupName=None, resourceIdentifier=None):
    """Events that come from now on are sealed. Raises InvalidParameterException, ResourceNotFoundException."""
    found = _target(ctx, logGroupName, resourceIdentifier)
    save(ctx, found, key=kmsKeyId, data_key=data_key(ctx, found, kmsKeyId))


@service.operation
def disassociate_kms_key(ctx, logGroupName=None, resourceIdentifier=None):
    """What was sealed stays sealed. Raises InvalidParameterException, ResourceNotFoundException."""
    save(ctx, _target(ctx, logGroupName, resourceIdentifier), key="", data_key="")
