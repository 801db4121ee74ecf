"""The rest-json protocol. https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html"""

from collections.abc import Callable

import orjson

from emulator.model.shapes import Operation, ServiceModel, Shape
from emulator.protocol.bindings import error_headers
from emulator.protocol.events import EventStream, event_writer
from emulator.protocol.json import ErrorWords, parse
from emulator.protocol.json_shapes import JsonReader, JsonWriter
from emulator.protocol.nesting import can_nest
from emulator.protocol.rest import Rest
from emulator.protocol.wire import Response
from emulator.protocol.xml_write import stands_in_body


class RestJson(Rest):
    """One service spoken in REST with JSON bodies."""

    name = "rest-json"
    content_type = "application/json"

    def __init__(self, service: ServiceModel):
        super().__init__(service)
        self.reader = JsonReader(service)
        self.writer = JsonWriter()
        self.words = ErrorWords(self)

    def body_reader(self, operation: Operation, shape: Shape, member: str | None) -> Callable:
        read = self.reader.of(shape)
        nests = can_nest(shape)
        return lambda body: read(parse(body, nests))

    def body_writer(self, operation: Operation, shape: Shape, member: str | None) -> Callable:
        if member is not None:
            return self.document(shape)
        write = self.writer.of(shape)
        body_members = frozenset(name for name, each in shape.members.items() if stands_in_body(each))
        if len(body_members) == len(shape.members):
            return lambda result: orjson.dumps(write(result))

        def write_unbound(result):
            return orjson.dumps(write({name: result[name] for name in result if name in body_members}))

        return write_unbound

    def document(self, shape: Shape) -> Callable[[object], bytes]:
        write = self.writer.of(shape)
        return orjson.dumps if write is None else lambda value: orjson.dumps(write(value))

    def event_stream(self, operation: Operation, shape: Shape, result) -> EventStream:
        return EventStream(result, event_writer(shape, self.document, self.content_type))

    def encode_error(self, error, request_id: str, operation: Operation | None = None) -> Response:
        shape = self.error_shape(error.code, operation)
        members = self.words.body(error, shape, self.writer)
        headers = self.headers(request_id, self.content_type)
        headers.append(("x-amzn-ErrorType", self.words.type(shape, error.code)))
        for wire, text in error_headers(error, shape):
            members.pop(wire, None)
            headers.append((wire, text))
        return Response(error.status, headers, orjson.dumps(members))
