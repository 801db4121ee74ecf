"""The query protocol: a form in, XML out. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html

A service may carry traits of its own for this protocol (``"query": {"locationName": …}`` in its patches): they win
over the model's, for services whose model has moved on to another protocol.
"""

from collections.abc import Callable

from emulator.model.shapes import Operation, ServiceModel, Shape
from emulator.protocol.base import Codec, Protocol
from emulator.protocol.errors import UnknownOperation
from emulator.protocol.form import FormReader, tree
from emulator.protocol.wire import Request, Response
from emulator.protocol.xml_write import XmlWriter, escape, readable, write_error_members


def query_trait(shape: Shape, name: str):
    """A trait as the query protocol sees it."""
    own = shape.traits.get("query")
    return own[name] if own is not None and name in own else shape.traits.get(name)


class Query(Protocol):
    """One service spoken in query.

    Metadata (patches): ``xmlDeclaration`` before the answers, ``xmlCompact`` where AWS writes no line breaks,
    ``errorDetail`` where errors carry an empty Detail (an operation's own trait wins). Operations that are not known
    at a resource's own path have the trait ``rootOnly``.
    """

    name = "query"
    content_type = "text/xml"

    def __init__(self, service: ServiceModel):
        super().__init__(service)
        space = self.metadata.get("xmlNamespace", "")
        self.namespace = f' xmlns="{space}"' if space else ""
        self.declaration = self.metadata.get("xmlDeclaration", "")
        pretty = not self.metadata.get("xmlCompact")
        stamp = "iso8601ms" if self.metadata.get("timestampMilliseconds") else "iso8601"
        self.writer = XmlWriter(stamp, pretty, query_trait)
        self.line = self.writer.indent
        self.last = "\n" if pretty else ""
        self.reader = FormReader(self.wire_names, query_trait)

    def wire_names(self, member: Shape, name: str) -> tuple[str, ...]:
        """The names of a member in the form. A flattened list goes by its entries' name with some clients."""
        own = query_trait(member, "locationName") or name
        if member.type == "list" and query_trait(member, "flattened"):
            return own, query_trait(member.member, "locationName") or own
        return (own,)

    def route(self, request: Request) -> tuple[Operation, dict[str, str]]:
        if "content-encoding" in request.headers:
            request.inflate()
        action = request.form.get("Action", "")
        operation = self.service.operations.get(action)
        if operation is None or (len(request.path) > 1 and "rootOnly" in operation.definition):
            raise UnknownOperation(self.service.name, action)
        return operation, {}

    def compile(self, operation: Operation) -> Codec:
        return Codec(self._decoder(operation), self._encoder(operation))

    def _decoder(self, operation: Operation) -> Callable:
        if operation.input is None:
            return lambda request, labels: {}
        read = self.reader.of(operation.input)
        return lambda request, labels: read(tree(request.form))

    def _encoder(self, operation: Operation) -> Callable:
        shape = operation.output
        wrapper = shape.get("resultWrapper") if shape is not None else None
        if shape is not None and not wrapper:
            wrapper = f"{operation.name}Result"
        fill = self.writer.members(shape, 2) if shape is not None else None
        line = self.line
        start = f"{self.declaration}<{operation.name}Response{self.namespace}>"
        result_start, result_end = f"{line(1)}<{wrapper}>", f"{line(1)}</{wrapper}>"
        result_empty = f"{line(1)}<{wrapper}/>"
        before_id = f"{line(1)}<ResponseMetadata>{line(2)}<RequestId>"
        end = f"</RequestId>{line(1)}</ResponseMetadata>{line(0)}</{operation.name}Response>{self.last}"
        status = operation.status

        def encode(result: dict, request_id: str) -> Response:
            if fill is None:
                body = f"{start}{before_id}{request_id}{end}"
            else:
                parts: list[str] = []
                fill(result, parts.append)
                inner = f"{result_start}{''.join(parts)}{result_end}" if parts else result_empty
                body = f"{start}{inner}{before_id}{request_id}{end}"
            return Response(status, self.headers(request_id, self.content_type), body.encode())

        return encode

    def encode_error(self, error, request_id: str, operation: Operation | None = None) -> Response:
        shape = self.error_shape(error.code, operation)
        code = shape.error_code if shape is not None else error.code
        line = self.line
        parts = [f"{self.declaration}<ErrorResponse{self.namespace}>{line(1)}<Error>",
                 f"{line(2)}<Type>{'Sender' if error.sender else 'Receiver'}</Type>",
                 f"{line(2)}<Code>{escape(code)}</Code>"]
        message = (shape is not None and query_trait(shape, "message")) or error.message
        if message:
            parts.append(f"{line(2)}<Message>{escape(readable(message))}</Message>")
        write_error_members(self.writer, error, shape, 2, parts.append)
        detail = self.metadata.get("errorDetail", False)
        if operation.definition.get("errorDetail", detail) if operation else detail:
            parts.append(f"{line(2)}<Detail/>")
        parts.append(f"{line(1)}</Error>{line(1)}<RequestId>{request_id}</RequestId>{line(0)}</ErrorResponse>{self.last}")
        return Response(error.status, self.headers(request_id, self.content_type), "".join(parts).encode())
