"""Log groups under a KMS key: a data key of KMS seals each message, and KMS opens the data key for every reading.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
"""

from base64 import b64decode, b64encode
from collections.abc import Callable

from emulator.kernel.context import Context, Principal
from emulator.kernel.errors import AwsError
from emulator.kernel.sealing import cipher
from emulator.kernel.store import Record, Table
from emulator.services.logs.errors import denied, impossible, invalid
from emulator.services.logs.lookup import group, owner, save
from emulator.services.logs.service import service
from emulator.services.logs.tables import Event, Group

NONCE = 12
RESULTS = ":query-result:*"  # the end of the ARN that stands for the results of all queries


class ResultsKey(Record):
    """What the results of queries are sealed with from now on."""

    key: str
    data_key: str


results_keys = Table("logs.results_key", ResultsKey, key=lambda _: "key")


def principal(region: str) -> Principal:
    name = f"logs.{region}.amazonaws.com"
    return Principal("Service", "", name, name)


def data_key(ctx: Context, arn: str, key: str) -> str:
    """A new data key for a resource, as KMS encrypted it. Raises InvalidParameterException, AccessDeniedException."""
    where = owner(key)
    if not where or ":key/" not in key:
        raise invalid(f"The specified KMS key {key} is not a valid key ARN.")
    try:
        made = ctx.call("kms", "GenerateDataKey", {
            "KeyId": key, "KeySpec": "AES_256", "EncryptionContext": {"aws:logs:arn": arn},
        }, as_=principal(ctx.region), **where)  # fmt: skip
    except AwsError as error:
        if error.code in ("DisabledException", "KMSInvalidStateException"):
            raise invalid("The specified KMS Key Id is disabled or not usable.") from None
        raise denied(f"The specified KMS key does not exist or is not allowed to be used with LogGroup "
                     f"'{arn}'") from None  # fmt: skip
    return b64encode(made["CiphertextBlob"]).decode()


class Box:
    """A data key that KMS has opened. Raises InvalidOperationException where it does not."""

    def __init__(self, ctx: Context, arn: str, wrapped: str):
        self._ctx = ctx
        try:
            answer = ctx.call("kms", "Decrypt", {
                "CiphertextBlob": b64decode(wrapped), "EncryptionContext": {"aws:logs:arn": arn},
            }, as_=principal(ctx.region), **owner(arn))  # fmt: skip
        except AwsError as error:
            raise impossible(f"The KMS key of {arn} can not be used: {error.message}") from None
        self._cipher = cipher(answer["Plaintext"])

    def seal(self, text: str) -> str:
        nonce = self._ctx.ids.bytes(NONCE)
        return b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), None)).decode()

    def open(self, sealed: str) -> str:
        data = b64decode(sealed)
        return self._cipher.decrypt(data[:NONCE], data[NONCE:], None).decode()


def sealer(ctx: Context, found: Group) -> Callable[[str], str] | None:
    """What seals a message; None for a group without a key."""
    return Box(ctx, found.arn, found.data_key).seal if found.data_key else None


def opener(ctx: Context, found: Group) -> Callable[[Event], str]:
    """What gives the message of an event; each data key is opened once."""
    boxes: dict[str, Box] = {}

    def message(event: Event) -> str:
        if not event.sealed:
            return event.message
        box = boxes.get(event.sealed)
        if box is None:
            box = boxes[event.sealed] = Box(ctx, found.arn, event.sealed)
        return box.open(event.message)

    return message


def _target(ctx: Context, name: str | None, identifier: str | None) -> Group:
    """The log group of AssociateKmsKey. Raises InvalidParameterException, ResourceNotFoundException."""
    if (name is None) == (identifier is None):
        raise invalid("Exactly one of logGroupName and resourceIdentifier must be specified.")
    return group(ctx, identifier or name)


@service.operation
def associate_kms_key(ctx, kmsKeyId, logGroupName=None, resourceIdentifier=None):
    """What comes from now on is sealed. Raises InvalidParameterException, ResourceNotFoundException."""
    if resourceIdentifier is not None and resourceIdentifier.endswith(RESULTS):
        made = ResultsKey(kmsKeyId, data_key(ctx, resourceIdentifier, kmsKeyId))
        ctx.rows(results_keys, **owner(resourceIdentifier)).put(made)
        return
    found = _target(ctx, logGroupName, resourceIdentifier)
    save(ctx, found, key=kmsKeyId, data_key=data_key(ctx, found.arn, kmsKeyId))


@service.operation
def disassociate_kms_key(ctx, logGroupName=None, resourceIdentifier=None):
    """What was sealed stays sealed. Raises InvalidParameterException, ResourceNotFoundException."""
    if resourceIdentifier is not None and resourceIdentifier.endswith(RESULTS):
        ctx.rows(results_keys, **owner(resourceIdentifier)).delete("key")
        return
    save(ctx, _target(ctx, logGroupName, resourceIdentifier), key="", data_key="")
