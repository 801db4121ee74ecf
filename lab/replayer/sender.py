"""One step, sent: over the wire as recorded, through an SDK where only decoded data is there, or signed for later."""

import re
from urllib.parse import parse_qsl, urlsplit

import msgspec
from botocore.exceptions import BotoCoreError
from botocore.parsers import ResponseParserError

from lab.cassette import decode, hosts
from lab.cassette.model import Interaction, Response
from lab.cassette.raw import views
from lab.cassette.values import to_python
from lab.replayer.bindings import Bindings, Conflict
from lab.replayer.clients import Called, Clients
from lab.replayer.computed import Computed
from lab.replayer.http_steps import outgoing

#: What the reference emulator's hosts end with, and what the recorded ones did.
REFERENCE_HOST = "localhost.localstack.cloud:4566"
REFERENCE_ADDRESSES = frozenset(("127.0.0.1:4566", "localhost:4566"))
AWS_HOST = "amazonaws.com"

SCOPE = re.compile(r"/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request")

#: Parts of a signed URL or form that are shorter say nothing about it.
SHORTEST_SIGNED = 8


class Sender:
    """Sends the steps of one cassette, with what is bound so far in its place."""

    def __init__(self, clients: Clients, bindings: Bindings, access_key: str):
        self.transport = clients.transport
        self.bindings = bindings
        self.access_key = access_key
        self.clients = clients
        self.computed = Computed()
        clients.access_key = access_key

    def send(self, step: Interaction) -> Called:
        """Send a step. Raises Unreplayable when the recording did not keep what was sent."""
        if step.presign is not None:
            return self._presign(step)
        if step.request is not None:
            return self._wire(step)
        parameters = self.computed.anew(step, self.bindings.value(to_python(step.input or {})))
        key = step.caller.access_key
        called = self.clients.call(step, parameters, self.bindings.text(key) if key else None)
        self.computed.learn(step, parameters, called.answer)
        return called

    def _wire(self, step: Interaction) -> Called:
        if step.reference is not None:
            step = self._addressed_anew(step)
        prepared = outgoing(step, self.bindings, self.access_key)
        try:
            raw = self.transport.send(prepared)
        except ConnectionError as error:
            return Called(None, None, str(error))
        if step.service is None or step.operation is None:
            return Called(plain_answer(raw), raw)
        return self.read(step, raw)

    def read(self, step: Interaction, raw: Response) -> Called:
        """A raw answer as an SDK sees it."""
        try:
            return Called(decode.answer(step.service, step.operation, raw, step.protocol), raw)
        except (ResponseParserError, ValueError, KeyError, TypeError, AttributeError) as error:
            return Called(None, raw, f"the SDK can't read the answer: {type(error).__name__}: {str(error)[:300]}")

    def _addressed_anew(self, step: Interaction) -> Interaction:
        """A step without an SDK, to where it goes now: a presigned URL for the recorded one, or AWS's host."""
        recorded = f"http://{step.request.host}{step.request.target}"
        live = self.bindings.live.get(recorded)
        if live is not None:
            parts = urlsplit(live)
            host, path, query = parts.netloc, parts.path or "/", parts.query
        else:
            host, path, query = self.bindings.text(step.request.host), step.request.path, step.request.query
            host = _host_of(step) if host in REFERENCE_ADDRESSES else host.replace(REFERENCE_HOST, AWS_HOST)
        request = msgspec.structs.replace(step.request, host=host, path=path, query=query)
        return msgspec.structs.replace(step, request=request)

    def _presign(self, step: Interaction) -> Called:
        """Sign for later, and bind the URL or the form's fields to the recorded ones."""
        parameters = self.bindings.value(to_python(step.input or {}))
        presign = step.presign
        try:
            if presign.kind == "url":
                client = self.clients.client(_addressed(step, presign.result))
                made = client.generate_presigned_url(_method_name(client, step.operation), Params=parameters,
                                                     ExpiresIn=presign.expires, HttpMethod=presign.method)
                self._bind_url(presign.result, made)
            else:
                client = self.clients.client(_form_step(step))
                made = client.generate_presigned_post(ExpiresIn=presign.expires, **parameters)
                for name, value in (presign.result or {}).get("fields", {}).items():
                    self._bind(value, made["fields"].get(name, value))
        except (BotoCoreError, TypeError, KeyError, ValueError) as error:
            return Called(None, None, f"{type(error).__name__}: {error}")
        return Called({"ResponseMetadata": {"HTTPStatusCode": 200}}, None)

    def _bind_url(self, recorded: str | None, live: str) -> None:
        if not recorded:
            return
        self._bind(recorded, live)
        ours, theirs = urlsplit(recorded), urlsplit(live)
        self._bind(ours.netloc, theirs.netloc)
        values = dict(parse_qsl(theirs.query, keep_blank_values=True))
        for name, value in parse_qsl(ours.query, keep_blank_values=True):
            self._bind(value, values.get(name, value))

    def _bind(self, recorded: str, live: str) -> None:
        if len(recorded) < SHORTEST_SIGNED:
            return
        try:
            self.bindings.bind(recorded, live)
        except Conflict:  # the same bucket signed for twice in one second: both stand for the same request
            return


def _host_of(step: Interaction) -> str:
    """AWS's host for a request to the bare address of the reference emulator: of the service that it is signed for."""
    scope = SCOPE.search(dict((name.lower(), value) for name, value in step.request.headers).get("authorization", ""))
    return f"{scope[2]}.{scope[1]}.{AWS_HOST}" if scope and scope[2] != "s3" else f"s3.{AWS_HOST}"


def _addressed(step: Interaction, url: str | None, operation: str | None = None) -> Interaction:
    """The step for a client that addresses buckets as the recorded URL does."""
    style = "virtual" if hosts.parse(urlsplit(url or "").netloc).bucket else "path"
    caller = msgspec.structs.replace(step.caller, s3={**step.caller.s3, "addressing_style": style})
    return msgspec.structs.replace(step, caller=caller, operation=operation or step.operation)


def _form_step(step: Interaction) -> Interaction:
    """The step for a client that signs a form as the recorded one is signed."""
    made = step.presign.result or {}
    signature = "s3" if "AWSAccessKeyId" in made.get("fields", {}) else "s3v4"
    caller = msgspec.structs.replace(step.caller, signature=signature)
    return _addressed(msgspec.structs.replace(step, caller=caller), made.get("url"), "PutObject")


def _method_name(client, operation: str) -> str:
    return next(name for name, each in client.meta.method_to_api_mapping.items() if each == operation)


def plain_answer(raw: Response) -> dict:
    """What can be said of an answer that no model reads: its status, and the views of :mod:`lab.cassette.raw`."""
    return {"ResponseMetadata": {"HTTPStatusCode": raw.status}, **views(raw.status, raw.headers, raw.body.raw())}
