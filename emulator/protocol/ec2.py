"""The ec2 protocol: query with names of its own. https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html"""

from collections.abc import Callable

from emulator.model.shapes import Operation, ServiceModel, Shape
from emulator.protocol.form import FormReader
from emulator.protocol.query import Query
from emulator.protocol.wire import Response
from emulator.protocol.xml_write import escape, write_error_members


class Ec2(Query):
    """One service spoken in ec2: every list is flat, names are capitalised, answers have no result wrapper."""

    name = "ec2"
    content_type = "text/xml;charset=UTF-8"

    def __init__(self, service: ServiceModel):
        super().__init__(service)
        self.reader = FormReader(self.wire_names, Shape.get, lists_are_flat=True)

    def wire_names(self, member: Shape, name: str) -> tuple[str, ...]:
        found = member.get("locationName") or name
        return (member.get("queryName") or found[0].upper() + found[1:],)

    def _encoder(self, operation: Operation) -> Callable:
        fill = self.writer.members(operation.output, 1) if operation.output is not None else None
        start = f"{self.declaration}<{operation.name}Response{self.namespace}>{self.line(1)}<requestId>"
        end = f"{self.line(0)}</{operation.name}Response>{self.last}"
        status = operation.status

        def encode(result: dict, request_id: str) -> Response:
            parts = [start, request_id, "</requestId>"]
            if fill is not None:
                fill(result, parts.append)
            parts.append(end)
            return Response(status, self.headers(request_id, self.content_type), "".join(parts).encode())

        return encode

    def encode_error(self, error, request_id: str, operation: Operation | None = None) -> Response:
        shape = self.error_shape(error.code, operation)
        code = shape.error_code if shape is not None else error.code
        parts = [f"{self.declaration}<Response><Errors><Error><Code>{escape(code)}</Code>"]
        if error.message:
            parts.append(f"<Message>{escape(error.message)}</Message>")
        write_error_members(self.writer, error, shape, 0, parts.append)
        parts.append(f"</Error></Errors><RequestID>{request_id}</RequestID></Response>")
        return Response(error.status, self.headers(request_id, self.content_type), "".join(parts).encode())
