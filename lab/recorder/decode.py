"""What an exchange says, read with the models: service, operation, region, input and output."""

import re
from functools import cache
from typing import Any
from urllib.parse import parse_qs

from emulator.model import load, manifest
from emulator.model.shapes import Operation, ServiceModel
from emulator.protocol import ParseError, Request, UnknownOperation, protocol_for
from lab.recorder.exchange import Exchange

SCOPE = re.compile(r"Credential=[^/,]+/\d{8}/(?:([^/,]*)/)?([^/,]+)/aws4_request")
HOST_REGION = re.compile(r"(?<=[.-])([a-z]{2}(?:-[a-z]+)+-\d)\.")
BUCKET_HOST = re.compile(r"(?P<bucket>.+?)\.s3[.-](?!website)")


class Unread(Exception):
    """The models can't read this; the message says why."""


def scope(exchange: Exchange) -> tuple[str, str]:
    """Region and signing name of the signature, header or presigned; empty strings where there is none."""
    match = SCOPE.search(exchange.request.header("Authorization"))
    if match:
        return match[1] or "", match[2]
    credential = parse_qs(exchange.query).get("X-Amz-Credential", [""])[0].split("/")
    return (credential[-3], credential[-2]) if len(credential) == 5 else ("", "")


def candidates(exchange: Exchange, signing_name: str) -> list[str]:
    """The services that the request can be for, the likeliest first."""
    host = exchange.host.partition(":")[0]
    labels = host.split(".")[:-2]
    target = exchange.request.header("X-Amz-Target").rpartition(".")[0]
    form = dict(parse_qs(exchange.request.body.decode("utf-8", "replace") if exchange.method == "POST"
                         else exchange.query))
    action, version = form.get("Action", [""])[0], form.get("Version", [""])[0]
    services = manifest()["services"]
    tests = (
        lambda each: target and each["target_prefix"] == target,
        lambda each: signing_name and each["signing_name"] == signing_name,
        lambda each: not signing_name and (each["endpoint_prefix"] in labels or host.startswith("s3-")),
        lambda each: action and each["api_version"] == version and action in each["operations"],
    )
    return list(dict.fromkeys(name for test in tests for name, each in services.items() if test(each)))


def request_of(exchange: Exchange, service: str) -> Request:
    """The request as the codecs take it; a bucket in the host goes to the front of the path."""
    headers: dict[str, str] = {"host": exchange.host}
    for name, value in exchange.request.headers:
        name = name.lower()
        headers[name] = f"{headers[name]}, {value}" if name in headers and name != "host" else value
    path = exchange.path
    bucket = BUCKET_HOST.match(exchange.host) if service == "s3" else None
    if bucket:
        path = f"/{bucket['bucket']}{path}"
    return Request(exchange.method, path, exchange.query, headers, exchange.request.body)


def protocols(model: ServiceModel, request: Request) -> list[str]:
    """The service's protocols that the request's headers allow."""
    content_type = request.headers.get("content-type", "")
    fits = {
        "query": "form-urlencoded" in content_type or "Action=" in request.query,
        "ec2": "form-urlencoded" in content_type,
        "json": "x-amz-target" in request.headers,
        "smithy-rpc-v2-cbor": "smithy-protocol" in request.headers,
    }
    return [name for name in model.protocols if fits.get(name, True)]


def find(exchange: Exchange) -> tuple[str, str, Operation, dict]:
    """Service, protocol, operation and decoded input. Raises Unread."""
    _, signing_name = scope(exchange)
    for service in candidates(exchange, signing_name):
        model, request = load(service), request_of(exchange, service)
        for name in protocols(model, request):
            codecs = protocol_for(model, name)
            try:
                operation, labels = codecs.route(request)
                return service, name, operation, codecs.codec(operation).decode(request, labels)
            except UnknownOperation:
                continue
            except ParseError as error:
                raise Unread(f"the input can't be read: {error}") from error
    raise Unread(f"no model knows {exchange.method} {exchange.host}{exchange.path}")


def decode(exchange: Exchange) -> None:
    """Fill in service, operation, region, input and output of an exchange; what can't be read is noted."""
    region, signing_name = scope(exchange)
    host_region = HOST_REGION.search(exchange.host)
    exchange.region = region or (host_region[1] if host_region else None)
    try:
        exchange.service, protocol, operation, exchange.input = find(exchange)
    except Unread as error:
        exchange.service = exchange.service or signing_name or None
        exchange.notes.append(str(error))
        return
    exchange.operation = operation.name
    if exchange.response is not None:
        exchange.output = output(exchange, protocol)


@cache
def shapes(service: str) -> Any:
    """Botocore's own view of a service: its response parsers are what an SDK sees."""
    import botocore.loaders
    import botocore.model

    return botocore.model.ServiceModel(botocore.loaders.Loader().load_service_model(service, "service-2"), service)


class EventBody:
    """A recorded event stream, as botocore's parser reads one from the network."""

    def __init__(self, body: bytes):
        self.body = body

    def stream(self):
        yield self.body

    def close(self) -> None:
        pass


def output(exchange: Exchange, protocol: str) -> dict:
    """The answer as an SDK sees it, an error as ``{"Error": {Code, Message}, …}``; event streams as lists."""
    from botocore.parsers import ResponseParserError, create_parser

    model = shapes(exchange.service).operation_model(exchange.operation)
    events = model.has_event_stream_output and exchange.status < 300
    headers = {name.lower(): value for name, value in exchange.response.headers}
    answer = {"status_code": exchange.status, "headers": headers,
              "body": EventBody(exchange.response.body) if events else exchange.response.body}
    try:
        parsed = create_parser(protocol).parse(answer, model.output_shape)
        if events:
            from botocore.eventstream import EventStream

            parsed = {name: list(value) if isinstance(value, EventStream) else value for name, value in parsed.items()}
    except (ResponseParserError, ValueError, KeyError) as error:
        exchange.notes.append(f"the output can't be read: {error}")
        return {}
    parsed.pop("ResponseMetadata", None)
    return parsed
