"""The way of a request, top to bottom: this module is the table of contents of the whole emulator.

Each step takes the :class:`Call` and adds to it, or raises AwsError. Nothing here does I/O: bodies are already in
memory or staged, and the answer is returned as data. The steps run synchronously; only an operation that must wait, a
fault that delays, or a journal that must reach the disk makes the answer an awaitable.
"""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from emulator.auth import authorization, sigv4
from emulator.auth.credentials import principal_of
from emulator.gateway import registry
from emulator.gateway.bodies import settle_body
from emulator.gateway.facts import FACTS
from emulator.gateway.faults import Fault
from emulator.gateway.identify import Identity, identify
from emulator.kernel.blobs import Staged
from emulator.kernel.context import ANONYMOUS, Context
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.model import load
from emulator.model.validation import describe
from emulator.protocol import ParseError, UnknownOperation, protocol_for
from emulator.protocol.wire import Request, Response

if TYPE_CHECKING:
    from emulator.gateway.emulator import Emulator

logger = logging.getLogger("emulator.chain")

# Arguments of a presigned URL that sign it, and checksums, which S3 overlooks there: SDKs put the checksum of the body
# that they don't know yet (CRC32 of nothing) into the URL. https://github.com/aws/aws-sdk/issues/480
# https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
NOT_HEADERS = (
    "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires", "x-amz-signedheaders", "x-amz-signature",
    "x-amz-checksum-", "x-amz-sdk-checksum-algorithm",
)  # fmt: skip


class Call:
    """One request on its way: filled in step by step."""

    __slots__ = (
        "context", "decisions", "delay", "emulator", "entry", "identity", "labels", "protocol", "request", "request_id",
        "result", "source_ip", "started",
    )  # fmt: skip

    def __init__(self, emulator: "Emulator", request: Request, source_ip: str = "127.0.0.1"):
        self.emulator = emulator
        self.request = request
        self.source_ip = source_ip
        self.started = emulator.runtime.monotonic()
        self.request_id = ""
        self.identity: Identity | None = None
        self.protocol = None
        self.entry: registry.Entry | None = None
        self.labels: dict[str, str] = {}
        self.context: Context | None = None
        self.decisions: Sequence = ()  # what IAM decided, while it is asked
        self.delay = 0.0
        self.result: Any = None


def identify_step(call: Call) -> None:
    """Service, region and access key; then, through the service's protocol, the operation."""
    request = call.request
    identity = name(call)
    if identity.service is None or (call.emulator.options.services and not call.emulator.enabled(identity.service)):
        raise NotImplementedByEmulator(f"Service {identity.named or identity.service}")
    model = load(identity.service)
    if identity.service == "s3":
        rewrite_s3(request, identity)
    call.protocol = protocol_for(model, choose_protocol(model, request))
    operation, call.labels = call.protocol.route(request)
    call.entry = registry.entry(operation)


def name(call: Call) -> Identity:
    """Who is called, and the id of the answer: S3's are of a form of their own."""
    identity = call.identity = identify(call.request)
    ids = call.emulator.runtime.ids
    call.request_id = ids.s3_request_id() if identity.service == "s3" else ids.request_id()
    return identity


def rewrite_s3(request: Request, identity: Identity) -> None:
    """A bucket in the host moves to the path; a form upload, a website, directory buckets get their own operations."""
    if request.path == "/WriteGetObjectResponse":  # its host begins with a route
        return
    if identity.bucket:
        slash = "/" if identity.website else ""  # a website's key keeps its slash, so that the root has a key too
        request.path = f"/{identity.bucket}{slash}{request.path}"
    if identity.website:
        request.headers["x-paritylab-website"] = "true"
    elif request.method == "POST" and request.headers.get("content-type", "").startswith("multipart/form-data"):
        request.headers["x-paritylab-post-object"] = "true"
    elif request.path == "/" and request.method == "GET" and "/s3express/" in request.headers.get("authorization", ""):
        request.headers["x-paritylab-directory"] = "true"


def hoist_arguments(request: Request) -> None:
    """In a presigned URL of S3 headers may stand in the query: ``x-amz-…`` and conditions."""
    for name, values in request.arguments.items():
        lowered = name.lower()
        if lowered.startswith(("x-amz-", "if-")) and not lowered.startswith(NOT_HEADERS):
            request.headers.setdefault(lowered, values[0])


