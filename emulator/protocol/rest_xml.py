"""The rest-xml protocol: S3, CloudFront, Route 53. https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html"""

from base64 import b64encode
from collections.abc import Callable
from hashlib import blake2b

from emulator.model.shapes import Operation, ServiceModel, Shape
from emulator.protocol.bindings import error_headers
from emulator.protocol.errors import ParseError
from emulator.protocol.events import EventStream, event_writer
from emulator.protocol.rest import Rest
from emulator.protocol.wire import Response
from emulator.protocol.xml import MALFORMED, XmlReader, local, malformed, parse
from emulator.protocol.xml_write import XmlWriter, escape, write_error_members


class RestXml(Rest):
    """One service spoken in REST with XML bodies.

    Metadata (patches): ``xmlNamespace`` of the answers' roots, ``xmlDeclaration`` before them, ``xmlContentType``,
    ``timestampMilliseconds``. A service whose id is S3 writes errors without a wrapper and names requests its own way.
    """

    name = "rest-xml"
    unreadable = ("MalformedXML", MALFORMED)

    def __init__(self, service: ServiceModel):
        super().__init__(service)
        self.is_s3 = self.metadata.get("serviceId") == "S3"
        words = self.metadata.get("unreadable")
        if words:
            self.unreadable = (words["code"], words["message"])
        self.content_type = self.metadata.get("xmlContentType", "application/xml")
        self.declaration = self.metadata.get("xmlDeclaration", "")
        self.namespace = self.metadata.get("xmlNamespace", "")
        self.reader = XmlReader()
        self.writer = XmlWriter("iso8601ms" if self.metadata.get("timestampMilliseconds") else "iso8601")

    def headers(self, request_id: str, content_type: str | None) -> list[tuple[str, str]]:
        if not self.is_s3:
            return super().headers(request_id, content_type)
        headers = [("x-amz-id-2", host_id(request_id)), ("x-amz-request-id", request_id), *self.constant_headers]
        if content_type:
            headers.append(("Content-Type", content_type))
        return headers

    def body_reader(self, operation: Operation, shape: Shape, member: str | None) -> Callable:
        read = self.reader.of(shape)
        # The model may name the body at the operation, the member or the shape; clients differ in which they use.
        definition = operation.service.definitions[shape.name]
        roots = {root_name(shape, operation.definition["input"] if member is None else None), shape.name,
                 definition.get("locationName", shape.name)}

        def read_body(body: bytes):
            element = parse(body)
            if local(element.tag) not in roots:
                raise malformed()
            return read(element)

        def read_in_own_words(body: bytes):
            try:
                return read_body(body)
            except ParseError:
                raise ParseError(*self.unreadable) from None

        return read_in_own_words if "unreadable" in self.metadata else read_body

    def body_writer(self, operation: Operation, shape: Shape, member: str | None) -> Callable:
        reference = operation.definition["output"] if member is None else None
        name = root_name(shape, reference)
        space = shape.get("xmlNamespace") or self.namespace
        uri, prefix = (space.get("uri", ""), space.get("prefix")) if isinstance(space, dict) else (space, None)
        start = f"<{name}" + (f' xmlns{":" + prefix if prefix else ""}="{uri}"' if uri else "")
        only = next(iter(shape.members)) if reference and reference.get("unwrapped") else None
        attributes = {each: member_shape.get("locationName", each) for each, member_shape in shape.members.items()
                      if member_shape.get("xmlAttribute")} if shape.type == "structure" else {}
        fill = self.writer.members(shape, 0, skip=attributes) if shape.type == "structure" else None
        bare = self.writer.of(shape, name) if fill is None else None

        def write(value) -> bytes:
            parts: list[str] = []
            if only is not None:
                parts.append(escape(str(value.get(only) or "")))
            elif fill is not None:
                fill(value, parts.append)
            else:
                bare(value, parts.append)
                return (self.declaration + "".join(parts)).encode()
            tag = start + "".join(f' {wire}="{escape(str(value[each]))}"' for each, wire in attributes.items()
                                  if value.get(each) is not None)
            inner = "".join(parts)
            return f"{self.declaration}{tag}>{inner}</{name}>".encode() if inner else \
                f"{self.declaration}{tag}/>".encode()

        return write

    def document(self, shape: Shape) -> Callable[[object], bytes]:
        """A document of an event: the shape's element without a declaration."""
        write = self.writer.of(shape, shape.name)

        def document(value) -> bytes:
            parts: list[str] = []
            write(value, parts.append)
            return "".join(parts).encode()

        return document

    def event_stream(self, operation: Operation, shape: Shape, result) -> EventStream:
        return EventStream(result, event_writer(shape, self.document, "text/xml"))

    def encode_error(self, error, request_id: str, operation: Operation | None = None) -> Response:
        shape = self.error_shape(error.code, operation)
        code = shape.error_code if shape is not None else error.code
        message = f"<Message>{escape(error.message)}</Message>" if error.message else ""
        parts: list[str] = []
        write_error_members(self.writer, error, shape, 0, parts.append)
        members = "".join(parts)
        if self.is_s3:
            body = (f"<Error><Code>{escape(code)}</Code>{message}{members}<RequestId>{request_id}</RequestId>"
                    f"<HostId>{host_id(request_id)}</HostId></Error>")
        else:
            space = f' xmlns="{self.namespace}"' if self.namespace else ""
            kind = "Sender" if error.sender else "Receiver"
            body = (f"<ErrorResponse{space}><Error><Type>{kind}</Type><Code>{escape(code)}</Code>{message}{members}"
                    f"</Error><RequestId>{request_id}</RequestId></ErrorResponse>")
        headers = [*self.headers(request_id, self.content_type), *error_headers(error, shape)]
        return Response(error.status, headers, (self.declaration + body).encode())


def root_name(shape: Shape, reference: dict | None) -> str:
    """The root element of a body: what the operation's reference or the payload member names it, else the shape."""
    return (reference or {}).get("locationName") or shape.get("locationName") or shape.name


def host_id(request_id: str) -> str:
    """S3's second request id (``x-amz-id-2``, ``HostId``), made from the first so that header and body agree."""
    return b64encode(blake2b(request_id.encode(), digest_size=56).digest()).decode()
