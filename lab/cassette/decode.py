"""What an HTTP exchange means: service, operation and input of the request, and the answer as an SDK would see it."""

import gzip
import io
from functools import cache
from typing import NamedTuple
from urllib.parse import quote

import botocore.loaders
import botocore.model
import botocore.parsers
from botocore.awsrequest import HeadersDict

from emulator.model import load, manifest
from emulator.protocol import ParseError, UnknownOperation, protocol_for
from emulator.protocol import Request as WireRequest
from lab.cassette import hosts
from lab.cassette.model import Request, Response

FORM = "application/x-www-form-urlencoded"


class Call(NamedTuple):
    """A request as the model reads it; ``operation`` and ``input`` are None where no operation fits."""

    service: str
    region: str | None
    protocol: str
    operation: str | None = None
    input: dict | None = None


@cache
def _by_prefix() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, each in manifest()["services"].items():
        found.setdefault(each["endpoint_prefix"], []).append(name)
    return found


@cache
def _by_target() -> dict[str, str]:
    return {each["target_prefix"]: name for name, each in manifest()["services"].items() if each["target_prefix"]}


def wire(request: Request) -> WireRequest:
    """The request as the codecs take it; a bucket in the host becomes the first segment of the path."""
    bucket = hosts.parse(request.host).bucket
    path = f"/{quote(bucket)}{request.path}" if bucket else request.path
    headers: dict[str, str] = {}
    for name, value in request.headers:
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    headers["host"] = request.host
    return WireRequest(request.method, path, request.query, headers, request.body.raw())


def _protocol(service: str, request: WireRequest) -> str:
    """The protocol that this request speaks, among those of the service."""
    spoken = load(service).protocols
    form = request.headers.get("content-type", "").startswith(FORM) or "Action" in request.arguments
    if form and "query" in spoken:
        return "query"
    if "smithy-protocol" in request.headers and "smithy-rpc-v2-cbor" in spoken:
        return "smithy-rpc-v2-cbor"
    if "x-amz-target" in request.headers and "json" in spoken:
        return "json"
    return spoken[0]


def _same_version(service: str, request: WireRequest) -> bool:
    """Whether a form's API version is the service's: two services may share an endpoint (both load balancers do)."""
    return request.form.get("Version", "") in ("", manifest()["services"][service]["api_version"])


def identify(request: Request) -> Call | None:
    """Service, protocol, operation and input of a request; None when it is for no service in scope."""
    host = hosts.parse(request.host)
    sent = wire(request)
    named = _by_target().get(sent.headers.get("x-amz-target", "").rpartition(".")[0])
    candidates = [named] if named else _by_prefix().get(host.prefix or "", [])
    best = None
    for service in candidates:
        if sent.headers.get("content-type", "").startswith(FORM) and not _same_version(service, sent):
            continue
        protocol = _protocol(service, sent)
        call = Call(service, host.region, protocol)
        try:
            codec = protocol_for(load(service), protocol)
            operation, labels = codec.route(sent)
        except (UnknownOperation, ParseError):
            best = best or call
            continue
        try:
            return call._replace(operation=operation.name, input=codec.codec(operation).decode(sent, labels))
        except Exception:  # a recorded request may be malformed on purpose; its operation is known all the same
            return call._replace(operation=operation.name)
    return best


@cache
def model(service: str, protocol: str | None = None) -> botocore.model.ServiceModel:
    """Botocore's own model of a service; for a protocol that it does not know there, the one with our patches."""
    return botocore.model.ServiceModel(speaking(service, protocol), service)


def speaking(service: str, protocol: str | None) -> dict:
    """The model of a service as if it spoke one protocol alone; without one, botocore's own."""
    found = botocore_model(service)
    if protocol is None:
        return found
    if protocol == "query" and "query" not in found["metadata"].get("protocols", ("query",)):
        return query_model(service)
    return found | {"metadata": found["metadata"] | {"protocol": protocol, "protocols": [protocol]}}


@cache
def botocore_model(service: str) -> dict:
    return botocore.loaders.create_loader().load_service_model(service, "service-2")


@cache
def query_model(service: str) -> dict:
    """The model of a service as if query were all it speaks: its patches' ``query`` traits laid over the rest."""
    raw = _overlaid(load(service).raw)
    raw["metadata"].update(protocol="query", protocols=["query"])
    raw["metadata"].pop("awsQueryCompatible", None)
    for name, operation in raw["operations"].items():
        if "output" in operation:
            operation["output"]["resultWrapper"] = f"{name}Result"
    return raw


def _overlaid(value):
    if isinstance(value, list):
        return [_overlaid(each) for each in value]
    if not isinstance(value, dict):
        return value
    own = value.get("query")
    laid = {**value, **own} if isinstance(own, dict) and "shape" not in own else value
    return {key: _overlaid(each) for key, each in laid.items()}


class _Stream(io.BytesIO):
    """Bytes under the reading interface that botocore's event stream parser wants."""

    def stream(self, *_size, **_options):
        yield self.read()


def answer(service: str, operation: str, response: Response, protocol: str | None = None) -> dict:
    """The answer as botocore's parser gives it: members, or ``Error``; ``ResponseMetadata`` holds the status.

    An event stream is read to its end into ``{"$events": […]}``. A body that can't be parsed raises
    ``botocore.parsers.ResponseParserError``.
    """
    described = model(service, protocol).operation_model(operation)
    body = response.body.raw()
    streams = (described.has_event_stream_output or described.has_streaming_output) and response.status < 300
    headers = HeadersDict()
    for name, value in response.headers:
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    if not streams and body[:2] == b"\x1f\x8b" and headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    raw = {"status_code": response.status, "headers": headers, "body": _Stream(body) if streams else body,
           "context": {"operation_name": operation}}
    parser = botocore.parsers.create_parser(protocol or model(service).resolved_protocol)
    parsed = parser.parse(raw, described.output_shape)
    if streams and not described.has_event_stream_output:
        parsed = {key: each.read() if isinstance(each, _Stream) else each for key, each in parsed.items()}
    elif streams:
        name = described.get_event_stream_output().name
        member = next(key for key, shape in described.output_shape.members.items() if shape.name == name)
        parsed[member] = {"$events": list(parsed[member])}
    return bare(parsed)


def bare(parsed: dict) -> dict:
    """A parsed answer with nothing but the status in its metadata; ``Error`` only when it is one."""
    kept = {key: value for key, value in parsed.items() if key not in ("ResponseMetadata", "Error")}
    status = parsed.get("ResponseMetadata", {}).get("HTTPStatusCode")
    if parsed.get("Error") and (status is None or status >= 300):
        error = parsed["Error"]
        kept["Error"] = error if isinstance(error, dict) else {"Message": str(error)}  # a body in no form of AWS's
    return {**kept, "ResponseMetadata": {"HTTPStatusCode": status}}
