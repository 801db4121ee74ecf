"""What all protocols share: compiled codecs per operation, errors by the model, the answer's constant headers."""

from collections.abc import Callable

from emulator.model.shapes import Operation, ServiceModel, Shape
from emulator.protocol.errors import EncodeError
from emulator.protocol.wire import Request, Response

# On: a result with a key that its output shape lacks is an error. Off (users): it is dropped. Tests turn it on.
STRICT = False


def unknown_key(shape: Shape, name: str) -> None:
    """Called by the encoders for a key of a result that the shape lacks. Raises EncodeError when STRICT."""
    if STRICT:
        raise EncodeError(f"{shape.service.name}: {shape.name} has no member {name!r}")


def not_a_structure(shape: Shape, value) -> EncodeError:
    return EncodeError(f"{shape.service.name}: {shape.name} is a {shape.type}, got {type(value).__name__}")


class Prerendered(dict):
    """An element of lists that hold only such, always written in the same shape: the XML writer keeps its text."""

    __slots__ = ("text",)


class Codec:
    """The compiled codec of one operation."""

    __slots__ = ("decode", "encode")

    def __init__(self, decode: Callable[[Request, dict], dict], encode: Callable[[dict, str], Response]):
        self.decode = decode
        self.encode = encode


class Protocol:
    """One wire protocol spoken for one service. Subclasses compile codecs, route requests and write errors."""

    name = ""

    def __init__(self, service: ServiceModel):
        self.service = service
        self.metadata = service.metadata
        # Headers that AWS sets on every answer of the service (patches), e.g. KMS's Cache-Control.
        self.constant_headers = tuple(self.metadata.get("responseHeaders", {}).items())
        self._codecs: dict[str, Codec] = {}

    def route(self, request: Request) -> tuple[Operation, dict[str, str]]:
        """The operation that a request asks for and its path labels. Raises UnknownOperation."""
        raise NotImplementedError

    def codec(self, operation: Operation) -> Codec:
        try:
            return self._codecs[operation.name]
        except KeyError:
            return self._codecs.setdefault(operation.name, self.compile(operation))

    def compile(self, operation: Operation) -> Codec:
        raise NotImplementedError

    def encode_error(self, error, request_id: str, operation: Operation | None = None) -> Response:
        """The answer to a failed request.

        ``error`` has ``code`` (the wire's code or the name of the error's shape), ``message``, ``status``,
        ``members`` (modelled members besides the message) and ``sender`` (whether the caller is at fault).
        """
        raise NotImplementedError

    def error_shape(self, code: str, operation: Operation | None) -> Shape | None:
        """The modelled shape of an error, by code or shape name; the operation's own errors win."""
        if operation is not None and code in operation.errors:
            return operation.errors[code]
        return self.service.errors.get(code)

    def headers(self, request_id: str, content_type: str | None) -> list[tuple[str, str]]:
        """The headers of an answer: request id, content type, and what the service always sends."""
        headers = [("x-amzn-RequestId", request_id)]
        if content_type:
            headers.append(("Content-Type", content_type))
        headers += self.constant_headers
        return headers


def message_member(shape: Shape | None) -> str | None:
    """How a modelled error names its message: ``message`` or ``Message``; None when it has none."""
    if shape is not None:
        for name in shape.members:
            if name.lower() == "message":
                return name
    return None
