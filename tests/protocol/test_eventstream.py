"""Event streams: frames both ways, modelled events, and every frame of the recorded streams byte by byte."""

import base64
import json
import os
from pathlib import Path
from uuid import UUID

import pytest
from botocore.eventstream import EventStreamBuffer
from botocore.model import ServiceModel as BotocoreModel
from botocore.parsers import create_parser

from emulator.model import load
from emulator.protocol import ParseError, Request, protocol_for
from emulator.protocol import eventstream as frames
from emulator.protocol.events import error_frame
from emulator.protocol.eventstream import FrameDecoder, Header, encode_frame

EVIDENCE = Path(os.environ.get("PARITYLAB_EVIDENCE") or "/nonexistent") / "recordings" / "bedrock"

HEADERS = {
    ":event-type": Header(frames.STRING, "Records"),
    "true": Header(frames.TRUE, True),
    "false": Header(frames.FALSE, False),
    "byte": Header(frames.BYTE, -3),
    "short": Header(frames.SHORT, -300),
    "int": Header(frames.INTEGER, 70000),
    "long": Header(frames.LONG, 1 << 40),
    "bytes": Header(frames.BYTES, b"\x00\x01"),
    "time": Header(frames.TIMESTAMP, 1700000000123),
    "id": Header(frames.IDENTIFIER, UUID(int=7)),
}


def test_frames_survive_the_way_and_any_splitting():
    data = encode_frame(HEADERS, b"payload") + encode_frame({}, b"")
    decoder = FrameDecoder()
    found = [frame for at in range(len(data)) for frame in decoder.feed(data[at:at + 1])]
    assert [frame.payload for frame in found] == [b"payload", b""]
    assert found[0].headers == HEADERS
    assert not decoder.pending


def test_botocore_reads_our_frames():
    buffer = EventStreamBuffer()
    buffer.add_data(encode_frame(HEADERS, b"payload"))
    event = next(buffer)
    assert event.payload == b"payload"
    assert event.headers["int"] == 70000
    assert event.headers["bytes"] == b"\x00\x01"


@pytest.mark.parametrize("damage", [0, 5, 9, 15, -1])
def test_damaged_frames_are_refused(damage):
    data = bytearray(encode_frame(HEADERS, b"payload"))
    data[damage] ^= 0x55
    with pytest.raises(ParseError):
        FrameDecoder().feed(bytes(data))


def test_s3_select_is_read_by_botocore():
    service = load("s3")
    codec = protocol_for(service, "rest-xml").codec(service.operations["SelectObjectContent"])
    events = [{"Records": {"Payload": b"a,b\n"}}, {"Stats": {"Details": {"BytesScanned": 4}}}, {"End": {}}]
    body = b"".join(codec.encode({"Payload": events}, "id").body)
    shape = BotocoreModel(service.raw, "s3").operation_model("SelectObjectContent").output_shape
    parser = create_parser("rest-xml")._event_stream_parser
    buffer = EventStreamBuffer()
    buffer.add_data(body)
    found = [parser.parse(event.to_response_dict(), shape.members["Payload"]) for event in buffer]
    assert found == events


def test_rpc_streams_begin_with_an_initial_response():
    service = load("kinesis")
    codec = protocol_for(service, "json").codec(service.operations["SubscribeToShard"])
    event = {"Records": [], "ContinuationSequenceNumber": "1", "MillisBehindLatest": 0}
    response = codec.encode({"EventStream": [{"SubscribeToShardEvent": event}]}, "id")
    found = FrameDecoder().feed(b"".join(response.body))
    assert [frame.get(":event-type") for frame in found] == ["initial-response", "SubscribeToShardEvent"]
    assert json.loads(found[1].payload) == event


def test_exceptions_and_errors_in_a_stream():
    service = load("kinesis")
    codec = protocol_for(service, "json").codec(service.operations["SubscribeToShard"])
    response = codec.encode({"EventStream": [{"KMSDisabledException": {"message": "off"}}]}, "id")
    frame = FrameDecoder().feed(b"".join(response.body))[1]
    assert (frame.get(":message-type"), frame.get(":exception-type")) == ("exception", "KMSDisabledException")
    frame, = FrameDecoder().feed(error_frame("InternalError", "no"))
    assert (frame.get(":message-type"), frame.get(":error-code")) == ("error", "InternalError")


def test_signed_input_events_are_unwrapped():
    service = load("bedrock-runtime")
    protocol = protocol_for(service, "rest-json")
    operation = service.operations["InvokeModelWithBidirectionalStream"]
    inner = encode_frame({":event-type": "chunk", ":content-type": "application/json", ":message-type": "event"},
                         json.dumps({"bytes": base64.b64encode(b"hi").decode()}).encode())
    signed = {":date": Header(frames.TIMESTAMP, 0), ":chunk-signature": Header(frames.BYTES, b"x" * 32)}
    request = Request("POST", "/", body=encode_frame(signed, inner) + encode_frame(signed, b""))
    value = protocol.codec(operation).decode(request, {"modelId": "m"})
    assert list(value["body"]) == [{"chunk": {"bytes": b"hi"}}]


def recorded():
    """The whole event streams that stand as hex or base64 in recordings."""
    for path in sorted(EVIDENCE.rglob("*.json")) + sorted(EVIDENCE.rglob("*.har")):
        text = path.read_text(errors="replace")
        if '"responseIsBinary": true' in text:
            yield from (bytes.fromhex(each["response"]) for each in json.loads(text) if each.get("responseIsBinary"))
        elif path.suffix == ".har":
            for entry in json.loads(text)["log"]["entries"]:
                content = entry["response"]["content"]
                if content.get("encoding") == "base64" and "eventstream" in content.get("mimeType", ""):
                    yield base64.b64decode(content["text"])


@pytest.mark.skipif(not EVIDENCE.is_dir(), reason="PARITYLAB_EVIDENCE names no folder with recordings/bedrock")
def test_recorded_streams_are_written_again_byte_by_byte():
    count = 0
    for data in recorded():
        found = FrameDecoder().feed(data)
        assert b"".join(encode_frame(frame.headers, frame.payload) for frame in found) == data
        count += len(found)
    assert count > 100