def choose_protocol(model, request: Request) -> str:
    """The protocol that this request speaks, among those of its service."""
    protocols = model.protocols
    if len(protocols) == 1:
        return protocols[0]
    headers = request.headers
    if "smithy-rpc-v2-cbor" in protocols and headers.get("smithy-protocol") == "rpc-v2-cbor":
        return "smithy-rpc-v2-cbor"
    if "aws-cbor" in protocols and headers.get("content-type", "").startswith("application/x-amz-cbor"):
        return "aws-cbor"
    if "json" in protocols and "x-amz-target" in headers:
        return "json"
    if "query" in protocols:
        return "query"
    return protocols[0]


def authenticate_step(call: Call) -> None:
    """Who calls. The signature is verified when the emulator was told to."""
    emulator, identity, entry = call.emulator, call.identity, call.entry
    runtime, operation = emulator.runtime, entry.operation
    if emulator.options.verify_signatures:
        sigv4.verify(call.request, identity, operation, call.protocol.name, runtime.store, runtime.clock.now())
    if identity.access_key:
        principal = principal_of(runtime.store, identity.access_key, emulator.options.account)
    else:
        principal = ANONYMOUS
    context = call.context = Context(
        runtime, identity.service, operation.name, principal.account or emulator.options.account, identity.region,
        principal, None, call.request_id,
    )  # fmt: skip
    headers = call.request.headers
    context.client_host = headers.get("host", "")
    context.source_ip = call.source_ip
    context.secure = emulator.options.secure
    context.protocol = call.protocol.name
    context.headers = headers
    if context.client_host:
        context.host = f"http://{context.client_host}"


def decode_step(call: Call) -> None:
    """The operation's input as plain data."""
    request, entry = call.request, call.entry
    if not entry.implemented:
        raise NotImplementedByEmulator(f"{entry.operation.service.name} {entry.operation.name}")
    if "Signature=" in request.query and call.identity.service == "s3":
        hoist_arguments(request)
    settle_body(request, call.identity.service, call.emulator.chunk_signatures)
    if entry.streaming:
        if request.body.__class__ is bytes:
            request.body = Staged(request.body)
    elif request.body.__class__ is Staged:
        request.body = request.body.read()
    given = call.protocol.codec(entry.operation).decode(request, call.labels)
    path_member = entry.path_member
    if path_member and path_member not in given and len(request.path) > 1:
        given[path_member] = f"{call.context.host}{request.path}"
    call.context.input = given


def validate_step(call: Call) -> None:
    """The model's constraints, refused in the service's words."""
    violations = call.entry.validate(call.context.input)
    if violations:
        raise call.entry.refuse(violations, describe)


def authorize_step(call: Call) -> None:
    """What IAM says, when it is asked (``--iam audit`` or ``enforce``)."""
    mode = call.emulator.options.iam
    if mode != "off":
        try:
            call.decisions = authorization.authorize(call.context, mode, FACTS, call.emulator.usage)
        except authorization.Refused as refused:
            call.decisions = refused.decisions
            raise


def fault_step(call: Call) -> None:
    """Faults that a user asked for: a delay, or an error in place of the answer."""
    faults = call.emulator.faults
    if faults.rules:
        fault: Fault | None = faults.match(call.context, call.emulator.runtime.ids)
        if fault is not None:
            call.delay = fault.latency
            if fault.code:
                raise AwsError(fault.code, fault.message, fault.status)


def operate_step(call: Call) -> None:
    """The operation itself, all or nothing."""
    context, entry = call.context, call.entry
    with call.emulator.runtime.store.transaction():
        for check in entry.before:
            check(context)
        call.result = entry.run(context, context.input)
        journal = call.emulator.runtime.journal
        if journal is not None and journal.scarce:
            journal.check_room(call.emulator.runtime.store)


STEPS = (
    identify_step,
    authenticate_step,
    decode_step,
    validate_step,
    authorize_step,
    fault_step,
    operate_step,
)


def handle(call: Call):
    """Run the steps. Returns a Response, or an awaitable of one."""
    store = call.emulator.runtime.store
    version = store.version
    try:
        for step in STEPS:
            step(call)
    except Exception as error:
        response = failure(call, error)
    else:
        if hasattr(call.result, "__await__"):
            return finish_later(call, call.result)
        response = encode(call)
    if call.delay or (store.version != version and call.emulator.runtime.journal is not None):
        return settle(call, response)
    return conclude(call, response)


