"""Session Manager: a client that speaks the plugin's protocol has a real terminal on a node."""

import hashlib
import json
import struct
import uuid
from contextlib import suppress

import pytest
from botocore.exceptions import ClientError
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

HEAD = struct.Struct(">I32sIQQQ16s32sII")  # as the public agent's source has it, the payload's length included


def code(error) -> str:
    return error.value.response["Error"]["Code"]


class Plugin:
    """The client's side of a data channel."""

    def __init__(self, session: dict, token: str | None = None):
        self.socket = connect(session["StreamUrl"]).__enter__()
        self.sequence = 0
        self.output = b""
        self.acknowledged = []
        self.closed = False
        self.socket.send(json.dumps({"MessageSchemaVersion": "1.0", "RequestId": str(uuid.uuid4()),
                                     "TokenValue": token or session["TokenValue"], "ClientId": str(uuid.uuid4())}))

    def send(self, payload: bytes, kind: int) -> None:
        self._write("input_stream_data", self.sequence, payload, kind)
        self.sequence += 1

    def _write(self, name: str, sequence: int, payload: bytes, kind: int = 0) -> None:
        raw = uuid.uuid4().bytes
        self.socket.send(HEAD.pack(116, name.encode().ljust(32), 1, 1, sequence, 0, raw[8:] + raw[:8],
                                   hashlib.sha256(payload).digest(), kind, len(payload)) + payload)  # fmt: skip

    def receive(self, timeout: float = 5) -> tuple[str, int, bytes]:
        data = self.socket.recv(timeout)
        size, name, _, _, sequence, _, raw, digest, kind, length = HEAD.unpack_from(data)
        payload = data[HEAD.size :]
        name = name.decode().strip()
        assert size == 116 and len(payload) == length and digest == hashlib.sha256(payload).digest()
        if name == "output_stream_data":
            content = {"AcknowledgedMessageType": name, "AcknowledgedMessageSequenceNumber": sequence,
                       "AcknowledgedMessageId": str(uuid.UUID(bytes=raw[8:] + raw[:8])), "IsSequentialMessage": True}
            with suppress(ConnectionClosed):  # the other side may have closed behind what it said
                self._write("acknowledge", 0, json.dumps(content).encode())
            if kind == 1:
                self.output += payload
        elif name == "acknowledge":
            self.acknowledged.append(json.loads(payload)["AcknowledgedMessageSequenceNumber"])
        elif name == "channel_closed":
            self.closed = True
        return name, kind, payload

    def handshake(self) -> dict:
        _, kind, payload = self.receive()
        assert kind == 5
        actions = json.loads(payload)["RequestedClientActions"]
        answer = {"ClientVersion": "1.2.0.0", "ProcessedClientActions": [
            {"ActionType": each["ActionType"], "ActionStatus": 1} for each in actions]}  # fmt: skip
        self.send(json.dumps(answer).encode(), 6)
        while self.receive()[1] != 7:
            pass
        return actions[0]["ActionParameters"]

    def until(self, text: bytes) -> bytes:
        while text not in self.output and not self.closed:
            self.receive()
        return self.output


@pytest.fixture
def session(ssm, register):
    [node] = register()
    return lambda **given: ssm.start_session(Target=node, **given)


def states(ssm, state: str) -> list[str]:
    return [each["Status"] for each in ssm.describe_sessions(State=state)["Sessions"]]


def test_a_terminal_answers_what_is_typed(ssm, session, until):
    started = session(Reason="to look")
    plugin = Plugin(started)
    assert plugin.handshake()["SessionType"] == "Standard_Stream"
    plugin.send(json.dumps({"cols": 111, "rows": 33}).encode(), 3)
    plugin.send(b"echo $((6*7)); stty size; tty\n", 1)
    assert b"/dev/pts" in plugin.until(b"/dev/pts")
    assert b"42" in plugin.output and b"33 111" in plugin.output
    assert plugin.acknowledged[:2] == [0, 1] and states(ssm, "Active") == ["Connected"]
    plugin.send(b"exit\n", 1)
    plugin.until(b"never printed")
    assert plugin.closed
    until(lambda: states(ssm, "History"), lambda found: found == ["Terminated"])


def test_a_message_that_comes_twice_is_taken_once(session):
    plugin = Plugin(session())
    plugin.handshake()
    plugin.send(b"echo once-$((1+1))\n", 1)
    plugin.sequence -= 1
    plugin.send(b"echo again-$((1+1))\n", 1)
    plugin.send(b"echo done-$((1+1))\n", 1)
    assert b"again-2" not in plugin.until(b"done-2") and b"once-2" in plugin.output


def test_a_client_that_goes_away_may_come_back(ssm, session, until):
    started = session()
    plugin = Plugin(started)
    plugin.handshake()
    plugin.socket.close()
    until(lambda: states(ssm, "Active"), lambda found: found == ["Disconnected"])
    again = Plugin(ssm.resume_session(SessionId=started["SessionId"]))
    again.handshake()
    again.send(b"echo back-$((1+1))\n", 1)
    assert b"back-2" in again.until(b"back-2")
    ssm.terminate_session(SessionId=started["SessionId"])
    assert states(ssm, "History") == ["Terminated"]


def test_a_wrong_token_and_a_terminating_client(ssm, session, until):
    started = session()
    wrong = Plugin(started, "0" * 128)
    with pytest.raises(ConnectionClosed):
        wrong.receive()
    plugin = Plugin(started)
    plugin.handshake()
    plugin.send((2).to_bytes(4, "big"), 10)
    plugin.until(b"never printed")
    assert plugin.closed
    until(lambda: states(ssm, "History"), lambda found: found == ["Terminated"])


def test_a_document_runs_one_command(session):
    plugin = Plugin(session(DocumentName="AWS-StartInteractiveCommand", Parameters={"command": ["echo only this"]}))
    assert plugin.handshake()["SessionType"] == "InteractiveCommands"
    assert b"only this" in plugin.until(b"only this")


def test_what_is_refused(ssm):
    with pytest.raises(ClientError) as error:
        ssm.start_session(Target="mi-00000000000000000")
    assert code(error) == "TargetNotConnected"
    with pytest.raises(ClientError) as error:
        ssm.resume_session(SessionId="nobody")
    assert code(error) == "DoesNotExistException"
