"""The json protocol with CBOR in place of JSON (``application/x-amz-cbor-1.1``), as SDKs for Java speak it to Kinesis.

Target header, shapes and errors are the json protocol's; blobs are byte strings, and a timestamp is a tagged number of
milliseconds. https://github.com/aws/aws-sdk-java-v2/tree/master/core/protocols/aws-cbor-protocol
"""

from collections.abc import Callable

import cbor2

from emulator.model.shapes import Operation, ServiceModel, Shape
from emulator.protocol.cbor import CborReader, CborWriter, parse
from emulator.protocol.events import stream_encoder
from emulator.protocol.json import Json
from emulator.protocol.timestamps import seconds
from emulator.protocol.wire import Request, Response

CONTENT_TYPE = "application/x-amz-cbor-1.1"


class AwsCborReader(CborReader):
    def timestamp(self, shape: Shape) -> Callable:
        return self._of_classes(shape, (int, float), lambda value: seconds(value / 1000))


class AwsCborWriter(CborWriter):
    def timestamp(self, shape: Shape) -> Callable:
        return lambda value: cbor2.CBORTag(1, round(seconds(value) * 1000))


class AwsCbor(Json):
    """One service spoken so."""

    name = "aws-cbor"

    def __init__(self, service: ServiceModel):
        super().__init__(service)
        self.content_type = CONTENT_TYPE
        self.reader = AwsCborReader(service)
        self.writer = AwsCborWriter()

    def _decoder(self, operation: Operation) -> Callable:
        if operation.input is None:
            return lambda request, labels: {}
        read = self.reader.of(operation.input)

        def decode(request: Request, labels: dict) -> dict:
            return read(parse(request.body)) if request.body else {}

        return decode

    def _encoder(self, operation: Operation) -> Callable:
        shape, status = operation.output, operation.status
        stream = stream_encoder(self, shape) if shape is not None else None
        if stream is not None:
            return stream
        write = self.document(shape) if shape is not None else None

        def encode(result: dict, request_id: str) -> Response:
            body = write(result) if write is not None else b""
            return Response(status, self.answer_headers(request_id, body), body)

        return encode

    def document(self, shape: Shape) -> Callable[[object], bytes]:
        write = self.writer.of(shape)
        return cbor2.dumps if write is None else lambda value: cbor2.dumps(write(value))

    def encode_error(self, error, request_id: str, operation: Operation | None = None) -> Response:
        shape = self.error_shape(error.code, operation)
        members = {"__type": self.words.type(shape, error.code)} | self.words.body(error, shape, self.writer)
        body = cbor2.dumps(members)
        return Response(error.status, self.answer_headers(request_id, body), body)
