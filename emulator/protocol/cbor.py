"""The smithy-rpc-v2-cbor protocol. https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html"""

from collections.abc import Callable

import cbor2

from emulator.model.shapes import Operation, Shape
from emulator.protocol.base import Codec, Protocol
from emulator.protocol.errors import ParseError, UnknownOperation
from emulator.protocol.events import stream_encoder
from emulator.protocol.json import ErrorWords, query_error_header
from emulator.protocol.json_shapes import JsonReader, JsonWriter
from emulator.protocol.nesting import LIMIT
from emulator.protocol.timestamps import seconds
from emulator.protocol.wire import Request, Response


def _refuse(value, immutable):
    raise ParseError("SerializationException")


# Tag 1 is a timestamp and 2 and 3 are big integers; all other tags that the library knows (shared references among
# them, which could make a small body huge) are no part of the protocol.
TAGS = {number: _refuse for number in (0, 4, 5, 25, 28, 29, 30, 35, 36, 37, 43000, 52, 54, 55799, 100, 1004, 256, 258,
                                       260, 261)}
TAGS[1] = lambda value, immutable: value


def parse(body: bytes):
    """One CBOR item. Raises ParseError (SerializationException)."""
    try:
        return cbor2.loads(body, semantic_decoders=TAGS, max_depth=LIMIT, strict_hashable_types=True)
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError, MemoryError):
        raise ParseError("SerializationException") from None


class CborReader(JsonReader):
    """Parsed CBOR to values: blobs are byte strings, timestamps numbers."""

    def blob(self, shape: Shape) -> Callable:
        return self._of_classes(shape, (bytes,), bytes)

    def timestamp(self, shape: Shape) -> Callable:
        return self._of_classes(shape, (int, float), seconds)

    def _of_classes(self, shape: Shape, classes: tuple, convert: Callable) -> Callable:
        def read(value):
            if value.__class__ not in classes:
                raise self.wrong(value, shape)
            return convert(value)

        return read


class CborWriter(JsonWriter):
    """Values to what cbor2 writes: timestamps are tagged numbers, blobs and floats stand as they are."""

    def timestamp(self, shape: Shape) -> Callable:
        return lambda value: cbor2.CBORTag(1, seconds(value))

    def blob(self, shape: Shape) -> Callable:
        return lambda value: value.encode() if value.__class__ is str else bytes(value)

    def float(self, shape: Shape) -> Callable:
        return float


class Cbor(Protocol):
    """One service spoken in CBOR: ``POST /service/{name}/operation/{name}``."""

    name = "smithy-rpc-v2-cbor"
    content_type = "application/cbor"

    def __init__(self, service):
        super().__init__(service)
        self.reader = CborReader(service, names=False)
        self.writer = CborWriter(names=False)
        self.words = ErrorWords(self)
        self.query_compatible = "awsQueryCompatible" in self.metadata

    def headers(self, request_id: str, content_type: str | None) -> list[tuple[str, str]]:
        return [*super().headers(request_id, content_type), ("smithy-protocol", "rpc-v2-cbor")]

    def route(self, request: Request) -> tuple[Operation, dict[str, str]]:
        if "content-encoding" in request.headers:
            request.inflate()
        parts = request.path.strip("/").split("/")
        name = parts[-1] if len(parts) >= 4 and parts[-4] == "service" and parts[-2] == "operation" else ""
        operation = self.service.operations.get(name)
        if operation is None:
            raise UnknownOperation(self.service.name, name or request.path)
        return operation, {}

    def compile(self, operation: Operation) -> Codec:
        return Codec(self._decoder(operation), self._encoder(operation))

    def _decoder(self, operation: Operation) -> Callable:
        if operation.input is None:
            return lambda request, labels: {}
        read = self.reader.of(operation.input)
        return lambda request, labels: read(parse(request.body)) if request.body else {}

    def document(self, shape: Shape) -> Callable[[object], bytes]:
        write = self.writer.of(shape)
        return cbor2.dumps if write is None else lambda value: cbor2.dumps(write(value))

    def _encoder(self, operation: Operation) -> Callable:
        shape = operation.output
        if shape is None:
            return lambda result, request_id: Response(operation.status, self.headers(request_id, None))
        stream = stream_encoder(self, shape)
        if stream is not None:
            return stream
        write = self.document(shape)

        def encode(result: dict, request_id: str) -> Response:
            return Response(operation.status, self.headers(request_id, self.content_type), write(result))

        return encode

    def encode_error(self, error, request_id: str, operation: Operation | None = None) -> Response:
        shape = self.error_shape(error.code, operation)
        members = {"__type": self.words.type(shape, error.code)} | self.words.body(error, shape, self.writer)
        headers = self.headers(request_id, self.content_type)
        if self.query_compatible:
            headers.append(query_error_header(shape, error))
        return Response(error.status, headers, cbor2.dumps(members))
