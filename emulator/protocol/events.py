"""Events of a modelled event stream as frames and back. https://smithy.io/2.0/spec/streaming.html"""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator

from emulator.model.shapes import Shape
from emulator.protocol.base import unknown_key
from emulator.protocol.eventstream import (
    BYTE,
    BYTES,
    CONTENT_TYPE,
    FALSE,
    INTEGER,
    LONG,
    SHORT,
    STRING,
    TIMESTAMP,
    TRUE,
    Frame,
    FrameDecoder,
    Header,
    encode_frame,
    unwrap,
)
from emulator.protocol.timestamps import seconds
from emulator.protocol.wire import Response

HEADER_TYPES = {"byte": BYTE, "short": SHORT, "integer": INTEGER, "long": LONG, "blob": BYTES, "string": STRING,
                "timestamp": TIMESTAMP}


class EventStream:
    """An answer's body: frames made from events, iterated as the source is (``for`` or ``async for``)."""

    def __init__(self, events, encode: Callable[[dict], bytes], first: bytes = b""):
        self._events = events
        self._encode = encode
        self._first = first

    def __iter__(self) -> Iterator[bytes]:
        if self._first:
            yield self._first
        for event in self._events or ():
            yield self._encode(event)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._first:
            yield self._first
        if hasattr(self._events, "__aiter__"):
            async for event in self._events:
                yield self._encode(event)
        else:
            for event in self._events or ():
                yield self._encode(event)


def event_writer(shape: Shape, document: Callable[[Shape], Callable[[object], bytes]], content_type: str) -> Callable:
    """A function from one event ``{name: {members}}`` to its frame.

    ``document`` compiles a shape into a function from a value to the bytes of the protocol's documents.
    """
    writers: dict[str, Callable] = {}

    def encode(event: dict) -> bytes:
        (name, value), = event.items()
        writer = writers.get(name)
        if writer is None:
            member = shape.members.get(name)
            if member is None:
                unknown_key(shape, name)
                return b""
            writer = writers[name] = _one_event(name, member, document, content_type)
        return writer(value or {})

    return encode


def _one_event(name: str, shape: Shape, document: Callable, content_type: str) -> Callable:
    kind = "exception" if shape.get("exception") else "event"
    bound = {each: member for each, member in shape.members.items() if member.get("eventheader")}
    payload = next((each for each, member in shape.members.items() if member.get("eventpayload")), None)
    payload_type = shape.members[payload].type if payload else "structure"
    content = {"blob": "application/octet-stream", "string": "text/plain"}.get(payload_type, content_type)
    write = None
    if payload_type not in ("blob", "string"):
        write = document(shape.members[payload] if payload else shape)

    def encode(value: dict) -> bytes:
        headers: dict[str, Header | str] = {f":{kind}-type": name}
        rest = {key: each for key, each in value.items() if key not in bound}
        body = rest.get(payload) if payload else rest
        data = b""
        if write is not None:
            if body or not payload:
                data = write(body or {})
        elif body:
            data = body.encode() if isinstance(body, str) else bytes(body)
        if data or write is not None:
            headers[":content-type"] = content
        headers[":message-type"] = kind
        for key, member in bound.items():
            if value.get(key) is not None:
                headers[key] = header_value(member, value[key])
        return encode_frame(headers, data)

    return encode


def header_value(shape: Shape, value) -> Header:
    if shape.type == "boolean":
        return Header(TRUE if value else FALSE, bool(value))
    if shape.type == "timestamp":
        return Header(TIMESTAMP, round(seconds(value) * 1000))
    return Header(HEADER_TYPES[shape.type], value)


def initial_response(data: bytes, content_type: str) -> bytes:
    """The first message of an RPC protocol's stream: the answer's other members."""
    return encode_frame({":event-type": "initial-response", ":content-type": content_type, ":message-type": "event"},
                        data)


def error_frame(code: str, message: str) -> bytes:
    """An error that the model doesn't know, in the midst of a stream."""
    return encode_frame({":message-type": "error", ":error-code": code, ":error-message": message})


def event_reader(shape: Shape, document: Callable[[Shape], Callable[[bytes], object]]) -> Callable:
    """A function from one frame to its event ``{name: {members}}``; None for an event that the model doesn't know."""
    def read(frame: Frame) -> dict | None:
        name = frame.get(":event-type") or frame.get(":exception-type")
        member = shape.members.get(name)
        if member is None:
            return None
        out: dict = {}
        payload = None
        for key, each in member.members.items():
            if each.get("eventheader") and key in frame.headers:
                value = frame.get(key)
                out[key] = seconds(value / 1000) if each.type == "timestamp" else value
            elif each.get("eventpayload"):
                payload = key
        if payload is None:
            return {name: document(member)(frame.payload) | out if frame.payload else out}
        target = member.members[payload]
        if target.type == "blob":
            out[payload] = frame.payload
        elif target.type == "string":
            out[payload] = frame.payload.decode("utf-8", "replace")
        elif frame.payload:
            out[payload] = document(target)(frame.payload)
        return {name: out}

    return read


def read_events(chunks: Iterable[bytes], read: Callable[[Frame], dict | None]) -> Iterator[dict]:
    """The events of an input stream, signed or not; ends with the empty signed message or the data."""
    decoder = FrameDecoder()
    for chunk in chunks:
        for frame in decoder.feed(chunk):
            inner = unwrap(frame)
            if inner is None:
                return
            event = read(inner)
            if event is not None:
                yield event


def stream_encoder(protocol, shape: Shape) -> Callable | None:
    """The encoder of an RPC operation whose output has an event stream; None for all others.

    ``protocol`` has ``document`` (compiles a shape into a function from value to bytes), ``content_type``, ``headers``.
    """
    name = next((each for each, member in shape.members.items() if member.is_event_stream), None)
    if name is None:
        return None
    write_event = event_writer(shape.members[name], protocol.document, protocol.content_type)
    write = protocol.document(shape)

    def encode(result: dict, request_id: str) -> Response:
        events = result.get(name)
        if not isinstance(events, bytes):
            rest = {key: value for key, value in result.items() if key != name}
            events = EventStream(events, write_event, initial_response(write(rest), protocol.content_type))
        return Response(200, protocol.headers(request_id, CONTENT_TYPE), events)

    return encode
