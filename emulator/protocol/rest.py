"""What rest-json and rest-xml share: members bound to path, query, headers and status; payloads; routing.

https://smithy.io/2.0/spec/http-bindings.html
"""

from collections.abc import Callable

from emulator.model.shapes import Operation, ServiceModel, Shape
from emulator.protocol.base import Codec, Protocol, unknown_key
from emulator.protocol.bindings import BoundReader, UnreadableArgument, bound_writer
from emulator.protocol.errors import ParseError
from emulator.protocol.events import event_reader, read_events
from emulator.protocol.eventstream import CONTENT_TYPE
from emulator.protocol.routing import Router
from emulator.protocol.wire import Request, Response
from emulator.protocol.xml_write import stands_in_body


class Rest(Protocol):
    """The HTTP bindings. A subclass reads and writes bodies (``body_reader``, ``body_writer``) and errors."""

    content_type = ""
    # Code and words for a bound value that does not fit its type.
    unreadable = ("SerializationException", "")

    def __init__(self, service: ServiceModel):
        super().__init__(service)
        self.router = Router(service)

    def route(self, request: Request) -> tuple[Operation, dict[str, str]]:
        return self.router.route(request)

    def compile(self, operation: Operation) -> Codec:
        return Codec(self._decoder(operation), self._encoder(operation))

    def body_reader(self, operation: Operation, shape: Shape, member: str | None) -> Callable[[bytes], object]:
        """Reads a document body: of the payload ``member`` with its shape, or (None) of the input's unbound members."""
        raise NotImplementedError

    def body_writer(self, operation: Operation, shape: Shape, member: str | None) -> Callable[[object], bytes]:
        """Writes a document body: of the payload ``member`` with its shape, or (None) of the output's unbound ones."""
        raise NotImplementedError

    def event_stream(self, operation: Operation, shape: Shape, result) -> object:
        """The body of an event stream answer."""
        raise NotImplementedError

    # Requests

    def refuse(self, error: Exception) -> ParseError:
        """The answer to a bound value that does not fit its type; S3 names the argument of a query (patches)."""
        words = self.metadata.get("unreadableArgument")
        if words and isinstance(error, UnreadableArgument):
            members = {"ArgumentName": error.name, "ArgumentValue": error.text}
            return ParseError(words["code"], words["message"].format(name=error.name), members=members)
        return ParseError(*self.unreadable)

    def _decoder(self, operation: Operation) -> Callable:
        shape = operation.input
        if shape is None:
            return lambda request, labels: {}
        bound = BoundReader(shape)
        body = self._request_body(operation, shape)

        def decode(request: Request, labels: dict) -> dict:
            try:
                out = bound.read(request, labels)
            except (ValueError, OverflowError) as error:
                raise self.refuse(error) from None
            if body is not None:
                body(request, out)
            return out

        return decode

    def _request_body(self, operation: Operation, shape: Shape) -> Callable | None:
        """A function (request, out) that reads the body into the input."""
        name = shape.payload
        if name is None:
            if all(member.get("location") for member in shape.members.values()):
                return None
            read_all = self.body_reader(operation, shape, None)

            def unbound(request, out):
                if request.body:
                    out.update(read_all(request.body))

            return unbound
        member = shape.members[name]
        if member.type in ("blob", "string"):
            text = member.type == "string"

            def raw(request, out):
                body = request.body
                if body.__class__ is not bytes or body or member.is_streaming:
                    out[name] = body.decode("utf-8", "replace") if text else body

            return raw
        if member.is_event_stream:
            return self._stream_reader(operation, member, name)
        read_payload = self.body_reader(operation, member, name)

        def payload(request, out):
            if request.body:
                out[name] = read_payload(request.body)

        return payload

    def _stream_reader(self, operation: Operation, shape: Shape, name: str) -> Callable:
        """Reads an event stream body: an iterator of events; a body that is a handle is passed on as it is."""
        read = event_reader(shape, lambda each: self.body_reader(operation, each, name))

        def stream(request, out):
            body = request.body
            out[name] = read_events((body,), read) if body.__class__ is bytes else body

        return stream

    # Answers

    def _encoder(self, operation: Operation) -> Callable:
        shape = operation.output
        if shape is None:
            return lambda result, request_id: self.respond(operation.status, request_id, [], b"")
        bound = {name: bound_writer(name, member) for name, member in shape.members.items()
                 if member.get("location") in ("header", "headers")}
        status_member = next((name for name, member in shape.members.items()
                              if member.get("location") == "statusCode"), None)
        write_body = self._answer_body(operation, shape)
        known = shape.members.keys()
        typed = next((name for name, member in shape.members.items() if name in bound
                      and member.get("locationName", name).lower() == "content-type"), None)

        def encode(result: dict, request_id: str) -> Response:
            headers: list[tuple[str, str]] = []
            for name, value in result.items():
                if value is None:
                    continue
                write = bound.get(name)
                if write is not None:
                    write(value, headers)
                elif name not in known:
                    unknown_key(shape, name)
            status = result.get(status_member) or operation.status if status_member else operation.status
            body, content_type = write_body(result)
            if typed is not None and result.get(typed) is not None:
                content_type = None  # the answer's own
            return self.respond(status, request_id, headers, body, content_type)

        return encode

    def respond(self, status: int, request_id: str, bound: list, body, content_type: str | None = None) -> Response:
        headers = self.headers(request_id, None)
        if content_type:
            headers.append(("Content-Type", content_type))
        headers += bound
        size = getattr(body, "size", None)
        if size is not None and not any(name.lower() == "content-length" for name, _ in bound):
            headers.append(("Content-Length", str(size)))
        return Response(status, headers, body)

    def _answer_body(self, operation: Operation, shape: Shape) -> Callable:
        """A function from the result to (body, content type or None)."""
        name = shape.payload
        if name is None:
            streams = [each for each, member in shape.members.items() if member.is_event_stream]
            if streams:
                return self._stream_writer(operation, shape, streams[0])
            if operation.method == "HEAD" or not self.writes_empty(operation, shape):
                return lambda result: (b"", None)
            write_all = self.body_writer(operation, shape, None)
            return lambda result: (write_all(result), self.content_type)
        member = shape.members[name]
        if member.is_event_stream:
            return self._stream_writer(operation, shape, name)
        if member.type in ("blob", "string"):
            default = member.get("mediaType") or ("application/octet-stream" if member.type == "blob" else "text/plain")

            def raw(result):
                value = result.get(name)
                if value is None:
                    return b"", None
                return (value.encode() if value.__class__ is str else value), default

            return raw
        write_payload = self.body_writer(operation, member, name)

        def payload(result):
            value = result.get(name)
            return (b"", None) if value is None else (write_payload(value), self.content_type)

        return payload

    def writes_empty(self, operation: Operation, shape: Shape) -> bool:
        """Whether an answer has a body: when any member stands in it."""
        return any(stands_in_body(member) for member in shape.members.values())

    def _stream_writer(self, operation: Operation, shape: Shape, name: str) -> Callable:
        def write(result):
            value = result.get(name)
            body = value if isinstance(value, bytes) else self.event_stream(operation, shape.members[name], value)
            return body, CONTENT_TYPE

        return write
