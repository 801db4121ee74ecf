"""What goes wrong between the wire and the model."""


class ParseError(Exception):
    """The request can't be read. ``code`` and ``message`` are AWS's own; ``status`` is the HTTP status.

    It has everything that :meth:`Protocol.encode_error` asks of an error, so that it is written like any other.
    """

    sender = True

    def __init__(self, code: str, message: str = "", status: int = 400, members: dict | None = None):
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.members = members or {}


class UnknownOperation(LookupError):
    """No operation of the service matches the request. ``name`` is what the request asked for, as far as it tells."""

    def __init__(self, service: str, name: str):
        super().__init__(f"{service} has no operation for {name!r}")
        self.service = service
        self.name = name


class EncodeError(TypeError):
    """A result does not fit its output shape: a bug of the operation that made it."""
