"""Receipt handles: what a receiver holds of a message. Opaque to it; to us the queue, the message and the receive."""

import struct
from binascii import Error, a2b_base64, b2a_base64
from typing import NamedTuple

from emulator.kernel.errors import AwsError
from emulator.services.sqs.tables import Message, Queue

_FORM = struct.Struct(">3s8sQIx")
_MARK = b"\x01\x01\x01"


class Receipt(NamedTuple):
    """``received`` is the message's receive count at that receive."""

    sequence: int
    received: int


def write(queue: Queue, message: Message) -> str:
    packed = _FORM.pack(_MARK, bytes.fromhex(queue.id), message.sequence, message.received)
    return b2a_base64(packed, newline=False).decode()


def read(queue: Queue, handle: str) -> Receipt:
    """Raises ReceiptHandleIsInvalid for what no receive of this queue gave out."""
    try:
        mark, identity, sequence, received = _FORM.unpack(a2b_base64(handle, strict_mode=True))
    except (Error, ValueError, struct.error):
        mark = b""
    if mark != _MARK:
        raise AwsError("ReceiptHandleIsInvalid", f'The input receipt handle "{handle}" is not a valid receipt handle.')
    if identity != bytes.fromhex(queue.id):
        raise AwsError("ReceiptHandleIsInvalid", f'The receipt handle "{handle}" is not valid for this queue.')
    return Receipt(sequence, received)
