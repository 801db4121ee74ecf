"""From an HTTP request to an HTTP answer: read the call, look it up, give the recorded bytes or write them anew."""

import hashlib
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

from emulator.model import load
from emulator.protocol import protocol_for
from lab.cassette.model import Interaction
from lab.cassette.values import to_plain, to_python
from lab.recorder.capture import unchunked
from lab.recorder.decode import decode
from lab.recorder.exchange import Exchange, Message
from lab.server.library import Entry, Library, Miss

#: Headers of the recorded connection.
DROPPED = frozenset(("connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"))

#: What a request for a bucket of its own host ends with, when it is meant for this machine.
LOCAL = (".localhost", ".localhost.localstack.cloud")


class Answer(NamedTuple):
    """``length``: the Content-Length to tell, where it is not the body's (an answer to HEAD)."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""
    length: str | None = None


class Problem(NamedTuple):
    """What the codecs want of an error."""

    code: str
    message: str
    status: int
    members: dict = {}
    sender: bool = True


class Answerer:
    """Answers from a library; ``log`` gets one line a request."""

    def __init__(self, library: Library, log: Callable[[str], None]):
        self.library = library
        self.log = log

    def answer(self, method: str, target: str, headers: list[tuple[str, str]], body: bytes) -> Answer:
        """The answer to a request. Never raises for what a client sends: it gets 501 and an explanation."""
        call, found = self.look(exchange(method, target, headers, body))
        made = self.refuse(call, found) if isinstance(found, Miss) else self.give(call, found.step)
        what = f"{made.status} {call.service} {call.operation}" if call.operation else str(made.status)
        self.log(f"{what}: {found.text}" if isinstance(found, Miss) else f"{what} from {found}")
        return made

    def look(self, asked: Exchange) -> tuple[Exchange, Entry | Miss]:
        """A request, decoded, and the recorded step that answers it."""
        call = decode(asked)
        if call.operation is None:
            what = f"{call.method} {call.path}"
            return call, Miss(f"no model reads {what}: send a signed request of an AWS SDK", None, [])
        return call, self.library.find(call.service, call.operation, to_plain(call.input))

    def refuse(self, call: Exchange, miss: Miss) -> Answer:
        """501, in the client's protocol where a model read the request."""
        if call.operation is None:
            return Answer(501, [("Content-Type", "text/plain")], miss.text.encode())
        return written(call, Problem("NotRecorded", miss.text, 501))

    def give(self, call: Exchange, step: Interaction) -> Answer:
        """The recorded answer as it was on the wire, or written in the protocol that this client speaks."""
        recorded = step.protocol or load(step.service).protocols[0]
        if step.response is not None and recorded == call.protocol:
            headers = [pair for pair in step.response.headers if pair[0].lower() not in DROPPED]
            length = step.response.header("Content-Length") if call.method == "HEAD" else None
            return Answer(step.response.status, headers, step.response.body.raw(), length or None)
        error = to_python(step.error) if step.error else None
        output = to_python(step.output or {})
        status = (output.pop("ResponseMetadata", None) or {}).get("HTTPStatusCode")
        if error:
            status = status if status and status >= 400 else step.response.status if step.response else 400
            return written(call, Problem(error.get("Code", "Error"), error.get("Message", ""), status))
        return written(call, output)


def written(call: Exchange, result: Problem | dict) -> Answer:
    """An answer in the client's protocol. Its request id follows from the call, so that a run repeats."""
    protocol = protocol_for(load(call.service), call.protocol)
    operation = load(call.service).operations[call.operation]
    digest = hashlib.sha256(repr((call.operation, call.input)).encode()).hexdigest()
    request_id = "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))
    if isinstance(result, Problem):
        made = protocol.encode_error(result, request_id, operation)
    else:
        made = protocol.codec(operation).encode(result, request_id)
    body = made.body if isinstance(made.body, bytes) else made.body.read()
    return Answer(made.status, [pair for pair in made.headers if pair[0].lower() not in DROPPED], body)


def exchange(method: str, target: str, headers: list[tuple[str, str]], body: bytes) -> Exchange:
    """A request as the recorder's reader takes it; a local host with a bucket in it becomes AWS's."""
    parts = urlsplit(target if target.startswith("/") else f"/{target}")
    request = unchunked(Message(headers, body))
    host = request.header("Host").partition(":")[0]
    for ending in LOCAL:
        bucket = host.removesuffix(ending)
        if bucket != host and not bucket.startswith(("s3.", "sqs.")):
            host = f"{bucket}.s3.us-east-1.amazonaws.com"
    if not request.header("Authorization") and "X-Amz-Credential" not in parts.query and "Action=" not in target \
            and b"Action=" not in body:
        host = host if host.endswith(".amazonaws.com") else "s3.us-east-1.amazonaws.com"  # anonymous
    return Exchange(method, host or request.header("Host"), parts.path, parts.query, request)