async def finish_later(call: Call, awaitable) -> Response:
    """The same end for an operation that waits: every stretch between two awaits is a transaction."""
    try:
        call.result = await Stepwise(call.emulator.runtime.store, awaitable)
    except Exception as error:
        response = failure(call, error)
    else:
        response = encode(call)
    return await settle(call, response)


class Stepwise:
    """Drive a coroutine so that each stretch between two awaits runs as one transaction."""

    def __init__(self, store, coroutine):
        self._store = store
        self._coroutine = coroutine

    def __await__(self):
        send, argument = self._coroutine.send, None
        while True:
            with self._store.transaction():
                try:
                    future = send(argument)
                except StopIteration as end:  # caught inside: it is the end of the work, not a failure to undo
                    return end.value
            try:
                argument = yield future
                send = self._coroutine.send
            except BaseException as error:
                argument, send = error, self._coroutine.throw


async def own_answer(emulator: "Emulator", answering) -> Response:
    """What a service answers by itself, without an operation, when its changes are durable."""
    response = await Stepwise(emulator.runtime.store, answering)
    journal = emulator.runtime.journal
    pending = journal.pending() if journal is not None else None
    if pending is not None:
        await pending
    return response


async def settle(call: Call, response: Response) -> Response:
    """Wait until what the call changed is durable, and for a delay that was asked for."""
    import asyncio

    journal = call.emulator.runtime.journal
    if journal is not None:
        try:
            pending = journal.pending()
            if pending is not None:
                await asyncio.shield(pending)
        except RuntimeError as error:
            response = failure(call, error)
    if call.delay:
        await asyncio.sleep(call.delay)
    return conclude(call, response)


def encode(call: Call) -> Response:
    try:
        return call.protocol.codec(call.entry.operation).encode(call.result or {}, call.request_id)
    except Exception as error:
        return failure(call, error)


def failure(call: Call, error: Exception) -> Response:
    """Any exception as the error answer of the protocol at hand; a defect of ours is AWS's InternalFailure, logged."""
    operation = call.entry.operation if call.entry else None
    if isinstance(error, UnknownOperation):
        error = registry.unknown_operation(call.identity.service, call.request, error.name)
    elif isinstance(error, ParseError):
        error = AwsError(error.code, error.message, error.status)
    elif not isinstance(error, AwsError):
        logger.error("%s failed", operation or call.request, exc_info=error)
        error = registry.internal_failure(call.identity.service if call.identity else None)
    if not error.status:
        registry.complete(error, operation)
    protocol = call.protocol or fallback_protocol(call)
    call.result = error
    response = protocol.encode_error(error, call.request_id, operation)
    return response


def fallback_protocol(call: Call):
    """How to word an error when the request did not get as far as a protocol: as its own form suggests."""
    service = call.identity.service if call.identity else None
    if service is not None:
        model = load(service)
        return protocol_for(model, choose_protocol(model, call.request))
    if "x-amz-target" in call.request.headers or "json" in call.request.headers.get("content-type", ""):
        return protocol_for(load("dynamodb"), "json")
    return protocol_for(load("sts"), "query")


def conclude_refusal(emulator: "Emulator", request: Request, error: AwsError) -> Response:
    """An error answer for a request that could not be read to its end."""
    call = Call(emulator, request)
    name(call)
    return conclude(call, failure(call, error))


def conclude(call: Call, response: Response) -> Response:
    """Write the call down and let the answer go."""
    if "origin" in call.request.headers and call.entry is not None and call.context is not None:
        response.headers.extend(call.entry.extra_headers(call.context))
    if call.entry is not None and call.entry.answered and call.context is not None:
        tell(call, response)
    call.emulator.request_log.add(call, response)
    return response


def tell(call: Call, response: Response) -> None:
    """Let a service know how a call of its ended (S3's access logs)."""
    code = getattr(call.result, "code", None)
    sent = len(response.body) if response.body.__class__ is bytes else getattr(response.body, "size", None)
    for listener in call.entry.answered:
        listener(call.context, call.entry.operation, response.status, code, sent)
