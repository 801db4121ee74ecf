"""One data channel: the handshake, then a terminal's bytes in both directions, each message acknowledged.

https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager.html
"""

import asyncio
import json
from contextlib import suppress
from typing import Any

from emulator.backends.terminal import Terminal
from emulator.services.ssm import session_messages as messages
from emulator.services.ssm.session_messages import Message

AGENT = "3.3.0.0"


class Channel:
    """Speaks the agent's part with a client. ``new_id`` makes message ids, ``now`` tells epoch milliseconds."""

    def __init__(self, socket, session_type: str, properties: dict[str, Any], new_id, now):
        self._socket = socket
        self._type = session_type
        self._properties = properties
        self._new_id = new_id
        self._now = now
        self._sequence = 0  # of what is sent
        self._expected = 0  # of what comes

    # Sending

    def _send(self, payload: bytes, payload_type: int) -> None:
        flags = messages.SYN if self._sequence == 0 else 0
        self._write(Message(messages.OUTPUT, self._sequence, payload, payload_type, flags))
        self._sequence += 1

    def _write(self, message: Message) -> None:
        self._socket.send(messages.encode(message._replace(id=self._new_id(), created=self._now())))

    def _acknowledge(self, message: Message) -> None:
        content = {
            "AcknowledgedMessageType": message.type, "AcknowledgedMessageId": message.id,
            "AcknowledgedMessageSequenceNumber": message.sequence, "IsSequentialMessage": True,
        }  # fmt: skip
        self._write(Message(messages.ACKNOWLEDGE, 0, json.dumps(content).encode(), flags=messages.SYN | messages.FIN))

    def finish(self, session_id: str, output: str = "") -> None:
        """Tell the client that the session is over."""
        content = {
            "MessageId": self._new_id(), "CreatedDate": "", "DestinationId": "", "SessionId": session_id,
            "MessageType": messages.CLOSED, "SchemaVersion": 1, "Output": output,
        }  # fmt: skip
        self._write(Message(messages.CLOSED, 0, json.dumps(content).encode()))

    # Receiving

    async def _next(self) -> Message | None:
        """The next message of the client's stream, in order and once; None when the client is gone."""
        while (data := await self._socket.receive()) is not None:
            if isinstance(data, str):
                continue
            try:
                message = messages.decode(data)
            except ValueError:
                continue  # what cannot be read is not acknowledged: the client sends it again
            if message.type != messages.INPUT:
                continue
            if message.sequence > self._expected:
                continue  # the one before it will come again, and then this one
            self._acknowledge(message)
            if message.sequence == self._expected:
                self._expected += 1
                return message
        return None

    async def handshake(self) -> bool:
        """Agree on the kind of the session; False when the client went away."""
        action = {"ActionType": "SessionType",
                  "ActionParameters": {"SessionType": self._type, "Properties": self._properties}}  # fmt: skip
        request = {"AgentVersion": AGENT, "RequestedClientActions": [action]}
        began = self._now()
        self._send(json.dumps(request).encode(), messages.HANDSHAKE_REQUEST)
        while (message := await self._next()) is not None:
            if message.payload_type == messages.HANDSHAKE_RESPONSE:
                took = max(0, self._now() - began) * 1_000_000  # nanoseconds
                complete = {"HandshakeTimeToComplete": took, "CustomerMessage": ""}
                self._send(json.dumps(complete).encode(), messages.HANDSHAKE_COMPLETE)
                return True
        return False

    async def run(self, terminal: Terminal) -> str:
        """Carry bytes until one side ends; says which: ``client``, ``terminated`` or ``process``."""
        typing = asyncio.ensure_future(self._type_into(terminal))
        showing = asyncio.ensure_future(self._show(terminal))
        try:
            done, _ = await asyncio.wait((typing, showing), return_when=asyncio.FIRST_COMPLETED)
            return typing.result() if typing in done else "process"
        finally:
            for task in (typing, showing):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def _show(self, terminal: Terminal) -> None:
        while data := await terminal.read():
            self._send(data, messages.DATA)

    async def _type_into(self, terminal: Terminal) -> str:
        while (message := await self._next()) is not None:
            if message.payload_type == messages.DATA:
                terminal.write(message.payload)
            elif message.payload_type == messages.SIZE:
                with suppress(ValueError, KeyError, TypeError):
                    size = json.loads(message.payload)
                    terminal.resize(int(size["cols"]), int(size["rows"]))
            elif message.payload_type == messages.FLAG and message.payload == messages.TERMINATE.to_bytes(4, "big"):
                return "terminated"
        return "client"
