"""The json protocol, versions 1.0 and 1.1: one target header, one JSON document each way.

https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
"""

from collections.abc import Callable
from zlib import crc32

import msgspec
import orjson

from emulator.model.shapes import Operation, ServiceModel, Shape
from emulator.protocol.base import Codec, Protocol, message_member
from emulator.protocol.errors import ParseError, UnknownOperation
from emulator.protocol.events import stream_encoder
from emulator.protocol.json_shapes import JsonReader, JsonWriter
from emulator.protocol.json_types import JsonTypes
from emulator.protocol.nesting import LIMIT, can_nest, too_deep
from emulator.protocol.wire import Request, Response


def parse(body: bytes, nests: bool):
    """Parse a JSON body. ``nests``: whether its shape can recur, so that depth must be looked at. Raises ParseError."""
    try:
        data = orjson.loads(body)
    except (orjson.JSONDecodeError, RecursionError):
        raise ParseError("SerializationException") from None
    refuse_depth(body, data, nests)
    return data


def refuse_depth(body: bytes, data, nests: bool) -> None:
    """Raises ParseError for a body that nests too deep."""
    if nests and body.count(b"{") + body.count(b"[") > LIMIT and too_deep(data):
        raise ParseError("SerializationException")


class ErrorWords:
    """How a JSON error names its type and its message, as the model and its patches tell.

    Metadata (patches): ``errorTypePrefix`` before a modelled error's name, ``unmodelledErrorTypePrefix`` before all
    others, ``errorTypes`` in full for single codes; a shape's own ``errorTypePrefix`` wins. ``errorMessageKey`` where
    the model doesn't name the message.
    """

    def __init__(self, protocol: Protocol):
        metadata = protocol.metadata
        self.modelled = metadata.get("errorTypePrefix", "")
        self.unmodelled = metadata.get("unmodelledErrorTypePrefix", "")
        self.types = metadata.get("errorTypes", {})
        self.message_key = metadata.get("errorMessageKey", "message")

    def type(self, shape: Shape | None, code: str) -> str:
        if code in self.types:
            return self.types[code]
        if shape is None:
            return self.unmodelled + code
        return shape.get("errorTypePrefix", self.modelled) + shape.name

    def body(self, error, shape: Shape | None, writer: JsonWriter) -> dict:
        """Message and modelled members; an empty message is left out, as AWS does."""
        key = message_member(shape) or self.message_key
        members = dict(error.members)
        if error.message:
            members.setdefault(key, error.message)
        known = shape.members if shape is not None else {}
        modelled = {name: value for name, value in members.items() if name in known}
        others = {name: value for name, value in members.items() if name not in known}
        return (writer.of(shape)(modelled) if modelled else {}) | others


class Json(Protocol):
    """One service spoken in JSON."""

    name = "json"

    def __init__(self, service: ServiceModel):
        super().__init__(service)
        self.content_type = f"application/x-amz-json-{self.metadata.get('jsonVersion', '1.0')}"
        self.reader = JsonReader(service)
        self.types = JsonTypes()
        self.writer = JsonWriter()
        self.words = ErrorWords(self)
        self.query_compatible = "awsQueryCompatible" in self.metadata
        self.checksum = self.metadata.get("responseChecksum") == "crc32"

    def route(self, request: Request) -> tuple[Operation, dict[str, str]]:
        if "content-encoding" in request.headers:
            request.inflate()
        target = request.headers.get("x-amz-target", "")
        operation = self.service.operations.get(target.rpartition(".")[2])
        if operation is None:
            raise UnknownOperation(self.service.name, target)
        return operation, {}

    def compile(self, operation: Operation) -> Codec:
        return Codec(self._decoder(operation), self._encoder(operation))

    def _decoder(self, operation: Operation) -> Callable:
        shape = operation.input
        if shape is None:
            return lambda request, labels: {}
        read = self.reader.of(shape)
        nests = can_nest(shape)
        read_typed = self.types.decoder(shape)

        def decode(request: Request, labels: dict) -> dict:
            body = request.body or b"{}"
            if read_typed is not None:
                try:
                    data = read_typed(body)
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                    pass
                else:
                    refuse_depth(body, data, nests)
                    return data
            return read(parse(body, nests))

        return decode

    def _encoder(self, operation: Operation) -> Callable:
        shape = operation.output
        status = operation.status
        stream = stream_encoder(self, shape) if shape is not None else None
        if stream is not None:
            return stream
        write = self.writer.of(shape) if shape is not None else None

        def encode(result: dict, request_id: str) -> Response:
            body = orjson.dumps(write(result)) if write is not None else b""
            return Response(status, self.answer_headers(request_id, body), body)

        return encode

    def document(self, shape: Shape) -> Callable[[object], bytes]:
        write = self.writer.of(shape)
        return orjson.dumps if write is None else lambda value: orjson.dumps(write(value))

    def answer_headers(self, request_id: str, body: bytes) -> list[tuple[str, str]]:
        headers = [("x-amzn-RequestId", request_id), ("Content-Type", self.content_type), *self.constant_headers]
        if self.checksum:
            headers.append(("x-amz-crc32", str(crc32(body))))
        return headers

    def encode_error(self, error, request_id: str, operation: Operation | None = None) -> Response:
        shape = self.error_shape(error.code, operation)
        body = orjson.dumps({"__type": self.words.type(shape, error.code)} | self.words.body(error, shape, self.writer))
        headers = self.answer_headers(request_id, body)
        if self.query_compatible:
            headers.append(query_error_header(shape, error))
        return Response(error.status, headers, body)


def query_error_header(shape: Shape | None, error) -> tuple[str, str]:
    """The header by which services that once spoke query tell old clients the query code."""
    code = shape.error_code if shape is not None else error.code
    return "x-amzn-query-error", f"{code};{'Sender' if error.sender else 'Receiver'}"
